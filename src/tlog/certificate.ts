import { childrenOf, type DerElement, derTags, expectTag, oidOf, readDer, sequenceOf } from './der.ts';
import { type AlgorithmIdentifier, readAlgorithm } from './signed-data.ts';
import { readX509, type X509 } from './x509.ts';

/** A certificate with what a platform does not tell of it. Object identifiers are the hex of their content. */
export interface Certificate {
  readonly x509: X509;
  /** How its issuer signed it. */
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly extensions: ReadonlyMap<string, CertificateExtension>;
}

export interface CertificateExtension {
  readonly isCritical: boolean;
  readonly value: Buffer;
}

export const extensionIds = {
  keyUsage: '551d0f',
  basicConstraints: '551d13',
  certificatePolicies: '551d20',
  extendedKeyUsage: '551d25',
} as const;

const PEM = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** The certificates of a PEM file, whatever stands between them. Empty where there are none; throws an Error for one that is broken. */
export function readCertificates(pem: string): readonly Certificate[] {
  return (pem.match(PEM) ?? []).map((text) => readCertificate(Buffer.from(text.replaceAll(/-----[^-]+-----/g, ''), 'base64')));
}

/** Throws an Error for what is no certificate. */
export function readCertificate(der: Buffer): Certificate {
  const [body, signatureAlgorithm] = sequenceOf(readDer(der));
  const wrapped = sequenceOf(body).find(({ tag }) => tag === derTags.explicit3);
  const list = wrapped === undefined ? [] : sequenceOf(childrenOf(wrapped)[0]);
  return {
    x509: readX509(der),
    signatureAlgorithm: readAlgorithm(signatureAlgorithm),
    extensions: new Map(list.map(readExtension)),
  };
}

/** Extension (RFC 5280 §4.1): id, whether it is critical where it is, value. */
function readExtension(extension: DerElement): readonly [string, CertificateExtension] {
  const parts = sequenceOf(extension);
  const critical = parts.find(({ tag }) => tag === derTags.boolean);
  return [
    oidOf(parts[0]),
    { isCritical: critical !== undefined && critical.content[0] !== 0, value: expectTag(parts.at(-1), derTags.octetString).content },
  ];
}

/** How many certificates of authorities may stand below one (RFC 5280 §4.2.1.9); undefined: any number. */
export function pathLengthOf({ extensions }: Certificate): number | undefined {
  const constraints = extensions.get(extensionIds.basicConstraints);
  const length = constraints === undefined ? undefined : sequenceOf(readDer(constraints.value)).find(({ tag }) => tag === derTags.integer);
  return length === undefined ? undefined : Number(`0x${length.content.toString('hex')}`);
}

/** Whether a bit of the key usage is set (RFC 5280 §4.2.1.3); true where nothing restricts the key. */
export function mayUseKeyTo({ extensions }: Certificate, bit: number): boolean {
  const usage = extensions.get(extensionIds.keyUsage);
  if (usage === undefined) return true;
  const [, first = 0] = expectTag(readDer(usage.value), derTags.bitString).content;
  return (first & (0x80 >> bit)) !== 0;
}

/** What a key is for (RFC 5280 §4.2.1.12); undefined where nothing says it. */
export function purposesOf({ extensions }: Certificate): readonly string[] | undefined {
  const purposes = extensions.get(extensionIds.extendedKeyUsage);
  return purposes === undefined ? undefined : sequenceOf(readDer(purposes.value)).map(oidOf);
}
