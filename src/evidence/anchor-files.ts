import type { Anchor, ConsistencyProof, CosignedCheckpoint, StampedCheckpoint } from '../ledger/index.ts';

/** Where anchors lie, in a bundle and in what is handed over later. */
const FOLDER = 'anchors';

/** A time stamp's two files: the exact bytes that were stamped, and the authority's whole answer. */
export function stampFiles(stamps: readonly StampedCheckpoint[]): ReadonlyMap<string, Buffer> {
  return new Map(
    stamps.flatMap(({ id, note, token }) => [
      [`${FOLDER}/${id}.checkpoint`, Buffer.from(note, 'utf8')] as const,
      [`${FOLDER}/${id}.tsr`, token] as const,
    ]),
  );
}

/** A cosigned checkpoint's file: the note as any verifier of notes takes it, the witness's signature behind the ledger's. */
export function cosignedFiles(cosigned: readonly CosignedCheckpoint[]): ReadonlyMap<string, Buffer> {
  return new Map(cosigned.map(({ id, note }) => [`${FOLDER}/${id}.checkpoint`, Buffer.from(note, 'utf8')] as const));
}

interface LaterAnchor extends Pick<Anchor, 'id'> {
  readonly note: string;
  readonly token: Buffer | null;
  readonly consistency: ConsistencyProof;
}

/** An anchor of a checkpoint that came after the report's: with the proof that the report's is its beginning, a hash in Base64 on each line. */
export function laterAnchorFiles({ consistency, id, note, token }: LaterAnchor): ReadonlyMap<string, Buffer> {
  const hashes = consistency.hashes.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('');
  return new Map([
    [`${FOLDER}/${id}.checkpoint`, Buffer.from(note, 'utf8')],
    [`${FOLDER}/${id}.consistency`, Buffer.from(hashes, 'utf8')],
    ...(token === null ? [] : [[`${FOLDER}/${id}.tsr`, token] as const]),
  ]);
}
