import { type Exchange, json, param, type Reply } from '../http/exchange.ts';
import { type OpenidContext, requireTenant } from './openid-context.ts';

/** GET /{tenant}/v2.0/.well-known/openid-configuration. Like Entra's, it does not list code_challenge_methods_supported. */
export function openidConfiguration(context: OpenidContext, exchange: Exchange): Reply {
  requireTenant(context, param(exchange, 'tenant'));
  const base = `${context.url}/${context.tenant.id}`;
  return json(200, {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code'],
    scopes_supported: ['openid', 'profile', 'email'],
    issuer: `${base}/v2.0`,
    request_uri_parameter_supported: false,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'nonce', 'preferred_username', 'name', 'tid', 'ver', 'email', 'oid'],
    ...context.tenant.cloud,
  });
}

/** GET /{tenant}/discovery/v2.0/keys */
export function signingKeys(context: OpenidContext, exchange: Exchange): Reply {
  requireTenant(context, param(exchange, 'tenant'));
  return json(200, { keys: [{ ...context.key.publicJwk(), issuer: `${context.url}/${context.tenant.id}/v2.0` }] });
}
