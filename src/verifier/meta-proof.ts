import { canonicalJson } from '../kernel/index.ts';
import {
  decodeBase64,
  digestReference,
  disclosureDigest,
  leafHash,
  parseCheckpoint,
  parseNote,
  parseTlogProof,
  type TlogProof,
  type TreeHead,
  verifyInclusion,
} from '../tlog/index.ts';
import { objectAt, parseJson, textAt } from './json-shape.ts';

/** That a checkpoint is in a meta-log, as a file brings it: a C2SP tlog-proof, with the record and the salt of its digest as extra data. */
export interface BroughtMetaProof extends TlogProof {
  /** Of the meta-log. */
  readonly head: TreeHead;
  /** The record, its exact bytes. */
  readonly leaf: Buffer;
  readonly salt: Buffer;
}

export function readMetaProof(bytes: Uint8Array): BroughtMetaProof | 'none' {
  const proof = parseTlogProof(Buffer.from(bytes).toString('utf8'));
  const head = parseCheckpoint(parseNote(proof?.checkpoint ?? '')?.text ?? '');
  const extra = proof?.extra && readExtra(Buffer.from(proof.extra));
  return proof === undefined || head === undefined || extra === undefined ? 'none' : { ...proof, ...extra, head };
}

function readExtra(extra: Buffer): { readonly leaf: Buffer; readonly salt: Buffer } | undefined {
  try {
    const given = objectAt(parseJson(extra), 'the extra data of a proof');
    const leaf = decodeBase64(textAt(given['leaf'], 'leaf'));
    return leaf && { leaf, salt: Buffer.from(textAt(given['salt'], 'salt'), 'base64url') };
  } catch {
    return undefined; // what cannot be read is no proof, and is said to be none
  }
}

/** What is wrong with the proof that the meta-log holds the checkpoint; undefined when it does. */
export function metaProblem({ hashes, head, index, leaf, salt }: BroughtMetaProof, note: Buffer): string | undefined {
  const claim = { index, size: head.size, root: head.root, leafHash: leafHash(leaf) };
  if (!verifyInclusion(claim, hashes)) return 'does not lead to the root of the meta-log';
  const digest = digestReference(disclosureDigest({ salt, path: 'checkpoint', value: note.toString('utf8') }));
  return isCollected(leaf, digest) ? undefined : 'is of another checkpoint';
}

/** Whether the record says that it holds what has this digest. In canonical JSON, so that there is one way to read it. */
function isCollected(leaf: Buffer, digest: string): boolean {
  try {
    const record = objectAt(parseJson(leaf), 'a record of the meta-log');
    if (!leaf.equals(Buffer.from(canonicalJson(record as never), 'utf8')) || record['type'] !== 'ledger.collected') return false;
    return objectAt(record['disclosures'], 'its digests')['checkpoint'] === digest;
  } catch {
    return false; // a record that cannot be read holds nothing
  }
}
