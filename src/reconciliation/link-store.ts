import type { Instant, LedgerRecordId, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';
import type { MatchRule, System } from './report-population.ts';

export type Standing = 'linked' | 'ambiguous' | 'barred';

/** Lets one matching or manual decision of a workspace run at a time. */
export async function lockReconciliation(tx: Queryable, workspaceId: WorkspaceId): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('reconciliation:' || $1::text, 0))`, [workspaceId]);
}

/** As `lockReconciliation`, without waiting; answers whether it has the lock. */
export async function tryLockReconciliation(tx: Queryable, workspaceId: WorkspaceId): Promise<boolean> {
  const { rows } = await tx.query<{ locked: boolean }>(
    `select pg_try_advisory_xact_lock(hashtextextended('reconciliation:' || $1::text, 0)) as locked`,
    [workspaceId],
  );
  return rows[0]?.locked === true;
}

export interface LinkRow {
  readonly id: string;
  readonly personId: string;
  readonly system: System;
  readonly accountId: string;
  readonly standing: Standing;
  readonly rule: MatchRule;
  readonly reason: string | null;
  readonly recordId: LedgerRecordId;
}

export async function insertLinks(
  tx: Queryable,
  workspaceId: WorkspaceId,
  made: { readonly at: Instant; readonly actor: string; readonly links: readonly LinkRow[] },
): Promise<void> {
  await tx.query(
    `insert into account_link (workspace_id, id, person_id, system, account_id, standing, rule, reason, linked_at, linked_by, record_id)
     select $1::uuid, row.id, row."personId", row.system, row."accountId", row.standing, row.rule, row.reason, $2::timestamptz, $3::text,
            row."recordId"
     from jsonb_to_recordset($4::jsonb) as row (
       id uuid, "personId" uuid, system text, "accountId" uuid, standing text, rule text, reason text, "recordId" uuid)`,
    [workspaceId, made.at, made.actor, JSON.stringify(made.links)],
  );
}

export async function endLinks(
  tx: Queryable,
  workspaceId: WorkspaceId,
  ended: { readonly at: Instant; readonly links: readonly { readonly id: string; readonly recordId: LedgerRecordId }[] },
): Promise<void> {
  await tx.query(
    `update account_link as link
     set ended_at = $2::timestamptz, end_record_id = row."recordId"
     from jsonb_to_recordset($3::jsonb) as row (id uuid, "recordId" uuid)
     where link.workspace_id = $1::uuid and link.id = row.id and link.ended_at is null`,
    [workspaceId, ended.at, JSON.stringify(ended.links)],
  );
}

export interface PresentLink {
  readonly id: string;
  readonly personId: string;
  readonly standing: Standing;
  readonly rule: MatchRule;
}

/** What is decided at present about an account, for all persons. */
export async function linksOf(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { system, accountId }: { readonly system: System; readonly accountId: string },
): Promise<readonly PresentLink[]> {
  const { rows } = await tx.query<PresentLink>(
    `select link.id, link.person_id as "personId", link.standing, link.rule
     from account_link as link
     where link.workspace_id = $1 and link.system = $2 and link.account_id = $3 and link.ended_at is null`,
    [workspaceId, system, accountId],
  );
  return rows;
}

/** Whether the workspace has that person and that account. */
export async function findPair(
  tx: Queryable,
  workspaceId: WorkspaceId,
  pair: { readonly personId: string; readonly system: System; readonly accountId: string },
): Promise<{ readonly person: boolean; readonly account: boolean }> {
  const { rows } = await tx.query<{ person: boolean; account: boolean }>(
    `select exists (select from person where person.workspace_id = $1 and person.id = $2) as person,
            case $3::text
              when 'directory' then exists (select from directory_account as account where account.workspace_id = $1 and account.account_id = $4)
              else exists (select from scim_user where scim_user.workspace_id = $1 and scim_user.id = $4)
            end as account`,
    [workspaceId, pair.personId, pair.system, pair.accountId],
  );
  return rows[0] ?? { person: false, account: false };
}

/** The links in force, newest first: by which rule, by whom and, for a decision by hand, why. */
export async function listLinks(q: Queryable, workspaceId: WorkspaceId, { after, limit }: Page): Promise<readonly ListedLink[]> {
  const { rows } = await q.query<ListedLink>(
    `select account_link.id, account_link.person_id as "personId", account_link.system, account_link.account_id as "accountId",
            account_link.standing, account_link.rule, account_link.reason, account_link.linked_at as "linkedAt",
            account_link.linked_by as "linkedBy"
     from account_link
     where account_link.workspace_id = $1 and account_link.ended_at is null and ($2::uuid is null or account_link.id < $2::uuid)
     order by account_link.id desc
     limit $3`,
    [workspaceId, after ?? null, limit],
  );
  return rows;
}

export interface ListedLink {
  readonly id: string;
  readonly personId: string;
  readonly system: System;
  readonly accountId: string;
  readonly standing: Standing;
  readonly rule: MatchRule;
  readonly reason: string | null;
  readonly linkedAt: Instant;
  readonly linkedBy: string;
}
