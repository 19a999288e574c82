import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

/** What a run has judged: see `reconciliation_horizon`. */
export interface Horizon {
  /** An xid8 as text. */
  readonly txid: string;
  readonly commonDigest: string;
}

/** What the last run has judged; undefined where there was none. */
export async function lastHorizon(q: Queryable, workspaceId: WorkspaceId): Promise<Horizon | undefined> {
  const { rows } = await q.query<Horizon>(
    `select horizon.txid::text as txid, horizon.common_digest as "commonDigest" from reconciliation_horizon as horizon where horizon.workspace_id = $1`,
    [workspaceId],
  );
  return rows[0];
}

/**
 * Up to where a run that begins now sees everything, and the digest of what concerns everybody. A directory is fresh or not as of the run, by
 * the ids given; `rules` is the version of those by which it judges, `zones` of what is known of time zones.
 */
export async function presentHorizon(
  q: Queryable,
  workspaceId: WorkspaceId,
  { freshIds, rules, zones }: { readonly freshIds: readonly string[]; readonly rules: number; readonly zones: string },
): Promise<Horizon> {
  const { rows } = await q.query<Horizon>(
    `select pg_snapshot_xmin(pg_current_snapshot())::text as txid,
            encode(sha256(convert_to(jsonb_build_array(
              (select system_identifier::text from pg_control_system()),
              workspace.time_zone, workspace.role_sources, $2::text[], $3::int, $4::text,
              (select scim_switch.state from scim_switch where scim_switch.workspace_id = $1),
              (select jsonb_agg(jsonb_build_array(policy.id, policy.superseded_at) order by policy.version) from policy where policy.workspace_id = $1),
              (select jsonb_agg(jsonb_build_array(role.id, role.rank, role.directory_may_grant, role.retired_at) order by role.id)
               from role where role.workspace_id = $1),
              (select jsonb_agg(jsonb_build_array(connection.id, connection.removed_at, connection.scim_app_id, connection.assigned_app_id, connection.last_complete_run_id is null)
                                order by connection.id)
               from directory_connection as connection where connection.workspace_id = $1)
            )::text, 'UTF8')), 'hex') as "commonDigest"
     from workspace
     where workspace.workspace_id = $1`,
    [workspaceId, freshIds, rules, zones],
  );
  const [horizon] = rows;
  if (horizon === undefined) throw new Error('there is no such workspace');
  return horizon;
}

/** Says up to where everything is judged, and forgets the changes below. */
export async function moveHorizon(tx: Queryable, workspaceId: WorkspaceId, { txid, commonDigest }: Horizon): Promise<void> {
  await tx.query(
    `insert into reconciliation_horizon (workspace_id, txid, common_digest) values ($1, $2::xid8, $3)
     on conflict (workspace_id) do update set txid = excluded.txid, common_digest = excluded.common_digest`,
    [workspaceId, txid, commonDigest],
  );
  await tx.query(
    'delete from reconciliation_change as change where change.workspace_id = $1 and (change.txid < $2::xid8 or change.txid = pg_current_xact_id())',
    [workspaceId, txid],
  );
}

/** People, and accounts of either system, by our ids. */
export interface Subjects {
  readonly people: readonly string[];
  readonly accounts: readonly string[];
}

/**
 * Of whom something was written since a horizon, one more of each than `limit` at the most: what the tables noted, and the SCIM users that
 * the ledger tells of.
 */
export async function changedSince(
  q: Queryable,
  workspaceId: WorkspaceId,
  { txid, limit }: { readonly txid: string; readonly limit: number },
): Promise<Subjects> {
  const { rows } = await q.query<{ kind: 'person' | 'account'; id: string }>(
    `(select distinct change.kind, change.id from reconciliation_change as change
      where change.workspace_id = $1 and change.txid >= $2::xid8 limit $3)
     union
     (select distinct 'account', record.subject_id from ledger_record as record
      where record.workspace_id = $1 and record.txid >= $2::xid8 and record.subject_id is not null
        and (record.type like 'scim.user.%' or record.type = 'scim.role.changed')
      limit $3)`,
    [workspaceId, txid, limit + 1],
  );
  return {
    people: rows.filter(({ kind }) => kind === 'person').map(({ id }) => id),
    accounts: rows.filter(({ kind }) => kind === 'account').map(({ id }) => id),
  };
}

/** Who has to be judged although nothing was written of them: whom time changes, and of whom every look says more. */
export async function dueSubjects(
  q: Queryable,
  workspaceId: WorkspaceId,
  { at, limit }: { readonly at: Instant; readonly limit: number },
): Promise<Subjects> {
  const { rows } = await q.query<{ personId: string | null; unitId: string }>(
    `select finding.person_id as "personId", finding.unit_id as "unitId"
     from finding
     where finding.workspace_id = $1 and finding.closed_at is null and finding.due_at <= $2::timestamptz
     union
     select finding.person_id, finding.unit_id
     from finding
     where finding.workspace_id = $1 and finding.closed_at is null and finding.is_growing
     limit $3`,
    [workspaceId, at, limit + 1],
  );
  return {
    people: [...new Set(rows.flatMap(({ personId }) => personId ?? []))],
    accounts: rows.filter(({ personId }) => personId === null).map(({ unitId }) => unitId),
  };
}
