import express, { type ErrorRequestHandler, type Request, type Response } from 'express';
import { DomainError, parseId, refusals, refuse, type WorkspaceId } from '../kernel/index.ts';
import { contextOf, type Log, pathText, queryText } from '../platform/index.ts';
import { findWorkspace, SESSION_LIFE_MS, sessionCookie } from '../workspace/index.ts';
import { type Callback, type FinishSignInDeps, finishSignIn } from './finish-sign-in.ts';
import { serviceMetadata } from './saml/service-metadata.ts';
import { acsUrl, entityId, responseModeOf, signInPath } from './sign-in-address.ts';
import { attemptCookie } from './sign-in-attempt.ts';
import { PAGE_HEADERS, refusedTrialPage, signedInPage, signInFailedPage, trialPage } from './sign-in-page.ts';
import { startSignIn } from './start-sign-in.ts';

export interface SignInRoutesDeps extends FinishSignInDeps {
  readonly log: Log;
}

/** An answer is a code, a state and little else; with SAML it is an assertion with all its claims. */
const MAX_FORM = { oidc: '64kb', saml: '384kb' } as const;
const FORM = 'application/x-www-form-urlencoded';

/** Where people sign in, for `/sign-in`: no credential is needed to begin. A browser is shown a page, anybody else a problem. */
export function signInRoutes(deps: SignInRoutesDeps): express.Router {
  const router = express.Router();
  router.get('/:workspaceId', async (request, response) => {
    const workspaceId = await knownWorkspace(deps, request);
    const named = queryText(request, 'connection');
    const connectionId = named === undefined ? undefined : (parseId<'sso-connection'>(named) ?? refuseConnection());
    const { location, cookie } = await startSignIn(deps, workspaceId, { connectionId, at: contextOf(request).at });
    response.set(PAGE_HEADERS).append('set-cookie', cookie).redirect(302, location);
  });
  const callback = answerCallback(deps, 'oidc', callbackParameters);
  router.get('/:workspaceId/callback', callback);
  router.post('/:workspaceId/callback', express.text({ type: FORM, limit: MAX_FORM.oidc }), callback);
  router.post('/:workspaceId/saml', express.text({ type: FORM, limit: MAX_FORM.saml }), answerCallback(deps, 'saml', formParameters));
  router.get('/:workspaceId/saml/metadata', async (request, response) => {
    const workspaceId = await knownWorkspace(deps, request);
    const service = { entityId: entityId(deps.publicUrl, workspaceId), acsUrl: acsUrl(deps.publicUrl, workspaceId) };
    response.type('application/samlmetadata+xml').send(serviceMetadata(service));
  });
  router.use(failurePage(deps.log));
  return router;
}

function answerCallback(
  deps: SignInRoutesDeps,
  protocol: Callback['protocol'],
  parametersOf: (request: Request, publicUrl: string) => URLSearchParams,
): express.RequestHandler {
  return async (request, response) => {
    const { at } = contextOf(request);
    const workspaceId = await knownWorkspace(deps, request);
    const parameters = parametersOf(request, deps.publicUrl);
    const signedIn = await finishSignIn(deps, workspaceId, { protocol, parameters, cookieHeader: request.headers.cookie, at });
    if (signedIn.kind === 'refused-trial') {
      const { problem, trial } = signedIn;
      if (!wantsPage(request)) throw problem;
      noteFailure(deps.log, request, problem);
      sendPage(response.status(refusals[problem.code].status), refusedTrialPage(trial, { detail: problem.message, next: problem.next }));
      return;
    }
    deps.log.info('sign-in.succeeded', { workspaceId, connectionId: signedIn.connectionId });
    const path = signInPath(deps.publicUrl, workspaceId);
    response
      .append('set-cookie', attemptCookie(deps.publicUrl, path, { state: signedIn.state, value: '' }))
      .append('set-cookie', sessionCookie(deps.publicUrl, signedIn.session.token, SESSION_LIFE_MS));
    sendPage(response, signedIn.trial === undefined ? signedInPage(signedIn.displayName) : trialPage(signedIn.trial));
  };
}

/** Only the way back that was asked for is taken: a form on https, the query on loopback http. */
function callbackParameters(request: Request, publicUrl: string): URLSearchParams {
  const isForm = responseModeOf(publicUrl) === 'form_post';
  if (isForm !== (request.method === 'POST')) {
    refuse('sign-in-failed', { detail: 'The answer came back in another way than was asked for.', next: 'Start to sign in anew.' });
  }
  return isForm ? formParameters(request) : new URL(request.originalUrl, publicUrl).searchParams;
}

function formParameters(request: Request): URLSearchParams {
  const body: unknown = request.body;
  return new URLSearchParams(typeof body === 'string' ? body : '');
}

async function knownWorkspace(deps: SignInRoutesDeps, request: Request): Promise<WorkspaceId> {
  const id = parseId<'workspace'>(pathText(request, 'workspaceId'));
  const workspace = id && (await findWorkspace(deps.database, id));
  return workspace?.workspaceId ?? refuse('not-found', { detail: 'There is no such workspace.' });
}

function refuseConnection(): never {
  return refuse('sign-in-failed', { detail: 'The address names no connection.', next: 'Use it exactly as it was given.' });
}

/** A person is told in a page, a program in a problem document (by the handler after this one). */
function failurePage(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (error instanceof DomainError) noteFailure(log, request, error);
    if (!(error instanceof DomainError) || !wantsPage(request)) {
      next(error);
      return;
    }
    sendPage(response.status(refusals[error.code].status), signInFailedPage({ detail: error.message, next: error.next }));
  };
}

function wantsPage(request: Request): boolean {
  return request.accepts(['json', 'html']) === 'html';
}

function noteFailure(log: Log, request: Request, { code }: DomainError): void {
  log.warn('sign-in.failed', { code, requestId: contextOf(request).requestId });
}

function sendPage(response: Response, page: string): void {
  response.set(PAGE_HEADERS).type('html').send(page);
}
