import { randomUUID } from 'node:crypto';
import { type Exchange, html, param, type Reply } from '../http/exchange.ts';
import { type Handler, type Router, routeTable } from '../http/route-table.ts';
import { requireTenant } from '../openid/openid-context.ts';
import { deny, SignInError } from '../openid/sign-in-error.ts';
import { errorPage, formPostPage, signInPage } from '../openid/sign-in-page.ts';
import { requireSignedIn } from '../openid/sign-in.ts';
import { readAuthnRequest } from './authn-request.ts';
import { federationMetadata } from './federation-metadata.ts';
import type { SamlContext } from './saml-context.ts';
import { samlResponse } from './saml-response.ts';

/** The SAML side of the identity provider: a request by redirect, the same sign-in page, an answer by form. */
export function samlProvider(context: SamlContext): Router {
  return routeTable([
    ['GET', '/:tenant/federationmetadata/2007-06/federationmetadata.xml', toPerson(context, metadata)],
    ['GET', '/:tenant/saml2', toPerson(context, beginSamlSignIn)],
    ['POST', '/:tenant/saml2/sign-in', toPerson(context, finishSamlSignIn)],
  ]);
}

function toPerson(context: SamlContext, step: (context: SamlContext, exchange: Exchange) => Reply): Handler {
  return (exchange) => {
    try {
      requireTenant(context, param(exchange, 'tenant'));
      return step(context, exchange);
    } catch (error) {
      if (error instanceof SignInError) return html(error.status, errorPage(error.message));
      throw error;
    }
  };
}

function metadata(context: SamlContext): Reply {
  return { status: 200, headers: { 'content-type': 'application/samlmetadata+xml' }, body: federationMetadata(context) };
}

function beginSamlSignIn(context: SamlContext, exchange: Exchange): Reply {
  const request = readAuthnRequest(context, exchange);
  const requestId = randomUUID();
  context.requests.set(requestId, request);
  const action = `/${context.tenant.id}/saml2/sign-in`;
  return html(200, signInPage({ action, requestId, applicationName: request.application.displayName, loginHint: '' }));
}

/** POST of the sign-in form. Whoever cancels stays at the provider, as with Entra. */
function finishSamlSignIn(context: SamlContext, exchange: Exchange): Reply {
  const fields = new URLSearchParams(exchange.body);
  const requestId = fields.get('request') ?? '';
  const request = context.requests.get(requestId);
  if (request === undefined) deny(16000, 'The sign-in request is unknown or was used before; start again at the application.');
  context.requests.delete(requestId);
  if (fields.has('cancel')) deny(65004, 'User declined to consent to access the app.');
  const user = requireSignedIn(context.tenant, fields.get('username') ?? '');
  const response = Buffer.from(samlResponse(context, request, user), 'utf8').toString('base64');
  const { acsUrl, relayState } = request;
  return html(200, formPostPage(acsUrl, { SAMLResponse: response, ...(relayState !== undefined && { RelayState: relayState }) }));
}
