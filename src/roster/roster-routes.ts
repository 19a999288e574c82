import express, { type Request, type RequestHandler, type Router } from 'express';
import { type PersonId, parseId, refuse, type RosterImportId } from '../kernel/index.ts';
import {
  type BodyReader,
  type Database,
  headerText,
  inSnapshot,
  pathText,
  positions,
  queryPast,
  queryText,
  readBody,
  readPage,
  readStretch,
  requireScope,
  workspaceOf,
  writePieces,
  workspaceRouter,
} from '../platform/index.ts';
import { eraseImport } from './erase-import.ts';
import { decideListing, type ListingDecision } from './decide-listing.ts';
import { handOverFile } from './hand-over-file.ts';
import { heldImportRoutes } from './held-import-routes.ts';
import { importRoster, previewImport, ROSTER_FILE_LIMIT, type SentRoster } from './import-roster.ts';
import { readMappingOf } from './read-mapping.ts';
import { type KeptRejection, listRejections } from './rejected-row-store.ts';
import { listPeopleThen } from './past-people-read-model.ts';
import { readDate } from './roster-date.ts';
import { presetNames } from './roster-mapping.ts';
import { readMapping } from './roster-mapping-store.ts';
import { isImport, isPerson, listImports, listings, listPeople, readImport } from './roster-read-model.ts';
import { sentRoster } from './roster-reader.ts';
import { setMapping } from './set-mapping.ts';
import { showPreview } from './show-preview.ts';
import { type SourceRoutesDeps, sourceRoutes } from './source-routes.ts';

const MEDIA_TYPES = ['text/csv', 'text/plain', 'text/tab-separated-values', 'application/csv', 'application/vnd.ms-excel'];
/** As long as file systems let a name be. */
const MAX_FILE_NAME = 255;
const listing = { usual: 100, most: 1_000, position: positions.id, positionOf: ({ id }: { readonly id: string }) => id };

const rejectedCells = { ...listing, position: positions.ordinal, positionOf: ({ ordinal }: KeptRejection) => String(ordinal) };

export interface RosterRoutesDeps extends SourceRoutesDeps {
  /** Sees to it that an import under an `Idempotency-Key` is made once; asked here, since the file is read here. */
  readonly answerOnce: RequestHandler;
}

/** `/roster/…` and `/people`, relative to a workspace's address. */
export function rosterRoutes(deps: RosterRoutesDeps): Router {
  const router = workspaceRouter();
  addImports(router, deps);
  addMapping(router, deps);
  addPeople(router, deps);
  router.use(sourceRoutes(deps));
  router.use(heldImportRoutes(deps));
  return router;
}

function addImports(router: Router, deps: RosterRoutesDeps): void {
  const rawFile = express.raw({ type: MEDIA_TYPES, limit: ROSTER_FILE_LIMIT });
  router.post(
    '/roster/imports{?mode,full,partial,elseUnchanged,allowRejected}',
    // Before the body is read: a stranger's file is not waited for.
    (request, _response, next) => {
      requireScope(request, 'roster');
      next();
    },
    rawFile,
    deps.answerOnce,
    async (request, response) => {
      const principal = requireScope(request, 'roster');
      const mode = modeOf(request);
      const allowRejected = flagOf(request, 'allowRejected') ?? false;
      const roster = rosterOf(request);
      if (mode === 'dry-run') response.json(showPreview(await previewImport(deps, workspaceOf(request), roster), principal));
      else {
        const asked = { ...roster, actor: principal.actor, allowRejected };
        const outcome = await importRoster(deps, workspaceOf(request), asked);
        if (outcome.kind === 'held') response.status(202).json(outcome.held);
        else response.status(201).json({ mode, ...outcome.done });
      }
    },
  );
  router.get('/roster/imports{?limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const { rows, next } = await readPage(request, listing, (page) => listImports(deps.database, workspaceOf(request), page));
    response.json({ imports: rows, next });
  });
  router.get('/roster/imports/:importId', async (request, response) => {
    requireScope(request, 'read');
    const importId = await importOf(request, deps.database);
    response.json((await readImport(deps.database, workspaceOf(request), importId)) ?? refuseImport());
  });
  router.get('/roster/imports/:importId/file', async (request, response) => {
    const { actor } = requireScope(request, 'evidence');
    const importId = parseId<'roster-import'>(pathText(request, 'importId')) ?? refuseImport();
    const { fileBytes, pieces, source } = await handOverFile(deps, workspaceOf(request), { importId, actor });
    const isPushed = source === 'push';
    response.set('content-length', String(fileBytes)).type(isPushed ? 'application/json' : 'application/octet-stream');
    response.attachment(`roster-${importId}.${isPushed ? 'json' : 'csv'}`);
    await writePieces(response, pieces);
  });
  router.post('/roster/imports/:importId/erasure', async (request, response) => {
    const { actor } = requireScope(request, 'evidence');
    const importId = parseId<'roster-import'>(pathText(request, 'importId')) ?? refuseImport();
    readBody(request).end();
    response.json(await eraseImport(deps, workspaceOf(request), { importId, actor }));
  });
  router.get('/roster/imports/:importId/rejected-rows{?limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const importId = await importOf(request, deps.database);
    const { rows, next } = await readPage(request, rejectedCells, (page) =>
      listRejections(deps.database, workspaceOf(request), { importId, ...page }),
    );
    response.json({ rejectedRows: rows.map(({ ordinal: _place, ...rejection }) => rejection), next });
  });
}

function addMapping(router: Router, deps: RosterRoutesDeps): void {
  router.get('/roster/mapping', async (request, response) => {
    requireScope(request, 'read');
    const { mapping } = await readMapping(deps.database, workspaceOf(request));
    response.json({ ...mapping, presets: presetNames });
  });
  router.put('/roster/mapping', async (request, response) => {
    const { actor } = requireScope(request, 'roster');
    const body = readBody(request);
    const mapping = readMappingOf(body);
    body.end();
    response.json({ ...(await setMapping(deps, workspaceOf(request), { mapping, actor })), presets: presetNames });
  });
}

function addPeople(router: Router, deps: RosterRoutesDeps): void {
  router.get('/people{?asOf,listing,employeeId,workEmail,limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const standing = oneOf(request, 'listing', listings);
    const [employeeId, workEmail] = [queryText(request, 'employeeId'), queryText(request, 'workEmail')];
    const at = queryPast(request) ?? null;
    if (at !== null && workEmail !== undefined) refuseOldAddress();
    const { rows, next } =
      at === null
        ? await readPage(request, listing, (page) =>
            listPeople(deps.database, workspaceOf(request), { standing, employeeId, workEmail, ...page }),
          )
        : await readStretch(request, listing, (page) =>
            inSnapshot(deps.database, (tx) => listPeopleThen(tx, workspaceOf(request), { at, standing, employeeId, ...page })),
          );
    response.json({ people: rows, next, asOf: at });
  });
  router.post('/people/:personId/listing', async (request, response) => {
    const { actor } = requireScope(request, 'roster');
    const personId = await personOf(request, deps.database);
    const body = readBody(request);
    const answer = answerOf(body);
    const reason = body.text('reason');
    body.end();
    await decideListing(deps, workspaceOf(request), { personId, answer, reason, actor });
    response.status(204).end();
  });
}

function refuseOldAddress(): never {
  return refuse('invalid-request', {
    detail: 'Which work address somebody had then is not kept, so that "workEmail" goes with no "asOf".',
    next: 'Ask by "employeeId", which does not change; GET people?workEmail= finds it by the address of today.',
  });
}

/** Throws DomainError `not-found`. */
async function importOf(request: Request, database: Database): Promise<RosterImportId> {
  const id = parseId<'roster-import'>(pathText(request, 'importId'));
  const isKnown = id !== undefined && (await isImport(database, workspaceOf(request), id));
  return isKnown ? id : refuseImport();
}

function refuseImport(): never {
  return refuse('not-found', { detail: 'There is no such import.', next: 'GET roster/imports lists them.' });
}

async function personOf(request: Request, database: Database): Promise<PersonId> {
  const id = parseId<'person'>(pathText(request, 'personId'));
  const isKnown = id !== undefined && (await isPerson(database, workspaceOf(request), id));
  return isKnown ? id : refuse('not-found', { detail: 'There is no such person.' });
}

function answerOf(body: BodyReader): ListingDecision {
  const decision = body.oneOf('decision', ['left', 'employed']);
  if (decision === 'employed') return { decision };
  return { decision, endDate: dateOf('endDate', body.text('endDate')), lastDay: lastDayOf(body) };
}

function lastDayOf(body: BodyReader): string | null {
  const text = body.optionalText('lastDay');
  return text === undefined ? null : dateOf('lastDay', text);
}

function dateOf(name: string, text: string): string {
  const read = readDate(text, 'YYYY-MM-DD');
  return 'date' in read ? read.date : refuse('invalid-request', { detail: `"${name}" ${read.wrong}.` });
}

/** A file, or rows as JSON: those are changes unless it is said that they are everybody. */
function rosterOf(request: Request): Omit<SentRoster, 'actor' | 'allowRejected'> {
  const full = flagOf(request, 'full') ?? false;
  const isFile = Buffer.isBuffer(request.body);
  const partial = flagOf(request, 'partial') ?? (!isFile && !full);
  if (full && partial) refuse('invalid-request', { detail: 'A roster holds everybody (full) or changes alone (partial), not both.' });
  const elseUnchanged = flagOf(request, 'elseUnchanged') ?? false;
  if (elseUnchanged && !partial) {
    refuse('invalid-request', { detail: 'That everybody else is as they were (elseUnchanged) is said of changes (partial) alone.' });
  }
  const fileName = headerText(request, 'Rollcall-File-Name', MAX_FILE_NAME);
  const holds = { full, partial, elseUnchanged, ...(fileName !== undefined && { fileName }) };
  if (isFile) {
    const bytes: Buffer = request.body;
    return { ...sentRoster('file', bytes), ...holds };
  }
  if (request.is('application/json') !== 'application/json') {
    refuse('unsupported-media-type', {
      detail: 'A roster is a CSV file, or rows as JSON.',
      next: 'Send its bytes as the body with Content-Type: text/csv, or {"rows": [...]} as application/json.',
    });
  }
  const body = readBody(request);
  const rows = body.json('rows');
  body.end();
  const bytes = Buffer.from(JSON.stringify({ rows }), 'utf8');
  return { ...sentRoster('push', bytes), ...holds };
}

function modeOf(request: Request): 'dry-run' | 'import' {
  return (
    oneOf(request, 'mode', ['dry-run', 'import']) ??
    refuse('invalid-request', {
      detail: 'The parameter "mode" is missing: it is "dry-run" or "import".',
      next: 'Begin with mode=dry-run: it shows what an import would do and changes nothing.',
    })
  );
}

function flagOf(request: Request, name: string): boolean | undefined {
  const text = oneOf(request, name, ['true', 'false']);
  return text === undefined ? undefined : text === 'true';
}

function oneOf<Choice extends string>(request: Request, name: string, choices: readonly Choice[]): Choice | undefined {
  const text = queryText(request, name);
  if (text === undefined) return undefined;
  const choice = choices.find((candidate) => candidate === text);
  return choice ?? refuse('invalid-request', { detail: `The parameter "${name}" must be one of: ${choices.join(', ')}.` });
}
