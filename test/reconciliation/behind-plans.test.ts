import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId, type WorkspaceId } from '../../src/kernel/index.ts';
import { directoryAccountPopulation, scimUserPopulation } from '../../src/reconciliation/account-population.ts';
import type { PopulationAsked } from '../../src/reconciliation/counted-population.ts';
import { createTestMemory } from '../../src/reconciliation/test-memory.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { pagesTouched } from '../support/pages-touched.ts';
import { insertWorkspace } from '../support/workspace.ts';
import { LONG_AGO, NOW } from './facts.ts';

const populations = { directory: directoryAccountPopulation, scim: scimUserPopulation };

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

/** Everybody has two directory accounts, one that is enabled and assigned, and one that was enabled and has vanished; and a SCIM user that carries the first one's object id. */
async function workspaceOf(people: number, hasStatistics = true): Promise<WorkspaceId> {
  const workspaceId = await insertWorkspace(db.owner, NOW);
  const connectionId = randomUUID();
  await db.owner.query(
    `insert into directory_connection (workspace_id, id, cloud, tenant_id, client_id, scim_app_id, assigned_app_id, created_at, created_by)
     values ($1, $2, 'commercial', $3, $3, $4, $4, $5, 'system')`,
    [workspaceId, connectionId, randomUUID(), randomUUID(), NOW],
  );
  await db.owner.query(
    `insert into directory_account (workspace_id, connection_id, object_id, user_principal_name, address_keys, account_enabled, attributes, row_hash, state,
       in_scope, scope_state, first_run_id, last_run_id)
     select $1, $2, gen_random_uuid(), n || '.' || state, '{}', true, '{}', sha256('\\x00'), state, true, 'in_scope', $2, $2
     from generate_series(1, $3::integer) as n cross join unnest(array['enabled', 'vanished']) as state`,
    [workspaceId, connectionId, people],
  );
  await db.owner.query(
    `insert into directory_observation (workspace_id, connection_id, object_id, ordinal, state, observed_at, seen_from, confirmed_until, source, run_id, record_id)
     select $1, $2, account.object_id, seen.ordinal, seen.state, $3, $3, case when account.state = 'vanished' and seen.ordinal = 1 then $3::timestamptz end, 'full', $2, gen_random_uuid()
     from directory_account as account
     join (values (1, 'enabled'), (2, 'vanished')) as seen (ordinal, state) on seen.ordinal = 1 or account.state = 'vanished'
     where account.workspace_id = $1`,
    [workspaceId, connectionId, LONG_AGO],
  );
  await db.owner.query(
    `insert into directory_app_assignment (workspace_id, connection_id, assignment_id, principal_id, principal_type, app_role_id)
     select $1, $2, gen_random_uuid(), object_id, 'User', $2 from directory_account where workspace_id = $1 and state = 'enabled'`,
    [workspaceId, connectionId],
  );
  await db.owner.query(
    `insert into scim_user (workspace_id, id, user_name, user_name_key, external_id, email_keys, active, version, created_at, last_modified, resource, role_claims)
     select $1, gen_random_uuid(), user_principal_name, user_principal_name, object_id, '{}', true, 1, $2, $2, '{}', '[]'
     from directory_account where workspace_id = $1 and state = 'enabled'`,
    [workspaceId, NOW],
  );
  await insertFindings(workspaceId);
  if (hasStatistics) await db.owner.query('analyze');
  return workspaceId;
}

async function insertFindings(workspaceId: WorkspaceId): Promise<void> {
  await db.owner.query(
    `insert into finding (workspace_id, id, unit_kind, unit_id, person_id, rule, verdict, effect, all_rules, vector, systems, sentence, evidence, own_records, digest,
       opened_at, changed_at, last_run_id)
     select $1, gen_random_uuid(), 'employment_period', gen_random_uuid(), gen_random_uuid(), 'S16', 'CONSISTENT_ACTIVE', 'OK', '[]',
       '{"employment": "ACTIVE", "classification": "HUMAN", "match": "ONE", "roster": "LISTED", "directory": "ENABLED", "scim": "ACTIVE", "assigned": "YES",
         "propagation": "SETTLED", "role": "NONE", "privileged": "NO", "directoryTiming": null, "scimTiming": null}',
       jsonb_build_array(
         jsonb_build_object('system', 'directory', 'state', 'ENABLED', 'standing', 'linked', 'accountId', own.account_id),
         jsonb_build_object('system', 'directory', 'state', 'VANISHED', 'standing', 'linked', 'accountId', other.account_id),
         jsonb_build_object('system', 'scim', 'state', 'ACTIVE', 'standing', 'linked', 'accountId', scim_user.id, 'behind', 'ASSIGNED', 'role', 'NONE')),
       '', '{}', '{}', '', $2, $2, gen_random_uuid()
     from scim_user
     join directory_account as own on own.workspace_id = $1 and own.object_id::text = scim_user.external_id
     join directory_account as other on other.workspace_id = $1 and other.user_principal_name = replace(scim_user.user_name, 'enabled', 'vanished')
     where scim_user.workspace_id = $1`,
    [workspaceId, NOW],
  );
}

/** Pages of the database that are touched to count a test's population. */
function touched(system: keyof typeof populations, workspaceId: WorkspaceId, expected: unknown): Promise<number> {
  const asked: PopulationAsked = {
    workspaceId,
    at: NOW,
    period: null,
    moment: undefined,
    basis: { runId: newId<'reconciliation-run'>(NOW) } as PopulationAsked['basis'],
    kinds: createTestMemory().kinds,
  };
  return pagesTouched(db.database, async (tx) => {
    expect((await populations[system].count(tx, asked, undefined)).effects).toEqual(expected);
  });
}

describe('to count the accounts of people of whom each has several', () => {
  // Ahead of those that gather statistics.
  it('costs for each of them the same without statistics, too, as while a workspace is being filled', async () => {
    const small = await touched('scim', await workspaceOf(200, false), { PASS: 200 });
    expect(await touched('scim', await workspaceOf(1_600, false), { PASS: 1_600 })).toBeLessThan(small * 8 * 1.5);
  });

  it.each([
    { name: 'SCIM users, each by the account behind it', system: 'scim', effects: (people: number) => ({ PASS: people }) },
    {
      name: 'directory accounts, with those that have vanished',
      system: 'directory',
      effects: (people: number) => ({ PASS: people, INSUF: people }),
    },
  ] as const)('costs for each of them the same, however many there are: $name', async ({ effects, system }) => {
    const small = await touched(system, await workspaceOf(200), effects(200));
    const large = await touched(system, await workspaceOf(1_600), effects(1_600));
    expect(small).toBeGreaterThan(200);
    expect(large).toBeLessThan(small * 8 * 1.5);
  });
});
