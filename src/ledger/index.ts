/**
 * ledger: the append-only evidence log of each workspace: records, their Merkle tree, signed checkpoints, proofs.
 * A record commits with its change (I3), enters the tree exactly once, and is never altered (I11).
 * Every room that changes something appends here; evidence reads here.
 */
export { append, appendOne, createLedger, type RecordBatch, recordBatch } from './append.ts';
export type { AnchorSettings } from './anchor-places.ts';
export { anchorRoutes } from './anchor-routes.ts';
export {
  type Anchor,
  type AnchorKind,
  anchorKinds,
  hastenAnchors,
  readAnchor,
  readAnchorAges,
  type AnchorSchedule,
  readAnchorsFrom,
  readSchedules,
  readDailyStamps,
  type StampedCheckpoint,
} from './anchor-store.ts';
export { anchorDueTask, anchorTask } from './anchor-task.ts';
export { checkpointBucket, type CheckpointBucket } from './checkpoint-bucket.ts';
export { checkpointShelf, type CheckpointShelf } from './checkpoint-shelf.ts';
export { type CosignedCheckpoint, readDailyCosignatures } from './cosignature-store.ts';
export { type ConsistencyProof, proveConsistency } from './consistency-proof.ts';
export { type HeldTo, holdToCheckpoint } from './hold-to-checkpoint.ts';
export { createIntegrator, type Integrator, type IntegratorDeps } from './integrator.ts';
export { type LedgerKey, readKeys } from './key-store.ts';
export {
  type LedgerEntry,
  ledgerEntry,
  MAX_LEAF_BYTES,
  type RecordInput,
} from './ledger-entry.ts';
export {
  type Checkpoint,
  readCheckpoint,
  readCheckpointOver,
  readDisclosures,
  readLatestCheckpoint,
  readLeafHashes,
  readLeafIndexes,
  readLedgerLag,
  readSequencedReports,
  readSequencedSeals,
  readSequencedRecords,
  readVkeys,
} from './ledger-read-model.ts';
export { logOrigin } from './log-origin.ts';
export { allLedgers } from './ledger-store.ts';
export { ledgerRoutes } from './ledger-routes.ts';
export { eraseSubjects } from './erase-subjects.ts';
export { readLeftOpen } from './left-open.ts';
export { type MetaProof, proveCollected, proveDailyCollected } from './meta-proof.ts';
export { retentionRoutes } from './retention-routes.ts';
export { readRetainUntil, readRetention } from './retention-store.ts';
export { purgeLedger, purgeTask } from './purge-ledger.ts';
export { proofRoutes } from './proof-routes.ts';
export { readProof } from './read-proof.ts';
export { readWitnesses, type Witness } from './read-witnesses.ts';
export { retireKey } from './retire-key.ts';
export { createSigningKey, loadSigningKey, type LedgerSigner, signerFrom } from './signing-key.ts';
export { tileRoutes } from './tile-routes.ts';
