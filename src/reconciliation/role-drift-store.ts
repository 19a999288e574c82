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
  /** Who was judged. */
  readonly among: readonly string[];
  /** Whose role differs. */
  readonly drifting: readonly string[];
  readonly at: Instant;
}

/** Keeps whose role differs as of a run: begun ones keep their instant, and whoever was judged and is not among them has none. */
export async function keepDrifts(tx: Queryable, workspaceId: WorkspaceId, { among, drifting, at }: Drifts): Promise<void> {
  await tx.query(
    `delete from role_drift as drift
     where drift.workspace_id = $1 and drift.person_id = any ($2::uuid[]) and drift.person_id <> all ($3::uuid[])`,
    [workspaceId, among, drifting],
  );
  if (drifting.length === 0) return;
  await tx.query(
    `insert into role_drift (workspace_id, person_id, since)
     select $1::uuid, person_id, $3::timestamptz from unnest($2::uuid[]) as person_id
     on conflict (workspace_id, person_id) do nothing`,
    [workspaceId, drifting, at],
  );
}
