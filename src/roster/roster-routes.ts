import express, { type Request, type RequestHandler, Router } from 'express';
import { refuse } from '../kernel/index.ts';
import { positions, queryText, readPage, requireScope, workspaceOf } from '../platform/index.ts';
import { importRoster, previewImport, type RosterDependencies } from './import-roster.ts';
import { listImports, listPeople } from './roster-read-model.ts';

/** The largest roster file taken: a million rows of some sixty bytes. It is held in memory while it is read. */
const ROSTER_FILE_LIMIT = 64 * 1024 * 1024;

const MEDIA_TYPES = ['text/csv', 'text/plain', 'text/tab-separated-values', 'application/csv', 'application/vnd.ms-excel'];
const listing = { usual: 100, most: 1_000, position: positions.id, positionOf: ({ id }: { readonly id: string }) => id };

export interface RosterRoutesDeps extends RosterDependencies {
  /** Sees to it that an import under an `Idempotency-Key` is made once; asked here, since the file is read here. */
  readonly answerOnce: RequestHandler;
}

/** `/roster/imports` and `/people`, relative to a workspace's address. */
export function rosterRoutes(deps: RosterRoutesDeps): Router {
  const router = Router({ mergeParams: true });

  const rawFile = express.raw({ type: MEDIA_TYPES, limit: ROSTER_FILE_LIMIT });
  router.post(
    '/roster/imports',
    // Before the body is read: a stranger's 64 MiB is not waited for.
    (request, _response, next) => {
      requireScope(request, 'roster');
      next();
    },
    rawFile,
    deps.answerOnce,
    async (request, response) => {
      const { actor } = requireScope(request, 'roster');
      const mode = modeOf(request);
      const full = flagOf(request, 'full');
      const allowRejected = flagOf(request, 'allowRejected');
      const bytes = fileOf(request);
      if (mode === 'dry-run') {
        response.json({ mode, ...(await previewImport(deps, workspaceOf(request), bytes)) });
        return;
      }
      response.status(201).json({ mode, ...(await importRoster(deps, workspaceOf(request), { bytes, actor, full, allowRejected })) });
    },
  );

  router.get('/roster/imports', async (request, response) => {
    requireScope(request, 'read');
    const { rows, next } = await readPage(request, listing, (page) => listImports(deps.database, workspaceOf(request), page));
    response.json({ imports: rows, next });
  });

  router.get('/people', async (request, response) => {
    requireScope(request, 'read');
    const { rows, next } = await readPage(request, listing, (page) => listPeople(deps.database, workspaceOf(request), page));
    response.json({ people: rows, next });
  });

  return router;
}

function modeOf(request: Request): 'dry-run' | 'import' {
  const mode = queryText(request, 'mode');
  if (mode === 'dry-run' || mode === 'import') return mode;
  return refuse('invalid-request', {
    detail: 'The parameter "mode" must be "dry-run" or "import".',
    next: 'Begin with mode=dry-run: it shows what an import would do and changes nothing.',
  });
}

function flagOf(request: Request, name: string): boolean {
  const text = queryText(request, name) ?? 'false';
  if (text === 'true' || text === 'false') return text === 'true';
  return refuse('invalid-request', { detail: `The parameter "${name}" must be true or false.` });
}

function fileOf(request: Request): Buffer {
  const body: unknown = request.body;
  if (Buffer.isBuffer(body)) return body;
  return refuse('unsupported-media-type', {
    detail: 'A roster is a CSV file.',
    next: 'Send its bytes as the body with Content-Type: text/csv.',
  });
}
