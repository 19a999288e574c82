import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const publicKeyEncoding = { type: 'spki', format: 'pem' } as const;
const privateKeyEncoding = { type: 'pkcs8', format: 'pem' } as const;

export function freshRsaKeys(modulusLength = 2048): KeyPair {
  return readBack(generateKeyPairSync('rsa', { modulusLength, publicKeyEncoding, privateKeyEncoding }));
}

export function freshEcKeys(): KeyPair {
  return readBack(generateKeyPairSync('ec', { namedCurve: 'P-256', publicKeyEncoding, privateKeyEncoding }));
}

export function freshEd25519Keys(): KeyPair {
  return readBack(generateKeyPairSync('ed25519', { publicKeyEncoding, privateKeyEncoding }));
}

/**
 * A key that comes from its making shares a lock with it: where Node.js 20 happens to collect what made it while the details of the key are read, or
 * it is exported as JWK, it waits for itself for ever, and the test with it.
 */
function readBack({ publicKey, privateKey }: { readonly publicKey: string; readonly privateKey: string }): KeyPair {
  return { publicKey: createPublicKey(publicKey), privateKey: createPrivateKey(privateKey) };
}
