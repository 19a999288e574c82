import type { DigestName } from '../kernel/index.ts';
import { childrenOf, derTags, sequenceOf } from './der.ts';
import { isSignedOverDigest, isSignedWithEd25519, isSignedWithPss, keyTypeOf, modulusBitsOf, type PublicKey } from './public-key.ts';
import { type AlgorithmIdentifier, readAlgorithm } from './signed-data.ts';

/** Digests by object identifier. SHA-1 is not among them: nothing that was signed over it is believed. */
const digests: Readonly<Record<string, DigestName>> = {
  '608648016503040201': 'sha256',
  '608648016503040202': 'sha384',
  '608648016503040203': 'sha512',
};

export function digestNamed(oid: string): DigestName | undefined {
  return digests[oid];
}

const RSA_PSS = '2a864886f70d01010a';
const ED25519 = '2b6570';

/** Which key an algorithm is for, and with what digest; 'given': with the one that is named apart from it. */
const algorithms: Readonly<Record<string, { readonly key: 'rsa' | 'ec'; readonly digest: DigestName | 'given' }>> = {
  '2a864886f70d010101': { key: 'rsa', digest: 'given' },
  '2a864886f70d01010b': { key: 'rsa', digest: 'sha256' },
  '2a864886f70d01010c': { key: 'rsa', digest: 'sha384' },
  '2a864886f70d01010d': { key: 'rsa', digest: 'sha512' },
  '2a8648ce3d0201': { key: 'ec', digest: 'given' },
  '2a8648ce3d040302': { key: 'ec', digest: 'sha256' },
  '2a8648ce3d040303': { key: 'ec', digest: 'sha384' },
  '2a8648ce3d040304': { key: 'ec', digest: 'sha512' },
};

/** Below it an RSA key can be had for money (NIST SP 800-131A). */
const MIN_RSA_BITS = 2048;

export interface Signed {
  readonly data: Buffer;
  readonly signature: Buffer;
  readonly algorithm: AlgorithmIdentifier;
  /** Of the data, where the algorithm does not say it. */
  readonly digest: DigestName;
}

/** Whether a key of today's strength signed the data; false for an algorithm that is not known here, or that is not the key's. */
export function isSignedBy(key: PublicKey, { algorithm, data, digest, signature }: Signed): boolean {
  if ((modulusBitsOf(key) ?? MIN_RSA_BITS) < MIN_RSA_BITS) return false;
  const type = keyTypeOf(key);
  if (algorithm.oid === ED25519) return type === 'ed25519' && isSignedWithEd25519(key, { data, signature });
  if (algorithm.oid === RSA_PSS) return isSignedAsPss(key, algorithm, { data, signature });
  const known = algorithms[algorithm.oid];
  if (known === undefined || known.key !== type) return false;
  return isSignedOverDigest(key, known.digest === 'given' ? digest : known.digest, { data, signature });
}

function isSignedAsPss(key: PublicKey, algorithm: AlgorithmIdentifier, signed: Pick<Signed, 'data' | 'signature'>): boolean {
  const [hash, type] = [pssDigest(algorithm), keyTypeOf(key)];
  return hash !== undefined && (type === 'rsa' || type === 'rsa-pss') && isSignedWithPss(key, hash, signed);
}

/** Whether a signature of that algorithm may be believed at all: it is known here, and not over SHA-1. */
export function isStrong(algorithm: AlgorithmIdentifier): boolean {
  if (algorithm.oid === RSA_PSS) return pssDigest(algorithm) !== undefined;
  const known = algorithms[algorithm.oid];
  return algorithm.oid === ED25519 || (known !== undefined && known.digest !== 'given');
}

/** RSASSA-PSS-params (RFC 4055 §3.1): the hash in [0], SHA-1 where it is left out; the mask is generated with the same hash, or the signature does not hold. */
function pssDigest({ parameters }: AlgorithmIdentifier): DigestName | undefined {
  const hash = parameters === undefined ? undefined : sequenceOf(parameters).find(({ tag }) => tag === derTags.explicit0);
  return hash === undefined ? undefined : digestNamed(readAlgorithm(childrenOf(hash)[0]).oid);
}
