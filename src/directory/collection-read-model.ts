import type { DirectoryConnectionId, Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { type AccessSource, accessSources } from './access-source.ts';
import type { CollectedFacts } from './collected-facts.ts';
import type { GraphFailureCode } from './graph-failure.ts';

/** How collecting something stands that a look reads only where it is let. */
export interface Collection {
  readonly connectionId: DirectoryConnectionId;
  readonly facts: CollectedFacts | AccessSource;
  /** When it was collected last; null when it never was. */
  readonly collectedAt: Instant | null;
  /** How many objects there were then, of what is read as a list; null of what is not. */
  readonly objects: number | null;
  readonly triedAt: Instant;
  /** Why it was not when it was tried last; null when it was. */
  readonly because: GraphFailureCode | null;
  /** The error in Microsoft's own word, where it was kept. */
  readonly said: string | null;
  /** The first of the looks in a row that could not; null where the last one could, and where it was not kept. */
  readonly missedSince: Instant | null;
  /** How many looks in a row could not. */
  readonly refusals: number;
}

/** Of each connection, first what is kept by itself, then each source of who may do what, in the order in which they are read. */
export async function listCollections(q: Queryable, workspaceId: WorkspaceId): Promise<readonly Collection[]> {
  const { rows } = await q.query<Collection>(
    `select connection.id as "connectionId", known.facts, known.collected_at as "collectedAt", known.objects, known.tried_at as "triedAt",
       known.because, known.said, known.missed_since as "missedSince", known.refusals
     from directory_connection as connection
     cross join lateral (
       select 0 as place, collection.facts, collection.collected_at, null::int as objects, collection.tried_at, collection.because,
         null::text as said, collection.missed_since, collection.refusals
       from directory_collection as collection
       where collection.workspace_id = connection.workspace_id and collection.connection_id = connection.id
       union all
       select source.place::int, source.name, collected.at, collected.objects, last.looked_to, last.reason, last.said, missed.since, missed.looks
       from unnest($2::text[]) with ordinality as source (name, place)
       cross join lateral (
         select look.looked_to, look.reason, look.said
         from directory_access_look as look
         where look.workspace_id = connection.workspace_id and look.connection_id = connection.id and look.source = source.name
         order by look.looked_to desc, look.run_id desc
         limit 1
       ) as last
       left join lateral (
         select look.looked_to as at, look.facts as objects
         from directory_access_look as look
         where look.workspace_id = connection.workspace_id and look.connection_id = connection.id and look.source = source.name
           and look.facts is not null
         order by look.looked_to desc, look.run_id desc
         limit 1
       ) as collected on true
       cross join lateral (
         select min(look.looked_to) as since, count(*)::int as looks
         from directory_access_look as look
         where look.workspace_id = connection.workspace_id and look.connection_id = connection.id and look.source = source.name
           and look.looked_to > coalesce(collected.at, '-infinity')
       ) as missed
     ) as known
     where connection.workspace_id = $1 and connection.removed_at is null
     order by connection.created_at, connection.id, known.place, known.facts`,
    [workspaceId, accessSources],
  );
  return rows;
}
