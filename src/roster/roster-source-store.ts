import type { Instant, RosterImportId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

/** Where a workspace's roster is fetched from, as it is shown. */
export interface RosterSource {
  /** Origin and path: the query may hold a secret. */
  readonly address: string;
  readonly everyHours: number;
  /** What is fetched is declared to hold everybody. */
  readonly full: boolean;
  /** The good rows are taken although others are rejected; else it is held until somebody has seen them. */
  readonly allowRejected: boolean;
  readonly setAt: Instant;
  readonly setBy: string;
  readonly nextAt: Instant;
  readonly lastTriedAt: Instant | null;
  readonly lastSucceededAt: Instant | null;
  /** Why nothing of the last attempt was taken; null when it was. */
  readonly lastProblem: string | null;
  /** What the last attempt brought, taken or held; null where it brought nothing. */
  readonly lastImportId: RosterImportId | null;
}

const columns = `source.address, source.every_hours as "everyHours", source.full_roster as "full", source.allow_rejected as "allowRejected", source.set_at as "setAt",
  source.set_by as "setBy", source.next_at as "nextAt", source.last_tried_at as "lastTriedAt", source.last_succeeded_at as "lastSucceededAt",
  -- What was held, and somebody released since, is no problem any more.
  case when not exists (
    select from roster_held_import as held
    where held.workspace_id = source.workspace_id and held.id = source.last_import_id and held.state = 'released'
  ) then source.last_problem end as "lastProblem", source.last_import_id as "lastImportId"`;

export async function readSource(q: Queryable, workspaceId: WorkspaceId): Promise<RosterSource | undefined> {
  const { rows } = await q.query<RosterSource>(`select ${columns} from roster_source as source where source.workspace_id = $1`, [
    workspaceId,
  ]);
  return rows[0];
}

/** With what is sealed of it: the whole address, and what is sent along to be let in. */
export async function readSealedSource(
  q: Queryable,
  workspaceId: WorkspaceId,
): Promise<(RosterSource & { readonly sealed: Buffer }) | undefined> {
  const { rows } = await q.query<RosterSource & { sealed: Buffer }>(
    `select ${columns}, source.sealed from roster_source as source where source.workspace_id = $1`,
    [workspaceId],
  );
  return rows[0];
}

export async function writeSource(
  tx: Queryable,
  workspaceId: WorkspaceId,
  source: Pick<RosterSource, 'address' | 'everyHours' | 'full' | 'allowRejected'> & {
    readonly sealed: Buffer;
    readonly at: Instant;
    readonly actor: string;
  },
): Promise<void> {
  await tx.query(
    `insert into roster_source (workspace_id, address, sealed, every_hours, full_roster, allow_rejected, set_at, set_by, next_at)
     values ($1, $2, $3, $4, $5, $8, $6, $7, $6)
     on conflict (workspace_id) do update
       set address = excluded.address, sealed = excluded.sealed, every_hours = excluded.every_hours, full_roster = excluded.full_roster,
           allow_rejected = excluded.allow_rejected, last_import_id = null,
           set_at = excluded.set_at, set_by = excluded.set_by, next_at = excluded.next_at, last_problem = null`,
    [workspaceId, source.address, source.sealed, source.everyHours, source.full, source.at, source.actor, source.allowRejected],
  );
}

/** Whether there was one. */
export async function deleteSource(tx: Queryable, workspaceId: WorkspaceId): Promise<boolean> {
  const { count } = await tx.query('delete from roster_source where roster_source.workspace_id = $1', [workspaceId]);
  return count === 1;
}

/** Takes the sources that are due by `at`, each for one of the processes that ask: the next time is its interval from now. */
export async function takeDueSources(tx: Queryable, at: Instant): Promise<readonly WorkspaceId[]> {
  const { rows } = await tx.query<{ id: WorkspaceId }>(
    `update roster_source set next_at = $1::timestamptz + make_interval(hours => roster_source.every_hours)
     where roster_source.next_at <= $1::timestamptz
     returning roster_source.workspace_id as id`,
    [at],
  );
  return rows.map(({ id }) => id);
}

/** How an attempt went: `problem` is null where the roster was taken, `importId` where it brought none. */
export interface Attempt {
  readonly problem: string | null;
  readonly importId: RosterImportId | null;
}

/** Keeps how an attempt went. A source that was changed meanwhile keeps its own standing. */
export async function noteAttempt(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { setAt, at, problem, importId }: Attempt & { readonly setAt: Instant; readonly at: Instant },
): Promise<void> {
  await tx.query(
    `update roster_source
     set last_tried_at = $3, last_problem = $4, last_import_id = $5, last_succeeded_at = case when $4::text is null then $3 else roster_source.last_succeeded_at end
     where roster_source.workspace_id = $1 and roster_source.set_at = $2`,
    [workspaceId, setAt, at, problem, importId],
  );
}

/** How sources stand: nothing tried yet; taken; held and not taken; brought nothing; or not even tried for two of their intervals. */
export const sourceStates = ['waiting', 'taken', 'held', 'failed', 'late'] as const;
export type SourceState = (typeof sourceStates)[number];

/** How many sources of all workspaces stand how, at an instant. One that was released, or overtaken by another roster, is taken. */
export async function countSources(q: Queryable, at: Instant): Promise<ReadonlyMap<SourceState, number>> {
  const { rows } = await q.query<{ state: SourceState; count: number }>(
    `select standing.state, count(*) as count
     from (
       select case
         when coalesce(source.last_tried_at, source.set_at) < $1::timestamptz - make_interval(hours => 2 * source.every_hours) then 'late'
         when source.last_tried_at is null then 'waiting'
         when held.state in ('released', 'superseded') or source.last_problem is null then 'taken'
         when source.last_import_id is not null then 'held'
         else 'failed' end as state
       from roster_source as source
       left join roster_held_import as held on held.workspace_id = source.workspace_id and held.id = source.last_import_id
     ) as standing
     group by standing.state`,
    [at],
  );
  return new Map(rows.map(({ state, count }) => [state, count]));
}
