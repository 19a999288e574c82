import { MAX_WHOLE_BYTES } from './limits.ts';
import type { Problem } from './problem.ts';
import { UnpackError } from './unpack-error.ts';

/** The files of a bundle, read in pieces: none of them need ever be in memory as a whole. */
export interface BundleFiles {
  readonly paths: readonly string[];
  /** In bytes; undefined where there is no such file. */
  sizeOf(path: string): number | undefined;
  /** Throws an UnpackError when the data is not what the ZIP says of it; nothing at all where there is no such file. */
  read(path: string): AsyncIterable<Uint8Array>;
  /** What was found wrong with the ZIP, so far: broken data shows when a file is read. */
  problems(): readonly Problem[];
}

/** A file of which everything is needed at once. Throws an UnpackError for one that is too large for that. */
export async function readWhole(files: BundleFiles, path: string): Promise<Buffer> {
  const size = files.sizeOf(path) ?? 0;
  if (size > MAX_WHOLE_BYTES)
    throw new UnpackError(`${path} has ${size} bytes, more than the ${MAX_WHOLE_BYTES} that such a file may have`);
  const whole = Buffer.alloc(size);
  let at = 0;
  for await (const piece of files.read(path)) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
