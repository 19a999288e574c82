import { pipeline } from 'node:stream/promises';
import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Response, Router } from 'express';
import { DomainError, parseId, refusals, refuse, type WorkspaceId } from '../kernel/index.ts';
import { type AnchorSchedule, readAnchorsFrom, readSchedules } from '../ledger/index.ts';
import { contextOf, type Database, type Log, pathText, positions, hashToken } from '../platform/index.ts';
import { readCookie } from '../workspace/index.ts';
import { type AnchorsSince, MAX_ANCHORS } from './auditor-anchors.ts';
import { auditorCookie, auditorCookieName, auditorPath } from './auditor-address.ts';
import { findAuditorSession, type LiveAuditorSession, markAuditorSessionEnded } from './auditor-link-store.ts';
import { type AuditedReport, auditedReportPage, auditorFailurePage, auditorPageHeaders, entryPage } from './auditor-page.ts';
import { openAuditorLink, refuseLink } from './open-auditor-link.ts';
import { readConcludedBecause, readOverlapping, readReport, type Report } from './report-store.ts';
import { recordAuditorDownload } from './record-auditor-download.ts';
import { readWorkspaceName } from './report-read-model.ts';
import { renderAnchor } from './report-anchor-routes.ts';
import { renderBundle } from './render-bundle.ts';
import { type SealDeps, sealedReport } from './seal-report.ts';
import { reportFilePath } from './report-file-path.ts';
import { requireReportFile } from './require-report-file.ts';
import { servedHeaders } from './served-file.ts';
import { countToldSince } from './told-since-seal-read-model.ts';

export interface AuditorRouteDeps extends SealDeps {
  readonly publicUrl: string;
  readonly log: Log;
  /** How often one address may try to open a link. */
  readonly limitOpenings: RequestHandler;
}

const HERE = '/workspaces/:workspaceId/auditor/:linkId';
/** A token and its name. */
const MAX_FORM = '1kb';
/** Other reports over the period that the page lists. */
const MAX_OTHERS = 50;

/**
 * Where an auditor opens a link and reads the report: no account, no script but the one that takes the token out of the address. Only a POST opens
 * it, so nothing that merely looks at links (scanners of mail, previews of chats) does. Every file that is handed over is a record first.
 */
export function auditorRoutes(deps: AuditorRouteDeps): Router {
  const router = Router();
  const { database, publicUrl } = deps;

  router.use(HERE, guardAddress);

  router.get('/workspaces/:workspaceId/auditor/:linkId', async (request, response) => {
    const place = placeOf(request);
    const session = await sessionIn(deps, request, place);
    sendPage(response, session === undefined ? entryPage(place.path) : auditedReportPage(await auditedReport(deps, place, session)));
  });

  router.post(
    '/workspaces/:workspaceId/auditor/:linkId/session',
    deps.limitOpenings,
    express.urlencoded({ extended: false, limit: MAX_FORM }),
    async (request, response) => {
      refuseForeignPage(request, publicUrl);
      const { linkId, path, workspaceId } = placeOf(request);
      const { lastsMs, token } = await openAuditorLink(database, workspaceId, {
        linkId,
        token: tokenIn(request),
        at: contextOf(request).at,
      });
      response.set(auditorPageHeaders).append('set-cookie', auditorCookie(publicUrl, path, { token, maxAgeMs: lastsMs }));
      response.redirect(303, path);
    },
  );

  router.post('/workspaces/:workspaceId/auditor/:linkId/session/end', async (request, response) => {
    refuseForeignPage(request, publicUrl);
    const { path, workspaceId } = placeOf(request);
    await markAuditorSessionEnded(database, workspaceId, { tokenHash: presentedHash(request, publicUrl), at: contextOf(request).at });
    response.set(auditorPageHeaders).append('set-cookie', auditorCookie(publicUrl, path, { token: '', maxAgeMs: 0 }));
    response.redirect(303, path);
  });

  router.get('/workspaces/:workspaceId/auditor/:linkId/files/*path', async (request, response) => {
    const { session, workspaceId } = await admitted(deps, request);
    const path = reportFilePath(request);
    const content = await requireReportFile(database, workspaceId, { reportId: session.reportId, path });
    await handOver(deps, request, { session, workspaceId, file: path });
    response.set(servedHeaders(path, content)).send(content);
  });

  router.get('/workspaces/:workspaceId/auditor/:linkId/bundle', async (request, response) => {
    const { session, workspaceId } = await admitted(deps, request);
    const { fileName, zip } = await renderBundle(deps, workspaceId, session.reportId);
    await handOver(deps, request, { session, workspaceId, file: 'bundle' });
    response.set(auditorPageHeaders).type('application/zip').attachment(fileName);
    await pipeline(zip, response); // what goes wrong on the way leaves the download visibly incomplete
  });

  router.get('/workspaces/:workspaceId/auditor/:linkId/anchors/:anchorId', async (request, response) => {
    const { session, workspaceId } = await admitted(deps, request);
    const report = await sealedReport(deps, workspaceId, session.reportId);
    const { fileName, zip } = await renderAnchor(deps, workspaceId, report, pathText(request, 'anchorId'));
    await handOver(deps, request, { session, workspaceId, file: `anchors/${pathText(request, 'anchorId')}` });
    response.set(auditorPageHeaders).type('application/zip').attachment(fileName).send(zip);
  });

  router.use(HERE, failurePage(deps.log));
  return router;
}

interface Place {
  readonly workspaceId: WorkspaceId;
  readonly linkId: string;
  readonly path: string;
}

/** Throws DomainError `unauthenticated` for what can be no link, as for one that is none. */
function placeOf(request: Request): Place {
  const workspaceId = parseId<'workspace'>(pathText(request, 'workspaceId'));
  const linkId = pathText(request, 'linkId');
  if (workspaceId === undefined || !positions.id.test(linkId)) return refuseLink();
  return { workspaceId, linkId, path: auditorPath(workspaceId, linkId) };
}

/** A token in the query would be in the log of every proxy; and whoever asks for the head alone, such as a scanner of mail, learns and opens nothing. */
const guardAddress: RequestHandler = (request, response, next) => {
  if (request.originalUrl.includes('?')) {
    refuse('invalid-request', {
      detail: 'Nothing may stand behind a "?" here: what does is kept in logs on its way.',
      next: 'Use the link as it was given, with its "#". If a token was put into an address in another way, have the link revoked.',
    });
  }
  if (request.method === 'HEAD') response.set(auditorPageHeaders).end();
  else next();
};

/** Browsers say where a form comes from. From elsewhere nobody is made to open or to close a link. */
function refuseForeignPage({ headers }: Request, publicUrl: string): void {
  const { origin } = headers;
  const site = headers['sec-fetch-site'];
  // Under `no-referrer` a browser sends the origin "null" with a form of our own; then it says by Sec-Fetch-Site that it is ours.
  const isOurs =
    (origin === undefined || origin === 'null' || origin === new URL(publicUrl).origin) && (site ?? 'same-origin') === 'same-origin';
  if (!isOurs) refuse('forbidden', { detail: 'A page of another origin sent this.', next: 'Open the link itself.' });
}

function tokenIn({ body }: Request): string {
  const token: unknown = typeof body === 'object' && body !== null && 'token' in body ? body.token : undefined;
  // The whole link, where somebody copied that.
  return typeof token === 'string' ? (token.trim().split('#').at(-1) ?? '') : '';
}

function presentedHash(request: Request, publicUrl: string): Buffer {
  return hashToken(readCookie(request.headers.cookie, auditorCookieName(publicUrl)) ?? '');
}

async function sessionIn(
  { database, publicUrl }: AuditorRouteDeps,
  request: Request,
  { linkId, workspaceId }: Place,
): Promise<LiveAuditorSession | undefined> {
  const tokenHash = presentedHash(request, publicUrl);
  return await findAuditorSession(database, workspaceId, { linkId, tokenHash, at: contextOf(request).at });
}

/** Throws DomainError `unauthenticated` without a session of this very link. */
async function admitted(deps: AuditorRouteDeps, request: Request) {
  const place = placeOf(request);
  return { workspaceId: place.workspaceId, session: (await sessionIn(deps, request, place)) ?? refuseLink() };
}

interface HandedOver {
  readonly workspaceId: WorkspaceId;
  readonly session: LiveAuditorSession;
  readonly file: string;
}

async function handOver({ database }: AuditorRouteDeps, request: Request, { file, session, workspaceId }: HandedOver): Promise<void> {
  await recordAuditorDownload(database, workspaceId, { link: session, file, at: contextOf(request).at });
}

async function auditedReport(deps: AuditorRouteDeps, { path, workspaceId }: Place, session: LiveAuditorSession): Promise<AuditedReport> {
  const { database } = deps;
  const report = await sealedReport(deps, workspaceId, session.reportId);
  const newer = report.supersededBy === null ? undefined : await readReport(database, workspaceId, report.supersededBy);
  const others = await readOverlapping(database, workspaceId, report, MAX_OTHERS);
  const anchors = await anchorsSince(database, workspaceId, report);
  const concludedBecause = await readConcludedBecause(database, workspaceId, report.id);
  const leaversToldSince = await countToldSince(database, workspaceId, report);
  const workspaceName = await readWorkspaceName(database, workspaceId);
  return { path, session, report, newer, others, anchors, concludedBecause, leaversToldSince, workspaceName };
}

async function anchorsSince(database: Database, workspaceId: WorkspaceId, { checkpointSize }: Report): Promise<AnchorsSince> {
  const page = { after: undefined, limit: MAX_ANCHORS + 1 };
  const anchors = await readAnchorsFrom(database, workspaceId, { size: checkpointSize ?? 0, page });
  const isThere = (schedule: AnchorSchedule) =>
    anchors.some(({ kind, place }) => kind === schedule.kind && (kind !== 'witness' || place === schedule.place));
  const schedules = await readSchedules(database, workspaceId);
  return { made: anchors.slice(0, MAX_ANCHORS), isCut: anchors.length > MAX_ANCHORS, awaited: schedules.filter((each) => !isThere(each)) };
}

function sendPage(response: Response, page: string): void {
  response.set(auditorPageHeaders).type('html').send(page);
}

/** A person is told in a page, a program in a problem document (by the handler after this one). */
function failurePage(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    response.set(auditorPageHeaders);
    if (error instanceof DomainError && error.code === 'unauthenticated') {
      log.warn('auditor-link.refused', { requestId: contextOf(request).requestId });
    }
    if (!(error instanceof DomainError) || request.accepts(['json', 'html']) !== 'html') {
      next(error);
      return;
    }
    sendPage(response.status(refusals[error.code].status), auditorFailurePage({ detail: error.message, next: error.next }));
  };
}
