import { canonicalJson } from '../kernel/index.ts';
import type { Anchor, ConsistencyProof, CosignedCheckpoint, MetaProof, StampedCheckpoint } from '../ledger/index.ts';
import { formatTlogProof } from '../tlog/index.ts';

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

/**
 * A checkpoint that the meta-log holds: the checkpoint; the proof that it is in the meta-log, which somebody outside signed (C2SP tlog-proof, the record and its salt as
 * extra data); and the time stamp, where it is one, over the meta-log's checkpoint in that proof.
 */
export function metaFiles(proofs: readonly MetaProof[]): ReadonlyMap<string, Buffer> {
  return new Map(
    proofs.flatMap(({ hashes, id, index, leaf, metaNote, note, salt, token }) => {
      const extra = Buffer.from(canonicalJson({ leaf: leaf.toString('base64'), salt: salt.toString('base64url') }), 'utf8');
      return [
        [`${FOLDER}/${id}.checkpoint`, Buffer.from(note, 'utf8')] as const,
        [`${FOLDER}/${id}.meta`, Buffer.from(formatTlogProof({ index, hashes, checkpoint: metaNote, extra }), 'utf8')] as const,
        ...(token === null ? [] : [[`${FOLDER}/${id}.tsr`, token] as const]),
      ];
    }),
  );
}

interface LaterAnchor extends Pick<Anchor, 'id'> {
  readonly note: string;
  readonly token: Buffer | null;
  readonly consistency: ConsistencyProof;
}

/** An anchor of a checkpoint that came after the report's: with the proof that the report's is its beginning, a hash in Base64 on each line. */
export function laterAnchorFiles({ consistency, id, note, token }: LaterAnchor): ReadonlyMap<string, Buffer> {
  return new Map([
    [`${FOLDER}/${id}.checkpoint`, Buffer.from(note, 'utf8')],
    consistencyFile(id, consistency),
    ...(token === null ? [] : [[`${FOLDER}/${id}.tsr`, token] as const]),
  ]);
}

/** The same of one that lies in the meta-log, for each of those who signed that since. */
export function laterMetaFiles(proofs: readonly MetaProof[], consistency: ConsistencyProof): ReadonlyMap<string, Buffer> {
  return new Map([...metaFiles(proofs), ...proofs.map(({ id }) => consistencyFile(id, consistency))]);
}

function consistencyFile(id: string, { hashes }: ConsistencyProof): readonly [string, Buffer] {
  const lines = hashes.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('');
  return [`${FOLDER}/${id}.consistency`, Buffer.from(lines, 'utf8')];
}
