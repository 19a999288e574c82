import { createHash, randomBytes } from 'node:crypto';
import { type Instant, instantOf, refuse } from '../kernel/index.ts';
import type { OutboundHttp } from '../platform/index.ts';
import { type Certificate, NONCE_BYTES, readTimestampAnswer, sameHash, timestampRequest, verifyTimestamp } from '../tlog/index.ts';

/** An authority answers within a second or two; its answer has its certificates, some kilobytes. */
const TIMEOUT_MS = 15_000;
const MAX_BYTES = 256 * 1024;

export interface TimestampToken {
  /** The whole answer, as it came. */
  readonly token: Buffer;
  readonly attestedAt: Instant;
  readonly signature: 'verified' | 'unchecked';
}

/** A time-stamping authority, and whom it is believed under. */
export interface TimestampAuthority {
  readonly url: string;
  /** Undefined: its signature is for others to verify. */
  readonly roots: readonly Certificate[] | undefined;
}

/**
 * Has a time-stamping authority sign the checkpoint (RFC 3161), and holds its answer to what was asked: granted, over this checkpoint,
 * for this request, and signed under its roots, where they are given. Throws DomainError `outbound-failed` when it is not; RefutedStampError
 * when the signature is not the authority's.
 */
export async function stampCheckpoint(outbound: OutboundHttp, { roots, url }: TimestampAuthority, note: string): Promise<TimestampToken> {
  const digest = createHash('sha256').update(note, 'utf8').digest();
  const nonce = randomBytes(NONCE_BYTES);
  nonce[0] = ((nonce[0] ?? 0) & 0x3f) | 0x40; // positive and of full length, as DER wants it
  const answer = await outbound.fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
    body: timestampRequest(digest, nonce),
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_BYTES,
  });
  if (answer.status !== 200) refuseAnswer(`answered ${answer.status}`);
  const token = Buffer.from(await answer.arrayBuffer());
  const read = readTimestampAnswer(token) ?? refuseAnswer('answered with what is no time stamp');
  if (read.kind === 'refused') return refuseAnswer(`refused the request (PKIStatus ${read.status})`);
  if (!sameHash(read.digest, digest)) refuseAnswer('signed something else');
  if (read.nonce === undefined || !read.nonce.equals(nonce)) refuseAnswer('answered another request: the nonce is not ours');
  const verdict = roots && verifyTimestamp(read, roots);
  if (verdict?.kind === 'refuted') throw new RefutedStampError(verdict.because);
  return { token, attestedAt: instantOf(read.atMs), signature: verdict === undefined ? 'unchecked' : 'verified' };
}

/** Somebody answers in the authority's place, or it signs with what its root does not vouch for. */
export class RefutedStampError extends Error {
  override readonly name = 'RefutedStampError';

  constructor(because: string) {
    super(`The time stamp is not the authority's: ${because}.`);
  }
}

function refuseAnswer(what: string): never {
  return refuse('outbound-failed', { detail: `The time-stamping authority ${what}.` });
}
