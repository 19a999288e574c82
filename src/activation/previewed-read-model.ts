import type { WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';
import type { RoleReason } from '../scim/index.ts';
import type { ActivationPreviewId } from './activation-store.ts';
import type { AccountNote, Change, ChangeReason } from './preview.ts';

/** What a preview said of one account; names, and what its app roles come to, are as they are now. */
export interface PreviewedAccount {
  readonly ordinal: number;
  readonly change: Change;
  readonly connectionId: string;
  readonly objectId: string;
  readonly name: string;
  readonly userPrincipalName: string;
  /** Whether the directory has the account enabled at present. */
  readonly accountEnabled: boolean;
  readonly because: ChangeReason;
  readonly notes: readonly AccountNote[];
  readonly appRoles: readonly string[];
  /** The role that the app roles name; null where SCIM would not provision the account. */
  readonly role: { readonly roleId: string | null; readonly because: RoleReason } | null;
}

/** A position is the ordinal of an account. */
export interface PreviewedAsked extends Page {
  readonly changes: readonly Change[];
  /** Only accounts with this note. */
  readonly note?: AccountNote | undefined;
}

/** A page of a preview's accounts, in the order in which they were shown: by change, then by name. */
export async function readPreviewed(
  q: Queryable,
  workspaceId: WorkspaceId,
  previewId: ActivationPreviewId,
  asked: PreviewedAsked,
): Promise<readonly PreviewedAccount[]> {
  const { rows } = await q.query<PreviewedAccount>(
    `select shown.ordinal, shown.change, shown.connection_id as "connectionId", shown.object_id as "objectId",
       coalesce(account.display_name, account.user_principal_name) as name, account.user_principal_name as "userPrincipalName",
       account.account_enabled as "accountEnabled", shown.because, shown.notes, shown.app_roles as "appRoles",
       case when preview.turn_to = 'on' and shown.change <> 'disappears'
         then jsonb_build_object('roleId', decided.role_id, 'because', decided.because) end as role
     from activation_preview_account shown
     join activation_preview preview on preview.workspace_id = shown.workspace_id and preview.id = shown.preview_id
     join directory_account account on account.workspace_id = shown.workspace_id and account.connection_id = shown.connection_id
       and account.object_id = shown.object_id
     join workspace on workspace.workspace_id = shown.workspace_id
     cross join lateral decide_role(shown.workspace_id, (
       select coalesce(jsonb_agg(jsonb_build_object('source', workspace.role_sources[1], 'value', held.app_role)), '[]')
       from unnest(shown.app_roles) as held (app_role)
     )) as decided
     where shown.workspace_id = $1 and shown.preview_id = $2 and shown.change = any($3::text[])
       and ($4::text is null or $4 = any(shown.notes)) and shown.ordinal > $5::bigint
     order by shown.ordinal
     limit $6`,
    [workspaceId, previewId, asked.changes, asked.note ?? null, asked.after ?? 0, asked.limit],
  );
  return rows;
}
