import { type Instant, isBeyondEmployment, type LedgerRecordId, type WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';
import { confidenceOf, type LinkConfidence } from './link-confidence.ts';
import type { MatchRule, System, TakenBecause } from './report-population.ts';

export type Standing = 'linked' | 'ambiguous' | 'barred';

/** Lets one matching or manual decision of a workspace run at a time. */
export async function lockReconciliation(tx: Queryable, workspaceId: WorkspaceId): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('reconciliation:' || $1::text, 0))`, [workspaceId]);
}

/** As `lockReconciliation`; until the turn is kept, it can be given back. */
export async function lockForNow(tx: Queryable, workspaceId: WorkspaceId): Promise<void> {
  await tx.query('savepoint before_turn');
  await lockReconciliation(tx, workspaceId);
}

/** Lets the next have its turn: what a transaction has locked behind a savepoint is free once it goes back there. The savepoint ends, too, or the run would write within it. */
export async function giveTurnBack(tx: Queryable): Promise<void> {
  await tx.query('rollback to savepoint before_turn');
  await keepTurn(tx);
}

/** The turn, where it was not given back, lasts as long as the transaction. */
export async function keepTurn(tx: Queryable): Promise<void> {
  await tx.query('release savepoint before_turn');
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
  readonly validFrom: Instant | null;
  readonly validTo: Instant | null;
}

export async function insertLinks(
  tx: Queryable,
  workspaceId: WorkspaceId,
  made: { readonly at: Instant; readonly actor: string; readonly links: readonly LinkRow[] },
): Promise<void> {
  if (made.links.length === 0) return;
  await tx.query(
    `insert into account_link (workspace_id, id, person_id, system, account_id, standing, rule, reason, linked_at, linked_by, record_id,
                               valid_from, valid_to)
     select $1::uuid, row.id, row."personId", row.system, row."accountId", row.standing, row.rule, row.reason, $2::timestamptz, $3::text,
            row."recordId", row."validFrom", row."validTo"
     from jsonb_to_recordset($4::jsonb) as row (
       id uuid, "personId" uuid, system text, "accountId" uuid, standing text, rule text, reason text, "recordId" uuid,
       "validFrom" timestamptz, "validTo" timestamptz)`,
    [workspaceId, made.at, made.actor, JSON.stringify(made.links)],
  );
}

export interface EndedLink {
  readonly id: string;
  readonly recordId: LedgerRecordId;
  /** Null where a rule ends it, or it goes on by hand; `by` is the id of the decision. */
  readonly taken: { readonly because: TakenBecause; readonly by: string } | null;
}

export async function endLinks(
  tx: Queryable,
  workspaceId: WorkspaceId,
  ended: { readonly at: Instant; readonly links: readonly EndedLink[] },
): Promise<void> {
  if (ended.links.length === 0) return;
  await tx.query(
    `update account_link as link
     set ended_at = $2::timestamptz, end_record_id = row."recordId", ended_because = row.taken ->> 'because',
         ended_by = (row.taken ->> 'by')::uuid
     from jsonb_to_recordset($3::jsonb) as row (id uuid, "recordId" uuid, taken jsonb)
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

/** Whether HR has told an end of somebody among them, past or to come, or leaves them out. A date that stands for "no end" is none. */
export async function hasToldEnd(tx: Queryable, workspaceId: WorkspaceId, people: readonly string[]): Promise<boolean> {
  const { rows } = await tx.query<{ lastDay: string | null; isOver: boolean }>(
    `select coalesce(period.last_day, period.end_date)::text as "lastDay", period.ended_to is not null or person.listing = 'dropped' as "isOver"
     from person
     left join employment_period as period on period.workspace_id = person.workspace_id and period.person_id = person.id
     where person.workspace_id = $1 and person.id = any ($2::uuid[])`,
    [workspaceId, people],
  );
  return rows.some(({ isOver, lastDay }) => isOver || (lastDay !== null && !isBeyondEmployment(lastDay)));
}

/** The links in force, newest first: by which rule, by whom and, for a decision by hand, why. */
export async function listLinks(q: Queryable, workspaceId: WorkspaceId, { after, limit }: Page): Promise<readonly ListedLink[]> {
  const { rows } = await q.query<Omit<ListedLink, 'confidence'>>(
    `select account_link.id, account_link.person_id as "personId", account_link.system, account_link.account_id as "accountId",
            account_link.standing, account_link.rule, account_link.reason, account_link.linked_at as "linkedAt",
            account_link.linked_by as "linkedBy", account_link.valid_from as "validFrom", account_link.valid_to as "validTo"
     from account_link
     where account_link.workspace_id = $1 and account_link.ended_at is null and ($2::uuid is null or account_link.id < $2::uuid)
     order by account_link.id desc
     limit $3`,
    [workspaceId, after ?? null, limit],
  );
  return rows.map((row) => ({ ...row, confidence: confidenceOf(row) }));
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
  readonly confidence: LinkConfidence | null;
  /** Between when the account may have had the address that links it; null where that is open, or another rule links. */
  readonly validFrom: Instant | null;
  readonly validTo: Instant | null;
}

/** The directory account that a SCIM user goes with, by its object id or by a sign-in, where it is a person's. */
export async function linkedDirectoryAccount(q: Queryable, workspaceId: WorkspaceId, scimUserId: string): Promise<string | undefined> {
  const { rows } = await q.query<{ id: string }>(
    `select account.account_id as id
     from directory_account as account
     join directory_connection as connection on connection.workspace_id = account.workspace_id and connection.id = account.connection_id
     join account_link as link on link.workspace_id = account.workspace_id and link.system = 'directory' and link.account_id = account.account_id
       and link.ended_at is null and link.standing = 'linked'
     where account.workspace_id = $1
       and (account.object_id::text = (select lower(scim_user.external_id) from scim_user where scim_user.workspace_id = $1 and scim_user.id = $2)
            or exists (
              select from identity_link
              where identity_link.workspace_id = $1 and identity_link.scim_user_id = $2 and identity_link.tenant_id = connection.tenant_id
                and identity_link.object_id = account.object_id
            ))
     order by account.account_id
     limit 1`,
    [workspaceId, scimUserId],
  );
  return rows[0]?.id;
}
