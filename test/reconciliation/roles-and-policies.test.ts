import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DAY_MS, HOUR_MS, type Instant, plusMs } from '../../src/kernel/index.ts';
import { approveLink } from '../../src/reconciliation/approve-link.ts';
import { decideLink } from '../../src/reconciliation/decide-link.ts';
import { reconcile, reportPopulation, setPolicy } from '../../src/reconciliation/index.ts';
import { lookingFacts } from '../../src/reconciliation/policy-store.ts';
import { provableSla } from '../../src/reconciliation/provable-sla.ts';
import type { PolicyInput } from '../../src/reconciliation/set-policy.ts';
import { type SteppingClock, steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type AccountGiven, ann, type Facts, givenFacts, LONG_AGO, leavesOf, march, NOW, type ScimGiven } from './facts.ts';

/** Every day for two years. */
const manyDays = Array.from({ length: 730 }, (_, n) => plusMs('2026-01-01T00:00:00.000Z' as Instant, n * DAY_MS).slice(0, 10));

const berlin = { site: 'Berlin', slaHours: 4, businessDays: null, holidays: [] };
const manySites = ['A', 'B', 'C'].map((site) => ({ site, slaHours: null, businessDays: 1, holidays: manyDays.slice(0, 400) }));

let db: TestDatabase;
let clock: SteppingClock;
let facts: Facts;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

beforeEach(async () => {
  clock = steppingClock(LONG_AGO);
  facts = await givenFacts({ database: db.database, owner: db.owner, clock });
  for (const [rank, role] of ['member', 'editor', 'admin'].entries()) {
    await db.owner.query('insert into role (workspace_id, id, name, rank, created_at) values ($1, $2, $2, $3, $4)', [
      facts.workspaceId,
      role,
      rank,
      LONG_AGO,
    ]);
  }
});

const set = (input: Omit<PolicyInput, 'actor'>) =>
  setPolicy({ database: db.database, clock }, facts.workspaceId, { ...input, actor: 'system' });

async function at(
  instant: Instant,
): Promise<{ readonly rules: readonly string[]; readonly sentence: string; readonly deadline: string | null }> {
  clock.set(instant);
  await facts.looked(instant);
  await reconcile({ database: db.database, clock }, facts.workspaceId, 'system');
  const { rows } = await db.owner.query<{ rules: readonly string[]; sentence: string; deadline: Instant | null }>(
    `select jsonb_path_query_array(all_rules, '$[*].rule') as rules, sentence, deadline_latest as deadline
     from finding where workspace_id = $1 and unit_kind = 'employment_period' and closed_at is null`,
    [facts.workspaceId],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('there is no verdict');
  return row;
}

const enabled = [{ state: 'enabled', from: LONG_AGO }] as const;

async function annWith(account: Partial<AccountGiven>, user: Partial<ScimGiven>, end = ''): Promise<void> {
  await facts.roster(ann(end));
  await facts.account({ upn: 'ann@contoso.example', employeeId: '1', stretches: enabled, ...account });
  await facts.scim({ userName: 'ann@contoso.example', employeeNumber: '1', states: [{ at: LONG_AGO, is: 'active' }], ...user });
}

describe('roles', () => {
  beforeEach(async () => {
    await set({ slaHours: 24 });
  });

  it.each<{ story: string; account: Partial<AccountGiven>; user: Partial<ScimGiven>; rules: readonly string[] }>([
    { story: 'the role that the directory assigns', account: { appRole: 'editor' }, user: { role: 'editor' }, rules: ['S16'] },
    { story: 'no role on either side', account: {}, user: {}, rules: ['S16'] },
    { story: 'a role that the directory took away', account: { appRole: 'member' }, user: { role: 'admin' }, rules: ['S16', 'R01'] },
    { story: 'a role that never came', account: { appRole: 'editor' }, user: {}, rules: ['S16', 'R01'] },
    { story: 'a role where the directory assigns none', account: {}, user: { role: 'editor' }, rules: ['S16', 'R01'] },
    { story: 'a role that the catalogue lacks', account: { appRole: 'king' }, user: { role: 'king' }, rules: ['S16', 'R02'] },
    {
      story: 'a role of a user who is inactive',
      account: { appRole: 'member' },
      user: { role: 'admin', states: [{ at: LONG_AGO, is: 'inactive' }] },
      rules: ['S11'],
    },
    {
      story: 'a role where the directory has no account',
      account: { employeeId: '7', upn: 'x@contoso.example' },
      user: { role: 'admin' },
      rules: ['S05', 'R02'],
    },
  ])('$story: $rules', async ({ account, user, rules }) => {
    await annWith(account, user);
    await at(NOW);
    expect((await at(plusMs(NOW, 2 * HOUR_MS))).rules).toEqual(rules);
  });

  it('have as long to follow the directory as provisioning needs, from the run that first saw the difference', async () => {
    await annWith({ appRole: 'member' }, { role: 'admin' });
    expect(await at(NOW)).toMatchObject({ rules: ['S16', 'R01'], sentence: expect.stringContaining('has time to follow') });
    expect(await at(plusMs(NOW, HOUR_MS))).toMatchObject({ sentence: expect.stringContaining('has time to follow') });
    expect(await at(plusMs(NOW, 2 * HOUR_MS))).toMatchObject({ sentence: expect.stringContaining('longer than provisioning needs') });
    await db.owner.query("update directory_app_assignment set app_role_value = 'admin' where workspace_id = $1", [facts.workspaceId]);
    expect((await at(plusMs(NOW, 3 * HOUR_MS))).rules).toEqual(['S16']);
    await db.owner.query("update directory_app_assignment set app_role_value = 'member' where workspace_id = $1", [facts.workspaceId]);
    expect(await at(plusMs(NOW, 4 * HOUR_MS))).toMatchObject({ sentence: expect.stringContaining('has time to follow') });
  });

  it('are found and reported beside a verdict under which all is well', async () => {
    await annWith({ appRole: 'member' }, { role: 'admin' });
    await at(NOW);
    await at(plusMs(NOW, 2 * HOUR_MS));
    expect(await leavesOf(db.owner, facts.workspaceId, 'finding.')).toMatchObject([
      { type: 'finding.opened', after: { rule: 'S16', effect: 'OK', all: [{ rule: 'S16' }, { rule: 'R01', effect: 'PEND' }] } },
      {
        type: 'finding.changed',
        after: { all: [{ rule: 'S16' }, { rule: 'R01', effect: 'FAIL' }] },
        detail: { vector: { role: 'DRIFT' } },
      },
    ]);
    const { units } = await reportPopulation(db.database, facts.workspaceId, { periodStart: march(1), periodEnd: march(9) });
    expect(units).toMatchObject([{ rule: 'S16', vector: { role: 'DRIFT' } }]);
  });

  it('count through a group, and one of several that are assigned will do', async () => {
    await annWith({ appRole: 'member' }, { role: 'editor' });
    const { rows } = await db.owner.query<{ id: string }>('select object_id as id from directory_account where workspace_id = $1', [
      facts.workspaceId,
    ]);
    await db.owner.transaction(async (tx) => {
      const group = '00000000-0000-4000-8000-00000000000a';
      const scope = [facts.workspaceId, facts.connectionId, group];
      await tx.query(
        'insert into directory_group (workspace_id, connection_id, object_id, first_run_id, last_run_id) values ($1, $2, $3, $3, $3)',
        scope,
      );
      await tx.query('insert into directory_group_member (workspace_id, connection_id, group_id, member_id) values ($1, $2, $3, $4)', [
        ...scope,
        rows[0]?.id,
      ]);
      await tx.query(
        `insert into directory_app_assignment (workspace_id, connection_id, assignment_id, principal_id, principal_type, app_role_id, app_role_value)
         values ($1, $2, 'g', $3, 'Group', $3, 'editor')`,
        scope,
      );
    });
    expect((await at(NOW)).rules).toEqual(['S16']);
  });

  it('are not compared with what the directory said when nobody looks any more (I8)', async () => {
    await annWith({ appRole: 'member' }, { role: 'admin' });
    await at(NOW);
    clock.set(plusMs(NOW, 48 * HOUR_MS));
    await reconcile({ database: db.database, clock }, facts.workspaceId, 'system');
    const { rows } = await db.owner.query<{ role: string }>(
      "select vector ->> 'role' as role from finding where workspace_id = $1 and closed_at is null",
      [facts.workspaceId],
    );
    expect(rows).toEqual([{ role: 'UNKNOWN' }]);
  });
});

describe('policies', () => {
  const left = (day: number): Partial<ScimGiven> => ({
    states: [
      { at: LONG_AGO, is: 'active' },
      { at: march(day), is: 'inactive' },
    ],
  });
  const gone: Partial<AccountGiven> = {
    stretches: [
      { state: 'enabled', from: LONG_AGO, to: march(7) },
      { state: 'disabled', from: march(7, 6) },
    ],
  };

  it.each([
    { role: 'member', rules: ['L12'], deadline: march(8) },
    { role: 'admin', rules: ['L08', 'R03'], deadline: march(7, 4) },
  ])('give $role until $deadline', async ({ role, rules, deadline }) => {
    await set({ slaHours: 24, privileged: { slaHours: 4, roles: ['admin'] } });
    await annWith(gone, { role, ...left(7) }, '2026-03-06');
    expect(await at(NOW)).toMatchObject({ rules, deadline });
  });

  it('count a role that only the directory assigns as held', async () => {
    await set({ slaHours: 24, privileged: { slaHours: 4, roles: ['admin'] } });
    await annWith({ ...gone, appRole: 'admin' }, left(7), '2026-03-06');
    expect((await at(NOW)).rules).toEqual(['L08', 'R03']);
  });

  it('hold a leaver to the role of an account that a human took from them after the end (I10)', async () => {
    await set({ slaHours: 24, privileged: { slaHours: 4, roles: ['admin'] } });
    await annWith({ ...gone, appRole: 'admin' }, left(7), '2026-03-06');
    await at(NOW);
    const asked = `select person_id as "personId", account_id as "accountId" from account_link where workspace_id = $1 and system = 'directory'`;
    const { rows } = await db.owner.query<{ personId: string; accountId: string }>(asked, [facts.workspaceId]);
    for (const row of rows) {
      const decision = { ...row, system: 'directory', action: 'unlink', reason: 'it is her namesake’s', actor: 'system' } as const;
      const outcome = await decideLink({ database: db.database, clock }, facts.workspaceId, decision);
      if (outcome.kind === 'decided') throw new Error('one person decided it');
      await approveLink({ database: db.database, clock }, facts.workspaceId, { id: outcome.request.id, actor: 'administrator:two' });
    }
    expect((await at(plusMs(NOW, HOUR_MS))).rules).toContain('R03');
  });

  it('that call a role privileged later leave old verdicts as they were', async () => {
    await set({ slaHours: 24 });
    await annWith(gone, { role: 'admin', ...left(7) }, '2026-03-06');
    const before = await at(NOW);
    await set({ slaHours: 24, privileged: { slaHours: 0, roles: ['admin'] } });
    expect(await at(plusMs(NOW, HOUR_MS))).toEqual(before);
  });

  it('by business days give a Friday’s leaver until the end of Monday', async () => {
    await set({ preset: 'soc2-1bd' });
    await annWith(gone, left(7), '2026-03-06');
    expect(await at(NOW)).toMatchObject({ rules: ['L12'], deadline: march(10) });
  });

  it('leave out the holidays that they list, in the finding, the ledger and the clock since we were told', async () => {
    await set({ preset: 'soc2-1bd', holidays: ['2026-03-10', '2026-03-09', '2026-03-10'] });
    await annWith(gone, left(7), '2026-03-06');
    expect(await at(NOW)).toMatchObject({ rules: ['L12'], deadline: march(12) });
    expect(await leavesOf(db.owner, facts.workspaceId, 'policy.')).toMatchObject([
      { after: { business_days: 1, holidays: ['2026-03-09', '2026-03-10'] } },
    ]);
    const { policies } = await reportPopulation(db.database, facts.workspaceId, { periodStart: march(1), periodEnd: march(9) });
    expect(policies).toMatchObject([{ holidays: ['2026-03-09', '2026-03-10'] }]);
  });

  it('give a site its own time, and cite the version and the record that it comes from', async () => {
    await set({ slaHours: 24 });
    await set({ slaHours: 24, sites: [{ site: 'Berlin', slaHours: 4, businessDays: null, holidays: [] }] });
    await annWith(gone, left(7), '2026-03-06');
    await db.owner.query("update employment_period set site = 'Berlin' where workspace_id = $1", [facts.workspaceId]);
    expect(await at(NOW)).toMatchObject({ rules: ['L08'], deadline: march(7, 4) });
    expect(await leavesOf(db.owner, facts.workspaceId, 'policy.')).toMatchObject([
      { after: { version: 1 } },
      { after: { version: 2, sla_hours: 24, sites: [{ site: 'Berlin', sla_hours: 4 }] } },
    ]);
    const { units, policies } = await reportPopulation(db.database, facts.workspaceId, { periodStart: march(1), periodEnd: march(9) });
    expect(units).toMatchObject([
      { period: { site: 'Berlin' }, policyVersion: 2, evidence: expect.arrayContaining([policies[0]?.recordId]) },
    ]);
  });

  it('judge an old end by the holidays that were listed then', async () => {
    await set({ preset: 'soc2-1bd' });
    await annWith(gone, left(7), '2026-03-06');
    const before = await at(NOW);
    await set({ preset: 'soc2-1bd', holidays: ['2026-03-09'] });
    expect(await at(plusMs(NOW, HOUR_MS))).toEqual(before);
  });

  it('show the clock since we were told beside the one that judges', async () => {
    await set({ slaHours: 24 });
    clock.set(march(9));
    await annWith(gone, left(7), '2026-03-06');
    await at(NOW);
    const { units } = await reportPopulation(db.database, facts.workspaceId, { periodStart: march(1), periodEnd: march(9) });
    expect(units).toMatchObject([
      {
        period: { hrRecordedAt: march(9), backdated: true },
        deadline: { earliest: march(8), latest: march(8) },
        deadlineSinceTold: { earliest: march(10), latest: march(10) },
      },
    ]);
  });

  it('are recorded with all that they say', async () => {
    await set({ preset: 'fedramp-low-mod-4h', privileged: { slaHours: 1, roles: ['admin', 'editor'] } });
    await set({ businessDays: 2 });
    expect(await leavesOf(db.owner, facts.workspaceId, 'policy.')).toMatchObject([
      { after: { version: 1, preset: 'fedramp-low-mod-4h', sla_hours: 4, privileged: { sla_hours: 1, roles: ['admin', 'editor'] } } },
      { before: { version: 1 }, after: { version: 2, business_days: 2 } },
    ]);
  });

  it.each<{ name: string; input: Omit<PolicyInput, 'actor'> }>([
    { name: 'without a clock', input: {} },
    { name: 'with holidays of hours, which run through them', input: { slaHours: 24, holidays: ['2026-12-25'] } },
    { name: 'with a holiday that is no day', input: { businessDays: 1, holidays: ['2026-02-30'] } },
    { name: 'with a holiday in another form', input: { businessDays: 1, holidays: ['25.12.2026'] } },
    { name: 'with more holidays than anybody has', input: { businessDays: 1, holidays: manyDays } },
    { name: 'with a site that is there twice', input: { slaHours: 24, sites: [berlin, berlin] } },
    { name: 'with holidays of a site’s hours', input: { slaHours: 24, sites: [{ ...berlin, holidays: ['2026-12-25'] }] } },
    { name: 'with more holidays than fit a record', input: { slaHours: 24, sites: manySites } },
    { name: 'with two clocks', input: { preset: 'cjis-24h', slaHours: 24 } },
    { name: 'with a role that the catalogue lacks', input: { slaHours: 24, privileged: { slaHours: 4, roles: ['king'] } } },
    { name: 'with longer for privileged roles', input: { slaHours: 4, privileged: { slaHours: 24, roles: ['admin'] } } },
  ])('are refused $name', async ({ input }) => {
    await expect(set(input)).rejects.toMatchObject({ code: 'invalid-request' });
  });

  it('are shown with the least that each directory can prove', async () => {
    await db.owner.query('update directory_connection set sync_every_minutes = 30 where workspace_id = $1', [facts.workspaceId]);
    const provable = async () => (await lookingFacts(db.database, facts.workspaceId)).map(provableSla);
    expect(await provable()).toEqual([{ connectionId: facts.connectionId, minutes: 35, because: 'interval' }]);
    const { objectId } = await facts.account({ upn: 'x@contoso.example', stretches: enabled });
    await facts.audited(objectId, [{ at: LONG_AGO, ledTo: 'enabled' }]);
    expect(await provable()).toEqual([{ connectionId: facts.connectionId, minutes: 0, because: 'audit-log' }]);
  });
});
