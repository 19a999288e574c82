import { beforeAll, describe, expect, it } from '@jest/globals';
import { HOUR_MS, MINUTE_MS } from '../../src/kernel/index.ts';
import { user } from '../directory/simulated-tenant.ts';
import { type Json, resealed } from './resealed.ts';
import type { SealedLeavers } from './sealed-leavers.ts';
import { sealingWorkspace } from './sealing-workspace.ts';
import { verifyBoth } from './verify-both.ts';

type Sealed = Pick<SealedLeavers, 'files' | 'signer' | 'vkey'>;

const names = ['again', 'disabled', 'between'];
const roster = [
  'employee_id,work_email,display_name,start_date,end_date,time_zone',
  ...names.map((name, index) => `${index + 1},${name}@contoso.example,${name},2020-01-01,2026-03-05,UTC`),
].join('\n');

/**
 * Three people who left, whose accounts were off in time and restored two days later, between two looks: one is deleted again, one is found disabled, and one that was
 * seen disabled before was deleted just then.
 */
async function sealedRestored(): Promise<Sealed> {
  const { at, bundleOf, clock, close, connected, post, signer, tenant, vkey } = await sealingWorkspace();
  await post('/policies', { slaHours: 24 });
  await post('/roster/imports?mode=import', roster, 'text/csv');
  const [again = '', disabled = '', between = ''] = (await tenant.createUsers(names.map((name) => user(name)))).map(({ id }) => id);
  const remove = (id: string) => tenant.control('DELETE', `/users/${id}`);
  const restore = (id: string) => tenant.control('POST', `/users/${id}/restore`);
  const directory = await connected();
  await directory.sync();
  at('2026-03-06T02:00:00.000Z');
  for (const id of [again, disabled, between]) await tenant.control('PATCH', `/users/${id}`, { accountEnabled: false });
  for (const id of [again, disabled]) await remove(id);
  clock.advance(10 * MINUTE_MS);
  await directory.sync();
  at('2026-03-08T08:00:00.000Z');
  await directory.sync();
  clock.advance(HOUR_MS);
  await remove(between);
  clock.advance(HOUR_MS);
  for (const id of [again, disabled, between]) await restore(id);
  clock.advance(HOUR_MS);
  await remove(again);
  clock.advance(HOUR_MS);
  await directory.sync();
  clock.advance(HOUR_MS);
  await directory.sync();
  await post('/reconciliation/runs', {});
  const files = await bundleOf(
    await post('/reports', { kind: 'interim', periodStart: '2026-03-01T00:00:00.000Z', periodEnd: clock.now() }),
  );
  await close();
  return { files, signer, vkey };
}

let sealed: Sealed;
beforeAll(async () => {
  sealed = await sealedRestored();
}, 180_000);

const findingsOf = ({ findings }: Json): readonly Json[] =>
  findings.toSorted((a: Json, b: Json) => (a.person.employeeId < b.person.employeeId ? -1 : 1));
const lineOf = (finding: Json): Json => finding.systems.find(({ system }: Json) => system === 'directory');

async function problemsOf(files: ReadonlyMap<string, Buffer>): Promise<readonly string[]> {
  const { problems } = await verifyBoth(files, { vkeys: [sealed.vkey], recompute: true });
  return problems.map(({ detail }) => detail);
}

describe('the recomputation of accounts that were restored between two looks', () => {
  it('comes to the doubt that the server came to', async () => {
    const findings = findingsOf(JSON.parse(sealed.files.get('report.json')?.toString('utf8') ?? ''));
    expect(findings.map((finding) => [finding.verdict, lineOf(finding).timing.firstProvenUnusable.slice(0, 16)])).toEqual([
      ['TIMING_INDETERMINATE', '2026-03-08T11:00'],
      ['TIMING_INDETERMINATE', '2026-03-08T12:00'],
      ['TIMING_INDETERMINATE', '2026-03-08T12:00'],
    ]);
    for (const finding of findings) {
      const { blind, timing } = lineOf(finding);
      expect(timing.mayBeBack).toMatchObject({ because: 'restored', since: expect.stringMatching(/^2026-03-08T10:00/) });
      expect(blind.map(({ gapId }: Json) => gapId)).toEqual([expect.stringMatching(/\/2026-03-08T08:00/)]);
      expect(finding.sentence).toContain('Nobody looked at the whole directory between 2026-03-08T08:00');
    }
    expect(await problemsOf(sealed.files)).toEqual([]);
  });

  it.each([0, 1, 2])('finds out where it is left out that one was restored, though all was sealed anew: %i', async (index) => {
    const files = resealed(sealed.files, sealed.signer, {
      report: (report) => {
        const { timing } = lineOf(findingsOf(report)[index]);
        timing.firstProvenUnusable = timing.mayBeBack.firstProvenUnusable;
        delete timing.mayBeBack;
      },
    });
    expect(await problemsOf(files)).toContainEqual(
      expect.stringMatching(
        / is given as surely off since; records .* give perhaps back since 2026-03-08T10:00.* \(restored\), else off by /,
      ),
    );
  });

  it('finds out where the record of it is not cited', async () => {
    const restored = (await recordsOf(sealed.files)).filter(({ leaf }) => leaf.after?.state === 'restored').map(({ leaf }) => leaf.id);
    const files = resealed(sealed.files, sealed.signer, {
      report: (report) => {
        for (const finding of report.findings) {
          finding.evidence = finding.evidence.filter((id: string) => !restored.includes(id));
          for (const system of finding.systems) system.evidence = system.evidence.filter((id: string) => !restored.includes(id));
        }
      },
    });
    expect(await problemsOf(files)).toContainEqual(
      expect.stringMatching(/does not cite record \d+ \(graph\.account\.audited\), which tells of it$/),
    );
  });

  it('is no doubt by the rules of reports up to format 4', async () => {
    const files = resealed(sealed.files, sealed.signer, { report: (report) => void (report.format = 'rollcall-report/4') });
    expect(await problemsOf(files)).toContainEqual(
      expect.stringMatching(/ is given as perhaps back since .*; records .* give surely off since$/),
    );
  });
});

async function recordsOf(files: ReadonlyMap<string, Buffer>): Promise<readonly { readonly leaf: Json }[]> {
  const lines = files.get('log/records.jsonl')?.toString('utf8').trimEnd().split('\n') ?? [];
  return lines.map((line) => ({ leaf: JSON.parse(Buffer.from(JSON.parse(line).leaf, 'base64').toString('utf8')) }));
}
