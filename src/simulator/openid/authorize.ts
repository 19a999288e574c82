import { randomUUID } from 'node:crypto';
import { type Exchange, html, param, type Reply, redirect } from '../http/exchange.ts';
import { type AuthorizationRequest, type OpenidContext, requireClient, requireField, requireTenant } from './openid-context.ts';
import { deny, type SignInError } from './sign-in-error.ts';
import { formPostPage, signInPage } from './sign-in-page.ts';

/**
 * GET /{tenant}/oauth2/v2.0/authorize. Whoever asks is shown an error page until the redirect address is known to be the
 * application's; later mistakes are told to the application itself (RFC 6749 §4.1.2.1).
 */
export function authorize(context: OpenidContext, exchange: Exchange): Reply {
  requireTenant(context, param(exchange, 'tenant'));
  const query = exchange.url.searchParams;
  const application = requireClient(context, requireField(query, 'client_id'));
  const redirectUri = requireField(query, 'redirect_uri');
  if (!application.redirectUris.includes(redirectUri)) {
    deny(
      50011,
      `The redirect URI '${redirectUri}' specified in the request does not match the redirect URIs configured for the application.`,
    );
  }
  const request = authorizationRequest(query, application.appId, redirectUri);
  const mistake = mistakeIn(query);
  if (mistake !== undefined) return answerApplication(request, mistake);
  const requestId = randomUUID();
  context.requests.set(requestId, request);
  return html(
    200,
    signInPage({
      action: `/${context.tenant.id}/oauth2/v2.0/authorize/sign-in`,
      requestId,
      applicationName: application.displayName,
      loginHint: query.get('login_hint') ?? '',
    }),
  );
}

/** Sends the browser back to the application, by redirect or by form. */
export function answerApplication(request: AuthorizationRequest, answer: Readonly<Record<string, string>>): Reply {
  const fields = request.state === undefined ? answer : { ...answer, state: request.state };
  if (request.responseMode === 'form_post') return html(200, formPostPage(request.redirectUri, fields));
  const location = new URL(request.redirectUri);
  for (const [name, value] of Object.entries(fields)) location.searchParams.set(name, value);
  return redirect(location.href);
}

export function errorAnswer(failure: SignInError): Readonly<Record<string, string>> {
  return { error: failure.error, error_description: failure.message };
}

function authorizationRequest(query: URLSearchParams, clientId: string, redirectUri: string): AuthorizationRequest {
  return {
    clientId,
    redirectUri,
    responseMode: query.get('response_mode') === 'form_post' ? 'form_post' : 'query',
    scope: query.get('scope') ?? '',
    state: query.get('state') ?? undefined,
    nonce: query.get('nonce') ?? undefined,
    codeChallenge: query.get('code_challenge') ?? '',
  };
}

/** PKCE with S256 is a must here, stricter than Entra is with confidential clients (RFC 9700 §2.1.1). */
function mistakeIn(query: URLSearchParams): Readonly<Record<string, string>> | undefined {
  const checks: readonly (readonly [wrong: boolean, error: string, description: string])[] = [
    [
      query.get('response_type') !== 'code',
      'unsupported_response_type',
      "AADSTS700054: only response_type 'code' is enabled for the application.",
    ],
    [
      !['query', 'form_post', null].includes(query.get('response_mode')),
      'invalid_request',
      'AADSTS90023: the response_mode is not supported.',
    ],
    [!(query.get('scope') ?? '').split(' ').includes('openid'), 'invalid_scope', "AADSTS70011: the scope must contain 'openid'."],
    [
      query.get('code_challenge_method') !== 'S256' || !/^[\w-]{43}$/.test(query.get('code_challenge') ?? ''),
      'invalid_request',
      'AADSTS9002325: Proof Key for Code Exchange is required, with the method S256.',
    ],
  ];
  const found = checks.find(([wrong]) => wrong);
  return found && { error: found[1], error_description: found[2] };
}
