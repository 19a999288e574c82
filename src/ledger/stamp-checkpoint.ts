import { createHash, randomBytes } from 'node:crypto';
import { type Instant, instantOf, refuse } from '../kernel/index.ts';
import type { OutboundHttp } from '../platform/index.ts';
import { NONCE_BYTES, readTimestampAnswer, sameHash, timestampRequest } from '../tlog/index.ts';

/** An authority answers within a second or two; its answer has its certificates, some kilobytes. */
const TIMEOUT_MS = 15_000;
const MAX_BYTES = 256 * 1024;

export interface TimestampToken {
  /** The whole answer, as it came. */
  readonly token: Buffer;
  readonly attestedAt: Instant;
}

/**
 * Has a time-stamping authority sign the checkpoint (RFC 3161), and holds its answer to what was asked: granted, over this checkpoint,
 * for this request. Throws DomainError `outbound-refused` when it is not.
 */
export async function stampCheckpoint(outbound: OutboundHttp, url: string, note: string): Promise<TimestampToken> {
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
  return { token, attestedAt: instantOf(read.atMs) };
}

function refuseAnswer(what: string): never {
  return refuse('outbound-refused', { detail: `The time-stamping authority ${what}.` });
}
