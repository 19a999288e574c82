import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { renderBundle } from '../../src/evidence/render-bundle.ts';
import { reportFormatTask } from '../../src/evidence/report-format-task.ts';
import { type Forgery, type Json, resealed } from '../verifier/resealed.ts';
import { verifyBoth } from '../verifier/verify-both.ts';
import { type SealedSample, sealAgain, sealedSample, unzip } from './sealed-sample.ts';

let sample: SealedSample;
/** Sealed before the ledger said in which format reports are written, and after. */
let before: Map<string, Buffer>;
let after: Map<string, Buffer>;
beforeAll(async () => {
  sample = await sealedSample();
  before = await unzip(await sample.render());
  await adopt();
  after = await bundleOf((await sealAgain(sample)).id);
});
afterAll(() => sample.drop());

async function adopt(): Promise<void> {
  await reportFormatTask({ clock: sample.clock, database: sample.database }).run({}, { signal: new AbortController().signal });
}

async function bundleOf(id: SealedSample['report']['id']): Promise<Map<string, Buffer>> {
  const parts: Buffer[] = [];
  for await (const part of (await renderBundle(sample, sample.workspaceId, id)).zip) parts.push(part);
  return await unzip(Buffer.concat(parts));
}

/** As somebody with the signing key would write it who wants the kinder rule of the first format. */
const asFirst: Forgery['report'] = (report: Json) => {
  report.format = 'rollcall-report/1';
  delete report.concludedBecause;
};

async function problemsOf(files: ReadonlyMap<string, Buffer>, kept?: string): Promise<readonly string[]> {
  const { problems } = await verifyBoth(files, { vkeys: [sample.vkey], ...(kept !== undefined && { kept }) });
  return problems.map(({ detail }) => detail);
}

describe('the format of a report', () => {
  it('is recorded once in each ledger, and holds for reports that are sealed before and after', async () => {
    await adopt();
    const { rows } = await sample.test.owner.query<{ leaf: string }>(
      `select convert_from(record.leaf, 'UTF8') as leaf from ledger_record as record where record.type = 'report.format.set'`,
    );
    expect(rows.map(({ leaf }) => JSON.parse(leaf))).toEqual([
      expect.objectContaining({
        actor: 'system',
        after: { format: 'rollcall-report/5' },
        subject: { kind: 'workspace', id: sample.workspaceId },
      }),
    ]);
    expect([await problemsOf(before), await problemsOf(after)]).toEqual([[], []]);
  });

  it('is found out when it is an earlier one than was written when it was sealed, though all was sealed anew (I10)', async () => {
    expect(await problemsOf(resealed(after, sample.signer, { report: asFirst }))).toEqual([
      expect.stringMatching(
        /^the report is of rollcall-report\/1, and was sealed by record \d+ after record \d+ \(report\.format\.set\) says that reports are written as rollcall-report\/5$/,
      ),
    ]);
  });

  it('may be an earlier one where the ledger does not say yet what was written', async () => {
    expect(await problemsOf(resealed(before, sample.signer, { report: asFirst }))).toEqual([]);
  });

  it('may be a later one than the ledger last told', async () => {
    const told: Forgery['record'] = ({ type, after: set }: Json) =>
      void (type === 'report.format.set' && (set.format = 'rollcall-report/1'));
    expect(await problemsOf(resealed(after, sample.signer, { record: told }))).toEqual([]);
  });

  it('is found out by a checkpoint that an auditor kept where the record about it was forged, too', async () => {
    const kept = after.get('log/checkpoint')?.toString('utf8') ?? '';
    const told: Forgery['record'] = ({ type, after: set }: Json) =>
      void (type === 'report.format.set' && (set.format = 'rollcall-report/1'));
    const forged = resealed(after, sample.signer, { report: asFirst, record: told });
    expect(await problemsOf(forged)).toEqual([]);
    expect(await problemsOf(forged, kept)).toEqual([
      expect.stringMatching(
        /^the first 45 records are not those that the checkpoint which you kept was signed over: the ledger was rewritten$/,
      ),
    ]);
  });
});
