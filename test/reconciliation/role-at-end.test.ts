import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { applyAssignments, applyGroups } from '../../src/directory/apply-groups-store.ts';
import { type DirectoryConnectionId, HOUR_MS, type Instant, MINUTE_MS, newId, plusMs, type WorkspaceId } from '../../src/kernel/index.ts';
import { decideLink } from '../../src/reconciliation/decide-link.ts';
import { reconcile, setPolicy } from '../../src/reconciliation/index.ts';
import type { Database } from '../../src/platform/index.ts';
import { importRoster } from '../../src/roster/index.ts';
import { slicesOf } from '../../src/roster/decode-roster-file.ts';
import { readerOf } from '../../src/roster/roster-reader.ts';
import { SCIM_ROLE_URN } from '../../src/scim/index.ts';
import { secretBox, startScim } from '../scim/scim-server.ts';
import { type SteppingClock, steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { ann, annsAccount, type Facts, givenFacts, LONG_AGO, march, NOW } from './facts.ts';

const APP = randomUUID();
const GROUP = randomUUID();

let db: TestDatabase;
let clock: SteppingClock;
let facts: Facts;
let objectId: string;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

/** Ann leaves at the end of the 6th; both accounts are off six hours later, in time for everybody but an administrator. */
beforeEach(async () => {
  clock = steppingClock(LONG_AGO);
  facts = await givenFacts({ database: db.database, owner: db.owner, clock });
  await insertRoles(db.owner, facts.workspaceId);
  await setPolicy({ database: db.database, clock }, facts.workspaceId, {
    slaHours: 24,
    privileged: { slaHours: 4, roles: ['admin'] },
    actor: 'system',
  });
  await db.owner.query('update directory_connection set assigned_app_id = $2 where workspace_id = $1', [facts.workspaceId, APP]);
  await facts.roster(ann('2026-03-06'));
  ({ objectId } = await facts.account({
    ...annsAccount,
    assigned: false,
    stretches: [
      { state: 'enabled', from: LONG_AGO, to: march(7, 5) },
      { state: 'disabled', from: march(7, 6) },
    ],
  }));
});

async function insertRoles(owner: Database, workspaceId: WorkspaceId): Promise<void> {
  await owner.query(
    `insert into role (workspace_id, id, name, rank, created_at)
     select $1, said.role, said.role, said.rank, $2 from (values ('member', 0), ('admin', 1)) as said (role, rank)`,
    [workspaceId, LONG_AGO],
  );
}

interface Shown {
  /** Who is assigned the role of an administrator. */
  readonly admins: readonly string[];
  readonly members?: readonly string[];
}

/** What a look that ended then shows, as a run of the directory applies it; the one before it is the last that was complete. */
async function shows(to: Instant, { admins, members }: Shown): Promise<void> {
  const key = {
    workspaceId: facts.workspaceId,
    connectionId: facts.connectionId as DirectoryConnectionId,
    runId: newId<'directory-run'>(to),
  };
  const scope = [key.workspaceId, key.runId];
  await db.owner.transaction(async (tx) => {
    for (const [seq, admin] of admins.entries())
      await tx.query(
        `insert into directory_stage_assignment (workspace_id, run_id, assignment_id, seq, principal_id, principal_type, app_role_id, app_role_value)
         values ($1, $2, $3, $4, $5, 'User', $6, 'admin')`,
        [...scope, `of ${admin}`, seq, admin, APP],
      );
    if (members !== undefined)
      await tx.query(
        'insert into directory_stage_group (workspace_id, run_id, object_id, seq, display_name, members_known) values ($1, $2, $3, 1, $4, true)',
        [...scope, GROUP, 'Administrators'],
      );
    for (const [seq, member] of (members ?? []).entries())
      await tx.query('insert into directory_stage_member (workspace_id, run_id, group_id, member_id, seq) values ($1, $2, $3, $4, $5)', [
        ...scope,
        GROUP,
        member,
        seq,
      ]);
    const { rows } = await tx.query<{ confirmedUntil: Instant }>(
      'select confirmed_until as "confirmedUntil" from directory_connection where workspace_id = $1 and id = $2',
      [key.workspaceId, key.connectionId],
    );
    const change = { confirmedUntil: rows[0]?.confirmedUntil ?? null, to };
    await applyGroups(tx, key, { ...change, kind: 'full', at: to });
    await applyAssignments(tx, key, { ...change, assignedAppId: APP });
    await tx.query('update directory_connection set confirmed_until = $3 where workspace_id = $1 and id = $2', [
      key.workspaceId,
      key.connectionId,
      plusMs(to, -5 * MINUTE_MS),
    ]);
  });
}

interface Judged {
  readonly rules: readonly string[];
  readonly privileged: string;
  readonly deadline: readonly Instant[];
}

async function judged(at = NOW): Promise<Judged> {
  clock.set(at);
  await facts.looked(at);
  await reconcile({ database: db.database, clock }, facts.workspaceId, 'system', 'changes');
  expect(await reconcile({ database: db.database, clock }, facts.workspaceId, 'system')).toMatchObject({
    changed: 0,
    opened: 0,
    closed: 0,
  });
  const { rows } = await db.owner.query<Judged>(
    `select jsonb_path_query_array(all_rules, '$[*].rule') as rules, vector ->> 'privileged' as privileged,
            array[deadline_earliest, deadline_latest] as deadline
     from finding where workspace_id = $1 and unit_kind = 'employment_period' and closed_at is null order by end_latest limit 1`,
    [facts.workspaceId],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('there is no verdict');
  return row;
}

const held = { rules: ['L05', 'R03'], privileged: 'YES', deadline: [march(7, 4), march(7, 4)] };
const perhaps = { rules: ['L08', 'R03'], privileged: 'UNKNOWN', deadline: [march(7, 4), march(8)] };
const ordinary = { rules: ['L12'], privileged: 'NO', deadline: [march(8), march(8)] };

describe('a role of the directory', () => {
  const nobody = { admins: [] };

  it.each([
    {
      story: 'is held that was taken away after the end, before anybody judged it',
      looks: [march(5), march(7, 1)],
      gone: march(7, 3),
      is: held,
    },
    { story: 'may have been held that was taken away between two looks around the end', looks: [march(5)], gone: march(7, 3), is: perhaps },
    { story: 'is not held that was seen gone before the end', looks: [march(3)], gone: march(5), is: ordinary },
  ])('$story (I10)', async ({ looks, gone, is }) => {
    for (const at of looks) await shows(at, { admins: [objectId] });
    await shows(gone, nobody);
    expect(await judged()).toEqual(is);
  });

  it.each([
    { story: 'is not held that a look after the end did not show yet', before: march(7, 1), is: ordinary },
    { story: 'may have been held that was given between two looks around the end', before: march(5), is: perhaps },
  ])('$story (I10)', async ({ before, is }) => {
    await shows(before, nobody);
    await shows(march(7, 3), { admins: [objectId] });
    expect(await judged()).toEqual(is);
  });

  it.each([
    { story: 'membership', gone: (group: string) => ({ admins: [group], members: [] }) },
    { story: 'the group’s assignment', gone: () => ({ admins: [], members: [objectId] }) },
    { story: 'both', gone: () => ({ admins: [], members: [] }) },
  ])('that came through a group counts as long as both were there: $story is taken away', async ({ gone }) => {
    await shows(march(5), { admins: [GROUP], members: [objectId] });
    await shows(march(7, 1), { admins: [GROUP], members: [objectId] });
    await shows(march(7, 3), gone(GROUP));
    expect(await judged()).toEqual(held);
  });

  it('stays held however often it is judged, wherever HR moves the end meanwhile, and whatever account is no longer theirs', async () => {
    const { userId } = await facts.scim({
      userName: 'ann@contoso.example',
      employeeNumber: '1',
      states: [
        { at: LONG_AGO, is: 'active' },
        { at: march(6, 20), is: 'inactive' },
      ],
    });
    for (const at of [march(5), march(7, 1)]) await shows(at, { admins: [objectId] });
    expect(await judged()).toEqual(held);
    await shows(plusMs(NOW, MINUTE_MS), nobody);
    expect(await judged(plusMs(NOW, HOUR_MS))).toEqual(held);
    await facts.roster(ann('2026-04-06'));
    expect((await judged(plusMs(NOW, 2 * HOUR_MS))).privileged).toBe('NO');
    await facts.roster(ann('2026-03-06'));
    expect(await judged(plusMs(NOW, 3 * HOUR_MS))).toEqual(held);
    const { rows } = await db.owner.query<{ id: string }>('select id from person where workspace_id = $1', [facts.workspaceId]);
    const personId = rows[0]?.id ?? '';
    const unlinked = {
      personId,
      accountId: userId,
      system: 'scim',
      action: 'unlink',
      reason: 'it is her namesake’s',
      actor: 'system',
    } as const;
    await decideLink({ database: db.database, clock }, facts.workspaceId, unlinked);
    expect(await judged(plusMs(NOW, 4 * HOUR_MS))).toEqual(held);
  });

  it('that somebody has since they came back says nothing of when they had left', async () => {
    await facts.roster('1,ann@contoso.example,2026-03-09,');
    await shows(march(8), nobody);
    await shows(march(9, 12), { admins: [objectId] });
    expect(await judged()).toEqual(ordinary);
  });
});

describe('a role that was taken away before anybody kept such', () => {
  /** What the migration does for what a verdict had held somebody to. */
  const upgraded = readFileSync('migrations/0089_keep_past_roles.sql', 'utf8')
    .split(/;\n/)
    .filter((statement) => /^insert into/m.test(statement));

  it.each(['directory', 'scim'])('is held still where a verdict held its person to it, by the %s account', async (system) => {
    const states = [
      { at: LONG_AGO, is: 'active' },
      { at: march(6, 20), is: 'inactive' },
    ] as const;
    const role = system === 'scim' ? { role: 'admin' } : {};
    const { userId } = await facts.scim({ userName: 'ann@contoso.example', employeeNumber: '1', states, ...role });
    if (system === 'directory') await shows(march(5), { admins: [objectId] });
    expect(await judged()).toEqual(held);
    await db.owner.query('delete from directory_app_assignment where workspace_id = $1', [facts.workspaceId]);
    await db.owner.query(`update scim_user set role_claims = '[]' where workspace_id = $1 and id = $2`, [facts.workspaceId, userId]);
    for (const statement of ['delete from directory_past_role', 'delete from scim_past_role', ...upgraded]) await db.owner.query(statement);
    clock.set(plusMs(NOW, HOUR_MS));
    await reconcile({ database: db.database, clock }, facts.workspaceId, 'system');
    expect(await judged(plusMs(NOW, 2 * HOUR_MS))).toEqual(held);
  });

  it('has a statement for each system', () => {
    expect(upgraded).toHaveLength(2);
  });
});

describe('a role that SCIM carries', () => {
  const replaced = (path: string, value: unknown) => ({ op: 'Replace', path, value });
  const [toMember, off] = [replaced(`${SCIM_ROLE_URN}:rbac_role_id`, 'member'), replaced('active', 'False')];
  const header = 'employee_id,work_email,display_name,start_date,end_date';

  it.each<{ story: string; sent: readonly (readonly [Instant, readonly unknown[]])[]; isRetired?: true; privileged: string }>([
    { story: 'is held that is never taken away', sent: [[march(7, 6), [off]]], privileged: 'YES' },
    {
      story: 'is held that is taken away after the end',
      sent: [
        [march(7, 1), [toMember]],
        [march(7, 6), [off]],
      ],
      privileged: 'YES',
    },
    { story: 'is held that goes with the access', sent: [[march(7, 6), [toMember, off]]], privileged: 'YES' },
    {
      story: 'is not held that is taken away before the end',
      sent: [
        [march(6, 23), [toMember]],
        [march(7, 6), [off]],
      ],
      privileged: 'NO',
    },
    {
      story: 'may have been held that the catalogue no longer has',
      sent: [[march(7, 6), [off]]],
      isRetired: true,
      privileged: 'UNKNOWN',
    },
  ])('$story (I10)', async ({ sent, isRetired, privileged }) => {
    const server = await startScim();
    try {
      const { clock: time, database, owner } = server;
      time.set(march(5));
      const { addUser, patch, workspaceId } = await server.client();
      await insertRoles(owner, workspaceId);
      await setPolicy({ database, clock: time }, workspaceId, {
        slaHours: 24,
        privileged: { slaHours: 4, roles: ['admin'] },
        actor: 'system',
      });
      const bytes = Buffer.from([header, '1,ann@contoso.example,Ann,2020-01-01,2026-03-06'].join('\n'));
      await importRoster({ database, clock: time, secretBox }, workspaceId, {
        source: 'file',
        bytes,
        read: readerOf('file', slicesOf(bytes)),
        actor: 'system',
        full: false,
        partial: true,
        elseUnchanged: true,
        allowRejected: false,
      });
      const id = await addUser('ann@contoso.example', { active: true, [SCIM_ROLE_URN]: { rbac_role_id: 'admin' } });
      for (const [at, operations] of sent) {
        time.set(at);
        expect((await patch(`/Users/${id}`, operations)).status).toBeLessThan(300);
      }
      time.set(NOW);
      if (isRetired === true)
        await owner.query("update role set retired_at = $2 where workspace_id = $1 and id = 'admin'", [workspaceId, NOW]);
      await reconcile({ database, clock: time }, workspaceId, 'system');
      const { rows } = await owner.query<{ privileged: string }>(
        `select vector ->> 'privileged' as privileged from finding where workspace_id = $1 and unit_kind = 'employment_period'`,
        [workspaceId],
      );
      expect(rows).toEqual([{ privileged }]);
    } finally {
      await server.close();
    }
  });
});
