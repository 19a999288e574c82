import { beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { randomUUID } from 'node:crypto';
import type { Instant } from '../../src/kernel/index.ts';
import { reconcile, reportPopulation } from '../../src/reconciliation/index.ts';
import { eachTest } from './each-test.ts';
import { ann, annsAccount, LONG_AGO, march } from './facts.ts';
import { servedWorkspace } from './served-workspace.ts';

const given = eachTest(servedWorkspace);

/** Ann's employment ended with the 6th, and access had to be gone by midnight after the 7th; nobody looked from the evening of the 6th to that of the 8th. */
beforeEach(async () => {
  await given.world.facts.roster(ann('2026-03-06'), '2,ben@contoso.example,2020-01-01,2026-03-08');
  await given.world.facts.account({
    ...annsAccount,
    stretches: [
      { state: 'enabled', from: LONG_AGO, to: march(6, 20) },
      { state: 'disabled', from: march(8, 20) },
    ],
  });
  // Of what nobody saw, Ben’s end is no part: he was looked at an hour before and after.
  await given.world.facts.account({
    upn: 'ben@contoso.example',
    stretches: [
      { state: 'enabled', from: LONG_AGO, to: march(9, 4) },
      { state: 'disabled', from: march(9, 5) },
    ],
  });
  for (const at of [march(6, 8), march(6, 20)]) await given.world.facts.looked(at);
});

async function failed(at: Instant, code: string): Promise<void> {
  await given.db.owner.query(
    `insert into directory_run (workspace_id, id, connection_id, state, requested_at, requested_by, started_at, finished_at, error_code)
     values ($1, $2, $3, 'failed', $4, 'system', $4, $4, $5)`,
    [given.world.facts.workspaceId, randomUUID(), given.world.facts.connectionId, at, code],
  );
}

/** A run while nobody looks, looks again, and another run. */
async function blindAndBack(): Promise<void> {
  await given.world.judgedAt(march(8, 12));
  for (const at of [march(8, 20), march(9, 4), march(9, 5)]) await given.world.facts.looked(at);
  await given.world.judgedAt(march(9, 12));
}

// oxlint-disable-next-line typescript/no-explicit-any -- answers as they are
type Answer = any;

async function get(path: string, accept = 'application/json'): Promise<Answer> {
  const response = await fetch(`${given.world.server.url}${path}`, { headers: { accept } });
  return accept === 'application/json' ? await response.json() : await response.text();
}

async function findingOf(employeeId: string, query = ''): Promise<Answer> {
  const { findings } = await get(`/findings${query}`);
  return findings.find(({ person }: Answer) => person?.employeeId === employeeId);
}

const directoryOf = ({ systems }: Answer): Answer => systems.find(({ system }: Answer) => system === 'directory');
const since = () => ({
  gapId: `${given.world.facts.connectionId}/${march(6, 20)}`,
  connectionId: given.world.facts.connectionId,
  from: march(6, 20),
});
const gap = () => ({ ...since(), to: march(8, 20), because: 'no-run' });
const between = `Nobody looked at the whole directory between ${march(6, 20)} and ${march(8, 20)}: no such look was made.`;
const goesOn = `Since ${march(6, 20)} nobody has looked at the whole directory: no such look was made.`;

describe('a finding whose window nobody looked into', () => {
  it('names the stretch, its connection and why, and says so in its sentence (I10)', async () => {
    await blindAndBack();
    const finding = await findingOf('1');
    expect(finding).toMatchObject({
      rule: 'L08',
      sentence: expect.stringMatching(new RegExp(`with no proof of anything between\\. ${between}$`)),
    });
    expect(directoryOf(finding)).toMatchObject({ connectionId: given.world.facts.connectionId, blind: [gap()] });
  });

  it('names none where nobody looked before and after alone', async () => {
    await blindAndBack();
    const finding = await findingOf('2');
    expect(finding).toMatchObject({ rule: 'L12', sentence: expect.not.stringContaining('looked') });
    expect(directoryOf(finding)).not.toHaveProperty('blind');
  });

  it('says why looks failed in it', async () => {
    await failed(march(7, 8), 'throttled');
    await failed(march(8, 8), 'credential_expired');
    await failed(march(9, 4), 'permission_lost');
    await blindAndBack();
    expect(directoryOf(await findingOf('1')).blind).toEqual([{ ...gap(), because: 'credential_expired' }]);
  });

  it('says so of a person, and in the file of findings', async () => {
    await blindAndBack();
    const { person } = await findingOf('1');
    const { findings } = await get(`/people/${person.id}`);
    expect(findings[0]).toMatchObject({ rule: 'L08', blind: [gap()], sentence: expect.stringContaining(between) });
    const rows = parse(await get('/findings', 'text/csv'), { columns: true }) as Record<string, string>[];
    expect(rows.filter(({ gap_id: id }) => id !== '')).toEqual([
      expect.objectContaining({
        employee_id: '1',
        system: 'directory',
        gap_id: gap().gapId,
        blind_because: 'no-run',
        sentence: expect.stringContaining(between),
      }),
    ]);
  });

  it('says so of a member of the test about leavers, and in its file', async () => {
    await blindAndBack();
    const { sentence } = await findingOf('1');
    const { members } = await get('/tests/terminated-people-are-deactivated');
    const annsMember = members.find(({ person }: Answer) => person.employeeId === '1');
    expect(annsMember.because).toBe(sentence);
    const rows = parse(await get('/tests/terminated-people-are-deactivated', 'text/csv'), { columns: true }) as Record<string, string>[];
    expect(rows.filter(({ because }) => because?.includes(between)).map((row) => row['employee_id'])).toEqual(['1']);
  });

  it('says of the past what was known then, the same for good, though somebody has looked since', async () => {
    await given.world.judgedAt(march(8, 12));
    const then = await get(`/findings?asOf=${march(8, 12)}`);
    const file = await get(`/findings?asOf=${march(8, 12)}`, 'text/csv');
    const finding = await findingOf('1', `?asOf=${march(8, 12)}`);
    expect(finding).toMatchObject({ rule: 'L07', sentence: expect.stringMatching(new RegExp(`${goesOn}$`)) });
    expect(directoryOf(finding).blind).toEqual([{ ...since(), to: null, because: 'no-run' }]);
    for (const at of [march(8, 20), march(9, 4), march(9, 5)]) await given.world.facts.looked(at);
    await failed(march(8, 14), 'throttled');
    await given.world.judgedAt(march(9, 12));
    expect(await get(`/findings?asOf=${march(8, 12)}`)).toEqual(then);
    expect(await get(`/findings?asOf=${march(8, 12)}`, 'text/csv')).toBe(file);
  });

  it('says of each of its versions what was known when it was judged', async () => {
    await blindAndBack();
    const { versions } = await get(`/findings/${(await findingOf('1')).id}`);
    expect(versions).toMatchObject([
      { rule: 'L08', sentence: expect.stringContaining(between) },
      { rule: 'L07', sentence: expect.stringContaining(goesOn) },
    ]);
    expect(versions[0]).not.toHaveProperty('systems');
  });

  it('is the same whether a run judges everything or what has changed, for nothing of it is kept', async () => {
    await given.world.judgedAt(march(8, 12));
    for (const at of [march(8, 20), march(9, 4), march(9, 5)]) await given.world.facts.looked(at);
    given.world.clock.set(march(9, 12));
    await reconcile(given.world.deps, given.world.facts.workspaceId, 'system', 'changes');
    const period = { periodStart: march(1), periodEnd: march(9) };
    const units = async () =>
      (await reportPopulation(given.db.database, given.world.facts.workspaceId, period)).units.map(({ sentence, systems }) => ({
        sentence,
        systems,
      }));
    const incremental = await units();
    await reconcile(given.world.deps, given.world.facts.workspaceId, 'system');
    expect(await units()).toEqual(incremental);
    expect(incremental.filter(({ sentence }) => sentence.includes(between))).toHaveLength(1);
    const { rows } = await given.db.owner.query<{ kept: string }>('select finding::text as kept from finding where workspace_id = $1', [
      given.world.facts.workspaceId,
    ]);
    expect(rows.filter(({ kept }) => kept.includes('nobody') || kept.includes('looked at'))).toEqual([]);
  });
});
