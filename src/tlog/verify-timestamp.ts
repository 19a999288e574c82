import { BeyondPlatform, type DigestName, digestOf } from '../kernel/index.ts';
import { type Certificate, readCertificate } from './certificate.ts';
import { chainToRoot, isForTimeStamping } from './certificate-chain.ts';
import { type DerElement, derTags, expectTag, oidOf, sequenceOf } from './der.ts';
import { type AlgorithmIdentifier, readAlgorithm, type SignedData } from './signed-data.ts';
import type { TimestampAnswer } from './timestamp.ts';
import { digestNamed, isSignedBy } from './verify-signature.ts';
import { keyIn } from './x509.ts';

export type TimestampVerdict =
  /** `authority` is the subject of the certificate that signed, in one line. */
  { readonly kind: 'verified'; readonly authority: string } | { readonly kind: 'refuted'; readonly because: string };

type Granted = Extract<TimestampAnswer, { kind: 'granted' }>;

const attributeIds = {
  contentType: '2a864886f70d010903',
  messageDigest: '2a864886f70d010904',
  signingCertificate: '2a864886f70d010910020c',
  signingCertificateV2: '2a864886f70d010910022f',
} as const;

/**
 * Whether an authority under one of the reader's roots signed the time stamp, as RFC 3161 §2.3 and RFC 5652 §5.4 and §5.6 want it, with certificates that were valid at the
 * time that it says. That the stamp is over what it should be is the caller's to compare. Never throws for what a stamp holds.
 */
export function verifyTimestamp({ atMs, signedData }: Granted, trusted: readonly Certificate[]): TimestampVerdict {
  try {
    return verifySigned(signedData, trusted, atMs);
  } catch (error) {
    if (error instanceof BeyondPlatform) return refuted(error.message);
    return refuted('its signature or a certificate in it cannot be read'); // whatever the platform and the reader of DER throw on crafted bytes
  }
}

function verifySigned(signedData: SignedData, trusted: readonly Certificate[], atMs: number): TimestampVerdict {
  const digest = digestNamed(signedData.digestAlgorithm);
  if (digest === undefined) return refuted('it is signed over a digest that is not SHA-256, SHA-384 or SHA-512');
  if (!coversContent(signedData, digest)) return refuted('what is signed is not the time stamp');
  const among = signedData.certificates.map(readCertificate);
  const signer = signerOf(signedData.attributes, among);
  if (signer === undefined) return refuted('the certificate that it names as its own is not in it');
  const { signature, signatureAlgorithm: algorithm, signedAttributes: data } = signedData;
  if (!isSignedBy(keyIn(signer.x509), { data, signature, algorithm, digest })) {
    return refuted('the signature does not fit the certificate, or is of a kind that is not believed');
  }
  if (!isForTimeStamping(signer)) return refuted('the certificate that signed is not one for time stamps alone');
  if (chainToRoot(signer, { among, trusted, atMs }) === undefined) {
    return refuted('no chain of certificates, valid at that time, leads from the signer to the roots given');
  }
  return { kind: 'verified', authority: signer.x509.subject.replaceAll('\n', ', ') };
}

/** The signed attributes speak of this very content. */
function coversContent({ attributes, content, contentType }: SignedData, digest: DigestName): boolean {
  const [type, hash] = [attributes.get(attributeIds.contentType), attributes.get(attributeIds.messageDigest)];
  const stated = expectTag(hash, derTags.octetString).content;
  return oidOf(type) === contentType && stated.equals(digestOf(digest, content));
}

/** The certificate whose hash is signed with the stamp (RFC 5816 §2.2.1; RFC 2634 §5.4, with SHA-1, where the authority is an old one). */
function signerOf(attributes: SignedData['attributes'], among: readonly Certificate[]): Certificate | undefined {
  const [v2, v1] = [attributes.get(attributeIds.signingCertificateV2), attributes.get(attributeIds.signingCertificate)];
  const named = v2 === undefined ? ({ hash: firstId(v1)[0], digest: 'sha1' } as const) : namedByV2(firstId(v2));
  const { content } = expectTag(named.hash, derTags.octetString);
  return among.find(({ x509 }) => digestOf(named.digest, x509.raw).equals(content));
}

/** ESSCertIDv2: the hash, behind its algorithm where that is not SHA-256. */
function namedByV2([first, second]: readonly DerElement[]): { readonly hash: DerElement | undefined; readonly digest: DigestName } {
  if (first?.tag !== derTags.sequence) return { hash: first, digest: 'sha256' };
  const algorithm: AlgorithmIdentifier = readAlgorithm(first);
  return { hash: second, digest: digestNamed(algorithm.oid) ?? unknownDigest() };
}

function unknownDigest(): never {
  throw new RangeError('the certificate is named by an unknown digest');
}

/** The signer's is the first of the certificates that the attribute names. */
function firstId(attribute: DerElement | undefined): readonly DerElement[] {
  return sequenceOf(sequenceOf(sequenceOf(attribute)[0])[0]);
}

function refuted(because: string): TimestampVerdict {
  return { kind: 'refuted', because };
}
