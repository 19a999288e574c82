import { createHash, type JsonWebKey, type KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { makeRsaKeyPair, type RsaKeyPair } from '../rsa-key-pair.ts';

export interface SigningKey {
  /** A compact RS256 JWT over the claims, which bring their own times. */
  sign(claims: Readonly<Record<string, unknown>>): string;
  /** The claims of a token that this key signed and that has not expired; otherwise why not. */
  verify(token: string, epochSeconds: number): TokenVerdict;
  publicJwk(): JsonWebKey;
}

type TokenVerdict =
  | { readonly kind: 'valid'; readonly claims: Readonly<Record<string, unknown>> }
  | { readonly kind: 'expired' }
  | { readonly kind: 'invalid' };

/** The key is made when it is first needed: a tenant that only provisions never waits for one. */
export function createSigningKey(): SigningKey {
  let made: KeyMaterial | undefined;
  const material = () => {
    made ??= makeKey();
    return made;
  };
  return {
    sign: (claims) => jwt.sign(claims, material().privateKey, { algorithm: 'RS256', keyid: material().kid }),
    verify: (token, epochSeconds) => verify(material().publicKey, token, epochSeconds),
    publicJwk: () => ({ ...material().publicKey.export({ format: 'jwk' }), use: 'sig', kid: material().kid, x5t: material().kid }),
  };
}

interface KeyMaterial extends RsaKeyPair {
  readonly kid: string;
}

function makeKey(): KeyMaterial {
  const pair = makeRsaKeyPair();
  const der = pair.publicKey.export({ type: 'spki', format: 'der' });
  return { ...pair, kid: createHash('sha256').update(der).digest('base64url').slice(0, 27) };
}

function verify(publicKey: KeyObject, token: string, epochSeconds: number): TokenVerdict {
  try {
    const claims = jwt.verify(token, publicKey, { algorithms: ['RS256'], clockTimestamp: epochSeconds });
    return typeof claims === 'string' ? { kind: 'invalid' } : { kind: 'valid', claims };
  } catch (error) {
    return { kind: error instanceof jwt.TokenExpiredError ? 'expired' : 'invalid' };
  }
}
