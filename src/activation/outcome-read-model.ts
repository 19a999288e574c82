import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';
import type { ActivationPreviewId } from './activation-store.ts';
import type { PreviewLimit } from './preview.ts';

/** What came of the turning on: the SCIM users that are there now, held against the preview that was acknowledged. */
export interface Outcome {
  readonly previewId: ActivationPreviewId;
  /** Since when SCIM decides. */
  readonly since: Instant;
  /** Accounts that the preview said SCIM would sync, and active SCIM users. */
  readonly predicted: number;
  readonly provisioned: number;
  readonly predictedNotProvisioned: number;
  readonly provisionedNotPredicted: number;
  /** What the preview could not know: of a directory that it could not see, nobody was predicted. */
  readonly limits: readonly PreviewLimit[];
}

export const outcomeDifferences = ['predicted-not-provisioned', 'provisioned-not-predicted'] as const;
export type OutcomeDifference = (typeof outcomeDifferences)[number];

/** One account or SCIM user that differs. */
export interface DifferingAccount {
  /** The directory's object id; of a SCIM user nobody predicted, its `externalId`, which may be no object's. */
  readonly objectId: string | null;
  readonly name: string;
  readonly userName: string;
  readonly scimUserId: string | null;
  /** How its SCIM user stands; `none` where there is none. */
  readonly scimUser: 'active' | 'deleted' | 'inactive' | 'none';
  /** Where this one stands in the list. */
  readonly position: string;
}

/** The preview that the present authority of SCIM rests on; none while the scope decides, nor where its accounts were not kept. */
const turning = `with turning as (
    select latest.preview_id, latest.changed_at, preview.content -> 'limits' as limits
    from (
      select authority_change.preview_id, authority_change.changed_at, authority_change.authority from authority_change
      where authority_change.workspace_id = $1
      order by authority_change.changed_at desc, authority_change.id desc limit 1
    ) as latest
    join activation_preview preview on preview.workspace_id = $1 and preview.id = latest.preview_id
    where latest.authority = 'scim' and preview.content ? 'accountsSha256'
  ), predicted as (
    select shown.ordinal, shown.connection_id, shown.object_id, shown.object_id::text as external_id
    from turning
    join activation_preview_account shown on shown.workspace_id = $1 and shown.preview_id = turning.preview_id and shown.change <> 'disappears'
  ), provisioned as (
    select scim_user.id, scim_user.external_id, scim_user.user_name, scim_user.display_name from scim_user
    where scim_user.workspace_id = $1 and scim_user.active and scim_user.deleted_at is null
  ), missing as (
    select predicted.* from predicted
    where not exists (select 1 from provisioned where provisioned.external_id = predicted.external_id)
  ), unforeseen as (
    select provisioned.* from turning cross join provisioned
    where not exists (select 1 from predicted where predicted.external_id = provisioned.external_id)
  )`;

export async function readOutcome(q: Queryable, workspaceId: WorkspaceId): Promise<Outcome | undefined> {
  const { rows } = await q.query<Outcome>(
    `${turning}
     select turning.preview_id as "previewId", turning.changed_at as since,
       (select count(*) from predicted) as predicted, (select count(*) from provisioned) as provisioned,
       (select count(*) from missing) as "predictedNotProvisioned", (select count(*) from unforeseen) as "provisionedNotPredicted", turning.limits
     from turning`,
    [workspaceId],
  );
  return rows[0];
}

/** Whether there is an outcome to look into. */
export async function hasOutcome(q: Queryable, workspaceId: WorkspaceId): Promise<boolean> {
  const { count } = await q.query(`${turning} select 1 from turning`, [workspaceId]);
  return count > 0;
}

/** A page of those who differ, behind a position. */
export async function readDiffering(
  q: Queryable,
  workspaceId: WorkspaceId,
  asked: Page & { readonly difference: OutcomeDifference },
): Promise<readonly DifferingAccount[]> {
  const isMissing = asked.difference === 'predicted-not-provisioned';
  const { rows } = await q.query<DifferingAccount>(`${turning} ${isMissing ? missing : unforeseen} limit $3`, [
    workspaceId,
    asked.after ?? null,
    asked.limit,
  ]);
  return rows;
}

const missing = `select missing.external_id as "objectId", coalesce(account.display_name, account.user_principal_name) as name,
    account.user_principal_name as "userName", known.id as "scimUserId",
    case when known.id is null then 'none' when known.deleted_at is not null then 'deleted' else 'inactive' end as "scimUser",
    missing.ordinal::text as position
  from missing
  join directory_account account on account.workspace_id = $1 and account.connection_id = missing.connection_id
    and account.object_id = missing.object_id
  left join lateral (
    select scim_user.id, scim_user.deleted_at from scim_user
    where scim_user.workspace_id = $1 and scim_user.external_id = missing.external_id
    order by scim_user.deleted_at desc nulls first limit 1
  ) as known on true
  where $2::text is null or missing.ordinal > $2::bigint
  order by missing.ordinal`;

const unforeseen = `select unforeseen.external_id as "objectId", coalesce(unforeseen.display_name, unforeseen.user_name) as name,
    unforeseen.user_name as "userName", unforeseen.id as "scimUserId", 'active' as "scimUser", unforeseen.id::text as position
  from unforeseen
  where $2::text is null or unforeseen.id > $2::uuid
  order by unforeseen.id`;
