import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

/** Whose role differs from the directory's, and since which run that is known. */
export async function driftsSince(q: Queryable, workspaceId: WorkspaceId): Promise<ReadonlyMap<string, Instant>> {
  const { rows } = await q.query<{ personId: string; since: Instant }>(
    `select drift.person_id as "personId", drift.since from role_drift as drift where drift.workspace_id = $1`,
    [workspaceId],
  );
  return new Map(rows.map(({ personId, since }) => [personId, since]));
}

interface Drifts {
  /** Whose role differs and did not before. */
  readonly begun: readonly string[];
  /** Whose role differed and does no longer. */
  readonly ended: readonly string[];
  readonly at: Instant;
}

/** Keeps whose role differs as of a run. */
export async function keepDrifts(tx: Queryable, workspaceId: WorkspaceId, { begun, ended, at }: Drifts): Promise<void> {
  if (ended.length > 0) {
    await tx.query('delete from role_drift as drift where drift.workspace_id = $1 and drift.person_id = any ($2::uuid[])', [
      workspaceId,
      ended,
    ]);
  }
  if (begun.length > 0) {
    await tx.query(
      'insert into role_drift (workspace_id, person_id, since) select $1::uuid, person_id, $3::timestamptz from unnest($2::uuid[]) as person_id',
      [workspaceId, begun, at],
    );
  }
}
