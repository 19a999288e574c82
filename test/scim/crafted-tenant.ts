import { createHmac, createPublicKey, createSign, type KeyObject, randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { epochMs, type Instant } from '../../src/kernel/index.ts';
import { freshRsaKeys } from '../support/fresh-keys.ts';
import { serve } from '../support/loopback.ts';

/** How a token deviates from an honest one. */
export interface TokenCraft {
  /** Replaces claims; undefined takes one away. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Replaces members of the header; undefined takes one away. */
  readonly header?: Readonly<Record<string, unknown>>;
  readonly signature?: 'none' | 'hs256-with-public-key' | 'rs512' | 'foreign-key' | 'empty';
}

/** What the address of the keys answers. */
type KeysAnswer = 'keys' | 'html' | 'error' | 'nothing' | 'not-json' | 'redirect';

/** A tenant of Entra that signs whatever a test tells it to, and publishes its keys. */
export interface CraftedTenant {
  readonly url: string;
  readonly tenantId: string;
  /** Which addresses of keys were asked, in order. */
  readonly asked: readonly string[];
  /** Whether tokens without a deviation are honest: a token as Entra's provisioning service brings when the secret is blank. */
  token(at: Instant, craft?: TokenCraft): string;
  /** A client assertion as workload identity federation sends it. */
  assertion(at: Instant, craft?: TokenCraft): string;
  answerKeys(answer: KeysAnswer): void;
  /** Signs with a new key from now on, and publishes it instead of the old one. */
  rotate(): void;
  close(): Promise<void>;
}

export const SYNC_FABRIC = { appId: '00000014-0000-0000-c000-000000000000', objectId: '6b5f1a52-0000-4000-8000-00000000cccc' };
export const AUDIENCE = '8adf8e6e-67b2-4cf2-a259-e3dc5476c621';
export const WORKLOAD = { subject: '6b5f1a52-0000-4000-8000-00000000dddd', audience: 'api://6b5f1a52-0000-4000-8000-00000000eeee' };

/** All tenants of a test share one login host, as all of the world's do. */
export async function craftedTenants(...tenantIds: readonly string[]): Promise<readonly CraftedTenant[]> {
  const answers = new Map<string, () => readonly [KeysAnswer, object]>();
  const asked: string[] = [];
  const { url, close } = await serve((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const [kind, body] = answers.get(path.split('/')[1] ?? '')?.() ?? ['error', {}];
    if (/^\/[0-9a-f-]+\/discovery\/(v2\.0\/)?keys$/.test(path)) sendKeys(response, kind, body);
    else response.writeHead(404).end();
  });
  const foreign = freshRsaKeys();
  return tenantIds.map((tenantId) => {
    let own = newKey();
    let answer: KeysAnswer = 'keys';
    const jwk = () => ({ ...own.publicKey.export({ format: 'jwk' }), kid: own.kid, use: 'sig' });
    answers.set(tenantId, () => [answer, { keys: [{ kty: 'EC', kid: 'other', crv: 'P-256' }, jwk()] }]);
    const sign = (claims: object, craft: TokenCraft) =>
      compact({ typ: 'JWT', kid: own.kid, ...craft.header }, { ...claims, ...craft.claims }, craft.signature, {
        own: own.privateKey,
        foreign: foreign.privateKey,
      });
    return {
      url,
      tenantId,
      asked,
      close,
      token: (at, craft = {}) => sign(tokenClaims(tenantId, at), craft),
      assertion: (at, craft = {}) => sign(assertionClaims(`${url}/${tenantId}/v2.0`, tenantId, at), craft),
      answerKeys: (next) => {
        answer = next;
      },
      rotate: () => {
        own = newKey();
      },
    };
  });
}

function newKey() {
  return { ...freshRsaKeys(), kid: randomUUID() };
}

function sendKeys(response: ServerResponse, kind: KeysAnswer, keys: object): void {
  const json = { 'content-type': 'application/json' };
  if (kind === 'keys') response.writeHead(200, json).end(JSON.stringify(keys));
  if (kind === 'html') response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Please sign in to the guest network</html>');
  if (kind === 'error') response.writeHead(500, json).end(JSON.stringify(keys));
  if (kind === 'nothing') response.writeHead(200, json).end('{"keys":[]}');
  if (kind === 'not-json') response.writeHead(200, json).end('{"keys":[');
  if (kind === 'redirect') response.writeHead(302, { location: 'https://keys.example/' }).end();
}

/** entra-scim-client §5: claims of the public sample, with the audience of today's applications. */
function tokenClaims(tenantId: string, at: Instant) {
  const issuer = `https://sts.windows.net/${tenantId}/`;
  const { appId: appid, objectId: oid } = SYNC_FABRIC;
  const seconds = secondsOf(at);
  return {
    aud: AUDIENCE,
    iss: issuer,
    iat: seconds,
    nbf: seconds,
    exp: seconds + 29_100,
    appid,
    appidacr: '2',
    idp: issuer,
    oid,
    sub: oid,
    tid: tenantId,
    ver: '1.0',
  };
}

function assertionClaims(issuer: string, tid: string, at: Instant) {
  const seconds = secondsOf(at);
  const { audience: aud, subject: sub } = WORKLOAD;
  return { aud, iss: issuer, iat: seconds, nbf: seconds, exp: seconds + 3_900, oid: sub, sub, tid, ver: '2.0', jti: randomUUID() };
}

export function secondsOf(at: Instant): number {
  return Math.floor(epochMs(at) / 1000);
}

function compact(
  header: object,
  claims: object,
  signature: TokenCraft['signature'],
  keys: { readonly own: KeyObject; readonly foreign: KeyObject },
): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const alg = algorithms[signature ?? 'rs256'];
  const input = `${encode({ alg, ...header })}.${encode(claims)}`;
  const rsa = (hash: 'SHA256' | 'SHA512', key: KeyObject) => createSign(`RSA-${hash}`).update(input).sign(key).toString('base64url');
  switch (signature) {
    case 'none':
    case 'empty':
      return `${input}.`;
    case 'hs256-with-public-key':
      return `${input}.${createHmac('sha256', publicPem(keys.own)).update(input).digest('base64url')}`;
    case 'foreign-key':
      return `${input}.${rsa('SHA256', keys.foreign)}`;
    case 'rs512':
      return `${input}.${rsa('SHA512', keys.own)}`;
    default:
      return `${input}.${rsa('SHA256', keys.own)}`;
  }
}

const algorithms = {
  rs256: 'RS256',
  rs512: 'RS512',
  none: 'none',
  empty: 'RS256',
  'foreign-key': 'RS256',
  'hs256-with-public-key': 'HS256',
} as const;

function publicPem(key: KeyObject): string {
  return createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
}
