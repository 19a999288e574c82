import type { WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { Actor } from './actors-of.ts';

/** What administrators and owners are called, by their ids; whose disclosure was erased is called nothing any more. */
export async function readActors(q: Queryable, workspaceId: WorkspaceId, actors: readonly string[]): Promise<readonly Actor[]> {
  const { rows } = await q.query<Actor>(
    `select known.actor, case when erased.record_id is null then known.name end as name
       from (
         select 'administrator:' || administrator.id as actor, administrator.id, administrator.email as name, 'administrator.invited' as type, 'email' as path
           from administrator
          where administrator.workspace_id = $1
         union all
         select 'owner:' || owner.id, owner.id, owner.name, 'owner.created', 'name'
           from owner
          where owner.workspace_id = $1
       ) as known
       left join lateral (
         select disclosure.record_id
           from ledger_record as record
           join ledger_disclosure as disclosure
             on disclosure.workspace_id = $1 and disclosure.record_id = record.id and disclosure.path = known.path and disclosure.erased_at is not null
          where record.workspace_id = $1 and record.subject_id = known.id and record.type = known.type
          limit 1
       ) as erased on true
      where known.actor = any ($2::text[])
      order by known.actor`,
    [workspaceId, actors],
  );
  return rows;
}
