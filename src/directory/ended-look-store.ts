import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

/** A look at a directory, from its first request to its last answer; `errorCode` says why it proves nothing. */
export interface EndedLook {
  readonly runId: string;
  readonly connectionId: string;
  readonly complete: boolean;
  readonly from: Instant;
  readonly to: Instant;
  readonly errorCode: string | null;
  /** When it had ended, or was held: from then on it was known. */
  readonly endedAt: Instant;
}

export interface AskedStretch {
  readonly connectionId: string;
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * Complete looks at whole directories, and looks of any kind that came to no end, in the order in which they were asked for: within the given stretches, from the
 * last complete look before each to the first one after it, so that every gap that touches a stretch has both its ends. Stretches of one connection must not overlap. What lies between two of them is not read.
 */
export async function endedLooks(
  q: Queryable,
  workspaceId: WorkspaceId,
  stretches: readonly AskedStretch[],
): Promise<readonly EndedLook[]> {
  const { rows } = await q.query<EndedLook & { readonly requestedAt: Instant }>(
    `select distinct run.requested_at as "requestedAt", run.id as "runId", run.connection_id as "connectionId", run.state = 'complete' as complete,
            coalesce(run.look_from, run.requested_at) as "from", coalesce(run.look_to, run.finished_at, run.held_at) as "to",
            coalesce(run.error_code, case when run.state = 'held' then 'held' end) as "errorCode",
            coalesce(run.finished_at, run.held_at) as "endedAt"
       from unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[]) as asked (connection_id, from_at, to_at)
       -- Lateral with a limit: found next to the stretch in the index, however many looks there were.
       left join lateral (
         select near.requested_at
         from directory_run as near
         where near.workspace_id = $1 and near.connection_id = asked.connection_id and near.look_from < asked.from_at
           and near.state = 'complete' and near.kind = 'full'
         order by near.requested_at desc
         limit 1
       ) as before on true
       left join lateral (
         select near.requested_at
         from directory_run as near
         where near.workspace_id = $1 and near.connection_id = asked.connection_id and near.look_from >= asked.to_at
           and near.state = 'complete' and near.kind = 'full'
         order by near.requested_at
         limit 1
       ) as later on true
       join directory_run as run
         on run.workspace_id = $1 and run.connection_id = asked.connection_id
        and run.requested_at >= coalesce(before.requested_at, '-infinity') and run.requested_at <= coalesce(later.requested_at, 'infinity')
      where coalesce(run.finished_at, run.held_at) is not null
        -- A delta look shows what changed, and confirms nobody who has not: it covers nothing.
        and (run.kind = 'full' or run.state <> 'complete')
      -- One look may be the last before one stretch and the first after another.
      order by run.requested_at, run.id`,
    [workspaceId, stretches.map(({ connectionId }) => connectionId), stretches.map(({ from }) => from), stretches.map(({ to }) => to)],
  );
  return rows.map(({ requestedAt: _order, ...look }) => look);
}
