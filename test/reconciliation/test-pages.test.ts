import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId, type WorkspaceId } from '../../src/kernel/index.ts';
import { directoryAccountPopulation } from '../../src/reconciliation/account-population.ts';
import type { PopulationAsked } from '../../src/reconciliation/counted-population.ts';
import { leaverPopulation } from '../../src/reconciliation/leaver-population.ts';
import type { PastMoment } from '../../src/reconciliation/past-moment-read-model.ts';
import { createTestMemory } from '../../src/reconciliation/test-memory.ts';
import type { Effect } from '../../src/verdict/index.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { pagesTouched } from '../support/pages-touched.ts';
import { insertWorkspace } from '../support/workspace.ts';
import { NOW } from './facts.ts';

const populations = { accounts: directoryAccountPopulation, leavers: leaverPopulation };
const PAGE = 50;

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

/** Every five hundredth employment ended and its account is enabled still; every fifth ended well, the others go on. */
async function workspaceOf(findings: number): Promise<WorkspaceId> {
  const workspaceId = await insertWorkspace(db.owner, NOW);
  await db.owner.query(
    `insert into finding (workspace_id, id, unit_kind, unit_id, person_id, rule, verdict, effect, all_rules, vector, systems, end_earliest, end_latest,
       sentence, evidence, own_records, digest, opened_at, changed_at, last_run_id)
     select $1, gen_random_uuid(), 'employment_period', gen_random_uuid(), gen_random_uuid(), 'S16', 'CONSISTENT_ACTIVE', kind.effect, '[]',
       jsonb_build_object('employment', kind.employment, 'classification', 'HUMAN', 'match', 'ONE', 'roster', 'LISTED', 'directory', kind.state,
         'scim', 'NEVER', 'assigned', 'YES', 'propagation', 'SETTLED', 'role', 'NONE', 'privileged', 'NO', 'directoryTiming', kind.outcome,
         'scimTiming', case when kind.ended is not null then 'NO_ACCOUNT' end),
       jsonb_build_array(jsonb_build_object('system', 'directory', 'state', kind.state, 'standing', 'linked', 'accountId', gen_random_uuid(),
         'matchRule', 'M3', 'grade', 'C', 'timing', null, 'judged', case when kind.ended is not null then jsonb_build_object('outcome', kind.outcome) end)),
       kind.ended, kind.ended, '', '{}', '{}', '', now(), now(), gen_random_uuid()
     from generate_series(1, $2::integer) as n
     cross join lateral (
       select case when n % 500 = 0 then 'FAIL' when n % 5 = 0 then 'PASS' else 'OK' end as effect,
              case when n % 5 = 0 then 'ENDED' else 'ACTIVE' end as employment,
              case when n % 500 = 0 then 'OVERDUE' when n % 5 = 0 then 'IN_TIME' end as outcome,
              case when n % 500 <> 0 and n % 5 = 0 then 'DISABLED' else 'ENABLED' end as state,
              case when n % 5 = 0 then timestamptz '2026-01-01' + n % 50 * interval '1 hour' end as ended
     ) as kind`,
    [workspaceId, findings],
  );
  await db.owner.query(
    `insert into account_link (workspace_id, id, person_id, system, account_id, standing, rule, linked_at, linked_by, record_id)
     select $1, gen_random_uuid(), finding.person_id, 'directory', (finding.systems -> 0 ->> 'accountId')::uuid, 'linked', 'M3', $2, 'system', gen_random_uuid()
     from finding where finding.workspace_id = $1`,
    [workspaceId, NOW],
  );
  await db.owner.query('analyze finding, account_link');
  return workspaceId;
}

const then: PastMoment = {
  at: NOW,
  run: { id: newId<'reconciliation-run'>(NOW), ord: 3, asOf: NOW, recordedAt: NOW, timeZone: 'UTC' },
};

/** The same, and a later run had every second of them say that all is well with somebody whose account is gone. */
async function changedWorkspaceOf(findings: number): Promise<WorkspaceId> {
  const workspaceId = await workspaceOf(findings);
  const changed = 'finding.workspace_id = $1 and get_byte(uuid_send(finding.id), 15) % 2 = 0';
  const said = `id, unit_kind, unit_id, person_id, rule, verdict, effect, all_rules, vector, systems, end_earliest, end_latest, sentence, evidence, own_records, opened_at`;
  await db.owner.query(
    `insert into finding_version (workspace_id, since_run, until_run, ${said}) select $1, 1, 9, ${said} from finding where ${changed}`,
    [workspaceId],
  );
  await db.owner.query(
    `update finding set since_run = 9, effect = 'OK', systems = '[]', end_earliest = null, end_latest = null,
       vector = vector || '{"employment": "ACTIVE", "directory": "NEVER", "directoryTiming": null}'
     where ${changed}`,
    [workspaceId],
  );
  await db.owner.query('analyze finding, finding_version');
  return workspaceId;
}

const asked = (workspaceId: WorkspaceId, moment?: PastMoment): PopulationAsked => ({
  workspaceId,
  at: NOW,
  period: null,
  moment,
  basis: { runId: newId<'reconciliation-run'>(NOW) } as PopulationAsked['basis'],
  kinds: createTestMemory().kinds,
});

/** Pages of the database that the first page of those with an effect touches, once the run has been counted. */
async function touched(
  of: keyof typeof populations,
  { effects, workspaceId }: { readonly workspaceId: WorkspaceId; readonly effects: readonly Effect[] | undefined },
  moment?: PastMoment,
): Promise<number> {
  const [what, page] = [asked(workspaceId, moment), { effects, after: undefined, limit: PAGE }];
  await db.database.transaction((tx) => populations[of].list(tx, what, page));
  return pagesTouched(db.database, (tx) => populations[of].list(tx, what, page));
}

/** Who has an effect, by pages, and how long each page was. */
async function everyPage(
  of: keyof typeof populations,
  { effects, workspaceId }: { readonly workspaceId: WorkspaceId; readonly effects: readonly Effect[] | undefined },
  moment?: PastMoment,
) {
  const sizes: number[] = [];
  const seen: string[] = [];
  for (let after: string | undefined; ; ) {
    const { next, rows } = await db.database.transaction((tx) =>
      populations[of].list(tx, asked(workspaceId, moment), { effects, after, limit: PAGE }),
    );
    sizes.push(rows.length);
    seen.push(...rows.map(({ findingId }) => findingId ?? ''));
    if (next === null) return { sizes, seen };
    after = next;
  }
}

const present = async (workspaceId: WorkspaceId, where: string): Promise<readonly string[]> =>
  (
    await db.owner.query<{ id: string }>(`select finding.id from finding where finding.workspace_id = $1 and ${where}`, [workspaceId])
  ).rows.map(({ id }) => id);

describe('pages of a test’s population', () => {
  it.each(['accounts', 'leavers'] as const)('of %s with a rare effect cost the same in a large workspace as in a small one', async (of) => {
    const small = await touched(of, { workspaceId: await workspaceOf(2_000), effects: ['FAIL'] });
    const large = await touched(of, { workspaceId: await workspaceOf(20_000), effects: ['FAIL'] });
    expect(small).toBeGreaterThan(3);
    // Ten times as many are found, and none of the others is looked at.
    expect(large).toBeLessThan(small * 15);
  });

  it('of accounts are full where most members are not asked for, and show each once', async () => {
    const workspaceId = await workspaceOf(30_000);
    const { seen, sizes } = await everyPage('accounts', { workspaceId, effects: ['FAIL'] });
    expect(sizes).toEqual([PAGE, 10]);
    expect(seen).toEqual([...(await present(workspaceId, "finding.effect = 'FAIL'"))].sort());
  });

  it.each<{ of: keyof typeof populations; effects: readonly Effect[] | undefined; where: string }>([
    { of: 'accounts', effects: undefined, where: "finding.effect <> 'PASS'" },
    { of: 'accounts', effects: ['PASS', 'FAIL'], where: "finding.effect <> 'PASS'" },
    { of: 'leavers', effects: undefined, where: 'finding.end_earliest is not null' },
    { of: 'leavers', effects: ['FAIL', 'PASS'], where: 'finding.end_earliest is not null' },
    { of: 'leavers', effects: ['FAIL'], where: "finding.effect = 'FAIL'" },
    { of: 'leavers', effects: ['WARN'], where: 'false' },
  ])('of $of with $effects show each once', async ({ effects, of, where }) => {
    const workspaceId = await workspaceOf(1_500);
    const { seen } = await everyPage(of, { workspaceId, effects });
    expect(new Set(seen).size).toBe(seen.length);
    expect([...seen].sort()).toEqual([...(await present(workspaceId, where))].sort());
  });
});

describe('pages of a test’s population as of a past instant', () => {
  it('cost the same in a large workspace as in a small one', async () => {
    const [few, many] = [await changedWorkspaceOf(2_000), await changedWorkspaceOf(20_000)];
    const grows = async (of: keyof typeof populations, effects: readonly Effect[] | undefined) => {
      const small = await touched(of, { workspaceId: few, effects }, then);
      expect(small).toBeGreaterThan(3);
      return (await touched(of, { workspaceId: many, effects }, then)) / small;
    };
    expect(await grows('accounts', undefined)).toBeLessThan(2);
    expect(await grows('accounts', ['FAIL'])).toBeLessThan(2);
    expect(await grows('leavers', undefined)).toBeLessThan(2);
    // Ten times as many are found, and none of the others is looked at.
    expect(await grows('leavers', ['FAIL'])).toBeLessThan(15);
  });

  it.each<{ of: keyof typeof populations; effects: readonly Effect[] | undefined }>([
    { of: 'accounts', effects: undefined },
    { of: 'accounts', effects: ['PASS', 'FAIL'] },
    { of: 'leavers', effects: undefined },
    { of: 'leavers', effects: ['FAIL'] },
  ])('of $of with $effects show each once, as it was said then', async ({ effects, of }) => {
    const workspaceId = await changedWorkspaceOf(1_500);
    const past = await everyPage(of, { workspaceId, effects }, then);
    expect(new Set(past.seen).size).toBe(past.seen.length);
    // What they say today was undone: so were all of them before.
    await db.owner.query(
      `update finding set effect = said.effect, systems = said.systems, vector = said.vector, end_earliest = said.end_earliest, end_latest = said.end_latest
       from finding_version as said
       where said.workspace_id = $1 and finding.workspace_id = $1 and finding.id = said.id`,
      [workspaceId],
    );
    const present = await everyPage(of, { workspaceId, effects });
    expect(past.seen).toEqual(present.seen);
    expect(past.seen.length).toBeGreaterThan(2);
  });
});
