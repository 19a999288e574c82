import { OauthError } from './oauth-error.ts';

/** How a client says who it is: by a secret of ours, or by an assertion of somebody whom both trust. */
export type ClientAuthentication =
  | { readonly kind: 'secret'; readonly clientId: string; readonly secret: string }
  | { readonly kind: 'assertion'; readonly clientId: string; readonly assertion: string };

/** RFC 7523 §2.2. */
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/**
 * Reads a token request of the client credentials grant (RFC 6749 §4.4.2). Parameters that nobody knows are ignored (§3.2), as
 * Microsoft's validator sends some; `scope` is not looked at, since there is one. Throws OauthError.
 */
export function readTokenRequest(form: string | undefined, authorization: string | undefined): ClientAuthentication {
  if (form === undefined) throw new OauthError('invalid_request', 'The body must be application/x-www-form-urlencoded.');
  const fields = new URLSearchParams(form);
  const grantType = required(fields, 'grant_type');
  if (grantType !== 'client_credentials') throw new OauthError('unsupported_grant_type', 'Only grant_type=client_credentials is taken.');
  const basic = authorization === undefined ? undefined : readBasic(authorization);
  const secret = optional(fields, 'client_secret');
  const assertion = optional(fields, 'client_assertion');
  const ways = [basic, secret, assertion].filter((way) => way !== undefined);
  // RFC 6749 §2.3: not more than one way to authenticate in a request.
  if (ways.length > 1) throw new OauthError('invalid_request', 'The client authenticates in more than one way.');
  if (basic !== undefined) return { kind: 'secret', ...sameClient(basic, optional(fields, 'client_id')) };
  const clientId = required(fields, 'client_id');
  if (secret !== undefined) return { kind: 'secret', clientId, secret };
  if (assertion === undefined) throw new OauthError('invalid_client', 'The request carries no client authentication.');
  if (required(fields, 'client_assertion_type') !== JWT_BEARER) {
    throw new OauthError('invalid_request', `The only client_assertion_type that is taken is ${JWT_BEARER}.`);
  }
  return { kind: 'assertion', clientId, assertion };
}

/** A parameter without a value counts as left out; none may be given twice (RFC 6749 §3.2). */
function optional(fields: URLSearchParams, name: string): string | undefined {
  const values = fields.getAll(name);
  if (values.length > 1) throw new OauthError('invalid_request', `The parameter ${name} is given more than once.`);
  return values[0] === '' ? undefined : values[0];
}

function required(fields: URLSearchParams, name: string): string {
  const value = optional(fields, name);
  if (value === undefined) throw new OauthError('invalid_request', `The parameter ${name} is missing.`);
  return value;
}

interface BasicCredentials {
  readonly clientId: string;
  readonly secret: string;
}

/** Client id and secret are form-encoded before they become HTTP Basic (RFC 6749 §2.3.1). */
function readBasic(authorization: string): BasicCredentials {
  const encoded = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(authorization)?.[1];
  const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) throw new OauthError('invalid_client', 'The Authorization header is not HTTP Basic.');
  return { clientId: formDecoded(text.slice(0, colon)), secret: formDecoded(text.slice(colon + 1)) };
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new OauthError('invalid_client', 'The Authorization header holds a malformed escape.');
  }
}

function sameClient(basic: BasicCredentials, named: string | undefined): BasicCredentials {
  if (named !== undefined && named !== basic.clientId) throw new OauthError('invalid_request', 'The request names two clients.');
  return basic;
}
