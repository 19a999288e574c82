import { createHash } from 'node:crypto';
import { type Instant, SECOND_MS } from '../../kernel/index.ts';
import { askBucket, type BucketDeps, documentIn } from './ask-bucket.ts';
import { BucketError } from './bucket-error.ts';
import { contentMd5, lockHeaders, onceOnly, putOnce, versionIn } from './put-once.ts';
import { textOf } from './read-xml.ts';

/** What was put there: its version, how many bytes, and their SHA-256. */
export interface PutObject {
  readonly versionId: string;
  readonly bytes: number;
  readonly sha256: Buffer;
}

export type PutPieces = (key: string, pieces: AsyncIterable<Uint8Array>, until: Instant) => Promise<PutObject | undefined>;

/** Held in memory at a time. 5 MiB is the least that a service takes of a part, and 10,000 parts the most: 156 GiB. */
const PART_BYTES = 16 * 1024 * 1024;
/** On a line of 1 Mbit/s. */
const PART_TIMEOUT_MS = 180 * SECOND_MS;

/** Puts an object there piece by piece, under object lock from its first moment. What is smaller than a part goes in one request. */
export async function putPieces(
  deps: BucketDeps,
  { key, pieces, until }: { readonly key: string; readonly pieces: AsyncIterable<Uint8Array>; readonly until: Instant },
): Promise<PutObject | undefined> {
  const counted = { bytes: 0, hash: createHash('sha256') };
  const parts = inParts(pieces, counted)[Symbol.asyncIterator]();
  const first = await parts.next();
  const second = await parts.next();
  const versionId =
    second.done === true
      ? await putOnce(deps, { key, until, content: first.value ?? Buffer.alloc(0), timeoutMs: PART_TIMEOUT_MS })
      : await putInParts(deps, { key, until, parts: chained([first.value, second.value], parts) });
  return versionId === undefined ? undefined : { versionId, bytes: counted.bytes, sha256: counted.hash.digest() };
}

interface Target {
  readonly key: string;
  readonly until: Instant;
}

async function putInParts(
  deps: BucketDeps,
  { key, parts, until }: Target & { readonly parts: AsyncIterable<Buffer> },
): Promise<string | undefined> {
  const headers = { 'content-type': onceOnly['content-type'], ...lockHeaders(until) };
  const begun = documentIn(
    await askBucket(deps, { method: 'POST', key, query: { uploads: '' }, headers }),
    'InitiateMultipartUploadResult',
  );
  const uploadId = textOf(begun, 'UploadId');
  if (uploadId === undefined || uploadId === '') throw new BucketError('The bucket begins an upload and does not name it.');
  let versionId: string | undefined;
  try {
    const tags: string[] = [];
    for await (const part of parts) tags.push(await putPart(deps, { key, uploadId, part, number: tags.length + 1 }));
    versionId = await complete(deps, { key, uploadId, tags });
  } finally {
    if (versionId === undefined) await abandon(deps, { key, uploadId });
  }
  return versionId;
}

/** The parts would lie there and cost. Where they stay all the same, the bucket's own rules end them: what went wrong before is what is told. */
async function abandon(deps: BucketDeps, { key, uploadId }: { readonly key: string; readonly uploadId: string }): Promise<void> {
  await askBucket(deps, { method: 'DELETE', key, query: { uploadId } }).catch(() => undefined);
}

interface Part {
  readonly key: string;
  readonly uploadId: string;
  /** From 1. */
  readonly number: number;
  readonly part: Buffer;
}

async function putPart(deps: BucketDeps, { key, number, part, uploadId }: Part): Promise<string> {
  const query = { partNumber: String(number), uploadId };
  const { headers } = await askBucket(deps, {
    method: 'PUT',
    key,
    query,
    headers: contentMd5(part),
    body: part,
    timeoutMs: PART_TIMEOUT_MS,
  });
  const tag = /^"?([\w-]{1,200})"?$/.exec(headers.get('etag') ?? '')?.[1];
  if (tag === undefined) throw new BucketError('The bucket took a part and does not name it.');
  return tag;
}

/** A failure may come with status 200, since the answer is begun before the work is done (S3 API, CompleteMultipartUpload). */
async function complete(
  deps: BucketDeps,
  { key, tags, uploadId }: { readonly key: string; readonly uploadId: string; readonly tags: readonly string[] },
): Promise<string | undefined> {
  const parts = tags.map((tag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>&quot;${tag}&quot;</ETag></Part>`);
  const body = Buffer.from(
    `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts.join('')}</CompleteMultipartUpload>`,
  );
  const answer = await askBucket(deps, {
    method: 'POST',
    key,
    query: { uploadId },
    headers: { ...onceOnly, 'content-type': 'application/xml' },
    body,
    timeoutMs: PART_TIMEOUT_MS,
    expects: [412],
  });
  if (answer.status === 412) return undefined;
  documentIn(answer, 'CompleteMultipartUploadResult');
  return versionIn(answer);
}

async function* inParts(
  pieces: AsyncIterable<Uint8Array>,
  counted: { bytes: number; readonly hash: ReturnType<typeof createHash> },
): AsyncGenerator<Buffer, undefined> {
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    counted.bytes += piece.length;
    counted.hash.update(piece);
    for (let at = 0; at < piece.length; ) {
      const taken = piece.subarray(at, at + PART_BYTES - bytes);
      waiting.push(taken);
      bytes += taken.length;
      at += taken.length;
      if (bytes < PART_BYTES) continue;
      yield Buffer.concat(waiting);
      waiting = [];
      bytes = 0;
    }
  }
  if (bytes > 0) yield Buffer.concat(waiting);
  return undefined;
}

async function* chained(head: readonly (Buffer | undefined)[], rest: AsyncIterator<Buffer, undefined>): AsyncGenerator<Buffer> {
  for (const part of head) if (part !== undefined) yield part;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}
