import type { Instant, LedgerRecordId, ReportId, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';
import type { ManagementResponse, ReportContent } from './report-document.ts';

/** What lists show of a frozen report. */
export type FrozenSummary = Pick<ReportContent, 'asOf' | 'conclusion' | 'totals' | 'effects'>;

/** What is kept of a frozen report beside the whole: also which findings management may answer. */
type KeptSummary = FrozenSummary & { readonly answerable: readonly string[] };

/** A final report on its way to its seal. */
export interface Draft {
  readonly id: ReportId;
  readonly periodStart: Instant;
  readonly periodEnd: Instant;
  readonly version: number;
  readonly supersedes: ReportId | null;
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly frozenAt: Instant | null;
  readonly frozenBy: string | null;
  readonly freezeRecordId: LedgerRecordId | null;
  readonly documentSha256: Buffer | null;
  readonly summary: FrozenSummary | null;
  readonly endedAt: Instant | null;
  readonly endedBecause: 'sealed' | 'discarded' | null;
}

const columns = `draft.id, draft.period_start as "periodStart", draft.period_end as "periodEnd", draft.version, draft.supersedes,
  draft.created_at as "createdAt", draft.created_by as "createdBy", draft.frozen_at as "frozenAt", draft.frozen_by as "frozenBy",
  draft.freeze_record_id as "freezeRecordId", draft.document_sha256 as "documentSha256", draft.summary - 'answerable' as summary, draft.ended_at as "endedAt",
  draft.ended_because as "endedBecause"`;

/** False where the period has an open draft already. */
export async function insertDraft(
  tx: Queryable,
  workspaceId: WorkspaceId,
  draft: Pick<Draft, 'id' | 'periodStart' | 'periodEnd' | 'version' | 'supersedes' | 'createdAt' | 'createdBy'> & {
    readonly recordId: LedgerRecordId;
  },
): Promise<boolean> {
  const { rows } = await tx.query<{ id: string }>(
    `insert into report_draft (workspace_id, id, period_start, period_end, version, supersedes, created_at, created_by, record_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (workspace_id, period_start, period_end) where ended_at is null do nothing
     returning report_draft.id`,
    [
      workspaceId,
      draft.id,
      draft.periodStart,
      draft.periodEnd,
      draft.version,
      draft.supersedes,
      draft.createdAt,
      draft.createdBy,
      draft.recordId,
    ],
  );
  return rows.length > 0;
}

export async function readDraft(q: Queryable, workspaceId: WorkspaceId, id: ReportId): Promise<Draft | undefined> {
  const { rows } = await q.query<Draft>(
    `select ${columns}
       from report_draft as draft
      where draft.workspace_id = $1 and draft.id = $2`,
    [workspaceId, id],
  );
  return rows[0];
}

/** As `readDraft`, and nobody else changes it, or answers within it, until the transaction ends. */
export async function lockDraft(tx: Queryable, workspaceId: WorkspaceId, id: ReportId): Promise<Draft | undefined> {
  const { rows } = await tx.query<Draft>(
    `select ${columns}
       from report_draft as draft
      where draft.workspace_id = $1 and draft.id = $2
        for update`,
    [workspaceId, id],
  );
  return rows[0];
}

export interface FrozenDraft {
  readonly document: Buffer;
  readonly sha256: Buffer;
  readonly summary: KeptSummary;
  readonly at: Instant;
  readonly actor: string;
  readonly recordId: LedgerRecordId;
}

export async function freezeDraftRow(
  tx: Queryable,
  workspaceId: WorkspaceId,
  id: ReportId,
  { document, sha256, summary, at, actor, recordId }: FrozenDraft,
): Promise<void> {
  await tx.query(
    `update report_draft
        set document = $3, document_sha256 = $4, frozen_at = $5, frozen_by = $6, freeze_record_id = $7, summary = $8::jsonb
      where report_draft.workspace_id = $1 and report_draft.id = $2`,
    [workspaceId, id, document, sha256, at, actor, recordId, JSON.stringify(summary)],
  );
}

export async function endDraft(
  tx: Queryable,
  workspaceId: WorkspaceId,
  id: ReportId,
  ended: { readonly because: 'sealed' | 'discarded'; readonly at: Instant; readonly recordId: LedgerRecordId },
): Promise<void> {
  await tx.query(
    `update report_draft
        set ended_at = $3, ended_because = $4, end_record_id = $5
      where report_draft.workspace_id = $1 and report_draft.id = $2`,
    [workspaceId, id, ended.at, ended.because, ended.recordId],
  );
}

/** Whether management may answer a finding, without reading all that was frozen; of what an earlier version froze, false: the document alone says it. */
export async function mayAnswer(
  q: Queryable,
  workspaceId: WorkspaceId,
  { findingId, id }: { readonly id: ReportId; readonly findingId: string },
): Promise<boolean> {
  const { rows } = await q.query<{ mayAnswer: boolean | null }>(
    `select draft.summary -> 'answerable' ? $3 as "mayAnswer"
       from report_draft as draft
      where draft.workspace_id = $1 and draft.id = $2`,
    [workspaceId, id, findingId],
  );
  return rows[0]?.mayAnswer === true;
}

/** What was frozen, byte for byte. */
export async function readFrozenDocument(q: Queryable, workspaceId: WorkspaceId, id: ReportId): Promise<Buffer | undefined> {
  const { rows } = await q.query<{ document: Buffer }>(
    `select draft.document
       from report_draft as draft
      where draft.workspace_id = $1 and draft.id = $2 and draft.document is not null`,
    [workspaceId, id],
  );
  return rows[0]?.document;
}

export async function insertResponse(
  tx: Queryable,
  workspaceId: WorkspaceId,
  draftId: ReportId,
  response: ManagementResponse,
): Promise<void> {
  await tx.query(
    `insert into report_response (workspace_id, draft_id, finding_id, response, responded_at, responded_by, record_id)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [workspaceId, draftId, response.findingId, response.response, response.respondedAt, response.respondedBy, response.recordId],
  );
}

/** The latest word on each finding, in the order of their ids. */
export async function readResponses(q: Queryable, workspaceId: WorkspaceId, draftId: ReportId): Promise<readonly ManagementResponse[]> {
  const { rows } = await q.query<ManagementResponse>(
    `select distinct on (said.finding_id) said.finding_id as "findingId", said.response, said.responded_at as "respondedAt",
            said.responded_by as "respondedBy", said.record_id as "recordId"
       from report_response as said
      where said.workspace_id = $1 and said.draft_id = $2
      order by said.finding_id, said.ord desc`,
    [workspaceId, draftId],
  );
  return rows;
}

/** Drafts that are no sealed report: open ones, and those that were given up; latest first. */
export async function readDrafts(q: Queryable, workspaceId: WorkspaceId, { after, limit }: Page): Promise<readonly Draft[]> {
  const { rows } = await q.query<Draft>(
    `select ${columns}
       from report_draft as draft
      where draft.workspace_id = $1 and draft.ended_because is distinct from 'sealed' and ($2::uuid is null or draft.id < $2::uuid)
      order by draft.id desc
      limit $3`,
    [workspaceId, after ?? null, limit],
  );
  return rows;
}
