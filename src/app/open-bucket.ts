import { type Bucket, type Clock, type Config, openBucket as openBucketOf, type OutboundHttp } from '../platform/index.ts';
import { readSettingFile } from './read-setting-file.ts';

/** The bucket that the operator named; undefined: none. Throws an Error that says what is wrong with the file of its secret. */
export function openBucket({ bucket }: Config, parts: { readonly outbound: OutboundHttp; readonly clock: Clock }): Bucket | undefined {
  if (bucket === undefined) return undefined;
  const secretAccessKey = readSettingFile(bucket.secretFile, 'ROLLCALL_BUCKET_SECRET_FILE').trim();
  if (secretAccessKey === '') throw new Error(`${bucket.secretFile} (ROLLCALL_BUCKET_SECRET_FILE) holds no secret`);
  return openBucketOf({ ...parts, settings: { ...bucket, secretAccessKey } });
}
