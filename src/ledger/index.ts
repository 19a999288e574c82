/**
 * ledger: the append-only evidence log of each workspace: records, their Merkle tree, signed checkpoints, proofs.
 * A record commits with its change (I3), enters the tree exactly once, and is never altered (I11).
 * Every room that changes something appends here; evidence reads here.
 */
export { append, createLedger } from './append.ts';
export { type InclusionProof, proveInclusion } from './inclusion-proof.ts';
export { createIntegrator, type Integrator, type IntegratorDeps } from './integrator.ts';
export {
  type LedgerDisclosure,
  type LedgerEntry,
  type LedgerRecord,
  ledgerEntry,
  logOrigin,
  MAX_LEAF_BYTES,
  type RecordInput,
} from './ledger-entry.ts';
export {
  type Checkpoint,
  readCheckpoint,
  readDisclosures,
  readLatestCheckpoint,
  readLeafHashes,
  readLeafIndexes,
  readSequencedRecords,
  readVkeys,
  type SequencedDisclosure,
  type SequencedRecord,
} from './ledger-read-model.ts';
export { ledgerRoutes } from './ledger-routes.ts';
export type { RecordType } from './record-type.ts';
export { createSigningKey, type LedgerSigner, loadSigningKey, signerFrom } from './signing-key.ts';
