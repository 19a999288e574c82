/**
 * The condition that a row found by its id is no tombstone. It is not written `deleted_at is null`: while PostgreSQL has no
 * statistics of a table (a workspace's first hours), it takes the partial indexes, which have that predicate, for nearly empty,
 * and would read all of the workspace through one of them instead of one row through its key.
 */
export function isLive(table: 'scim_user' | 'scim_group'): string {
  return `coalesce(${table}.deleted_at, 'infinity') = 'infinity'`;
}
