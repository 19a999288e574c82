import { type Instant, newId, type ReportId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { appendOne } from '../ledger/index.ts';
import { inSnapshot, type Transaction } from '../platform/index.ts';
import { isJudgedByPresentRules } from '../reconciliation/index.ts';
import type { EvidenceDeps } from './create-interim-report.ts';
import { type Waiting, whatFreezingWaitsFor } from './decide-freeze.ts';
import { type Draft, freezeDraftRow, insertDraft, lockDraft, readDraft } from './draft-store.ts';
import { gatherContent } from './gather-facts.ts';
import { frozenBytes, type ReportContent, sha256Of, wantsResponse } from './report-document.ts';
import { latestFinalReport, lockSeals, readReport } from './report-store.ts';
import { refuseUnknownReport } from './read-report-id.ts';

const notFrozen = {
  frozenAt: null,
  frozenBy: null,
  freezeRecordId: null,
  documentSha256: null,
  summary: null,
  endedAt: null,
  endedBecause: null,
};

/** Who does something to a report, and when. */
export interface Doing {
  readonly actor: string;
  readonly at: Instant;
}

export interface DraftRequest extends Doing {
  readonly periodStart: Instant;
  readonly periodEnd: Instant;
  /** The sealed report that this one corrects. */
  readonly supersedes: ReportId | null;
}

/**
 * Begins a final report on a period. A period whose report is sealed already gets another only as a new version that names it.
 * Throws DomainError `conflict` where a draft is open, the period has a report that is not named, or the one that is named is another
 * period's or corrected already; `not-found` where there is no such report.
 */
export async function draftReport({ database }: EvidenceDeps, workspaceId: WorkspaceId, request: DraftRequest): Promise<Draft> {
  const { periodStart, periodEnd, supersedes, actor, at } = request;
  return database.transaction(async (tx) => {
    const version = await versionOf(tx, workspaceId, request);
    const id = newId<'report'>(at);
    const recordId = await appendOne(tx, workspaceId, {
      type: 'report.drafted',
      at,
      actor,
      subject: { kind: 'report', id },
      detail: { period: { start: periodStart, end: periodEnd }, version, supersedes },
    });
    const draft = { id, periodStart, periodEnd, version, supersedes, createdAt: at, createdBy: actor };
    if (!(await insertDraft(tx, workspaceId, { ...draft, recordId }))) {
      refuse('conflict', { detail: 'The period has a draft already.', next: 'Freeze and seal that one, or DELETE it.' });
    }
    return { ...draft, ...notFrozen };
  });
}

async function versionOf(tx: Transaction, workspaceId: WorkspaceId, { supersedes, ...period }: DraftRequest): Promise<number> {
  const present = await latestFinalReport(tx, workspaceId, period);
  if (supersedes === null) {
    if (present === undefined) return 1;
    return refuse('conflict', {
      detail: `The period has a sealed report, ${present.id}.`,
      next: 'A correction names it in "supersedes"; the old report stays.',
    });
  }
  const named = await readReport(tx, workspaceId, supersedes);
  if (named === undefined) return refuse('not-found', { detail: 'There is no report of the id in "supersedes".' });
  if (named.id !== present?.id) {
    return refuse('conflict', { detail: 'What "supersedes" names is not the latest final report on this very period.' });
  }
  return named.version + 1;
}

/** What stands between a draft and its freezing, at present; nothing once it is frozen. */
export async function waitingOf(deps: EvidenceDeps, workspaceId: WorkspaceId, draft: Draft, at: Instant): Promise<readonly Waiting[]> {
  if (draft.frozenAt !== null || draft.endedAt !== null) return [];
  return whatFreezingWaitsFor(await contentOf(deps, workspaceId, draft, at), draft.periodEnd, at);
}

/** Undefined while the period goes on, or nothing was reconciled yet by the present rules: there is nothing to say then. */
async function contentOf(deps: EvidenceDeps, workspaceId: WorkspaceId, draft: Draft, at: Instant): Promise<ReportContent | undefined> {
  if (at < draft.periodEnd) return undefined;
  const { id: reportId, version, periodStart, periodEnd } = draft;
  return await inSnapshot(deps.database, async (q) => {
    if (!(await isJudgedByPresentRules(q, workspaceId))) return undefined;
    const superseded = draft.supersedes === null ? undefined : await readReport(q, workspaceId, draft.supersedes);
    const supersedes =
      superseded === undefined ? null : { reportId: superseded.id, manifestSha256: superseded.manifestSha256.toString('hex') };
    const period = { periodStart, periodEnd };
    return await gatherContent(q, workspaceId, {
      reportId,
      kind: 'FINAL',
      version,
      supersedes,
      at,
      ...period,
      softwareVersion: deps.softwareVersion,
    });
  });
}

/**
 * Fixes what a final report says: the population, the verdicts and what they were decided from, as of the latest reconciliation run. From
 * then on nothing but management's answers is added to it. Throws DomainError `not-found`; `report-not-ready` while something is waited for;
 * `conflict` where it is frozen already.
 */
export async function freezeReport(deps: EvidenceDeps, workspaceId: WorkspaceId, id: ReportId, { actor, at }: Doing): Promise<Draft> {
  const draft = (await readDraft(deps.database, workspaceId, id)) ?? refuseUnknownReport();
  const content = await contentOf(deps, workspaceId, draft, at);
  const waiting = whatFreezingWaitsFor(content, draft.periodEnd, at);
  if (content === undefined || waiting.length > 0) return refuseWaiting(waiting);
  const document = await frozenBytes(content);
  const sha256 = sha256Of(document);
  return deps.database.transaction(async (tx) => {
    await lockSeals(tx, workspaceId);
    const { frozenAt } = await openDraft(tx, workspaceId, id);
    if (frozenAt !== null) refuse('conflict', { detail: 'The report is frozen already.' });
    const recordId = await appendOne(tx, workspaceId, {
      type: 'report.frozen',
      at,
      actor,
      subject: { kind: 'report', id },
      detail: {
        document: `sha256:${sha256.toString('hex')}`,
        period: { start: draft.periodStart, end: draft.periodEnd },
        as_of: content.asOf,
        conclusion: content.conclusion,
      },
    });
    const { asOf, conclusion, totals, effects, findings } = content;
    const summary = { asOf, conclusion, totals, effects };
    const answerable = findings.filter(wantsResponse).map(({ id: findingId, rule, verdict, effect, sentence, person }) => {
      return { findingId, rule, verdict, effect, sentence, personId: person?.id ?? null };
    });
    await freezeDraftRow(tx, workspaceId, id, { document, sha256, summary, findings: answerable, at, actor, recordId });
    return { ...draft, frozenAt: at, frozenBy: actor, freezeRecordId: recordId, documentSha256: sha256, summary };
  });
}

/** Locks a draft that has not ended. Throws DomainError `not-found`; `conflict` for one that was sealed or discarded. */
export async function openDraft(tx: Transaction, workspaceId: WorkspaceId, id: ReportId): Promise<Draft> {
  const draft = (await lockDraft(tx, workspaceId, id)) ?? refuseUnknownReport();
  if (draft.endedBecause !== null) refuse('conflict', { detail: `The report was ${draft.endedBecause}.` });
  return draft;
}

function refuseWaiting(waiting: readonly Waiting[]): never {
  return refuse('report-not-ready', {
    detail: waiting.map(({ detail, until }) => (until === null ? detail : `${detail} Not before ${until}.`)).join(' '),
    next: 'An interim report says what is known by now: POST /reports with "kind": "interim".',
    extra: { waitingFor: waiting },
  });
}
