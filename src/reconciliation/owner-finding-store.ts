import type { Instant, LedgerRecordId, OwnerFindingId, OwnerId, WorkspaceId } from '../kernel/index.ts';
import { instantText, type Page, type Queryable } from '../platform/index.ts';
import type { ClosedBecause, OpenOwnerFinding, OwnerFindingContent, OwnerFindingKind } from './owner-finding.ts';
import type { NewAttempts } from './plan-owner-findings.ts';

export async function openOwnerFindings(q: Queryable, workspaceId: WorkspaceId): Promise<readonly OpenOwnerFinding[]> {
  const { rows } = await q.query<OpenOwnerFinding>(
    `select owner_finding.id, owner_finding.kind, owner_finding.unit, owner_finding.owner_id as "ownerId", owner_finding.facts,
       owner_finding.sentence, owner_finding.evidence
     from owner_finding
     where owner_finding.workspace_id = $1 and owner_finding.closed_at is null`,
    [workspaceId],
  );
  return rows;
}

/**
 * Attempts that the ledger holds behind those that findings count, by kind, actor and owner. They are counted in the order of their
 * leaves, which is the one in which they were committed: none that commits late is passed over.
 */
export async function newAttempts(q: Queryable, workspaceId: WorkspaceId): Promise<readonly NewAttempts[]> {
  const { rows } = await q.query<NewAttempts>(
    `with attempted as (
       select ledger_record.id, leaf.leaf_index, ledger_record.recorded_at, said.record #>> '{detail,attempt}' as attempt,
         said.record ->> 'actor' as actor,
         case when said.record #>> '{subject,kind}' = 'owner' then ledger_record.subject_id end as owner_id
       from ledger_record
       join ledger_leaf as leaf on leaf.workspace_id = ledger_record.workspace_id and leaf.record_id = ledger_record.id
       cross join lateral (select convert_from(ledger_record.leaf, 'UTF8')::jsonb as record) as said
       where ledger_record.workspace_id = $1 and ledger_record.type = 'owner.attempted'
     ), counted as (
       select owner_finding.unit, max(owner_finding.through_leaf) as through_leaf
       from owner_finding
       where owner_finding.workspace_id = $1 and owner_finding.kind = 'attempt'
       group by owner_finding.unit
     )
     select attempted.attempt, attempted.actor, attempted.owner_id as "ownerId", count(*)::int as count,
       min(attempted.recorded_at) as "firstAt", max(attempted.recorded_at) as "lastAt",
       (array_agg(attempted.id order by attempted.leaf_index))[1] as "firstRecordId",
       (array_agg(attempted.id order by attempted.leaf_index desc))[1] as "lastRecordId", max(attempted.leaf_index) as "throughLeaf"
     from attempted
     left join counted on counted.unit = concat_ws(' ', attempted.attempt, attempted.actor, coalesce(attempted.owner_id::text, '-'))
     where attempted.leaf_index > coalesce(counted.through_leaf, -1)
     group by attempted.attempt, attempted.actor, attempted.owner_id
     order by max(attempted.leaf_index)`,
    [workspaceId],
  );
  return rows;
}

/** The workspaces in which something about an owner may have to be found, or to be closed. */
export async function workspacesWithNamedOwners(q: Queryable): Promise<readonly WorkspaceId[]> {
  const { rows } = await q.query<{ workspaceId: WorkspaceId }>(
    `select owner_person.workspace_id as "workspaceId" from owner_person where owner_person.ended_at is null
     union
     select ledger_record.workspace_id from ledger_record where ledger_record.type = 'owner.attempted'
     order by 1`,
  );
  return rows.map(({ workspaceId }) => workspaceId);
}

export interface OwnerFindingWrite {
  readonly id: OwnerFindingId;
  readonly content: OwnerFindingContent;
  readonly at: Instant;
  readonly recordId: LedgerRecordId;
}

export async function insertOwnerFinding(tx: Queryable, workspaceId: WorkspaceId, write: OwnerFindingWrite): Promise<void> {
  const { at, content, id, recordId } = write;
  await tx.query(
    `insert into owner_finding (workspace_id, id, kind, unit, owner_id, facts, sentence, evidence, own_records, through_leaf, opened_at, changed_at)
     values ($1, $2, $3, $4, $5, $6::jsonb, $7, $8::uuid[], array[$9::uuid], $10, $11, $11)`,
    [
      workspaceId,
      id,
      content.kind,
      content.unit,
      content.ownerId,
      JSON.stringify(content.facts),
      content.sentence,
      content.evidence,
      recordId,
      content.throughLeaf,
      at,
    ],
  );
}

export async function updateOwnerFinding(tx: Queryable, workspaceId: WorkspaceId, write: OwnerFindingWrite): Promise<void> {
  const { at, content, id, recordId } = write;
  await tx.query(
    `update owner_finding
     set facts = $3::jsonb, sentence = $4, evidence = $5::uuid[], own_records = owner_finding.own_records || $6::uuid, through_leaf = $7,
       changed_at = $8
     where owner_finding.workspace_id = $1 and owner_finding.id = $2`,
    [workspaceId, id, JSON.stringify(content.facts), content.sentence, content.evidence, recordId, content.throughLeaf, at],
  );
}

export interface OwnerFindingEnd {
  readonly id: OwnerFindingId;
  readonly at: Instant;
  readonly because: ClosedBecause;
  readonly recordId: LedgerRecordId;
  /** By whom and why, where somebody acknowledged it. */
  readonly acknowledged?: { readonly actor: string; readonly reason: string };
}

export async function closeOwnerFinding(tx: Queryable, workspaceId: WorkspaceId, end: OwnerFindingEnd): Promise<void> {
  await tx.query(
    `update owner_finding
     set closed_at = $3, closed_because = $4, own_records = owner_finding.own_records || $5::uuid, acknowledged_by = $6, acknowledgement = $7
     where owner_finding.workspace_id = $1 and owner_finding.id = $2`,
    [workspaceId, end.id, end.at, end.because, end.recordId, end.acknowledged?.actor ?? null, end.acknowledged?.reason ?? null],
  );
}

/** A finding about an owner as it is shown. */
export interface ListedOwnerFinding {
  readonly id: OwnerFindingId;
  readonly kind: 'person-left' | 'attempt';
  readonly owner: { readonly id: OwnerId; readonly name: string } | null;
  readonly sentence: string;
  /** Of attempts: how, by whom, how often and when. */
  readonly attempt: Readonly<Record<string, unknown>> | null;
  readonly since: Instant;
  readonly changedAt: Instant;
  readonly closed: Readonly<Record<string, unknown>> | null;
  readonly evidence: readonly LedgerRecordId[];
}

/** Open ones first, then those that are closed, the newest of each first; a position is the half that the last one shown was in, and its id. */
export async function listOwnerFindings(
  q: Queryable,
  workspaceId: WorkspaceId,
  asked: Page & { readonly state: 'open' | 'closed' | undefined },
): Promise<readonly ListedOwnerFinding[]> {
  const [half = null, last = null] = asked.after?.split('.') ?? [];
  const { rows } = await q.query<ListedOwnerFinding>(
    `select owner_finding.id, owner_finding.kind, owner_finding.sentence,
       case when owner.id is not null then jsonb_build_object('id', owner.id, 'name', owner.name) end as owner,
       case when owner_finding.kind = 'attempt'
         then jsonb_build_object('how', owner_finding.facts -> 'attempt') || (owner_finding.facts - 'attempt') end as attempt,
       owner_finding.opened_at as since, owner_finding.changed_at as "changedAt",
       case when owner_finding.closed_at is not null then jsonb_build_object('at', ${instantText('owner_finding.closed_at')},
         'because', owner_finding.closed_because, 'by', owner_finding.acknowledged_by, 'reason', owner_finding.acknowledgement) end as closed,
       owner_finding.evidence || owner_finding.own_records as evidence
     from owner_finding
     left join owner on owner.workspace_id = owner_finding.workspace_id and owner.id = owner_finding.owner_id
     where owner_finding.workspace_id = $1 and ($2::text is null or (owner_finding.closed_at is null) = ($2 = 'open'))
       and ($3::text is null or (owner_finding.closed_at is not null) > ($3 = 'closed')
         or ((owner_finding.closed_at is not null) = ($3 = 'closed') and owner_finding.id < $4::uuid))
     order by owner_finding.closed_at is not null, owner_finding.id desc
     limit $5`,
    [workspaceId, asked.state ?? null, half?.toLowerCase() ?? null, last, asked.limit],
  );
  return rows;
}

/** Held until the transaction ends; undefined when there is none, or it was closed. */
export async function lockOwnerFinding(
  tx: Queryable,
  workspaceId: WorkspaceId,
  id: OwnerFindingId,
): Promise<Pick<OpenOwnerFinding, 'id' | 'kind'> | undefined> {
  const { rows } = await tx.query<Pick<OpenOwnerFinding, 'id' | 'kind'>>(
    `select owner_finding.id, owner_finding.kind from owner_finding
     where owner_finding.workspace_id = $1 and owner_finding.id = $2 and owner_finding.closed_at is null
     for update`,
    [workspaceId, id],
  );
  return rows[0];
}

/** Whether there is such a finding, and nobody has closed it. */
export async function isOpen(q: Queryable, workspaceId: WorkspaceId, id: OwnerFindingId): Promise<boolean> {
  const { count } = await q.query(
    'select 1 from owner_finding where owner_finding.workspace_id = $1 and owner_finding.id = $2 and owner_finding.closed_at is null',
    [workspaceId, id],
  );
  return count === 1;
}

/** How many findings about owners are open in all workspaces, by their kind. */
export async function countOpenOwnerFindings(q: Queryable): Promise<ReadonlyMap<OwnerFindingKind, number>> {
  const { rows } = await q.query<{ kind: OwnerFindingKind; count: number }>(
    'select owner_finding.kind, count(*)::int as count from owner_finding where owner_finding.closed_at is null group by owner_finding.kind',
  );
  return new Map(rows.map(({ count, kind }) => [kind, count]));
}
