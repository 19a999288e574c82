import type { CanonicalObject, Id, Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { outlookOf } from './outlook-read-model.ts';

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

/** From here on, the transaction sees one snapshot. Has to come first in it. */
export async function readOneSnapshot(tx: Queryable): Promise<void> {
  await tx.query('set transaction isolation level repeatable read');
}

export async function insertPreview(tx: Queryable, workspaceId: WorkspaceId, preview: StoredPreview): Promise<void> {
  await tx.query(
    `insert into activation_preview (workspace_id, id, turn_to, digest, content, created_at, created_by)
     values ($1, $2, $3, $4, $5::jsonb, $6, $7)`,
    [workspaceId, preview.id, preview.turnTo, preview.digest, JSON.stringify(preview.content), preview.at, preview.actor],
  );
}

/** Keeps what a preview says of every account. In the snapshot that the preview was counted in, or it would say something else. */
export async function insertPreviewAccounts(
  tx: Queryable,
  workspaceId: WorkspaceId,
  preview: { readonly id: ActivationPreviewId; readonly turnTo: 'off' | 'on'; readonly at: Instant },
): Promise<void> {
  await tx.query(
    `${outlookOf(preview.turnTo)}
     insert into activation_preview_account (workspace_id, preview_id, ordinal, change, connection_id, object_id, because, notes, app_roles)
     select $1, $3, row_number() over (
         order by outlook.change, coalesce(outlook.display_name, outlook.user_principal_name), outlook.user_principal_name,
           outlook.connection_id, outlook.object_id),
       outlook.change, outlook.connection_id, outlook.object_id, outlook.because, outlook.notes, outlook.app_roles
     from outlook`,
    [workspaceId, preview.at, preview.id],
  );
}

/** Whether there is such a preview, with its accounts: versions before migration 0017 kept none. */
export async function previewExists(q: Queryable, workspaceId: WorkspaceId, id: ActivationPreviewId): Promise<boolean> {
  const { count } = await q.query(
    `select 1 from activation_preview where activation_preview.workspace_id = $1 and activation_preview.id = $2
       and activation_preview.content ? 'accountsSha256'`,
    [workspaceId, id],
  );
  return count > 0;
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
