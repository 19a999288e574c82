import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

/** By person and SCIM user: since which run its role is known to differ from the directory's. */
export type DriftsSince = ReadonlyMap<string, ReadonlyMap<string, Instant>>;

/** Whose role differs from the directory's, and since which run that is known. */
export async function driftsSince(q: Queryable, workspaceId: WorkspaceId): Promise<DriftsSince> {
  const { rows } = await q.query<Drift & { since: Instant }>(
    `select drift.person_id as "personId", drift.scim_user_id as "userId", drift.since from role_drift as drift where drift.workspace_id = $1`,
    [workspaceId],
  );
  const since = new Map<string, Map<string, Instant>>();
  for (const row of rows) since.set(row.personId, (since.get(row.personId) ?? new Map<string, Instant>()).set(row.userId, row.since));
  return since;
}

/** A SCIM user of a person, whose role differs. */
export interface Drift {
  readonly personId: string;
  readonly userId: string;
}

interface Drifts {
  /** Whose role differs and did not before. */
  readonly begun: readonly Drift[];
  /** Whose role differed and does no longer. */
  readonly ended: readonly Drift[];
  readonly at: Instant;
}

/** Keeps whose role differs as of a run. */
export async function keepDrifts(tx: Queryable, workspaceId: WorkspaceId, { begun, ended, at }: Drifts): Promise<void> {
  if (ended.length > 0) {
    await tx.query(
      `delete from role_drift as drift
       using unnest($2::uuid[], $3::uuid[]) as ended (person_id, scim_user_id)
       where drift.workspace_id = $1 and drift.person_id = ended.person_id and drift.scim_user_id = ended.scim_user_id`,
      [workspaceId, ...columnsOf(ended)],
    );
  }
  if (begun.length > 0) {
    await tx.query(
      `insert into role_drift (workspace_id, person_id, scim_user_id, since)
       select $1::uuid, begun.person_id, begun.scim_user_id, $4::timestamptz from unnest($2::uuid[], $3::uuid[]) as begun (person_id, scim_user_id)`,
      [workspaceId, ...columnsOf(begun), at],
    );
  }
}

function columnsOf(drifts: readonly Drift[]): readonly [readonly string[], readonly string[]] {
  return [drifts.map(({ personId }) => personId), drifts.map(({ userId }) => userId)];
}
