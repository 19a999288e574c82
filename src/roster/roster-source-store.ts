import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

/** Where a workspace's roster is fetched from, as it is shown. */
export interface RosterSource {
  /** Origin and path: the query may hold a secret. */
  readonly address: string;
  readonly everyHours: number;
  /** What is fetched is declared to hold everybody. */
  readonly full: boolean;
  readonly setAt: Instant;
  readonly setBy: string;
  readonly nextAt: Instant;
  readonly lastTriedAt: Instant | null;
  readonly lastSucceededAt: Instant | null;
  /** Why the last attempt brought nothing; null when it did. */
  readonly lastProblem: string | null;
}

const columns = `source.address, source.every_hours as "everyHours", source.full_roster as "full", source.set_at as "setAt", source.set_by as "setBy",
  source.next_at as "nextAt", source.last_tried_at as "lastTriedAt", source.last_succeeded_at as "lastSucceededAt",
  source.last_problem as "lastProblem"`;

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
  source: Pick<RosterSource, 'address' | 'everyHours' | 'full'> & { readonly sealed: Buffer; readonly at: Instant; readonly actor: string },
): Promise<void> {
  await tx.query(
    `insert into roster_source (workspace_id, address, sealed, every_hours, full_roster, set_at, set_by, next_at)
     values ($1, $2, $3, $4, $5, $6, $7, $6)
     on conflict (workspace_id) do update
       set address = excluded.address, sealed = excluded.sealed, every_hours = excluded.every_hours, full_roster = excluded.full_roster,
           set_at = excluded.set_at, set_by = excluded.set_by, next_at = excluded.next_at, last_problem = null`,
    [workspaceId, source.address, source.sealed, source.everyHours, source.full, source.at, source.actor],
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

/** How an attempt went; `problem` is null where the roster was imported. A source that was changed meanwhile keeps its own standing. */
export async function noteAttempt(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { setAt, at, problem }: { readonly setAt: Instant; readonly at: Instant; readonly problem: string | null },
): Promise<void> {
  await tx.query(
    `update roster_source
     set last_tried_at = $3, last_problem = $4, last_succeeded_at = case when $4::text is null then $3 else roster_source.last_succeeded_at end
     where roster_source.workspace_id = $1 and roster_source.set_at = $2`,
    [workspaceId, setAt, at, problem],
  );
}
