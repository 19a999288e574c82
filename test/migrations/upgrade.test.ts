import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Instant, WorkspaceId } from '../../src/kernel/index.ts';
import { type Database, migrate, openDatabase, readMigrations } from '../../src/platform/index.ts';
import { listPolicies } from '../../src/reconciliation/policy-store.ts';
import { reconcile } from '../../src/reconciliation/index.ts';
import { listCandidates } from '../../src/reconciliation/candidate-read-model.ts';
import { steppingClock } from '../support/clock.ts';
import { testPostgres } from '../support/database.ts';
import { databaseUrl } from '../support/postgres-server.ts';
import { queryOnce } from '../support/query-once.ts';

/** The newest migration of the release that is upgraded from. */
const RELEASE = '0052_draw_samples';

const name = `upgrade_${randomBytes(6).toString('hex')}`;
const { ownerUrl, superuserUrl } = testPostgres();
const url = databaseUrl(ownerUrl, name);
const migrations = readMigrations('migrations');

/** Ids that a reader can tell apart: `id(7)` ends in 7. */
const id = (n: number) => `'00000000-0000-7000-8000-${String(n).padStart(12, '0')}'`;
const workspace = id(1);
const quiet = id(2);
const vector = `'{"classification": "HUMAN", "match": "ONE", "employment": "ENDED", "roster": "LISTED", "directory": "ENABLED", "scim": "NEVER",
  "assigned": "NO", "propagation": "SETTLED", "role": "NONE", "privileged": "NO", "directoryTiming": "OVERDUE", "scimTiming": "NO_ACCOUNT"}'`;
const finding = (n: number, unit: string, closed: string) =>
  `(${workspace}, ${id(n)}, 'employment_period', ${unit}, ${id(10)}, 'L03', 'TERMINATED_ACTIVE_DIR', 'FAIL', '[]', ${vector}, '[]', '2026-02-01', '2026-02-01',
    '2026-02-02', '2026-02-02', ${id(5)}, 'x', '{}', '{}', '\\x00', '2026-02-03', '2026-02-03', ${closed}, ${id(31)}, '{FAIL}')`;

/** A workspace in use, and one in which nothing was ever reconciled, as that release wrote them. */
const written = [
  `insert into workspace (workspace_id, slug, name, time_zone, created_at)
   values (${workspace}, 'w', 'W', 'Europe/Berlin', '2026-01-01'), (${quiet}, 'q', 'Q', 'UTC', '2026-01-01')`,
  `insert into scim_switch (workspace_id, state, changed_at, changed_by)
   select workspace.workspace_id, 'off', '2026-01-01', 'system' from workspace on conflict do nothing`,
  `insert into policy (workspace_id, id, version, sla_hours, effective_from, created_by, record_id)
   values (${workspace}, ${id(5)}, 1, 24, '2026-01-01', 'system', ${id(6)})`,
  `insert into roster_import (workspace_id, id, imported_at, imported_by, file_sha256, file_bytes, sealed_file, full_roster, row_count, added, changed, ended, rehired,
     unchanged, rejected, record_id)
   values (${workspace}, ${id(7)}, '2026-01-02', 'system', sha256('\\x00'), 1, '\\x00', false, 2, 2, 0, 0, 0, 0, 0, ${id(8)})`,
  `insert into person (workspace_id, id, employee_id, display_name, work_email, email_key, created_at, changed_at)
   values (${workspace}, ${id(10)}, '1', 'Ann Adler', 'ann@contoso.example', 'ann@contoso.example', '2026-01-02', '2026-01-02'),
          (${workspace}, ${id(11)}, '2', 'Ben Baker', 'ben@contoso.example', 'ben@contoso.example', '2026-01-02', '2026-01-02')`,
  `insert into employment_period (workspace_id, id, person_id, start_date, end_date, status, worker_type, hr_recorded_at, import_id, row_number, record_id)
   values (${workspace}, ${id(12)}, ${id(10)}, '2020-01-01', '2026-01-31', 'active', 'employee', '2026-01-02', ${id(7)}, 2, ${id(8)}),
          (${workspace}, ${id(13)}, ${id(11)}, '2020-01-01', null, 'active', 'employee', null, ${id(7)}, 3, ${id(8)})`,
  `insert into directory_connection (workspace_id, id, cloud, tenant_id, client_id, created_at, created_by)
   values (${workspace}, ${id(20)}, 'commercial', ${id(21)}, ${id(22)}, '2026-01-01', 'system')`,
  `insert into directory_run (workspace_id, id, connection_id, state, requested_at, requested_by, look_from, look_to, finished_at, counts)
   values (${workspace}, ${id(23)}, ${id(20)}, 'complete', '2026-02-09', 'system', '2026-02-09', '2026-02-09', '2026-02-09', '{}')`,
  `update directory_connection set last_complete_run_id = ${id(23)}, last_complete_requested_at = '2026-02-09', confirmed_until = '2026-02-09'`,
  `insert into directory_account (workspace_id, connection_id, object_id, account_id, user_principal_name, display_name, employee_id, address_keys,
     account_enabled, attributes, row_hash, state, in_scope, scope_state, first_run_id, last_run_id)
   values (${workspace}, ${id(20)}, ${id(24)}, ${id(25)}, 'ann@contoso.example', null, '1', '{ann@contoso.example}', true, '{}', '', 'enabled', true, 'in_scope',
           ${id(23)}, ${id(23)}),
          (${workspace}, ${id(20)}, ${id(26)}, ${id(27)}, 'b@contoso.example', 'Baker, Ben', null, '{b@contoso.example}', true, '{}', '', 'enabled', true, 'in_scope',
           ${id(23)}, ${id(23)})`,
  `insert into directory_observation (workspace_id, connection_id, object_id, ordinal, state, seen_from, observed_at, source, run_id, record_id)
   values (${workspace}, ${id(20)}, ${id(24)}, 1, 'enabled', '2026-01-02', '2026-01-02', 'full', ${id(23)}, ${id(8)}),
          (${workspace}, ${id(20)}, ${id(26)}, 1, 'enabled', '2026-01-02', '2026-01-02', 'full', ${id(23)}, ${id(8)})`,
  `insert into account_link (workspace_id, id, person_id, system, account_id, standing, rule, linked_at, linked_by, record_id)
   values (${workspace}, ${id(28)}, ${id(10)}, 'directory', ${id(25)}, 'linked', 'M3', '2026-02-01', 'system', ${id(8)})`,
  `insert into reconciliation_run (workspace_id, id, as_of, started_by, counts, population, opened, changed, closed)
   select ${workspace}, run.id, run.as_of, 'system', '{}', '{}', 0, 0, 0
   from (values (${id(30)}::uuid, timestamptz '2026-02-02'), (${id(31)}, '2026-02-03')) as run (id, as_of)`,
  `insert into finding (workspace_id, id, unit_kind, unit_id, person_id, rule, verdict, effect, all_rules, vector, systems, end_earliest, end_latest,
     deadline_earliest, deadline_latest, policy_id, sentence, evidence, own_records, digest, opened_at, changed_at, closed_at, last_run_id, effects)
   values ${finding(40, id(12), 'null')}, ${finding(41, id(13), "'2026-02-03'")}`,
];

let database: Database;
let before: ReadonlyMap<string, number>;

beforeAll(async () => {
  await queryOnce(ownerUrl, `create database ${name}`);
  await migrate({ ownerUrl: url, migrations: migrations.filter((each) => each.name <= RELEASE) });
  for (const statement of written) await queryOnce(url, statement);
  before = await rowCounts();
  await migrate({ ownerUrl: url, migrations });
  database = openDatabase({ url, poolSize: 2, applicationName: 'upgrade' });
});
afterAll(async () => {
  await database.close();
  await queryOnce(superuserUrl, `drop database ${name} with (force)`);
});

/** How many rows each table has. */
async function rowCounts(): Promise<ReadonlyMap<string, number>> {
  const tables = await queryOnce(url, "select tablename from pg_tables where schemaname = 'public' and tablename <> 'schema_migration'");
  const counts = new Map<string, number>();
  for (const { tablename } of tables) {
    const [row] = await queryOnce(url, `select count(*)::int as count from ${String(tablename)}`);
    counts.set(String(tablename), Number(row?.['count']));
  }
  return counts;
}

describe('an upgrade from a release with data', () => {
  it('loses no row of any table', async () => {
    const after = await rowCounts();
    expect([...before.values()].filter((count) => count > 0).length).toBeGreaterThan(12);
    for (const [table, count] of before) expect([table, after.get(table)]).toEqual([table, count]);
  });

  it('counts the last run of each workspace as the first whose words are kept, and no other', async () => {
    const runs = await queryOnce(url, 'select as_of = recorded_at as "isSame", ord from reconciliation_run order by as_of');
    expect(runs).toEqual([
      { isSame: null, ord: null },
      { isSame: true, ord: 1 },
    ]);
    expect(await queryOnce(url, 'select distinct since_run from finding')).toEqual([{ since_run: 1 }]);
  });

  it('lists what is nobody’s before the next run, by names as they are compared now', async () => {
    const { rows } = await listCandidates(database, workspaceIdOf(workspace), { after: undefined, limit: 10 });
    expect(rows).toMatchObject([{ account: 'b@contoso.example', employeeId: '2', because: ['name'] }]);
  });

  it('leaves a policy as it was, with no site of its own', async () => {
    expect(await listPolicies(database, workspaceIdOf(workspace))).toMatchObject([{ version: 1, slaHours: 24, sites: [], holidays: [] }]);
  });

  it('goes on judging, and keeps what was said before', async () => {
    const clock = steppingClock('2026-02-10T00:00:00.000Z' as Instant);
    await reconcile({ database, clock }, workspaceIdOf(workspace), 'system');
    expect(await queryOnce(url, 'select since_run, until_run, sentence from finding_version')).toEqual([
      { since_run: 1, until_run: 2, sentence: 'x' },
    ]);
    const rules = await queryOnce(
      url,
      'select finding.unit_kind as kind, finding.rule from finding where finding.closed_at is null order by 1, 2',
    );
    expect(rules).toEqual([
      { kind: 'account', rule: 'S07' },
      { kind: 'employment_period', rule: 'L03' },
      { kind: 'employment_period', rule: 'S13' },
    ]);
  });
});

function workspaceIdOf(literal: string): WorkspaceId {
  return literal.replaceAll("'", '') as WorkspaceId;
}
