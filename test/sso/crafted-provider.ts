import { createHmac, createPublicKey, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { epochMs } from '../../src/kernel/index.ts';
import { systemClock } from '../../src/platform/index.ts';
import { serve } from '../support/loopback.ts';

/** How the next answers deviate from an honest provider's. */
export interface Craft {
  /** Replaces claims of the ID token; undefined takes one away. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly signature?: 'none' | 'hs256-with-secret' | 'hs256-with-public-key' | 'foreign-key';
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Endpoints that answer 200 with HTML, as a captive portal does. */
  readonly html?: 'metadata' | 'keys' | 'token';
}

/** An identity provider that signs whatever a test tells it to. */
export interface CraftedProvider {
  readonly url: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly oid: string;
  craft(craft: Craft): void;
  /** What the browser's authorization request said. */
  expectNonce(nonce: string): void;
  close(): Promise<void>;
}

const tenantId = '7f3c1e52-0000-4000-8000-00000000aaaa';
const clientId = '7f3c1e52-0000-4000-8000-00000000bbbb';
const oid = '7f3c1e52-0000-4000-8000-00000000cccc';
const clientSecret = 'a-secret-of-this-test-only';

export async function craftedProvider(): Promise<CraftedProvider> {
  const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });
  let craft: Craft = {};
  let nonce = '';
  const { url, close } = await serve((request, response) => answer(request, response));
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const [name, body] = bodyFor(path);
    if (craft.html === name) {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Please sign in to the guest network</html>');
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const base = `${url}/${tenantId}`;
  const bodyFor = (path: string): readonly [Craft['html'], unknown] => {
    if (path.endsWith('/openid-configuration')) return ['metadata', { ...metadata(base), ...craft.metadata }];
    if (path.endsWith('/keys'))
      return ['keys', { keys: [{ ...own.publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'RS256' }] }];
    return ['token', { token_type: 'Bearer', access_token: 'opaque', expires_in: 3599, id_token: idToken() }];
  };
  const idToken = () => {
    const seconds = Math.floor(epochMs(systemClock.now()) / 1000);
    const honest = {
      iss: `${base}/v2.0`,
      aud: clientId,
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
    return sign({ ...honest, ...craft.claims }, { craft, key: craft.signature === 'foreign-key' ? foreign.privateKey : own.privateKey });
  };
  return {
    url,
    tenantId,
    clientId,
    clientSecret,
    oid,
    close,
    craft: (next) => {
      craft = next;
    },
    expectNonce: (next) => {
      nonce = next;
    },
  };
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

function sign(claims: object, { craft, key }: { readonly craft: Craft; readonly key: KeyObject }): string {
  const algorithm = craft.signature === 'none' ? 'none' : craft.signature?.startsWith('hs256') ? 'HS256' : 'RS256';
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${encode({ alg: algorithm, typ: 'JWT', kid: 'k1' })}.${encode(claims)}`;
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
