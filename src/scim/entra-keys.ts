import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { DAY_MS, DomainError, type Instant, MINUTE_MS, msBetween, SECOND_MS } from '../kernel/index.ts';
import type { Clock, MicrosoftCloud, MicrosoftHosts, OutboundHttp } from '../platform/index.ts';

/** Which keys: of a tenant in a cloud, for tokens of version 1 or 2 of Entra's endpoints (entra-scim-client §5). */
export interface KeySetName {
  readonly cloud: MicrosoftCloud;
  readonly tenantId: string;
  readonly version: 1 | 2;
}

/** The keys that tenants sign with, as Entra publishes them. */
export interface EntraKeys {
  /**
   * The key of that id; undefined when the tenant has none. Throws DomainError `identity-provider-unavailable` while that
   * cannot be known: an outage of Entra's is no verdict on a token.
   */
  find(set: KeySetName, kid: string): Promise<KeyObject | undefined>;
}

export interface EntraKeysDeps {
  readonly outbound: OutboundHttp;
  readonly clock: Clock;
  readonly hostsOf: (cloud: MicrosoftCloud) => MicrosoftHosts;
}

/** A key that Entra has taken back must not be trusted for long: Microsoft's own libraries look once a day. */
const MAX_AGE_MS = DAY_MS;
/** Anybody can make a token with an unknown `kid`; more looks than these in a minute are not made for it. */
const MAX_LOOKS_PER_MINUTE = 3;
/** A provisioning service waits for the answer, in milliseconds. */
const TIMEOUT_MS = 10 * SECOND_MS;
/** A tenant has a handful of keys. */
const MAX_BYTES = 256 * 1024;
const MIN_MODULUS_BITS = 2048;

interface KeySet {
  keys: ReadonlyMap<string, KeyObject>;
  readAt: Instant | undefined;
  /** The looks of the last minute. */
  looks: readonly Instant[];
  hasLastLookFailed: boolean;
  running: Promise<void> | undefined;
}

export function createEntraKeys(deps: EntraKeysDeps): EntraKeys {
  const sets = new Map<string, KeySet>();
  const setAt = (url: string): KeySet => {
    const known = sets.get(url) ?? { keys: new Map(), readAt: undefined, looks: [], hasLastLookFailed: false, running: undefined };
    sets.set(url, known);
    return known;
  };
  return {
    find: async (name, kid) => {
      const url = keysUrl(deps.hostsOf(name.cloud), name);
      const set = setAt(url);
      if (isFresh(set, deps.clock.now()) && set.keys.has(kid)) return set.keys.get(kid);
      await lookAgain(deps, url, set);
      if (set.hasLastLookFailed || !isFresh(set, deps.clock.now())) throw unavailable();
      return set.keys.get(kid);
    },
  };
}

function keysUrl({ login }: MicrosoftHosts, { tenantId, version }: KeySetName): string {
  return `${login}/${encodeURIComponent(tenantId)}/discovery/${version === 2 ? 'v2.0/' : ''}keys`;
}

function isFresh({ readAt }: KeySet, at: Instant): boolean {
  return readAt !== undefined && msBetween(readAt, at) < MAX_AGE_MS;
}

/** Everybody who waits for the same keys waits for the same look. */
async function lookAgain(deps: EntraKeysDeps, url: string, set: KeySet): Promise<void> {
  const at = deps.clock.now();
  set.looks = set.looks.filter((look) => msBetween(look, at) < MINUTE_MS);
  if (set.running === undefined && set.looks.length >= MAX_LOOKS_PER_MINUTE) return;
  set.running ??= look(deps, url, set).finally(() => {
    set.running = undefined;
  });
  await set.running;
}

async function look({ outbound, clock }: EntraKeysDeps, url: string, set: KeySet): Promise<void> {
  const at = clock.now();
  set.looks = [...set.looks, at];
  try {
    const response = await outbound.fetch(url, { headers: { accept: 'application/json' }, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES });
    const keys = response.status === 200 ? readKeys(await response.text()) : new Map<string, KeyObject>();
    // No tenant is without a key: such an answer is an outage that looks like one (I8).
    set.hasLastLookFailed = keys.size === 0;
    if (keys.size > 0) Object.assign(set, { keys, readAt: at });
  } catch {
    set.hasLastLookFailed = true;
  }
}

/** The signature keys of a JSON Web Key Set (RFC 7517 §5) by their id; what is no strong RSA key is passed over. */
function readKeys(text: string): ReadonlyMap<string, KeyObject> {
  const body: unknown = JSON.parse(text);
  const entries: readonly unknown[] = isObject(body) && Array.isArray(body['keys']) ? body['keys'] : [];
  return new Map(entries.map(readKey).filter((entry) => entry !== undefined));
}

function readKey(entry: unknown): readonly [string, KeyObject] | undefined {
  if (!isObject(entry) || entry['kty'] !== 'RSA' || typeof entry['kid'] !== 'string') return undefined;
  if (entry['use'] !== undefined && entry['use'] !== 'sig') return undefined;
  const key = createPublicKey({ key: { kty: 'RSA', n: entry['n'], e: entry['e'] } as JsonWebKey, format: 'jwk' });
  return (key.asymmetricKeyDetails?.modulusLength ?? 0) >= MIN_MODULUS_BITS ? [entry['kid'], key] : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function unavailable(): DomainError {
  return new DomainError('identity-provider-unavailable', {
    detail: "The keys of the tenant could not be read, so nobody can say whether the token is Entra's.",
    next: 'Try again shortly; check the tenant id of the credential, and that this server can reach the login host of its cloud.',
  });
}
