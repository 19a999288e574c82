import type { CanonicalObject, Id, Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

export type ActivationPreviewId = Id<'activation-preview'>;

export interface StoredPreview {
  readonly id: ActivationPreviewId;
  readonly turnTo: 'off' | 'on';
  readonly digest: Buffer;
  readonly content: CanonicalObject;
  readonly at: Instant;
  readonly actor: string;
}

export interface AuthorityChange {
  readonly id: string;
  readonly authority: 'scim' | 'scope';
  readonly at: Instant;
  readonly actor: string;
  readonly previewId: ActivationPreviewId;
  readonly previewDigest: Buffer;
  readonly reason: string;
}

export async function insertPreview(tx: Queryable, workspaceId: WorkspaceId, preview: StoredPreview): Promise<void> {
  await tx.query(
    `insert into activation_preview (workspace_id, id, turn_to, digest, content, created_at, created_by)
     values ($1, $2, $3, $4, $5::jsonb, $6, $7)`,
    [workspaceId, preview.id, preview.turnTo, preview.digest, JSON.stringify(preview.content), preview.at, preview.actor],
  );
}

/** The latest preview that was made with that digest, and when; undefined when nobody was ever shown it. */
export async function findPreview(
  q: Queryable,
  workspaceId: WorkspaceId,
  digest: Buffer,
): Promise<Pick<StoredPreview, 'id' | 'at'> | undefined> {
  const { rows } = await q.query<Pick<StoredPreview, 'id' | 'at'>>(
    `select activation_preview.id, activation_preview.created_at as at from activation_preview
     where activation_preview.workspace_id = $1 and activation_preview.digest = $2
     order by activation_preview.created_at desc, activation_preview.id desc
     limit 1`,
    [workspaceId, digest],
  );
  return rows[0];
}

/** Whether any preview of that turn was ever made. */
export async function hasPreview(q: Queryable, workspaceId: WorkspaceId, turnTo: 'off' | 'on'): Promise<boolean> {
  const { count } = await q.query(
    'select 1 from activation_preview where activation_preview.workspace_id = $1 and activation_preview.turn_to = $2 limit 1',
    [workspaceId, turnTo],
  );
  return count > 0;
}

export async function insertAuthorityChange(tx: Queryable, workspaceId: WorkspaceId, change: AuthorityChange): Promise<void> {
  await tx.query(
    `insert into authority_change (workspace_id, id, authority, changed_at, changed_by, preview_id, preview_digest, reason)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [workspaceId, change.id, change.authority, change.at, change.actor, change.previewId, change.previewDigest, change.reason],
  );
}
