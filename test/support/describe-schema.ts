import type { Database } from '../../src/platform/index.ts';

/**
 * The schema of a migrated database as text, in a stable order: tables with their columns, constraints, indexes, triggers
 * and grants, and the functions. What cannot be seen here cannot drift unseen.
 */
export async function describeSchema(owner: Database): Promise<string> {
  const { rows: tables } = await owner.query<{ name: string }>(
    `select class.relname as name from pg_class class
      where class.relnamespace = 'public'::regnamespace and class.relkind in ('r', 'p', 'v') order by class.relname`,
  );
  const parts = await Promise.all(tables.map(({ name }) => describeTable(owner, name)));
  return `${[...parts, await functions(owner)].join('\n\n')}\n`;
}

async function describeTable(owner: Database, table: string): Promise<string> {
  const lines = await Promise.all([columns, constraints, indexes, triggers, grants].map((read) => read(owner, table)));
  return [`table ${table}`, ...lines.flat().map((line) => `  ${line}`)].join('\n');
}

async function textRows(owner: Database, statement: string, values: readonly unknown[] = []): Promise<readonly string[]> {
  const { rows } = await owner.query<{ line: string }>(statement, values);
  return rows.map(({ line }) => line);
}

function columns(owner: Database, table: string) {
  return textRows(
    owner,
    `select attribute.attname || ' ' || format_type(attribute.atttypid, attribute.atttypmod)
            || case when attribute.attnotnull then ' not null' else '' end
            || case attribute.attidentity when '' then '' else ' identity' end
            || case when attribute.attgenerated <> '' then ' generated ' || pg_get_expr(def.adbin, def.adrelid)
                    else coalesce(' default ' || pg_get_expr(def.adbin, def.adrelid), '') end as line
       from pg_attribute attribute
       left join pg_attrdef def on def.adrelid = attribute.attrelid and def.adnum = attribute.attnum
      where attribute.attrelid = to_regclass(quote_ident($1)) and attribute.attnum > 0 and not attribute.attisdropped
      order by attribute.attnum`,
    [table],
  );
}

function constraints(owner: Database, table: string) {
  return textRows(
    owner,
    `select 'constraint ' || con.conname || ' ' || pg_get_constraintdef(con.oid) as line from pg_constraint con
      where con.conrelid = to_regclass(quote_ident($1)) and con.contype in ('p', 'u', 'f', 'c', 'x') order by con.conname`,
    [table],
  );
}

function indexes(owner: Database, table: string) {
  return textRows(
    owner,
    `select pg_get_indexdef(index.indexrelid) as line from pg_index index
      where index.indrelid = to_regclass(quote_ident($1))
        and not exists (select 1 from pg_constraint con where con.conindid = index.indexrelid)
      order by index.indexrelid::regclass::text`,
    [table],
  );
}

function triggers(owner: Database, table: string) {
  return textRows(
    owner,
    `select pg_get_triggerdef(trigger.oid) as line from pg_trigger trigger
      where trigger.tgrelid = to_regclass(quote_ident($1)) and not trigger.tgisinternal order by trigger.tgname`,
    [table],
  );
}

function grants(owner: Database, table: string) {
  return textRows(
    owner,
    `select 'grant ' || string_agg(lower(acl.privilege_type), ', ' order by acl.privilege_type) || ' to ' || acl.grantee::regrole::text as line
       from pg_class class, aclexplode(class.relacl) acl
      where class.oid = to_regclass(quote_ident($1)) and acl.grantee <> class.relowner
      group by acl.grantee order by line`,
    [table],
  );
}

async function functions(owner: Database): Promise<string> {
  const lines = await textRows(
    owner,
    `select pg_get_functiondef(proc.oid) as line from pg_proc proc where proc.pronamespace = 'public'::regnamespace
      order by proc.oid::regprocedure::text`,
  );
  return lines.map((line) => line.trim()).join('\n\n');
}
