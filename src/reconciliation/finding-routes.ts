import type { Request, Response, Router } from 'express';
import { type FindingId, type Instant, parseId, refuse, type WorkspaceId } from '../kernel/index.ts';
import {
  contextOf,
  type Database,
  inSnapshot,
  type Page,
  pathText,
  positions,
  type Queryable,
  queryPast,
  readPage,
  readStretch,
  requireScope,
  type Stretch,
  workspaceOf,
  workspaceRouter,
  writeCsv,
} from '../platform/index.ts';
import { type AskedPast, askPast } from './ask-past.ts';
import { type BlindNaming, blindNaming } from './blind-windows.ts';
import { type FiledFinding, findingColumns, findingLines } from './finding-csv.ts';
import { type FindingFilter, isSelective } from './finding-filter.ts';
import { findingFilterOf } from './finding-filter-routes.ts';
import { listFindings, readFinding, walkFindings } from './finding-page-read-model.ts';
import { findingPosition, positionOfFinding } from './finding-position.ts';
import type { FindingRow } from './finding-read-model.ts';
import { closedAtOf, type FindingVersion, listVersions } from './finding-version-read-model.ts';
import { flagsOf } from './flags-of.ts';
import { matchFindings } from './matching-finding-read-model.ts';
import { listOwnerFindings } from './owner-finding-store.ts';
import { listPastFindings } from './past-finding-page-read-model.ts';
import type { PastMoment } from './past-moment-read-model.ts';
import { readOfOneRun } from './read-of-one-run.ts';
import type { ReconciliationDependencies } from './reconcile.ts';
import type { ReportUnit } from './report-population.ts';
import { namedUnits, rangeOf } from './report-units.ts';
import { accountIdsOf, showFinding } from './show-finding.ts';
import { toldSince } from './told-since-read-model.ts';

/** Findings about owners that an answer carries whatever else was asked for: a workspace has few owners. */
const MAX_URGENT = 1_000;
const listing = { usual: 100, most: 1_000, position: findingPosition, positionOf: positionOfFinding };
const versionListing = { usual: 100, most: 1_000, position: positions.ordinal, positionOf: ({ ord }: FindingVersion) => `${ord}` };

/** `/findings` and `/findings/{findingId}`, relative to a workspace's address. */
export function findingRoutes(deps: ReconciliationDependencies): Router {
  const { database } = deps;
  const router = workspaceRouter();

  router.get(
    '/findings{?asOf,effect,rule,verdict,late,status,personId,employeeId,disposition,policyVersion,workerType,site,changedSince,limit,after}',
    async (request, response) => {
      requireScope(request, 'read');
      const workspaceId = workspaceOf(request);
      const filter = await findingFilterOf(request, database, workspaceId);
      const at = queryPast(request);
      const past = at === undefined ? undefined : await askPast(database, workspaceId, at);
      if (request.accepts(['application/json', 'text/csv']) === 'text/csv') {
        await writeFile(response, { ...(await readAll(database, workspaceId, { filter, past, now: contextOf(request).at })), workspaceId });
        return;
      }
      if (past?.kind === 'unknown') {
        response.json({ findings: [], next: null, urgent: [], asOf: { instant: at, run: null, reason: past.reason } });
        return;
      }
      const moment = past?.moment;
      const { rows, next } = await pageOf(request, database, { filter, moment, workspaceId });
      response.json({ ...(await answer(database, workspaceId, { rows, moment, at: contextOf(request).at })), next });
    },
  );

  router.get('/findings/:findingId{?limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const workspaceId = workspaceOf(request);
    const findingId = parseId<'finding'>(pathText(request, 'findingId')) ?? noFinding();
    const found = await inSnapshot(database, async (q) => {
      const row = (await readFinding(q, workspaceId, findingId)) ?? noFinding();
      const [finding] = await shownNow(q, workspaceId, { rows: [row], at: contextOf(request).at });
      const { next, rows } = await readPage(request, versionListing, (page) => listVersions(q, workspaceId, { ...page, findingId }));
      const naming = await blindNaming(q, workspaceId, rows);
      const versions = rows.map((version) => shownVersion(version, naming, contextOf(request).at));
      return { finding, closedAt: finding?.['closedAt'] ?? null, versions, next };
    });
    response.json(found);
  });

  return router;
}

/** By effect alone the list is read where it stands; with more, so many findings are looked at. */
function pageOf(
  request: Request,
  database: Database,
  {
    filter,
    moment,
    workspaceId,
  }: { readonly workspaceId: WorkspaceId; readonly filter: FindingFilter; readonly moment: PastMoment | undefined },
): Promise<Stretch<FindingRow>> {
  const { effects } = filter;
  if (isSelective(filter))
    return readStretch(request, listing, (page) =>
      inSnapshot(database, (tx) => matchFindings(tx, workspaceId, { ...page, filter, moment })),
    );
  if (moment === undefined) return readPage(request, listing, (page) => listFindings(database, workspaceId, { effects, ...page }));
  return readStretch(request, listing, (page) =>
    inSnapshot(database, (tx) => listPastFindings(tx, workspaceId, { effects, moment, ...page })),
  );
}

/** Of a past instant only what was judged is told: what other witnesses say, and what is urgent, is said of the present. */
async function answer(
  q: Queryable,
  workspaceId: WorkspaceId,
  { at, rows, moment }: ShownRows & { readonly moment: PastMoment | undefined },
): Promise<Record<string, unknown>> {
  if (moment === undefined) {
    const urgent = await listOwnerFindings(q, workspaceId, { state: 'open', after: undefined, limit: MAX_URGENT });
    return { findings: await shownNow(q, workspaceId, { rows, at }), urgent, asOf: null };
  }
  const { asOf, id, recordedAt } = moment.run;
  const units = await namedUnits(q, workspaceId, { rows, at: moment.at });
  return {
    findings: units.map((unit) => showFinding(unit)),
    urgent: [],
    asOf: { instant: moment.at, run: { id, asOf, recordedAt }, reason: null },
  };
}

interface ShownRows {
  readonly rows: readonly FindingRow[];
  /** When it is asked. */
  readonly at: Instant;
}

async function shownNow(q: Queryable, workspaceId: WorkspaceId, { at, rows }: ShownRows): Promise<readonly Record<string, unknown>[]> {
  const units = await namedUnits(q, workspaceId, { rows, at });
  const known = {
    flags: await flagsOf(q, workspaceId, { accountIds: units.flatMap(accountIdsOf), at }),
    toldSince: await toldSince(q, workspaceId, idsOf(units)),
    closedAt: await closedAtOf(q, workspaceId, idsOf(units)),
  };
  return units.map((unit) => showFinding(unit, known));
}

function idsOf(units: readonly ReportUnit[]): readonly FindingId[] {
  return units.map(({ id }) => id);
}

interface Asked {
  readonly filter: FindingFilter;
  readonly past: AskedPast | undefined;
  /** When it is asked. */
  readonly now: Instant;
}

interface FindingsFile {
  readonly at: Instant | undefined;
  readonly read: (page: Page) => Promise<Stretch<FiledFinding>>;
}

/** A file cannot say why it is empty, so there is none of an instant of which nothing is known. */
async function readAll(database: Database, workspaceId: WorkspaceId, { filter, now, past }: Asked): Promise<FindingsFile> {
  if (past?.kind === 'unknown')
    return refuse('not-found', { detail: past.reason, next: 'Ask without "Accept: text/csv", or of a later instant.' });
  const moment = past?.moment;
  const read = async (q: Queryable, page: Page) => {
    const { next, rows } = await walkFindings(q, workspaceId, { ...filter, ...page, moment });
    const units = await namedUnits(q, workspaceId, { rows, at: moment?.at ?? now });
    const told = moment === undefined ? await toldSince(q, workspaceId, idsOf(units)) : undefined;
    const closedAt = moment === undefined ? await closedAtOf(q, workspaceId, idsOf(units)) : undefined;
    const filed = (unit: ReportUnit) => ({ unit, isHrChangedSince: told?.has(unit.id) ?? null, closedAt: closedAt?.get(unit.id) ?? null });
    return { next, rows: units.map(filed) };
  };
  // What was said at a past instant is the same after a run that ends meanwhile.
  return moment === undefined
    ? { at: undefined, read: await readOfOneRun(database, workspaceId, read) }
    : { at: moment.at, read: (page) => read(database, page) };
}

async function writeFile(
  response: Response,
  { at, read, workspaceId }: FindingsFile & { readonly workspaceId: WorkspaceId },
): Promise<void> {
  const name = at === undefined ? `findings-${workspaceId}` : `findings-${workspaceId}-${at.replaceAll(/[:.]/g, '-')}`;
  await writeCsv(response, { name, columns: findingColumns, read, linesOf: findingLines });
}

/** By what was known of looks when it was judged. */
function shownVersion(version: FindingVersion, naming: BlindNaming, now: Instant): Record<string, unknown> {
  const { deadlineEarliest, deadlineLatest, endEarliest, endLatest, ord: _position, systems, ...said } = version;
  const sentence = naming.ofSentence(said.sentence, systems, said.asOf ?? said.until ?? now);
  return { ...said, sentence, end: rangeOf(endEarliest, endLatest), deadline: rangeOf(deadlineEarliest, deadlineLatest) };
}

function noFinding(): never {
  return refuse('not-found', { detail: 'There is no such finding.', next: 'GET findings lists them.' });
}
