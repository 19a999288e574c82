import { DomainError, refuse, SECOND_MS } from '../kernel/index.ts';
import type { OutboundHttp, OutboundRequest } from '../platform/index.ts';

export const PROVIDER_LIMITS = {
  /** A person waits in front of a browser. */
  timeoutMs: 10 * SECOND_MS,
  /** Metadata, keys and tokens are a few kilobytes. */
  maxBytes: 1024 * 1024,
} as const;

/**
 * Asks an identity provider, and hands on nothing but a JSON object: a captive portal's page, an answer without end or an outage is the
 * provider's trouble and no verdict on a person. Throws DomainError `identity-provider-unavailable`, or `outbound-refused`.
 */
export async function askProvider(outbound: OutboundHttp, address: string | URL, request: OutboundRequest = {}): Promise<ProviderAnswer> {
  try {
    const response = await outbound.fetch(address, { ...request, ...PROVIDER_LIMITS });
    const body = parseObject(await response.clone().text());
    if (body === undefined || response.status >= 500) throw new Error(`the answer is none, with the status ${response.status}`);
    return { response, body };
  } catch (error) {
    throw error instanceof DomainError ? error : unavailable(error);
  }
}

export type AskProvider = (address: string | URL, request?: OutboundRequest) => Promise<ProviderAnswer>;

/**
 * As `askProvider`, but whoever asks for an address that is being asked for waits for that answer: anybody may begin to sign in, without
 * a credential, and must not make this server ask the provider as often.
 */
export function askProviderTogether(outbound: OutboundHttp): AskProvider {
  const running = new Map<string, Promise<ProviderAnswer>>();
  return async (address, request = {}) => {
    if (request.body !== undefined) return askProvider(outbound, address, request);
    const key = String(address);
    const shared = running.get(key) ?? askProvider(outbound, address, request).finally(() => running.delete(key));
    running.set(key, shared);
    const { body, response } = await shared;
    return { body, response: response.clone() };
  };
}

export interface ProviderAnswer {
  readonly response: Response;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What of a provider's metadata decides where secrets go and what is true (OpenID Connect Discovery §3). */
export interface ProviderMetadata {
  readonly issuer?: string | undefined;
  readonly authorization_endpoint?: string | undefined;
  readonly token_endpoint?: string | undefined;
  readonly jwks_uri?: string | undefined;
}

/** The secret and the code go to the token endpoint, and the keys decide what is true: all of them are the issuer's own host. */
export function refuseForeignEndpoints(metadata: ProviderMetadata, issuer: string): void {
  const { authorization_endpoint, token_endpoint, jwks_uri } = metadata;
  const isOwn = (address: string | undefined) =>
    address !== undefined && URL.canParse(address) && new URL(address).origin === new URL(issuer).origin;
  if (metadata.issuer !== issuer || ![authorization_endpoint, token_endpoint, jwks_uri].every(isOwn)) {
    refuse('identity-provider-unavailable', { detail: "The identity provider's metadata names an issuer or a host that is not its own." });
  }
}

export function unavailable(cause: unknown): DomainError {
  return new DomainError(
    'identity-provider-unavailable',
    {
      detail: "The identity provider's answer could not be read.",
      next: 'Check the tenant id of the connection, and that this server can reach the identity provider.',
    },
    { cause },
  );
}

/** What the provider said no with, without a word of what the browser brought along: only codes from closed vocabularies are repeated. */
export function refusedByProvider(error: string, description: string | undefined, cause?: unknown): DomainError {
  const code = [errorCode(error), entraCode(description)].filter((part) => part !== undefined).join(', ');
  return new DomainError(
    'sign-in-failed',
    { detail: `The identity provider refused (${code}).`, next: 'Look the code up in the sign-in logs of the tenant.' },
    { cause },
  );
}

/** Something is wrong with what came back; `what` is a library's own word for it. */
export function doesNotHold(what: string, cause?: unknown): DomainError {
  return new DomainError(
    'sign-in-failed',
    { detail: `What came back from the identity provider does not hold (${what}).`, next: 'Start to sign in anew.' },
    { cause },
  );
}

function errorCode(code: string): string {
  return /^[A-Za-z_]{1,60}$/.test(code) ? code : 'unknown error';
}

function entraCode(description: string | undefined): string | undefined {
  return /\bAADSTS\d{4,8}\b/.exec(description ?? '')?.[0];
}

/** The JSON object that a text is; undefined for any other text. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // a page in place of JSON: to be told from an object is all that is asked
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
