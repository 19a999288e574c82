import type { Instant, LedgerRecordId, ReportId, WorkspaceId } from '../kernel/index.ts';
import { instantText, type Page, type Queryable } from '../platform/index.ts';
import type { ManagementResponse, ReportContent } from './report-document.ts';

/** What lists show of a frozen report. */
export type FrozenSummary = Pick<ReportContent, 'asOf' | 'conclusion' | 'totals' | 'effects'>;

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

/** A finding of a frozen report that is no pass. */
export interface AnswerableFinding {
  readonly findingId: string;
  readonly rule: string;
  readonly verdict: string;
  readonly effect: string;
  readonly sentence: string;
  readonly personId: string | null;
}

export interface FrozenDraft {
  readonly document: Buffer;
  readonly sha256: Buffer;
  readonly summary: FrozenSummary;
  /** What wants a word of management. */
  readonly findings: readonly AnswerableFinding[];
  readonly at: Instant;
  readonly actor: string;
  readonly recordId: LedgerRecordId;
}

export async function freezeDraftRow(
  tx: Queryable,
  workspaceId: WorkspaceId,
  id: ReportId,
  { document, sha256, summary, findings, at, actor, recordId }: FrozenDraft,
): Promise<void> {
  await tx.query(
    `update report_draft
        set document = $3, document_sha256 = $4, frozen_at = $5, frozen_by = $6, freeze_record_id = $7, summary = $8::jsonb
      where report_draft.workspace_id = $1 and report_draft.id = $2`,
    [workspaceId, id, document, sha256, at, actor, recordId, JSON.stringify(summary)],
  );
  await tx.query(
    `insert into report_draft_finding (workspace_id, draft_id, finding_id, rule, verdict, effect, sentence, person_id)
     select $1, $2, finding."findingId", finding.rule, finding.verdict, finding.effect, finding.sentence, finding."personId"
       from jsonb_to_recordset($3::jsonb)
         as finding ("findingId" uuid, rule text, verdict text, effect text, sentence text, "personId" uuid)`,
    [workspaceId, id, JSON.stringify(findings)],
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

/** Whether management may answer a finding of a frozen report. */
export async function mayAnswer(
  q: Queryable,
  workspaceId: WorkspaceId,
  { findingId, id }: { readonly id: ReportId; readonly findingId: string },
): Promise<boolean> {
  const { rows } = await q.query<{ readonly mayAnswer: boolean }>(
    `select exists (
       select from report_draft_finding as finding
        where finding.workspace_id = $1 and finding.draft_id = $2 and finding.finding_id = $3
     ) as "mayAnswer"`,
    [workspaceId, id, findingId],
  );
  return rows[0]?.mayAnswer === true;
}

/** A page of what management may answer, in the order of the findings' ids, each with the latest word on it. */
export async function readAnswerable(
  q: Queryable,
  workspaceId: WorkspaceId,
  { after, id, limit }: Page & { readonly id: ReportId },
): Promise<readonly (AnswerableFinding & { readonly response: Omit<ManagementResponse, 'findingId'> | null })[]> {
  const { rows } = await q.query<AnswerableFinding & { readonly response: Omit<ManagementResponse, 'findingId'> | null }>(
    `select finding.finding_id as "findingId", finding.rule, finding.verdict, finding.effect, finding.sentence, finding.person_id as "personId",
            case when said.record_id is not null then
              jsonb_build_object('response', said.response, 'respondedAt', ${instantText('said.responded_at')},
                                 'respondedBy', said.responded_by, 'recordId', said.record_id) end as response
       from report_draft_finding as finding
       left join lateral (
         select latest.response, latest.responded_at, latest.responded_by, latest.record_id
           from report_response as latest
          where latest.workspace_id = $1 and latest.draft_id = $2 and latest.finding_id = finding.finding_id
          order by latest.ord desc
          limit 1
       ) as said on true
      where finding.workspace_id = $1 and finding.draft_id = $2 and ($3::uuid is null or finding.finding_id > $3::uuid)
      order by finding.finding_id
      limit $4`,
    [workspaceId, id, after ?? null, limit],
  );
  return rows;
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
