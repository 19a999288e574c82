import { type DerElement, childrenOf, derTags, expectTag, oidOf, readDer, sequenceOf } from './der.ts';
import { printName } from './print-name.browser.ts';
import { octetsIn, type PublicKey, readPublicKey } from './public-key.browser.ts';
import { type AlgorithmIdentifier, readAlgorithm } from './signed-data.ts';
import { isSignedBy } from './verify-signature.ts';

/** As x509.ts has it, read from the DER (RFC 5280 §4.1). */
export interface X509 {
  readonly raw: Buffer;
  readonly subject: string;
  readonly issuer: string;
  readonly names: { readonly subject: Buffer; readonly issuer: Buffer };
  readonly serialNumber: Buffer;
  readonly validFromMs: number;
  readonly validToMs: number;
  readonly keyInfo: DerElement;
  readonly extensions: ReadonlyMap<string, Buffer>;
  /** What the issuer signed, and how it says so inside and outside of it. */
  readonly signed: Buffer;
  readonly algorithms: { readonly inside: Buffer; readonly outside: Buffer; readonly read: AlgorithmIdentifier };
  readonly signature: Buffer;
}

const extensionIds = { subjectKeyId: '551d0e', keyUsage: '551d0f', basicConstraints: '551d13', authorityKeyId: '551d23' };
const UTC_TIME = 0x17;
const KEY_CERT_SIGN = 0x04;
/** AuthorityKeyIdentifier (RFC 5280 §4.2.1.1): `[0] keyIdentifier`, `[1] authorityCertIssuer`, `[2] authorityCertSerialNumber`. */
const akiTags = { keyId: 0x80, issuer: 0xa1, serialNumber: 0x82, directoryName: 0xa4 };

/** Throws a RangeError for what is no certificate. */
export function readX509(der: Buffer): X509 {
  const certificate = readDer(der);
  const [body, outside, signature] = sequenceOf(certificate);
  const parts = sequenceOf(body);
  const [serialNumber, inside, issuer, validity, subject, keyInfo] = parts[0]?.tag === derTags.explicit0 ? parts.slice(1) : parts;
  const [from, to] = sequenceOf(validity).map(timeIn);
  const wrapped = parts.find(({ tag }) => tag === derTags.explicit3);
  const list = wrapped === undefined ? [] : sequenceOf(childrenOf(wrapped)[0]);
  const names = { subject: expectTag(subject, derTags.sequence), issuer: expectTag(issuer, derTags.sequence) };
  return {
    raw: certificate.whole,
    subject: printName(names.subject),
    issuer: printName(names.issuer),
    names: { subject: names.subject.whole, issuer: names.issuer.whole },
    serialNumber: expectTag(serialNumber, derTags.integer).content,
    validFromMs: from ?? Number.NaN,
    validToMs: to ?? Number.NaN,
    keyInfo: expectTag(keyInfo, derTags.sequence),
    extensions: new Map(list.map(readExtension)),
    signed: expectTag(body, derTags.sequence).whole,
    algorithms: {
      inside: expectTag(inside, derTags.sequence).whole,
      outside: expectTag(outside, derTags.sequence).whole,
      read: readAlgorithm(outside),
    },
    signature: octetsIn(signature),
  };
}

function readExtension(extension: DerElement): readonly [string, Buffer] {
  const parts = sequenceOf(extension);
  return [oidOf(parts[0]), expectTag(parts.at(-1), derTags.octetString).content];
}

/** UTCTime until 2049, GeneralizedTime from then on (RFC 5280 §4.1.2.5). Not a number for what is neither, when nothing is valid. */
function timeIn({ content, tag }: DerElement): number {
  const text = content.toString('latin1');
  const whole = tag === UTC_TIME ? `${text < '5' ? '20' : '19'}${text}` : text;
  const parts = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(whole)?.slice(1).map(Number);
  if (parts === undefined) return Number.NaN;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

export function keyIn({ keyInfo }: X509): PublicKey {
  return readPublicKey(keyInfo);
}

export function isValidAt({ validFromMs, validToMs }: X509, atMs: number): boolean {
  return validFromMs <= atMs && atMs <= validToMs;
}

export function isAuthority(certificate: X509): boolean {
  const constraints = certificate.extensions.get(extensionIds.basicConstraints);
  const [first] = constraints === undefined ? [] : sequenceOf(readDer(constraints));
  return first?.tag === derTags.boolean && first.content[0] !== 0 && maySignCertificates(certificate);
}

function maySignCertificates({ extensions }: X509): boolean {
  const usage = extensions.get(extensionIds.keyUsage);
  return usage === undefined || ((expectTag(readDer(usage), derTags.bitString).content[1] ?? 0) & KEY_CERT_SIGN) !== 0;
}

/** Names are compared by their bytes, as authorities copy them: OpenSSL lets capitals and spaces differ. */
export function namesIssuer(certificate: X509, issuer: X509): boolean {
  return certificate.names.issuer.equals(issuer.names.subject) && identifiesKeyOf(certificate, issuer) && maySignCertificates(issuer);
}

function identifiesKeyOf(certificate: X509, issuer: X509): boolean {
  const identifier = certificate.extensions.get(extensionIds.authorityKeyId);
  if (identifier === undefined) return true;
  const parts = new Map(sequenceOf(readDer(identifier)).map((part) => [part.tag, part]));
  const [keyId, names, serialNumber] = [parts.get(akiTags.keyId), parts.get(akiTags.issuer), parts.get(akiTags.serialNumber)];
  const own = issuer.extensions.get(extensionIds.subjectKeyId);
  const name = names === undefined ? undefined : childrenOf(names).find(({ tag }) => tag === akiTags.directoryName)?.content;
  return (
    (keyId === undefined || own === undefined || keyId.content.equals(expectTag(readDer(own), derTags.octetString).content)) &&
    (serialNumber === undefined || serialNumber.content.equals(issuer.serialNumber)) &&
    (name === undefined || name.equals(issuer.names.issuer))
  );
}

export function isSignedByKey({ algorithms, signature, signed }: X509, key: PublicKey): boolean {
  const isOne = algorithms.inside.equals(algorithms.outside);
  return isOne && isSignedBy(key, { data: signed, signature, algorithm: algorithms.read, digest: 'sha256' });
}
