import { randomUUID } from 'node:crypto';
import express, { type Express, type RequestHandler, type Router } from 'express';
import helmet from 'helmet';
import { parseId, refuse } from '../kernel/index.ts';
import {
  type Clock,
  type Database,
  type Log,
  nestsDeeperThan,
  pathText,
  problemHandler,
  refuseUnknownAddress,
  setContext,
  setWorkspace,
  takeReason,
} from '../platform/index.ts';
import { limitChanges, limitRequests, type RequestLimits } from './request-limits.ts';
import { findWorkspace } from '../workspace/index.ts';

export interface AdministrationApp {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly authenticate: RequestHandler;
  /** Sees to it that a change under an `Idempotency-Key` is made once. */
  readonly answerOnce: RequestHandler;
  /** Each room's routes, relative to `/api/v1/workspaces/{workspaceId}`. */
  readonly rooms: readonly Router[];
  readonly signIn: Router;
  /** Where clients of SCIM get their access tokens. */
  readonly token: Router;
  /** The ledgers as public tools read them, behind tokens of their own. */
  readonly tiles: Router;
  /** Where auditors open links, and read what they open. */
  readonly auditors: Router;
  readonly health: Router;
  readonly limits: RequestLimits;
  /** Left out where metrics are served nowhere, or on a port of their own alone. */
  readonly metrics?: Router;
}

/** Largest JSON body of an administration call; a roster file has a limit of its own. */
const MAX_JSON = '1mb';
/** How deep it may nest. Ten are more than any body has; thousands are meant to use up the stack of whoever goes through it. */
const MAX_DEPTH = 64;

/** Everything that is not SCIM: health, sign-in and administration, with problem details (RFC 9457) for what is refused. */
export function createAdministrationApp(deps: AdministrationApp): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.set('trust proxy', deps.limits.trustedProxies);
  app.use(attachContext(deps.clock));
  app.use(keepOutOfCaches);
  app.use(
    helmet({
      contentSecurityPolicy: {
        directives: { defaultSrc: ["'none'"], styleSrc: ["'unsafe-inline'"], formAction: ["'none'"], frameAncestors: ["'none'"] },
      },
    }),
  );
  app.use(deps.health);
  if (deps.metrics !== undefined) app.use(deps.metrics);
  app.use(limitRequests(deps.limits));
  app.use('/sign-in', deps.signIn);
  app.use(deps.token);
  app.use(deps.tiles);
  app.use(deps.auditors);
  const inWorkspace = express.Router({ mergeParams: true });
  inWorkspace.use(deps.authenticate);
  inWorkspace.use(limitChanges(deps.limits));
  inWorkspace.use(express.json({ limit: MAX_JSON, verify: refuseBomb }));
  inWorkspace.use(takeReason(deps.database));
  inWorkspace.use(deps.answerOnce);
  for (const room of deps.rooms) inWorkspace.use(room);
  app.use('/api/v1/workspaces/:workspaceId', attachWorkspace(deps.database), inWorkspace);
  app.use(refuseUnknownAddress);
  app.use(problemHandler(deps.log));
  return app;
}

/** Metrics on a port of their own, and nothing else. */
export function createMetricsApp(deps: { readonly clock: Clock; readonly log: Log; readonly metrics: Router }): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(attachContext(deps.clock));
  app.use(keepOutOfCaches);
  app.use(deps.metrics);
  app.use(refuseUnknownAddress);
  app.use(problemHandler(deps.log));
  return app;
}

function attachContext(clock: Clock): RequestHandler {
  return (request, response, next) => {
    const requestId = randomUUID();
    setContext(request, { requestId, at: clock.now() });
    response.setHeader('x-request-id', requestId);
    next();
  };
}

/** Answers show secrets once, and people; a room that knows better says so itself. */
const keepOutOfCaches: RequestHandler = (_request, response, next) => {
  response.setHeader('cache-control', 'no-store');
  next();
};

/** Throws DomainError `unsupported-media-type` for another encoding than UTF-8, and `invalid-request` for what nests without measure. */
function refuseBomb(_request: unknown, _response: unknown, bytes: Buffer, encoding: string): void {
  if (encoding !== 'utf-8') refuse('unsupported-media-type', { detail: 'JSON is taken in UTF-8 alone.' });
  if (!nestsDeeperThan(MAX_DEPTH, bytes)) return;
  refuse('invalid-request', { detail: `The objects and lists of the body nest deeper than ${MAX_DEPTH} levels.` });
}

/** Before any credential is looked at: an unknown workspace is no place to be authenticated in. */
function attachWorkspace(database: Database): RequestHandler {
  return async (request, _response, next) => {
    const workspaceId = parseId<'workspace'>(pathText(request, 'workspaceId'));
    const workspace = workspaceId === undefined ? undefined : await findWorkspace(database, workspaceId);
    if (workspace === undefined) refuse('not-found', { detail: 'There is no such workspace.', next: 'Check the id in the address.' });
    setWorkspace(request, workspace.workspaceId);
    next();
  };
}
