import { childrenOf, type DerElement, derTags, expectTag, oidOf, readDer, sequenceOf } from './der.ts';
import { HASH_BYTES } from './merkle-hash.ts';
import { readSignedData, type SignedData } from './signed-data.ts';

/** Length of the nonces that are sent: eight bytes, as in the fixed form of the request. */
export const NONCE_BYTES = 8;

/**
 * A request for a time stamp over a SHA-256 digest (RFC 3161 §2.4.1): 69 bytes that never differ but in digest and nonce. It asks for the
 * authority's certificate, so that the answer can be verified offline. The nonce's top bit must be clear, so that it is positive as it stands.
 * Throws a RangeError for a digest or nonce of another length or form.
 */
export function timestampRequest(digest: Uint8Array, nonce: Uint8Array): Buffer {
  if (digest.length !== HASH_BYTES) throw new RangeError('a time stamp is asked for over a SHA-256 digest');
  if (nonce.length !== NONCE_BYTES || (nonce[0] ?? 0) === 0 || (nonce[0] ?? 0) >= 0x80) {
    throw new RangeError('a nonce has eight bytes, the first between 1 and 127');
  }
  const head = Buffer.from('30430201013031300d060960864801650304020105000420', 'hex');
  return Buffer.concat([head, digest, Buffer.from([derTags.integer, NONCE_BYTES]), nonce, Buffer.from('0101ff', 'hex')]);
}

/** What an authority answered. Whether its signature holds is `verifyTimestamp`'s to say. */
export type TimestampAnswer =
  | { readonly kind: 'refused'; readonly status: number }
  | {
      readonly kind: 'granted';
      /** The digest that was stamped, with SHA-256. */
      readonly digest: Buffer;
      /** As in the request; undefined when the answer has none. */
      readonly nonce: Buffer | undefined;
      /** By the authority's clock, in milliseconds since 1970. */
      readonly atMs: number;
      /** What the authority signed, and how. */
      readonly signedData: SignedData;
    };

const SHA256 = '608648016503040201';
const TST_INFO = '2a864886f70d0109100104';

/** RFC 3161 §2.4.2: granted, and granted with modifications. */
const GRANTED = [0, 1];

/** Reads a TimeStampResp (RFC 3161 §2.4.2); undefined for what is none, or has a stamp over another kind of digest. */
export function readTimestampAnswer(bytes: Buffer): TimestampAnswer | undefined {
  try {
    const response = expectTag(readDer(bytes), derTags.sequence);
    if (response.end !== bytes.length) return undefined;
    const [statusInfo, token] = childrenOf(response);
    const status = numberIn(sequenceOf(statusInfo)[0]);
    if (!GRANTED.includes(status)) return { kind: 'refused', status };
    const signedData = readSignedData(token);
    if (signedData.contentType !== TST_INFO) return undefined;
    return granted(sequenceOf(readDer(signedData.content)), signedData);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** TSTInfo: version, policy, messageImprint, serialNumber, genTime, then optional members, of which the nonce alone is an INTEGER. */
function granted([, , imprint, , genTime, ...optional]: readonly DerElement[], signedData: SignedData): TimestampAnswer {
  const [algorithm, digest] = sequenceOf(imprint);
  if (oidOf(sequenceOf(algorithm)[0]) !== SHA256) throw new RangeError('the stamp is over another kind of digest');
  return {
    kind: 'granted',
    digest: expectTag(digest, derTags.octetString).content,
    nonce: optional.find(({ tag }) => tag === derTags.integer)?.content,
    atMs: timeIn(expectTag(genTime, derTags.generalizedTime)),
    signedData,
  };
}

/** RFC 3161 §2.4.2: YYYYMMDDhhmmss[.s…]Z, in UTC. */
function timeIn({ content }: DerElement): number {
  const parts = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:\.(\d{1,9}))?Z$/.exec(content.toString('latin1'));
  if (parts === null) throw new RangeError('the time stamp has no time');
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second) + Math.floor(Number(`0.${parts[7] ?? 0}`) * 1000);
}

function numberIn(element: DerElement | undefined): number {
  const { content } = expectTag(element, derTags.integer);
  if (content.length !== 1) throw new RangeError('the status is no small number');
  return content.readInt8(0);
}
