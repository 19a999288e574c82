import type { ReconciliationRunId, WorkspaceId } from '../kernel/index.ts';
import { instantText, type Queryable } from '../platform/index.ts';
import { speaksOfEverybody } from '../roster/index.ts';
import type { TestBasis } from './test-doubts.ts';

/** The latest run, or a given one, and the sources as they stood when it judged; undefined where nothing was ever reconciled. */
export async function readTestBasis(q: Queryable, workspaceId: WorkspaceId, runId?: ReconciliationRunId): Promise<TestBasis | undefined> {
  const { rows } = await q.query<TestBasis>(
    `select run.id as "runId", run.as_of as "asOf", (run.population ->> 'employmentPeriods')::int as "employmentPeriods",
            (run.population ->> 'continued')::int as continued,
            (
              select max(coalesce(made.received_at, made.imported_at))
              from roster_import as made
              where made.workspace_id = $1 and made.imported_at <= run.as_of and ${speaksOfEverybody('made')}
            ) as "rosterAt",
            exists (select from roster_import as made where made.workspace_id = $1 and made.imported_at <= run.as_of) as "hasChanges",
            (
              select jsonb_build_object(
                       'id', held.id, 'heldAt', ${instantText('held.held_at')},
                       'state', case when held.decided_at <= run.as_of then held.state else 'held' end)
              from roster_held_import as held
              where held.workspace_id = $1 and held.held_at <= run.as_of and (held.state <> 'released' or held.decided_at > run.as_of)
                and held.held_at > coalesce(
                  (select max(made.imported_at) from roster_import as made
                   where made.workspace_id = $1 and made.imported_at <= run.as_of and ${speaksOfEverybody('made')}),
                  '-infinity'::timestamptz)
              order by held.held_at desc, held.id desc
              limit 1
            ) as untaken,
            (
              select jsonb_build_object('rows', count(distinct (made.id, coalesce(rejected.line, -rejected.ordinal))),
                       'importId', (array_agg(made.id order by made.id desc))[1], 'at', ${instantText('max(made.imported_at)')})
              from roster_rejected_row as rejected
              join roster_import as made on made.workspace_id = rejected.workspace_id and made.id = rejected.import_id
              where rejected.workspace_id = $1 and made.imported_at <= run.as_of and (rejected.taken_at is null or rejected.taken_at > run.as_of)
              having count(*) > 0
            ) as rejected,
            (
              select coalesce(jsonb_agg(jsonb_build_object('connectionId', connection.id, 'lookedAt', ${instantText('look.look_from')})
                                        order by connection.id), '[]'::jsonb)
              from directory_connection as connection
              left join lateral (
                select directory_run.look_from
                from directory_run
                where directory_run.workspace_id = $1 and directory_run.connection_id = connection.id and directory_run.state = 'complete'
                  and directory_run.kind = 'full' and directory_run.finished_at <= run.as_of
                order by directory_run.requested_at desc
                limit 1
              ) as look on true
              where connection.workspace_id = $1 and connection.created_at <= run.as_of
                and (connection.removed_at is null or connection.removed_at > run.as_of)
            ) as directories
     from reconciliation_run as run
     where run.workspace_id = $1 and ($2::uuid is null or run.id = $2::uuid)
     order by run.id desc
     limit 1`,
    [workspaceId, runId ?? null],
  );
  return rows[0];
}
