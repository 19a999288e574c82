import { createHmac, createPublicKey, createSign, type KeyObject } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { epochMs } from '../../src/kernel/index.ts';
import { systemClock } from '../../src/platform/index.ts';
import { freshRsaKeys } from '../support/fresh-keys.ts';
import { serve } from '../support/loopback.ts';

/** How the next answers deviate from an honest provider's. */
export interface Craft {
  /** Replaces claims of the ID token; undefined takes one away. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Replaces fields of its header. */
  readonly header?: Readonly<Record<string, unknown>>;
  readonly signature?: 'none' | 'hs256-with-secret' | 'hs256-with-public-key' | 'foreign-key';
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** The endpoint that answers 200 with HTML, as a captive portal does. */
  readonly html?: Endpoint;
  /** The endpoint that takes the request and never answers. */
  readonly hangs?: Endpoint;
  /** The endpoint whose answer never ends. */
  readonly endless?: Endpoint;
  /** The endpoint that answers 500, with HTML. */
  readonly broken?: Endpoint;
  /** Stands in place of what an endpoint would say. */
  readonly says?: { readonly [endpoint in Endpoint]?: unknown };
  /** Replaces fields of the token endpoint's answer. */
  readonly tokens?: Readonly<Record<string, unknown>>;
}

type Endpoint = 'metadata' | 'keys' | 'token';

/** An identity provider that signs whatever a test tells it to. */
export interface CraftedProvider {
  readonly url: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly oid: string;
  craft(craft: Craft): void;
  /** From now on it signs with another key, and publishes that one alone. */
  rotateKey(): void;
  /** What the last request to the token endpoint said. */
  tokenRequest(): URLSearchParams;
  /** What the browser's authorization request said. */
  expectNonce(nonce: string): void;
  close(): Promise<void>;
}

const tenantId = '7f3c1e52-0000-4000-8000-00000000aaaa';
export const CLIENT_ID = '7f3c1e52-0000-4000-8000-00000000bbbb';
const oid = '7f3c1e52-0000-4000-8000-00000000cccc';
const clientSecret = 'a-secret-of-this-test-only';

export async function craftedProvider(): Promise<CraftedProvider> {
  let own = freshRsaKeys();
  let rotations = 1;
  let tokenRequest = '';
  const foreign = freshRsaKeys();
  let craft: Craft = {};
  let nonce = '';
  const { url, close } = await serve((request, response) => void answer(request, response));
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const asked = await text(request);
    const name = endpointOf(request.url ?? '');
    if (name === 'token') tokenRequest = asked;
    if (craft.hangs === name) return;
    if (craft.endless === name) {
      Readable.from(endlessJson())
        .on('error', () => undefined)
        .pipe(response.writeHead(200, { 'content-type': 'application/json' }));
      return;
    }
    if (craft.html === name || craft.broken === name) {
      response.writeHead(craft.html === name ? 200 : 500, { 'content-type': 'text/html' });
      response.end('<html>Please sign in to the guest network</html>');
      return;
    }
    const { says = {} } = craft;
    const body = name in says ? says[name] : bodyOf(name);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const base = `${url}/${tenantId}`;
  const kid = () => `k${rotations}`;
  const bodyOf = (name: Endpoint): unknown => {
    if (name === 'metadata') return { ...metadata(base), ...craft.metadata };
    if (name === 'keys') return { keys: [{ ...own.publicKey.export({ format: 'jwk' }), kid: kid(), use: 'sig', alg: 'RS256' }] };
    return { token_type: 'Bearer', access_token: 'opaque', expires_in: 3599, id_token: idToken(), ...craft.tokens };
  };
  const idToken = () => {
    const seconds = Math.floor(epochMs(systemClock.now()) / 1000);
    const honest = {
      iss: `${base}/v2.0`,
      aud: CLIENT_ID,
      tid: tenantId,
      oid,
      sub: 'pairwise',
      nonce,
      ver: '2.0',
      iat: seconds,
      nbf: seconds,
      exp: seconds + 3600,
      name: 'Ada',
      preferred_username: 'ada@contoso.example',
    };
    return sign(
      { ...honest, ...craft.claims },
      { craft, kid: kid(), key: craft.signature === 'foreign-key' ? foreign.privateKey : own.privateKey },
    );
  };
  return {
    url,
    tenantId,
    clientId: CLIENT_ID,
    clientSecret,
    oid,
    close,
    craft: (next) => {
      craft = next;
    },
    rotateKey: () => {
      own = freshRsaKeys();
      rotations += 1;
    },
    tokenRequest: () => new URLSearchParams(tokenRequest),
    expectNonce: (next) => {
      nonce = next;
    },
  };
}

function endpointOf(path: string): Endpoint {
  const [bare = ''] = path.split('?');
  if (bare.endsWith('/openid-configuration')) return 'metadata';
  return bare.endsWith('/keys') ? 'keys' : 'token';
}

function* endlessJson() {
  yield '{"keys":["';
  for (;;) yield 'x'.repeat(65_536);
}

function metadata(base: string) {
  return {
    issuer: `${base}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_types_supported: ['code'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
  };
}

function sign(claims: object, { craft, key, kid }: { readonly craft: Craft; readonly key: KeyObject; readonly kid: string }): string {
  const algorithm = craft.signature === 'none' ? 'none' : craft.signature?.startsWith('hs256') ? 'HS256' : 'RS256';
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${encode({ alg: algorithm, typ: 'JWT', kid, ...craft.header })}.${encode(claims)}`;
  switch (craft.signature) {
    case 'none':
      return `${input}.`;
    case 'hs256-with-secret':
      return `${input}.${createHmac('sha256', clientSecret).update(input).digest('base64url')}`;
    case 'hs256-with-public-key':
      return `${input}.${createHmac('sha256', publicPem(key)).update(input).digest('base64url')}`;
    default:
      return `${input}.${createSign('RSA-SHA256').update(input).sign(key).toString('base64url')}`;
  }
}

function publicPem(key: KeyObject): string {
  return createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
}
