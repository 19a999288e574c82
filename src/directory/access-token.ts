import { type DirectoryCredentialId, type Instant, MINUTE_MS, plusMs, SECOND_MS } from '../kernel/index.ts';
import type { MicrosoftHosts, OutboundHttp } from '../platform/index.ts';
import { ASSERTION_TYPE, signAssertion } from './client-assertion.ts';
import type { ClientCredential } from './client-credential.ts';
import { classifyTokenFailure, isTransient } from './classify-failure.ts';
import { GraphFailure, type GraphFailureCode } from './graph-failure.ts';
import { type JsonObject, parseJsonObject, textAt, textsAt } from './json-shape.ts';
import { type PatienceDeps, patiently } from './patience.ts';
import type { Asker, WorkloadQueues } from './workload-queues.ts';

/** The application that reads, and what it may prove itself by: the first that Entra takes counts. */
export interface ReadingApplication {
  readonly tenantId: string;
  readonly clientId: string;
  readonly credentials: readonly OpenedCredential[];
  /** The origin of what the token is for: one of each resource, and void at the others. */
  readonly resource: string;
}

export interface OpenedCredential {
  readonly id: DirectoryCredentialId;
  readonly credential: ClientCredential;
  readonly expiresAt: Instant;
}

export interface TokenDeps extends PatienceDeps {
  readonly outbound: OutboundHttp;
  readonly hosts: MicrosoftHosts;
  readonly queues: WorkloadQueues;
  /** Whose requests these are, for the queues. */
  readonly asker: Asker;
  readonly maxWaitMs: number;
}

/** What a token says of itself. For diagnosis only: it is Graph's to verify, and the truth is what a probe answers. */
export interface TokenClaims {
  /** Application permissions; undefined when the token is opaque. */
  readonly roles: readonly string[] | undefined;
  /** Present in a user's token, which this flow should never get. */
  readonly isDelegated: boolean;
}

export interface TokenSource {
  /** A token that is good for some minutes yet. */
  current(): Promise<string>;
  /** A new token, whatever is at hand: consent that was granted meanwhile is only in a new one. */
  fresh(): Promise<string>;
}

/** A token is replaced this long before its end, so that none dies between two pages. In milliseconds. */
const RENEW_BEFORE_MS = 5 * MINUTE_MS;

/** What Entra says when it does not say how long a token lives, in seconds. */
const DEFAULT_LIFE_S = 3_599;

const TOKEN_MAX_BYTES = 256 * 1024;

/**
 * Tokens of the client credentials flow (RFC 6749 §4.4), kept until shortly before their end. `onUse` hears which credential Entra took.
 */
export function createTokenSource(
  deps: TokenDeps,
  application: ReadingApplication,
  onUse: (id: DirectoryCredentialId) => Promise<void>,
): TokenSource {
  let held: { readonly text: string; readonly until: Instant } | undefined;
  const fresh = async () => {
    const { token, credentialId } = await tryEach(deps, application);
    await onUse(credentialId);
    held = token;
    return token.text;
  };
  return { fresh, current: () => (held !== undefined && deps.clock.now() < held.until ? Promise.resolve(held.text) : fresh()) };
}

/** What a second credential can help against. */
const ofCredential: readonly GraphFailureCode[] = ['secret-expired', 'secret-wrong', 'certificate-expired', 'certificate-rejected'];

/** The credentials in their order: a new one is not known everywhere at once, and an old one ends. Throws the first one's failure. */
async function tryEach(deps: TokenDeps, application: ReadingApplication) {
  let first: GraphFailure | undefined;
  for (const opened of application.credentials) {
    try {
      return { token: await requestToken(deps, application, opened), credentialId: opened.id };
    } catch (error) {
      if (!(error instanceof GraphFailure) || !ofCredential.includes(error.code)) throw error;
      first ??= error;
    }
  }
  throw first ?? new GraphFailure('token-refused');
}

async function requestToken(deps: TokenDeps, application: ReadingApplication, opened: OpenedCredential) {
  const url = `${deps.hosts.login}/${encodeURIComponent(application.tenantId)}/oauth2/v2.0/token`;
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
  return patiently(deps, async () => {
    const sentAt = deps.clock.now();
    const body = new URLSearchParams({
      client_id: application.clientId,
      scope: `${application.resource}/.default`,
      grant_type: 'client_credentials',
      ...proofOf(opened.credential, { clientId: application.clientId, audience: url, at: sentAt }),
    }).toString();
    const response = await deps.outbound.fetch(url, { method: 'POST', headers, body, maxBytes: TOKEN_MAX_BYTES });
    const answer = parseJsonObject(await response.text());
    if (response.status !== 200) {
      const { code, said } = classifyTokenFailure(response.status, answer);
      const failure = new GraphFailure(endedCode(code, opened, sentAt), { status: response.status, ...(said !== undefined && { said }) });
      return isTransient(response.status) || code === 'throttled'
        ? { kind: 'again', failure, retryAfter: response.headers.get('retry-after') }
        : { kind: 'failed', failure };
    }
    return readToken(answer, sentAt);
  });
}

function proofOf(
  credential: ClientCredential,
  request: { readonly clientId: string; readonly audience: string; readonly at: Instant },
): Readonly<Record<string, string>> {
  if (credential.kind === 'secret') return { client_secret: credential.secret };
  return { client_assertion_type: ASSERTION_TYPE, client_assertion: signAssertion({ ...credential, ...request }) };
}

/** Entra says the same of a certificate that it does not know and of one that has ended; the certificate says which. */
function endedCode(code: GraphFailureCode, { credential, expiresAt }: OpenedCredential, at: Instant): GraphFailureCode {
  const isOver = credential.kind === 'certificate' && expiresAt <= at && ofCredential.includes(code);
  return isOver ? 'certificate-expired' : code;
}

function readToken(answer: JsonObject | undefined, sentAt: Instant) {
  const text = answer && textAt(answer, 'access_token');
  if (answer === undefined || text === undefined)
    return { kind: 'failed', failure: new GraphFailure('unexpected-answer', { status: 200 }) } as const;
  const life = Number(answer['expires_in'] ?? DEFAULT_LIFE_S);
  const seconds = Number.isFinite(life) && life > 0 ? Math.min(life, DEFAULT_LIFE_S) : DEFAULT_LIFE_S;
  return { kind: 'done', value: { text, until: plusMs(sentAt, seconds * SECOND_MS - RENEW_BEFORE_MS) } } as const;
}

/** Reads the claims of a JWT without verifying anything: microsoft-graph §1.4. */
export function readClaims(token: string): TokenClaims {
  const payload = token.split('.')[1];
  const claims = payload === undefined ? undefined : parseJsonObject(Buffer.from(payload, 'base64url').toString('utf8'));
  if (claims === undefined) return { roles: undefined, isDelegated: false };
  return { roles: textsAt(claims, 'roles'), isDelegated: textAt(claims, 'scp') !== undefined && textAt(claims, 'idtyp') !== 'app' };
}
