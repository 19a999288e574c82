import { type BundleFiles, type Verification, verifyBundle } from '../../src/verifier/index.ts';
import type { VerifyOptions } from '../../src/verifier/verify-bundle.ts';

/** What the verifier says of the files of a bundle, unpacked. */
export async function verifyFiles(files: ReadonlyMap<string, Uint8Array>, options?: VerifyOptions): Promise<Verification> {
  return await verifyBundle(inPieces(files), options);
}

/** Pieces that end within lines and hashes, as those of an unpacked file do. */
const PIECE_BYTES = 1_000;

export function inPieces(files: ReadonlyMap<string, Uint8Array>): BundleFiles {
  return {
    paths: [...files.keys()],
    sizeOf: (path) => files.get(path)?.length,
    read: async function* (path) {
      const bytes = files.get(path) ?? new Uint8Array();
      for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield await Promise.resolve(bytes.subarray(at, at + PIECE_BYTES));
    },
    problems: () => [],
  };
}
