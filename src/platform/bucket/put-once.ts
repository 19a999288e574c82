import { createHash } from 'node:crypto';
import type { Instant } from '../../kernel/index.ts';
import { askBucket, type BucketAnswer, type BucketDeps } from './ask-bucket.ts';
import { BucketUnlockedError } from './bucket-error.ts';

/** Only where no object of that key is; a key whose object was deleted counts as free, which is why versions are looked at. */
export const onceOnly = { 'if-none-match': '*', 'content-type': 'application/octet-stream' };

/** The bucket takes dates to the second. */
export function lockHeaders(until: Instant): Readonly<Record<string, string>> {
  return { 'x-amz-object-lock-mode': 'COMPLIANCE', 'x-amz-object-lock-retain-until-date': until.replace(/\.\d+Z$/, 'Z') };
}

/** What object lock asks of every upload (S3 API, PutObject); MD5 against accidents, the signature's SHA-256 against everybody. */
export function contentMd5(content: Uint8Array): Readonly<Record<string, string>> {
  return { 'content-md5': createHash('md5').update(content).digest('base64') };
}

export interface WholeObject {
  readonly key: string;
  readonly content: Uint8Array;
  readonly until: Instant;
  readonly timeoutMs?: number;
}

/** Returns the id of its version; undefined when there is one of that key. */
export async function putOnce(deps: BucketDeps, { content, key, until, ...more }: WholeObject): Promise<string | undefined> {
  const headers = { ...onceOnly, ...lockHeaders(until), ...contentMd5(content) };
  const answer = await askBucket(deps, { method: 'PUT', key, headers, body: content, expects: [412], ...more });
  return answer.status === 412 ? undefined : versionIn(answer);
}

export const WHAT_TO_DO =
  'What lies there can be deleted by whoever runs it, so it is no anchor: make a bucket with object lock (most services enable it only as a bucket is made), and name it in ROLLCALL_BUCKET_NAME.';

export function versionIn({ headers }: BucketAnswer): string {
  const version = headers.get('x-amz-version-id');
  if (version === null || version === 'null') throw new BucketUnlockedError(`The bucket keeps no versions. ${WHAT_TO_DO}`);
  return version;
}
