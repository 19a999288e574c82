// How long the preview of the switch takes in a large directory. `node bench/preview.mjs [ACCOUNTS]`; 100,000 unless told.
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const dist = join(import.meta.dirname, '../dist');
const ACCOUNTS = Number(process.argv[2] ?? '100000');
const ROUNDS = 5;
const PAGE = 1_000;
const clock = { now: () => new Date().toISOString() };

if (!Number.isSafeInteger(ACCOUNTS) || ACCOUNTS < 1_000) {
  process.stderr.write('usage: node bench/preview.mjs [ACCOUNTS], at least 1000\n');
  process.exit(2);
}

const { startEmbeddedDatabase, openDatabase, createLog, expectManyRows } = await import(join(dist, 'platform/index.js'));
const { migrateStore } = await import(join(dist, 'app/open-store.js'));
const { createWorkspace } = await import(join(dist, 'workspace/index.js'));
const { makePreview } = await import(join(dist, 'activation/make-preview.js'));
const { describeActivation } = await import(join(dist, 'activation/describe-activation.js'));
const { makeDiagnosis } = await import(join(dist, 'activation/make-diagnosis.js'));
const { readOutcome } = await import(join(dist, 'activation/outcome-read-model.js'));
const { readPreviewed } = await import(join(dist, 'activation/previewed-read-model.js'));

const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
const embedded = await startEmbeddedDatabase({ dataDirectory: folder });
try {
  await migrateStore(embedded.ownerUrl, embedded.serverUrl, createLog({ level: 'error', format: 'json' }));
  const database = openDatabase({ url: embedded.serverUrl, poolSize: 4, applicationName: 'bench' });
  try {
    await measure(database);
  } finally {
    await database.close();
  }
} finally {
  await embedded.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function measure(database) {
  const named = { slug: 'bench', name: 'Bench', timeZone: 'Europe/Berlin', ownerName: randomBytes(4).toString('hex') };
  const { workspaceId } = await createWorkspace({ database, clock }, named);
  await seed(database, workspaceId);
  const diagnosis = { database, clock, publicUrl: 'http://127.0.0.1:9', lookAtJob: () => Promise.resolve({ kind: 'unknown' }) };
  let previewId;
  let kept = 0;
  const rows = {
    'make a preview': async () => {
      const { id, counts } = await makePreview({ database, clock }, workspaceId, { actor: 'system' });
      [previewId, kept] = [id, counts.appears + counts.disappears + counts.stays];
    },
    'describe the switch': () => describeActivation({ database, clock }, workspaceId),
    'first page of 1,000': () => readPage(database, workspaceId, previewId, 0),
    'last page of 1,000': () => readPage(database, workspaceId, previewId, kept - PAGE),
    'hold the outcome against it': () =>
      database.transaction(async (tx) => {
        await expectManyRows(tx);
        return readOutcome(tx, workspaceId);
      }),
    diagnose: () => makeDiagnosis(diagnosis, workspaceId),
  };
  await provision(database, workspaceId);
  const seconds = Object.fromEntries(Object.keys(rows).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, run] of Object.entries(rows)) {
      const startedAt = performance.now();
      await run();
      seconds[name].push((performance.now() - startedAt) / 1000);
    }
  }
  const made = await makePreview({ database, clock }, workspaceId, { actor: 'system' });
  process.stdout.write(
    `${ACCOUNTS.toLocaleString('en')} accounts, ${ROUNDS} rounds; ${JSON.stringify(made.counts)}, nested only ${made.nestedOnly}\n\n`,
  );
  process.stdout.write('| operation | median s | worst s |\n|---|---|---|\n');
  for (const [name, taken] of Object.entries(seconds)) {
    const sorted = taken.toSorted((one, other) => one - other);
    process.stdout.write(`| ${name} | ${sorted[Math.floor(ROUNDS / 2)].toFixed(2)} | ${sorted.at(-1).toFixed(2)} |\n`);
  }
}

function readPage(database, workspaceId, previewId, after) {
  return readPreviewed(database, workspaceId, previewId, { changes: ['appears', 'disappears', 'stays'], after, limit: PAGE });
}

/** As if the switch had been turned by a preview, and nine tenths of the accounts provisioned: what the outcome is read from. */
async function provision(database, workspaceId) {
  const at = clock.now();
  const { id, digest } = await makePreview({ database, clock }, workspaceId, { actor: 'system' });
  await database.query(
    `insert into authority_change (workspace_id, id, authority, changed_at, changed_by, preview_id, preview_digest, reason)
     values ($1, $2, 'scim', $3, 'system', $2, $4, 'bench')`,
    [workspaceId, id, at, digest],
  );
  await database.query(
    `insert into scim_user (workspace_id, id, user_name, user_name_key, external_id, email_keys, active, version, created_at, last_modified, resource)
     select $1, account.object_id, account.user_principal_name, account.user_principal_name, account.object_id::text, '{}', true, 1, $2, $2, '{}'
     from directory_account account where account.workspace_id = $1 and account.employee_id::integer % 10 < 9`,
    [workspaceId, at],
  );
}

/** Half of the accounts in scope, half assigned through 100 groups, a tenth only through groups within them; everybody on the roster, a tenth left. */
async function seed(database, workspaceId) {
  const [connectionId, runId, importId] = [randomUUID(), randomUUID(), randomUUID()];
  const at = clock.now();
  const statements = [
    `insert into directory_connection (workspace_id, id, cloud, tenant_id, client_id, scim_app_id, created_at, created_by)
     values ($1, $2, 'commercial', $3, $3, $3, $5, 'system')`,
    `insert into directory_run (workspace_id, id, connection_id, state, requested_at, requested_by, started_at, look_from, look_to, finished_at, counts)
     values ($1, $3, $2, 'complete', $5, 'system', $5, $5, $5, $5, '{}')`,
    `update directory_connection set last_complete_run_id = $3, last_complete_requested_at = $5, confirmed_until = $5, assigned_app_id = scim_app_id where workspace_id = $1 and id = $2`,
    `insert into directory_account (workspace_id, connection_id, object_id, user_principal_name, display_name, employee_id, address_keys,
       account_enabled, attributes, row_hash, state, in_scope, scope_state, first_run_id, last_run_id)
     select $1, $2, ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'u' || n || '@load.example', 'User ' || n, n::text,
       array['u' || n || '@load.example'], true, '{}', 'h', 'enabled', n % 2 = 0,
       case when n % 2 = 0 then 'in_scope' else 'out_of_scope' end, $3, $3
     from generate_series(1, ${ACCOUNTS}) as n`,
    `insert into directory_group (workspace_id, connection_id, object_id, first_run_id, last_run_id)
     select $1, $2, ('10000000-0000-4000-8000-' || lpad(to_hex(g), 12, '0'))::uuid, $3, $3 from generate_series(0, 199) as g`,
    `insert into directory_group_member (workspace_id, connection_id, group_id, member_id)
     select $1, $2, ('10000000-0000-4000-8000-' || lpad(to_hex(case when n % 10 = 9 then 100 else 0 end + n % 100), 12, '0'))::uuid,
       ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid
     from generate_series(1, ${ACCOUNTS}) as n where n % 10 in (0, 1, 2, 3, 4, 9)
     union all
     select $1, $2, ('10000000-0000-4000-8000-' || lpad(to_hex(g), 12, '0'))::uuid, ('10000000-0000-4000-8000-' || lpad(to_hex(g + 100), 12, '0'))::uuid
     from generate_series(0, 99) as g`,
    `insert into directory_app_assignment (workspace_id, connection_id, assignment_id, principal_id, principal_type, app_role_id, app_role_value)
     select $1, $2, g::text, ('10000000-0000-4000-8000-' || lpad(to_hex(g), 12, '0'))::uuid, 'Group', $3, case when g % 3 = 0 then 'employee' end
     from generate_series(0, 99) as g`,
    `insert into person (workspace_id, id, employee_id, work_email, email_key, created_at, changed_at)
     select $1, ('20000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, n::text, 'u' || n || '@load.example', 'u' || n || '@load.example', $5, $5
     from generate_series(1, ${ACCOUNTS}) as n`,
    `insert into roster_import (workspace_id, id, imported_at, imported_by, file_sha256, file_bytes, sealed_file, full_roster, row_count, added,
       changed, ended, rehired, unchanged, rejected, record_id)
     values ($1, $4, $5, 'system', sha256('x'), 1, 'x', true, 1, 1, 0, 0, 0, 0, 0, $4)`,
    `insert into employment_period (workspace_id, id, person_id, start_date, end_date, status, worker_type, hr_recorded_at, import_id, row_number, record_id)
     select $1, ('30000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, ('20000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
       '2020-01-01', case when n % 10 = 4 then date '2021-01-01' end, 'active', 'employee', case when n % 10 = 4 then $5 end, $4, n, $4
     from generate_series(1, ${ACCOUNTS}) as n`,
  ];
  const values = [workspaceId, connectionId, runId, importId, at];
  await database.transaction(async (tx) => {
    for (const statement of statements) await tx.query(...typed(statement, values));
  });
}

/** PostgreSQL wants parameters without gaps, and of a type that it need not guess. */
function typed(statement, values) {
  const used = values.map((_, index) => index + 1).filter((number) => statement.includes(`$${number}`));
  const text = statement.replaceAll(
    /\$(\d)/g,
    (_, number) => `$${used.indexOf(Number(number)) + 1}::${number === '5' ? 'timestamptz' : 'uuid'}`,
  );
  return [text, used.map((number) => values[number - 1])];
}
