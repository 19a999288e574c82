import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from, to } from 'pg-copy-streams';

const SCHEMA = `
  create table scim_user (
    id uuid primary key,
    user_name_key text not null unique,
    version bigint not null,
    created_at timestamptz(3) not null,
    last_modified timestamptz(3) not null,
    resource jsonb not null
  ) with (fillfactor = 85);
  create table scim_group (
    id uuid primary key,
    display_name text not null,
    version bigint not null,
    last_modified timestamptz(3) not null
  ) with (fillfactor = 85);
  create table scim_group_member (
    group_id uuid not null,
    member_id uuid not null,
    primary key (group_id, member_id)
  );
  create table audit (
    id bigint generated always as identity primary key,
    at timestamptz(3) not null,
    action text not null,
    subject_id uuid not null,
    request jsonb not null
  );`;

/** What is copied from Rollcall's tables: the same ids and the same documents. */
const COPIES = [
  { table: 'scim_user', columns: 'id, user_name_key, version, created_at, last_modified, resource' },
  { table: 'scim_group', columns: 'id, display_name, version, last_modified' },
  { table: 'scim_group_member', columns: 'group_id, member_id' },
];

/** Makes the floor's tables in its own database of the same server and fills them with what the sandbox was seeded with. */
export async function fillFloor({ sourceUrl, floorUrl }) {
  const source = new pg.Client({ connectionString: sourceUrl });
  const floor = new pg.Client({ connectionString: floorUrl });
  await Promise.all([source.connect(), floor.connect()]);
  try {
    await floor.query(SCHEMA);
    for (const { table, columns } of COPIES) {
      await pipeline(
        source.query(to(`copy (select ${columns} from ${table}) to stdout`)),
        floor.query(from(`copy ${table} (${columns}) from stdin`)),
      );
    }
    await Promise.all([source.query('vacuum analyze'), floor.query('vacuum analyze')]);
  } finally {
    await Promise.all([source.end(), floor.end()]);
  }
}
