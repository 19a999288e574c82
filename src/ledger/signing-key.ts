import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { errorCode } from '../platform/index.ts';
import { type NoteSigner, noteSigner } from '../tlog/index.ts';

const OWNER_ONLY = 0o600;
const GROUP_AND_OTHERS = 0o077;

/** Signs the checkpoints of every workspace, under each log's own name, with the present key and those that it replaces for a while. */
export interface LedgerSigner {
  /** The present key. */
  forOrigin(origin: string): NoteSigner;
  /** The present key first. */
  allFor(origin: string): readonly NoteSigner[];
}

/** A signer that holds Ed25519 private keys. Throws a TypeError for another kind of key. */
export function signerFrom(present: KeyObject, ...previous: readonly KeyObject[]): LedgerSigner {
  const keys = [present, ...previous];
  if (keys.some(({ asymmetricKeyType }) => asymmetricKeyType !== 'ed25519')) {
    throw new TypeError('the ledger is signed with an Ed25519 private key');
  }
  return {
    forOrigin: (origin) => noteSigner(origin, present),
    allFor: (origin) => keys.map((key) => noteSigner(origin, key)),
  };
}

const PRESENT_KEY = 'ROLLCALL_LEDGER_KEY_FILE names the file, and "rollcall ledger key create FILE" makes one';

/**
 * The private key in a PKCS#8 PEM file; `named` says by which setting, to whoever has to mend it. Throws an Error that says what to do when there is no such file, when others than its owner may
 * read it, or when it is not an Ed25519 key.
 */
export function loadSigningKey(path: string, named = PRESENT_KEY): KeyObject {
  const file = openKeyFile(path, named);
  try {
    const stat = fstatSync(file);
    const mode = stat.mode & 0o777;
    if (!stat.isFile()) throw new Error(`${path} is no file, and no key of the ledger`);
    if ((mode & GROUP_AND_OTHERS) !== 0) {
      throw new Error(`${path} has mode ${mode.toString(8)}: others could sign with this key. Run chmod 600 on it`);
    }
    const key = keyIn(readFileSync(file));
    if (key?.asymmetricKeyType !== 'ed25519') throw new Error(`${path} does not hold an Ed25519 private key as PKCS#8 PEM`);
    return key;
  } finally {
    closeSync(file);
  }
}

function openKeyFile(path: string, named: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new Error(`the key of the ledger ${path} cannot be read (${errorCode(error) ?? 'unknown'}): ${named}`, { cause: error });
  }
}

function keyIn(bytes: Buffer): KeyObject | undefined {
  try {
    return createPrivateKey(bytes);
  } catch {
    return undefined; // no key at all is as good as one of another kind
  }
}

/** Makes a key and writes it as PKCS#8 PEM, readable by its owner alone. Throws when the file is there already. */
export function createSigningKey(path: string): KeyObject {
  const { privateKey } = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  writeFileSync(path, privateKey, { mode: OWNER_ONLY, flag: 'wx' });
  // Read back: a key that comes from its making shares a lock with it, on which Node.js 20 can wait for itself while it exports the key as JWK.
  return createPrivateKey(privateKey);
}
