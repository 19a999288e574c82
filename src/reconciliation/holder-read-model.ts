import type { PersonId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

/** Whose an account is, by a link that stands. */
export interface Holder {
  readonly accountId: string;
  readonly personId: PersonId;
}

/** Of accounts that are linked to a person; of directory accounts and SCIM users alike. Names both systems, since the index of links leads through them. */
export async function holdersOf(q: Queryable, workspaceId: WorkspaceId, accountIds: readonly string[]): Promise<readonly Holder[]> {
  const { rows } = await q.query<Holder>(
    `select link.account_id as "accountId", link.person_id as "personId"
     from unnest(array['directory', 'scim']) as named (system)
     cross join unnest($2::uuid[]) as asked (id)
     cross join lateral (
       select linked.account_id, linked.person_id
       from account_link as linked
       where linked.workspace_id = $1 and linked.system = named.system and linked.account_id = asked.id
         and linked.standing = 'linked' and linked.ended_at is null
       offset 0
     ) as link
     order by link.account_id`,
    [workspaceId, accountIds],
  );
  return rows;
}
