import { createHash, randomBytes } from 'node:crypto';
import library from 'passport-azure-ad';
import { DomainError } from '../kernel/index.ts';
import type { OutboundHttp } from '../platform/index.ts';
import type { OidcConfiguration } from './fingerprint.ts';
import {
  type AskProvider,
  askProvider,
  askProviderTogether,
  doesNotHold,
  isObject,
  parseObject,
  refusedByProvider,
  refuseForeignEndpoints,
  unavailable,
} from './identity-provider.ts';
import type { AnswerAddress, OidcAdapter, OidcDeps } from './oidc-adapter.ts';
import type { OidcBinding } from './sign-in-attempt.ts';

type Fields = Readonly<Record<string, unknown>>;

/** As far as the clocks of two servers may disagree; the library would take five minutes. */
const CLOCK_SKEW_SECONDS = 60;
const METADATA_PATH = '/.well-known/openid-configuration';
const SESSION_KEY = 'sign-in';

/**
 * OpenID Connect by passport-azure-ad, for an operator who wants Microsoft's own (archived) library. It builds the authorization request,
 * redeems, and validates the ID token; what it does badly is done here instead (docs/decisions/0017): every byte of the network goes
 * through OutboundHttp, keys are read anew for each sign-in, RS256 alone is taken, PKCE is added, and its session holds nothing but the
 * one attempt that came back sealed in our own cookie.
 */
export function azureAdAdapter({ outbound }: OidcDeps): OidcAdapter {
  const together = askProviderTogether(outbound);
  const alone: AskProvider = (address, request) => askProvider(outbound, address, request);
  return {
    begin: async (configuration, address) => {
      const provider = await readProvider(together, configuration.issuer);
      const codeVerifier = randomBytes(32).toString('base64url');
      const code_challenge = createHash('sha256').update(codeVerifier).digest('base64url');
      const session: Session = {};
      const settled = await new GuardedStrategy({ outbound, configuration, address, provider, keys: [] }).run(
        { query: {}, body: {}, session },
        { extraAuthReqQueryParams: { code_challenge, code_challenge_method: 'S256' } },
      );
      const begun = session[SESSION_KEY]?.content[0];
      if (settled.kind !== 'redirect' || begun === undefined) throw new Error('passport-azure-ad has not begun the sign-in');
      const { nonce, state } = begun;
      return { location: new URL(settled.location), binding: { protocol: 'oidc', state, nonce, codeVerifier } };
    },
    finish: async (configuration, { binding, parameters, ...address }) => {
      const query = readParameters(parameters, configuration.issuer);
      const provider = await readProvider(alone, configuration.issuer);
      const keys = await readKeys(outbound, provider);
      const settled = await new GuardedStrategy({ outbound, configuration, address, provider, keys }).run(
        { query, body: {}, session: sessionOf(binding) },
        { extraTokenReqQueryParams: { code_verifier: binding.codeVerifier } },
      );
      if (settled.kind !== 'success') throw new Error('passport-azure-ad has begun a sign-in instead of ending one');
      return settled.claims;
    },
  };
}

/** What the library looks for in `request.session`: the attempts under way. Ours lasts for one request and holds one. */
interface Session {
  [SESSION_KEY]?: { readonly content: readonly { readonly state: string; readonly nonce: string; readonly timeStamp: number }[] };
}

/** Its age is no matter of the library's: the attempt's own end has been looked at before. */
function sessionOf({ nonce, state }: OidcBinding): Session {
  return { [SESSION_KEY]: { content: [{ state, nonce, timeStamp: Number.POSITIVE_INFINITY }] } };
}

interface Provider {
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly keysAddress: string;
}

interface SignIn {
  readonly outbound: OutboundHttp;
  readonly configuration: OidcConfiguration;
  readonly address: AnswerAddress;
  readonly provider: Provider;
  readonly keys: readonly Fields[];
}

type Settled = { readonly kind: 'redirect'; readonly location: string } | { readonly kind: 'success'; readonly claims: Fields };

/** The library's strategy for one request, without its own ways into the network. */
class GuardedStrategy extends library.OIDCStrategy {
  readonly #signIn: SignIn;
  #settle: { readonly resolve: (settled: Settled) => void; readonly reject: (problem: DomainError) => void } | undefined;

  constructor(signIn: SignIn) {
    super(optionsOf(signIn), (profile, verified) => verified(null, profile._json));
    this.#signIn = signIn;
  }

  run(request: { query: Fields; body: Fields; session: Session }, options: Fields): Promise<Settled> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.authenticate(request, options);
    });
  }

  /** The library would fetch metadata and keys here, keep them for half an hour, and take whatever algorithms they name. */
  override setOptions(params: Fields, oauthConfig: Record<string, unknown>, optionsToValidate: Record<string, unknown>, done: Done): void {
    const { address, configuration, keys, provider } = this.#signIn;
    const { clientId, issuer } = configuration;
    (params['metadata'] as { oidc?: unknown }).oidc = { keys };
    Object.assign(oauthConfig, {
      authorization_endpoint: provider.authorizationEndpoint,
      clientID: clientId,
      redirectUrl: address.redirectUri,
      responseType: 'code',
      responseMode: address.responseMode,
      scope: 'openid profile',
      extraAuthReqQueryParams: params['extraAuthReqQueryParams'],
      extraTokenReqQueryParams: params['extraTokenReqQueryParams'],
    });
    Object.assign(optionsToValidate, {
      validateIssuer: true,
      issuer: [issuer],
      audience: [clientId],
      allowMultiAudiencesInToken: false,
      algorithms: ['RS256'],
      nonce: params['nonce'],
      clockSkew: CLOCK_SKEW_SECONDS,
    });
    done(null);
  }

  /** The library would POST without an end in time or bytes. */
  override _getAccessTokenBySecretOrAssertion(
    code: string,
    oauthConfig: Fields,
    _next: Done,
    callback: (error: null, items: Fields) => void,
  ): void {
    void this.#redeemInto(code, oauthConfig['extraTokenReqQueryParams'] as Readonly<Record<string, string>>, callback);
  }

  async #redeemInto(code: string, extra: Readonly<Record<string, string>>, callback: (error: null, items: Fields) => void): Promise<void> {
    try {
      callback(null, await redeem(this.#signIn, code, extra));
    } catch (error) {
      this.error(error);
    }
  }

  override success(claims: Fields): void {
    this.#settle?.resolve({ kind: 'success', claims });
  }

  override redirect(location: string): void {
    this.#settle?.resolve({ kind: 'redirect', location });
  }

  override failWithLog(message: string): void {
    this.#settle?.reject(doesNotHold(/: ([A-Za-z_ ]{1,80})$/.exec(message)?.[1] ?? 'unknown'));
  }

  override error(error: unknown): void {
    this.#settle?.reject(error instanceof DomainError ? error : unavailable(error));
  }
}

type Done = (error: Error | null) => void;

/**
 * The library insists on https for the metadata. It never fetches it, so the scheme says nothing here: what may be called, and how, is
 * OutboundHttp's to say, which takes http for the stand-ins on loopback alone.
 */
function optionsOf({ address, configuration }: SignIn): Record<string, unknown> {
  const { clientId, clientSecret, issuer } = configuration;
  return {
    identityMetadata: `${issuer.replace(/^http:/, 'https:')}${METADATA_PATH}`,
    clientID: clientId,
    clientSecret,
    redirectUrl: address.redirectUri,
    allowHttpForRedirectUrl: address.redirectUri.startsWith('http:'),
    responseType: 'code',
    responseMode: address.responseMode,
    validateIssuer: true,
    issuer,
    clockSkew: CLOCK_SKEW_SECONDS,
    sessionKey: SESSION_KEY,
    useCookieInsteadOfSession: false,
    loggingNoPII: true,
    loggingLevel: 'fatal',
  };
}

/** Of what came back, the code and its state. An error is the provider's; anything twice, of another flow or by another issuer is nobody's. */
function readParameters(parameters: URLSearchParams, issuer: string): Fields {
  if (new Set(parameters.keys()).size !== [...parameters.keys()].length) throw doesNotHold('a parameter came twice');
  const { code, error, error_description, id_token, iss = issuer, response, state } = Object.fromEntries(parameters);
  if (iss !== issuer) throw doesNotHold('another issuer has answered');
  if (error !== undefined) throw refusedByProvider(error, error_description);
  if (!code || id_token !== undefined || response !== undefined) throw doesNotHold('it is no authorization code');
  return { code, state };
}

async function readProvider(ask: AskProvider, issuer: string): Promise<Provider> {
  const { body, response } = await ask(`${issuer}${METADATA_PATH}`);
  if (response.status !== 200) throw unavailable(new Error(`the metadata came with the status ${response.status}`));
  const { authorization_endpoint, issuer: ownName, jwks_uri, token_endpoint } = body;
  const authorizationEndpoint = textOf(authorization_endpoint) ?? '';
  const tokenEndpoint = textOf(token_endpoint) ?? '';
  const keysAddress = textOf(jwks_uri) ?? '';
  const endpoints = { authorization_endpoint: authorizationEndpoint, token_endpoint: tokenEndpoint, jwks_uri: keysAddress };
  refuseForeignEndpoints({ issuer: textOf(ownName), ...endpoints }, issuer);
  return { authorizationEndpoint, tokenEndpoint, keysAddress };
}

/** Read for each sign-in: a key that the issuer has exchanged or taken back is known at once. */
async function readKeys(outbound: OutboundHttp, { keysAddress }: Provider): Promise<readonly Fields[]> {
  const { keys } = (await askProvider(outbound, keysAddress)).body;
  if (!Array.isArray(keys)) throw doesNotHold('no keys');
  return keys.filter(isObject).filter(({ e, kty, n, use = 'sig' }) => kty === 'RSA' && use === 'sig' && textOf(n) && textOf(e));
}

/** The token endpoint's answer as the library may have it: what is no text would make it throw where nobody catches. */
async function redeem(
  { address, configuration, outbound, provider }: SignIn,
  code: string,
  extra: Readonly<Record<string, string>>,
): Promise<Fields> {
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: configuration.clientId,
    client_secret: configuration.clientSecret,
    redirect_uri: address.redirectUri,
    code,
    ...extra,
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
  const { body } = await askProvider(outbound, provider.tokenEndpoint, { method: 'POST', headers, body: form.toString() });
  const { access_token, error, error_description, id_token, token_type } = body;
  if (typeof error === 'string') throw refusedByProvider(error, textOf(error_description));
  if (!isSignedToken(id_token)) throw doesNotHold('no signed ID token');
  return { id_token, access_token: textOf(access_token), token_type: textOf(token_type) };
}

/** Three parts, of which the first two are objects; an encrypted token has five. */
function isSignedToken(token: unknown): token is string {
  if (typeof token !== 'string' || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return false;
  const [header = '', claims = ''] = token.split('.');
  return [header, claims].every((part) => parseObject(Buffer.from(part, 'base64url').toString('utf8')) !== undefined);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
