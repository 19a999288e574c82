import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { renderBundle } from '../../src/evidence/render-bundle.ts';
import { eraseSubjects } from '../../src/ledger/index.ts';
import type { Verification } from '../../src/verifier/index.ts';
import { printVerification } from '../../src/verifier/print-verification.ts';
import { collected, type SealedSample, sealAgain, sealedSample, unzip } from '../evidence/sealed-sample.ts';
import { verifyBoth } from './verify-both.ts';

let sample: SealedSample;
beforeAll(async () => {
  sample = await sealedSample();
});
afterAll(() => sample.drop());

async function verify(reportId = sample.report.id): Promise<Verification> {
  const bundle = await renderBundle(sample, sample.workspaceId, reportId);
  return await verifyBoth(await unzip(await collected(bundle.zip)), { vkeys: [sample.vkey] });
}

function disclosed({ steps }: Verification): string | undefined {
  const step = steps.find(({ name }) => name.startsWith('disclosed values'));
  return step && `${step.name}${step.notShown === undefined ? '' : ` / ${step.notShown}`}`;
}

async function subjectOf(place: number): Promise<string> {
  const { rows } = await sample.test.database.query<{ subject_id: string }>(
    `select record.subject_id from ledger_record as record join ledger_disclosure as disclosure on disclosure.record_id = record.id
      order by record.id limit 1 offset ${place}`,
  );
  return rows[0]?.subject_id ?? '';
}

async function erase(subjectId: string): Promise<void> {
  const { clock, test, workspaceId } = sample;
  await test.database.transaction((tx) =>
    eraseSubjects(tx, workspaceId, {
      subject: { kind: 'person', id: subjectId },
      subjectIds: [subjectId],
      at: clock.now(),
      actor: 'owner:x',
    }),
  );
}

describe('values that a bundle does not show', () => {
  it('are none where nothing was erased, and the line says of how many', async () => {
    const verification = await verify();
    expect(verification.verified).toBe(true);
    expect(disclosed(verification)).toBe(
      'disclosed values are those of the records: 40 of 40 values shown; the ledger records the erasure of 0',
    );
  });

  it('are accounted for by the record of their erasure, once it is in the ledger that was sealed (I11)', async () => {
    await erase(await subjectOf(0));
    const verification = await verify((await sealAgain(sample)).id);
    expect(verification.verified).toBe(true);
    expect(disclosed(verification)).toMatch(/: 39 of 40 values shown; the ledger records the erasure of 1$/);
  });

  it('are told as not shown where the erasure came after the seal: nothing is wrong with what is there (I11)', async () => {
    const verification = await verify();
    expect(verification).toMatchObject({ verified: false, problems: [] });
    expect(disclosed(verification)).toMatch(/ \/ 1 of 40 values is not in log\/disclosures\.jsonl, and no record up to the checkpoint/);
    expect(printVerification(verification).join('\n')).toMatch(/\n {2}NOT SHOWN disclosed[^]*\nINCOMPLETE: values are NOT SHOWN[^]*sealed/);
  });

  it('show where the server’s own role erased without a record, for all that the ledger tells of other erasures', async () => {
    const { id } = await sealAgain(sample);
    await sample.test.database.query(
      `update ledger_disclosure set value = null, erased_at = $1
        where record_id = (select record_id from ledger_disclosure where erased_at is null order by record_id desc limit 1)`,
      [sample.clock.now()],
    );
    const verification = await verify(id);
    expect(verification).toMatchObject({ verified: false, problems: [] });
    expect(disclosed(verification)).toMatch(/: 38 of 40 values shown; the ledger records the erasure of 1 \/ 1 of 40 values is not in/);
  });
});
