import { askBucket, type BucketDeps } from './ask-bucket.ts';
import { BucketError } from './bucket-error.ts';

/** Asked for at a time: half of what an answer may have. */
const PIECE_BYTES = 2 * 1024 * 1024;

/** A version of an object, in pieces from its beginning to its end (RFC 9110 §14). Throws BucketError where the service does not give them so. */
export async function* readPieces(
  deps: BucketDeps,
  { key, versionId }: { readonly key: string; readonly versionId: string },
): AsyncGenerator<Buffer> {
  for (let from = 0; ; ) {
    const range = `bytes=${from}-${from + PIECE_BYTES - 1}`;
    const { body, headers, status } = await askBucket(deps, { key, query: { versionId }, headers: { range }, expects: [206, 416] });
    if (status === 416) return; // nothing is behind what was read: of an object without bytes, nothing at all
    const size = status === 206 ? sizeIn(headers, from) : from + body.length;
    if (size === undefined || body.length === 0 || (status !== 206 && from > 0)) {
      throw new BucketError(`The bucket does not give ${key} in the pieces that were asked for.`);
    }
    yield body;
    from += body.length;
    if (from >= size) return;
  }
}

/** Of the whole, as the answer with a piece from there on says; undefined for another piece. */
function sizeIn(headers: Headers, from: number): number | undefined {
  const [, first, size] = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? [];
  return first !== undefined && Number(first) === from ? Number(size) : undefined;
}
