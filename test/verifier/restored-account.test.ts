import { beforeAll, describe, expect, it } from '@jest/globals';
import { HOUR_MS, MINUTE_MS } from '../../src/kernel/index.ts';
import { type Json, resealed } from './resealed.ts';
import { type Sealed, sealedAfter, type Stage } from './sealed-after.ts';
import { verifyBoth } from './verify-both.ts';

/** A report on people who left, by name, after what is played with their accounts. */
const leaversAfter = (names: readonly string[], play: (stage: Stage) => Promise<void>): Promise<Sealed> =>
  sealedAfter({ names, rows: names.map((name, index) => `${index + 1},${name}@contoso.example,${name},2020-01-01,2026-03-05,UTC`), play });

const turn = ({ tenant }: Stage, id: string, accountEnabled: boolean) => tenant.control('PATCH', `/users/${id}`, { accountEnabled });

/**
 * Three people, whose accounts were off in time and restored two days later, between two looks: one is deleted again, one is found disabled, and one that was
 * seen disabled before was deleted just then.
 */
async function threeRestored(stage: Stage): Promise<void> {
  const { at, clock, ids, look, tenant } = stage;
  const [again = '', disabled = '', between = ''] = ids;
  const remove = (id: string) => tenant.control('DELETE', `/users/${id}`);
  at('2026-03-06T02:00:00.000Z');
  for (const id of ids) await turn(stage, id, false);
  for (const id of [again, disabled]) await remove(id);
  clock.advance(10 * MINUTE_MS);
  await look();
  at('2026-03-08T08:00:00.000Z');
  await look();
  clock.advance(HOUR_MS);
  await remove(between);
  clock.advance(HOUR_MS);
  for (const id of ids) await tenant.control('POST', `/users/${id}/restore`);
  clock.advance(HOUR_MS);
  await remove(again);
  clock.advance(HOUR_MS);
  await look();
  clock.advance(HOUR_MS);
  await look();
}

/** Somebody whose account was disabled in time and enabled two days later, as the audit log tells, which a look by a replica behind did not see; when it was disabled again, came after that. */
async function oneEnabled(stage: Stage): Promise<void> {
  const { at, clock, ids, look, tenant } = stage;
  const [id = ''] = ids;
  at('2026-03-06T02:00:00.000Z');
  await turn(stage, id, false);
  clock.advance(10 * MINUTE_MS);
  await look();
  at('2026-03-08T08:00:00.000Z');
  await look();
  clock.advance(HOUR_MS);
  await tenant.control('PUT', '/graph/faults', { lag: { path: '/v1.0/users', requests: 1_000, seconds: 7_200 } });
  await turn(stage, id, true);
  clock.advance(HOUR_MS);
  await look();
  await tenant.control('PUT', '/graph/faults', {});
  await turn(stage, id, false);
  clock.advance(HOUR_MS);
  await look();
}

let sealed: Sealed;
beforeAll(async () => {
  sealed = await leaversAfter(['again', 'disabled', 'between'], threeRestored);
}, 180_000);

const findingsOf = ({ findings }: Json): readonly Json[] =>
  findings.toSorted((a: Json, b: Json) => (a.person.employeeId < b.person.employeeId ? -1 : 1));
const lineOf = (finding: Json): Json => finding.systems.find(({ system }: Json) => system === 'directory');

async function problemsOf(files: ReadonlyMap<string, Buffer>, { vkey } = sealed): Promise<readonly string[]> {
  const { problems } = await verifyBoth(files, { vkeys: [vkey], recompute: true });
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

describe('the recomputation of an account that was enabled between two looks that show it off', () => {
  it('comes to the doubt that the server came to, and finds out where it is left out', async () => {
    const enabled = await leaversAfter(['enabled'], oneEnabled);
    const [finding] = findingsOf(JSON.parse(enabled.files.get('report.json')?.toString('utf8') ?? ''));
    expect([finding.verdict, lineOf(finding).timing.mayBeBack]).toEqual([
      'TIMING_INDETERMINATE',
      expect.objectContaining({ because: 'enabled', since: expect.stringMatching(/^2026-03-08T09:00/) }),
    ]);
    expect(await problemsOf(enabled.files, enabled)).toEqual([]);
    const files = resealed(enabled.files, enabled.signer, {
      report: (report) => {
        const { timing } = lineOf(findingsOf(report)[0]);
        timing.firstProvenUnusable = timing.mayBeBack.firstProvenUnusable;
        delete timing.mayBeBack;
      },
    });
    expect(await problemsOf(files, enabled)).toContainEqual(
      expect.stringMatching(
        / is given as surely off since; records .* give perhaps back since 2026-03-08T09:00.* \(enabled\), else off by /,
      ),
    );
  });
});

async function recordsOf(files: ReadonlyMap<string, Buffer>): Promise<readonly { readonly leaf: Json }[]> {
  const lines = files.get('log/records.jsonl')?.toString('utf8').trimEnd().split('\n') ?? [];
  return lines.map((line) => ({ leaf: JSON.parse(Buffer.from(JSON.parse(line).leaf, 'base64').toString('utf8')) }));
}
