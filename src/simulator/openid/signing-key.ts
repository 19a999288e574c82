import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';

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

interface KeyMaterial {
  readonly kid: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/**
 * Read back from their bytes: a key that comes from its making shares a lock with it, and where Node.js 20 happens to collect what made it while
 * the details of the key are read, as for each signature, it waits for itself for ever.
 */
function makeKey(): KeyMaterial {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  });
  return {
    privateKey: createPrivateKey({ key: pair.privateKey, type: 'pkcs8', format: 'der' }),
    publicKey: createPublicKey({ key: pair.publicKey, type: 'spki', format: 'der' }),
    kid: createHash('sha256').update(pair.publicKey).digest('base64url').slice(0, 27),
  };
}

function verify(publicKey: KeyObject, token: string, epochSeconds: number): TokenVerdict {
  try {
    const claims = jwt.verify(token, publicKey, { algorithms: ['RS256'], clockTimestamp: epochSeconds });
    return typeof claims === 'string' ? { kind: 'invalid' } : { kind: 'valid', claims };
  } catch (error) {
    return { kind: error instanceof jwt.TokenExpiredError ? 'expired' : 'invalid' };
  }
}
