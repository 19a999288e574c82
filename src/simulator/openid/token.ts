import { createHash } from 'node:crypto';
import { MINUTE_MS, msBetween } from '../../kernel/index.ts';
import { type Exchange, json, param, type Reply } from '../http/exchange.ts';
import type { Application } from '../tenant/application.ts';
import { authenticateClient, type AuthenticatedClient } from './authenticate-client.ts';
import { armAudiences, graphAudiences } from './microsoft-audiences.ts';
import { appOnlyToken, delegatedToken, EXPIRES_IN_SECONDS, idToken } from './issue-tokens.ts';
import { type AuthorizationCode, type OpenidContext, requireField, requireTenant } from './openid-context.ts';
import { deny } from './sign-in-error.ts';
import { requireEnabled } from './sign-in.ts';

const CODE_LIFE_MS = 10 * MINUTE_MS;

/** POST /{tenant}/oauth2/v2.0/token. Unknown form fields are ignored, as client libraries send some. */
export function token(context: OpenidContext, exchange: Exchange): Reply {
  requireTenant(context, param(exchange, 'tenant'));
  const form = new URLSearchParams(exchange.body);
  const grantType = requireField(form, 'grant_type');
  const client = authenticateClient(context, exchange, form);
  if (grantType === 'client_credentials') return clientCredentials(context, client, form);
  if (grantType === 'authorization_code') return authorizationCode(context, client.application, form);
  return deny(70003, `The app requested an unsupported grant type '${grantType}'.`);
}

/** The scope names one resource with `/.default`; the permissions are those that the application has been granted. */
function clientCredentials(context: OpenidContext, client: AuthenticatedClient, form: URLSearchParams): Reply {
  const scope = requireField(form, 'scope');
  if (!scope.endsWith('/.default') || scope.includes(' ')) {
    deny(
      70011,
      `The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid: ${scope}.`,
    );
  }
  const resource = scope.slice(0, -'/.default'.length);
  if (![...graphAudiences(context.url), ...armAudiences(context.armUrl)].includes(resource)) {
    deny(500011, `The resource principal named ${resource} was not found in the tenant named ${context.tenant.id}.`);
  }
  return tokenReply({ access_token: appOnlyToken(context, client, resource) });
}

function authorizationCode(context: OpenidContext, application: Application, form: URLSearchParams): Reply {
  const { request, userId } = redeem(context, requireField(form, 'code'));
  if (request.clientId !== application.appId) deny(70000, 'Provided grant is invalid or malformed.');
  if (form.get('redirect_uri') !== request.redirectUri) {
    deny(500112, 'The reply address does not match the reply address provided when requesting Authorization code.');
  }
  const challenge = createHash('sha256')
    .update(form.get('code_verifier') ?? '')
    .digest('base64url');
  if (challenge !== request.codeChallenge) {
    deny(50148, 'The code_verifier does not match the code_challenge supplied in the authorization request for PKCE.');
  }
  const user = context.tenant.users.get(userId);
  if (user === undefined || user.deletedDateTime !== null) deny(70000, 'The user of the grant no longer exists.');
  return tokenReply({
    scope: request.scope,
    access_token: delegatedToken(context, application, requireEnabled(user)),
    id_token: idToken(context, request, { application, user }),
  });
}

/** A code works once, right or wrong the rest of the request may be (RFC 6749 §4.1.2). */
function redeem(context: OpenidContext, code: string): AuthorizationCode {
  if (context.redeemedCodes.has(code)) deny(54005, 'OAuth2 Authorization code was already redeemed, please retry with a new valid code.');
  const found = context.codes.get(code);
  if (found === undefined) deny(70000, 'Provided grant is invalid or malformed.');
  context.codes.delete(code);
  context.redeemedCodes.add(code);
  if (msBetween(found.issuedAt, context.tenant.now()) > CODE_LIFE_MS) deny(70008, 'The provided authorization code has expired.');
  return found;
}

function tokenReply(tokens: Readonly<Record<string, string>>): Reply {
  const body = { token_type: 'Bearer', expires_in: EXPIRES_IN_SECONDS, ext_expires_in: EXPIRES_IN_SECONDS, ...tokens };
  const reply = json(200, body);
  return { ...reply, headers: { ...reply.headers, 'cache-control': 'no-store', pragma: 'no-cache' } };
}
