import { type Instant, type LedgerRecordId, type ReportId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { appendOne } from '../ledger/index.ts';
import type { Page, Queryable, Transaction } from '../platform/index.ts';
import type { EvidenceDeps } from './create-interim-report.ts';
import { isAhead } from './decide-freeze.ts';
import {
  type Draft,
  endDraft,
  insertResponse,
  mayAnswer,
  readAnswerable,
  readDraft,
  readFrozenDocument,
  readResponses,
} from './draft-store.ts';
import { type Doing, openDraft } from './final-report.ts';
import { type Freezing, type ManagementResponse, REPORT_FORMAT, type ReportContent, type ReportDocument } from './report-document.ts';
import { readNaming } from './read-naming.ts';
import { reportFiles } from './report-files.ts';
import { lockSeals, type Report } from './report-store.ts';
import { sealInputs } from './seal-inputs.ts';
import { sealReport } from './seal-report.ts';
import { refuseUnknownReport } from './read-report-id.ts';

/** What management says of a finding of a report under review. */
export interface ResponseRequest extends Doing {
  readonly findingId: string;
  /** In somebody's own words. */
  readonly response: string;
}

/**
 * Keeps what management says of a finding. It alters no verdict; a later word takes the place of an earlier one in the report, and both stay
 * in the ledger. Throws DomainError `not-found` for a report, or a finding in it, that is not there; `conflict` for one that is not frozen, or
 * for a finding of which nothing is to be said.
 */
export async function respondToFinding(
  { database }: EvidenceDeps,
  workspaceId: WorkspaceId,
  reportId: ReportId,
  { findingId, response, actor, at }: ResponseRequest,
): Promise<ManagementResponse> {
  return database.transaction(async (tx) => {
    const draft = await openDraft(tx, workspaceId, reportId);
    if (!(await mayAnswer(tx, workspaceId, { id: reportId, findingId }))) {
      refuseUnanswerable(await frozenContent(tx, workspaceId, draft), findingId);
    }
    const recordId = await appendOne(tx, workspaceId, {
      type: 'report.responded',
      at,
      actor,
      subject: { kind: 'report', id: reportId },
      detail: { finding: findingId },
      disclose: { response },
    });
    const row = { findingId, response, respondedAt: at, respondedBy: actor, recordId };
    await insertResponse(tx, workspaceId, reportId, row);
    return row;
  });
}

/** By all that was frozen, which is read for a refusal alone. */
function refuseUnanswerable({ findings }: ReportContent, findingId: string): never {
  if (!findings.some(({ id }) => id === findingId)) return refuse('not-found', { detail: 'The report has no such finding.' });
  return refuse('conflict', { detail: 'All is well with that finding: there is nothing to respond to.' });
}

/** A finding of a report under review that wants a word, and the word that it got. */
export type FindingUnderReview = Awaited<ReturnType<typeof readAnswerable>>[number];

/**
 * The findings of a frozen report that are no pass, in the order of their ids, with what management said of them.
 * Throws DomainError `not-found`; `conflict` for a report that is not under review.
 */
export async function findingsUnderReview(
  { database }: EvidenceDeps,
  workspaceId: WorkspaceId,
  reportId: ReportId,
  page: Page,
): Promise<readonly FindingUnderReview[]> {
  const draft = (await readDraft(database, workspaceId, reportId)) ?? refuseUnknownReport();
  requireUnderReview(draft);
  return await readAnswerable(database, workspaceId, { ...page, id: reportId });
}

/**
 * Seals a frozen report with the answers that it got. Throws DomainError `not-found`; `conflict` for one that is not frozen, that an earlier version
 * froze by another rule, that was frozen at an instant which has not come, that somebody answered, or beside which another report was sealed, frozen or given up, at the same moment; `ledger-behind` when the ledger cannot be sealed.
 */
export async function sealFinalReport(
  deps: EvidenceDeps,
  workspaceId: WorkspaceId,
  reportId: ReportId,
  { actor, at }: Doing,
): Promise<Report> {
  const { database, verifierSource } = deps;
  const draft = (await readDraft(database, workspaceId, reportId)) ?? refuseUnknownReport();
  const content = await frozenContent(database, workspaceId, draft);
  if (content.format !== REPORT_FORMAT) refuseEarlierFormat(content.format);
  if (draft.frozenAt !== null && isAhead(draft.frozenAt, at)) refuseBefore(draft.frozenAt);
  const responses = await readResponses(database, workspaceId, reportId);
  const { earlier, leavesOpen, reportsBefore, ...inputs } = await sealInputs(deps, workspaceId, content);
  const sealed = { createdAt: at, createdBy: actor, frozen: freezingOf(draft), responses, leavesOpen, ...earlier };
  const written = { ...content, ...sealed };
  const document: ReportDocument = { ...written, ...(await readNaming(database, workspaceId, written)) };
  const end = async (tx: Transaction, recordId: LedgerRecordId) => {
    await openDraft(tx, workspaceId, reportId);
    const now = await readResponses(tx, workspaceId, reportId);
    if (now.length !== responses.length || now.some((each, index) => each.recordId !== responses[index]?.recordId)) {
      refuse('conflict', { detail: 'Somebody responded to a finding at the same moment.', next: 'Seal it again.' });
    }
    await endDraft(tx, workspaceId, reportId, { because: 'sealed', at, recordId });
  };
  return await sealReport(deps, document, {
    files: await reportFiles(document, { ...inputs, verifierSource }),
    reportsBefore,
    alsoWrite: end,
  });
}

/** Gives a draft up, frozen or not; the period may then have another. Throws DomainError `not-found`, `conflict` for one that has ended. */
export async function discardReport(
  { database }: EvidenceDeps,
  workspaceId: WorkspaceId,
  reportId: ReportId,
  { actor, at }: Doing,
): Promise<void> {
  await database.transaction(async (tx) => {
    await lockSeals(tx, workspaceId);
    const { frozenAt } = await openDraft(tx, workspaceId, reportId);
    const detail = { was: frozenAt === null ? 'draft' : 'frozen' };
    const recordId = await appendOne(tx, workspaceId, {
      type: 'report.discarded',
      at,
      actor,
      subject: { kind: 'report', id: reportId },
      detail,
    });
    await endDraft(tx, workspaceId, reportId, { because: 'discarded', at, recordId });
  });
}

/** What was frozen. Throws DomainError `conflict` for a draft that is not frozen, or that has ended. */
async function frozenContent(q: Queryable, workspaceId: WorkspaceId, draft: Draft): Promise<ReportContent> {
  requireUnderReview(draft);
  const bytes = await readFrozenDocument(q, workspaceId, draft.id);
  if (bytes === undefined) throw new Error('what was frozen is gone');
  return JSON.parse(bytes.toString('utf8')) as ReportContent;
}

function requireUnderReview({ endedBecause, frozenAt }: Draft): void {
  if (endedBecause !== null) refuse('conflict', { detail: `The report was ${endedBecause}.` });
  if (frozenAt === null) refuse('conflict', { detail: 'The report is not frozen yet.', next: 'POST …/freeze first.' });
}

/** What is frozen cannot be concluded anew, and by the rule of an earlier format it may pass although nobody knows who left. */
function refuseEarlierFormat(format: string): never {
  return refuse('conflict', {
    detail: `The report was frozen as ${format}, by an earlier version of the program: it would be concluded by another rule than ${REPORT_FORMAT}.`,
    next: 'DELETE it, POST /reports for the period anew, and freeze that; what was frozen and answered stays in the ledger.',
  });
}

/** What is sealed before it was frozen holds for nobody. */
function refuseBefore(frozenAt: Instant): never {
  return refuse('conflict', {
    detail: `The report was frozen at ${frozenAt}, which has not come yet: the clock was set back since.`,
    next: 'Seal it then.',
  });
}

function freezingOf({ frozenAt, frozenBy, freezeRecordId, documentSha256 }: Draft): Freezing {
  if (frozenAt === null || frozenBy === null || freezeRecordId === null || documentSha256 === null)
    throw new Error('a frozen draft is whole');
  return { at: frozenAt, by: frozenBy, recordId: freezeRecordId, sha256: documentSha256.toString('hex') };
}
