/**
 * tlog: the formats of transparency logs: RFC 6962 trees and proofs, C2SP tiles, signed notes, checkpoints and proofs.
 * Pure: functions of bytes. The ledger writes with it, the verifier checks with it, and neither trusts the other.
 */
export { decodeBase64 } from './base64.ts';
export { formatCheckpoint, parseCheckpoint, type TreeHead } from './checkpoint.ts';
export { type Cosigner, parseCosigner, verifyCosignature } from './cosignature.ts';
export { digestReference, disclosureDigest } from './disclosure.ts';
export { emptyFrontier, extendFrontier, type Frontier, rootOf } from './frontier.ts';
export { EMPTY_ROOT, HASH_BYTES, leafHash, nodeHash, sameHash } from './merkle-hash.ts';
export { type Certificate, readCertificates } from './certificate.ts';
export { type NoteVerifier, parseVkey, publicKeyOf } from './note-key.ts';
export { type NoteSigner, noteSigner } from './note-signer.ts';
export { nodesOverLeaves, type PerfectNode } from './perfect-node.ts';
export { planConsistency, planInclusion, planRoot, type ProofPlan, proofOf } from './plan-proof.ts';
export { type ParsedNote, parseNote, signNote, verifyNote } from './signed-note.ts';
export { nodesOfTile, TILE_HEIGHT, TILE_WIDTH, type TileAddress, tileOf } from './tile.ts';
export { entryBundle, parseTilePath, type TileRequest, tilePath, widthOfTile } from './tile-path.ts';
export { NONCE_BYTES, readTimestampAnswer, type TimestampAnswer, timestampRequest } from './timestamp.ts';
export { formatTlogProof, parseTlogProof, type TlogProof } from './tlog-proof.ts';
export { type TimestampVerdict, verifyTimestamp } from './verify-timestamp.ts';
export { verifyConsistency, verifyInclusion } from './verify-proof.ts';
