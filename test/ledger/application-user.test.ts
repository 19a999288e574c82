import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/platform/index.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly key: readonly string[];
}

let test: TestDatabase;
/** Every table there is; and those of the ledger, of reports and of their readers, and whatever else refuses to be changed. A new one is among them by itself. */
let tables: readonly Table[];
let evidence: readonly Table[];
beforeAll(async () => {
  test = await testDatabase();
  const { rows } = await test.owner.query<Table & { readonly kept: boolean }>(
    `select relation.relname as name,
            array(select attname::text from pg_attribute where attrelid = relation.oid and attnum > 0 and not attisdropped order by attnum) as columns,
            array(select attribute.attname::text from pg_index as index
                    join pg_attribute as attribute on attribute.attrelid = index.indrelid and attribute.attnum = any (index.indkey)
                   where index.indrelid = relation.oid and index.indisprimary) as key,
            relation.relname ~ '^(ledger|report|auditor)(_|$)'
              or exists (select from pg_trigger as kept join pg_proc as refusing on refusing.oid = kept.tgfoid
                          where kept.tgrelid = relation.oid and refusing.proname ~ '_refuse_change$') as kept
       from pg_class as relation
      where relation.relnamespace = 'public'::regnamespace and relation.relkind in ('r', 'p')
      order by relation.relname`,
  );
  tables = rows;
  evidence = rows.filter(({ kept }) => kept);
});
afterAll(() => test.drop());

/** Of no right to it; of a column that is the database's alone. */
const REFUSALS = ['42501', '428C9'];
const SYNTAX_ERROR = '42601';

/** Undefined where the database did it, or found fault with something else than the right to. */
async function refusal(database: Database, statement: string): Promise<string | undefined> {
  try {
    await database.query(statement);
    return undefined;
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message: string };
    if (code === SYNTAX_ERROR) throw error;
    return code !== undefined && REFUSALS.includes(code) ? message : undefined;
  }
}

/** Of all the statements, by name, those that are not refused to the server's own role. */
async function unrefused(statements: Iterable<readonly [string, string]>): Promise<readonly string[]> {
  const done: string[] = [];
  for (const [name, statement] of statements) {
    if ((await refusal(test.database, statement)) === undefined) done.push(name);
  }
  return done;
}

const byColumn = (of: readonly Table[], statement: (table: Table, column: string) => string) =>
  of.flatMap((table) => table.columns.map((column) => [`${table.name}.${column}`, statement(table, column)] as const));
const byTable = (of: readonly Table[], statement: (table: Table) => string) => of.map((table) => [table.name, statement(table)] as const);

/** What the server has to change besides: each column is held to by a trigger or a record, or is no evidence. */
const changeable = [
  ...['revoked_at', 'revoked_by'].map((column) => `auditor_link.${column}`), // record auditor-link.revoked
  'auditor_session.ended_at',
  ...['cluster_id', 'frontier', 'generation', 'origin', 'size', 'watermark'].map((column) => `ledger.${column}`), // trigger ledger_grow
  ...['last_problem', 'last_size', 'last_succeeded_at', 'last_tried_at', 'next_at', 'since'].flatMap((column) => [
    `ledger_anchor_schedule.${column}`, // when to anchor next
    `ledger_meta_schedule.${column}`,
  ]),
  ...['erased_at', 'value'].map((column) => `ledger_disclosure.${column}`), // trigger ledger_disclosure_erase
  ...['last_purged_at', 'months', 'purged_leaves', 'report_months', 'set_at', 'set_by'].map((column) => `ledger_retention.${column}`), // records
  'ledger_tile.hashes', // trigger ledger_tile_grow
  ...['issued_at', 'issued_by', 'token_hash'].map((column) => `ledger_tile_token.${column}`), // records
  ...['address', 'sealed', 'set_at', 'set_by'].map((column) => `ledger_webhook.${column}`), // records
  ...['checkpoint_size', 'purge_record_id', 'purged_at', 'purged_months'].map((column) => `report.${column}`), // trigger report_seal
  ...['problem', 'tried_at'].map((column) => `report_deposit_attempt.${column}`), // when to try again
  // trigger report_draft_frozen
  ...['document', 'document_sha256', 'end_record_id', 'ended_at', 'ended_because', 'freeze_record_id', 'frozen_at', 'frozen_by'].map(
    (column) => `report_draft.${column}`,
  ),
  ...['purged_at', 'summary'].map((column) => `report_draft.${column}`),
].toSorted();

/** What is taken away again: no evidence, or by a trigger only what the workspace keeps no longer (report_draft_finding, report_file, report_response). */
const removable = [
  'ledger_anchor_schedule',
  'ledger_meta_schedule',
  'ledger_tile_token',
  'ledger_webhook',
  'report_draft_finding',
  'report_file',
  'report_response',
];

/** What follows from a record's transaction, and where a ledger begins. */
const notInsertable = [
  ...['frontier', 'generation', 'size', 'watermark'].map((column) => `ledger.${column}`),
  ...['ord', 'txid'].map((column) => `ledger_record.${column}`),
];

describe('an application user with an injected statement (I11)', () => {
  it('sees the tables of the ledger and of reports among those that are tried', () => {
    const names = evidence.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['ledger', 'ledger_record', 'ledger_leaf', 'ledger_checkpoint', 'report', 'report_file']));
    expect(tables.length).toBeGreaterThan(evidence.length);
  });

  it.each([
    { verb: 'UPDATE', change: ({ name }: Table, column: string) => `update ${name} set ${column} = ${column}` },
    {
      verb: 'MERGE … UPDATE',
      change: ({ name }: Table, column: string) =>
        `merge into ${name} as it using (select 1) as other on false when matched then update set ${column} = it.${column}`,
    },
    {
      verb: 'ON CONFLICT DO UPDATE',
      change: ({ name, key }: Table, column: string) =>
        `insert into ${name} (${key.join()}) select ${key.join()} from ${name} where false
           on conflict (${key.join()}) do update set ${column} = excluded.${column}`,
    },
  ])('changes by $verb no column of evidence but those that something else holds', async ({ change }) => {
    const done = await unrefused(byColumn(evidence, change));
    expect(done.toSorted()).toEqual(changeable);
  });

  it.each([
    { verb: 'DELETE', remove: ({ name }: Table) => `delete from ${name}` },
    {
      verb: 'MERGE … DELETE',
      remove: ({ name }: Table) => `merge into ${name} as it using (select 1) as other on false when matched then delete`,
    },
  ])('removes by $verb nothing but what is no evidence', async ({ remove }) => {
    expect(await unrefused(byTable(evidence, remove))).toEqual(removable);
  });

  it('inserts no place in the order: neither a transaction of its own for a record, nor a ledger that has begun', async () => {
    const done = await unrefused(
      byColumn(evidence, ({ name }, column) => `insert into ${name} (${column}) overriding system value select null where false`),
    );
    const all = byColumn(evidence, () => '').map(([name]) => name);
    expect(all.filter((name) => !done.includes(name)).toSorted()).toEqual(notInsertable);
  });

  it.each(['for update', 'for no key update', 'for share', 'for key share'])(
    'locks rows %s only where it may change them',
    async (lock) => {
      const locked = await unrefused(byTable(evidence, ({ name }) => `select from ${name} ${lock}`));
      const changed = new Set(changeable.flatMap((column) => column.split('.')[0] ?? []));
      expect(locked).toEqual([...changed].toSorted());
    },
  );

  it.each([
    'truncate TABLE',
    'truncate TABLE cascade',
    'drop table TABLE cascade',
    'alter table TABLE disable trigger all',
    'alter table TABLE disable trigger user',
    'alter table TABLE add column another int',
    'alter table TABLE rename to another',
    'alter table TABLE set unlogged',
    'alter table TABLE owner to current_user',
    'alter table TABLE enable row level security',
    'create policy another on TABLE using (false)',
    'create rule another as on insert to TABLE do instead nothing',
    'create trigger another before insert on TABLE for each row execute function suppress_redundant_updates_trigger()',
    'create index on TABLE ((1))',
    'create temporary table another () inherits (TABLE)',
    "comment on table TABLE is ''",
    'cluster TABLE',
    "copy TABLE from '/dev/null'",
    "copy TABLE to '/dev/null'",
    "copy TABLE from program 'true'",
    "copy TABLE to program 'true'",
  ])('is refused "%s" of every table there is', async (statement) => {
    expect(await unrefused(byTable(tables, ({ name }) => statement.replace('TABLE', name)))).toEqual([]);
  });

  it.each([
    'set role rollcall_owner',
    'set session authorization rollcall_owner',
    "do $$ begin execute 'set role rollcall_owner'; end $$",
    'set session_replication_role = replica',
    'set local session_replication_role = replica',
    "select set_config('session_replication_role', 'replica', false)",
    'alter role current_user set session_replication_role = replica',
    'alter role current_user superuser',
    'alter role current_user bypassrls',
    'alter system set session_replication_role = replica',
    'grant rollcall_owner to current_user',
    'reassign owned by rollcall_owner to current_user',
    'drop owned by rollcall_owner',
    'create schema another',
    'create table public.another ()',
    'create function public.another() returns int language sql return 1',
    'create or replace function ledger_refuse_change() returns trigger language plpgsql as $$ begin return null; end $$',
    'drop function ledger_refuse_change() cascade',
    'alter function ledger_refuse_change() rename to another',
    'create event trigger another on ddl_command_start execute function ledger_refuse_change()',
    'create publication another for all tables',
    "select setval('ledger_record_ord_seq', 1)",
    "select nextval('ledger_record_ord_seq')",
    'alter sequence ledger_record_ord_seq restart',
    "select pg_read_file('/etc/hostname')",
    "select lo_import('/etc/hostname')",
  ])('is refused "%s"', async (statement) => {
    expect(await refusal(test.database, statement)).toEqual(expect.any(String));
  });

  it('may not give away what it has, nor run as somebody else but to count rows', async () => {
    const { rows: granted } = await test.database.query(
      "select table_name from information_schema.role_table_grants where is_grantable = 'YES' and table_schema = 'public' and grantee <> grantor",
    );
    expect(granted).toEqual([]);
    const { rows: elevated } = await test.database.query<{ name: string }>(
      `select proname as name from pg_proc
        where pronamespace = 'public'::regnamespace and prosecdef and has_function_privilege(oid, 'execute') order by proname`,
    );
    expect(elevated.map(({ name }) => name)).toEqual(['directory_refresh_statistics', 'roster_refresh_statistics']);
  });
});

describe('the owner of the tables', () => {
  it.each([
    'alter table ledger_record disable trigger user; update ledger_record set type = type; alter table ledger_record enable trigger user',
    'alter table ledger_record add column another int; alter table ledger_record drop column another',
    "select setval('ledger_record_ord_seq', 1)",
  ])('is not refused "%s", so that it is the right to it which the application user has not', async (statement) => {
    expect(await refusal(test.owner, statement)).toBeUndefined();
  });
});
