import type { Request, Router } from 'express';
import { isUuid, type LedgerRecordId, parseId, refuse } from '../kernel/index.ts';
import { type Database, positions, queryText, readPage, requireScope, workspaceOf, workspaceRouter } from '../platform/index.ts';
import { type InclusionProof, proveInclusion } from './inclusion-proof.ts';
import { type LedgerKey, readKeys } from './key-store.ts';
import {
  type Checkpoint,
  type RecordedRecord,
  readCheckpoints,
  readLatestCheckpoint,
  readRecords,
  readVkeys,
} from './ledger-read-model.ts';

const usual = 50;
const most = 1_000;
const checkpointListing = { usual, most, position: positions.ordinal, positionOf: ({ size }: Checkpoint) => String(size) };
const keyListing = { usual, most, position: positions.ordinal, positionOf: ({ ordinal }: LedgerKey) => String(ordinal) };
const recordListing = { usual, most, position: positions.id, positionOf: ({ id }: RecordedRecord) => id };

/** The ledger as administrators and auditors read it. Nothing here changes it. */
export function ledgerRoutes({ database }: { readonly database: Database }): Router {
  const router = workspaceRouter();

  router.get('/ledger/checkpoints{?limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const { rows, next } = await readPage(request, checkpointListing, (page) => readCheckpoints(database, workspaceOf(request), page));
    response.json({ checkpoints: rows.map(showCheckpoint), next });
  });

  router.get('/ledger/checkpoints/latest', async (request, response) => {
    requireScope(request, 'read');
    const checkpoint = await latest(database, request);
    response.json({ ...showCheckpoint(checkpoint), vkeys: await readVkeys(database, workspaceOf(request)) });
  });

  router.get('/ledger/keys{?limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const { rows, next } = await readPage(request, keyListing, (page) => readKeys(database, workspaceOf(request), page));
    response.json({ keys: rows.map(showKey), next });
  });

  router.get('/ledger/proofs{?recordId}', async (request, response) => {
    requireScope(request, 'read');
    const recordId = recordIdOf(request);
    const checkpoint = await latest(database, request);
    const proof = (await proveInclusion(database, workspaceOf(request), recordId, checkpoint)) ?? refuseUnproven();
    response.json({ recordId, ...showProof(proof), checkpoint: showCheckpoint(checkpoint) });
  });

  router.get('/ledger/records{?subjectId,limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const subjectId = subjectIdOf(request);
    const { rows, next } = await readPage(request, recordListing, (page) =>
      readRecords(database, workspaceOf(request), { subjectId, ...page }),
    );
    response.json({ records: rows.map(showRecord), next });
  });

  return router;
}

async function latest(database: Database, request: Request): Promise<Checkpoint> {
  const checkpoint = await readLatestCheckpoint(database, workspaceOf(request));
  return checkpoint ?? refuse('not-found', { detail: 'This ledger has no checkpoint yet.', next: 'Try again in a second.' });
}

function refuseUnproven(): never {
  return refuse('not-found', {
    detail: 'The latest checkpoint holds no such record.',
    next: 'A record enters a checkpoint within about a second: try again if it is that new.',
  });
}

function recordIdOf(request: Request): LedgerRecordId {
  const id = parseId<'ledger-record'>(queryText(request, 'recordId') ?? '');
  return id ?? refuse('invalid-request', { detail: 'The parameter "recordId" must be the UUID of a record.' });
}

function subjectIdOf(request: Request): string | null {
  const subjectId = queryText(request, 'subjectId');
  if (subjectId === undefined) return null;
  return isUuid(subjectId) ? subjectId : refuse('invalid-request', { detail: 'The parameter "subjectId" must be a UUID.' });
}

function showCheckpoint({ size, root, note, createdAt }: Checkpoint) {
  return { size, root: root.toString('base64'), note, createdAt };
}

function showKey({ vkey, addedAt, retiredAt, because, compromisedFrom, recordId }: LedgerKey) {
  return { vkey, addedAt, retiredAt, because, compromisedFrom, recordId };
}

function showProof({ index, leafHash, hashes, text }: InclusionProof) {
  return { index, leafHash: leafHash.toString('base64'), hashes: hashes.map((hash) => Buffer.from(hash).toString('base64')), proof: text };
}

function showRecord({ leaf, ...record }: RecordedRecord) {
  return { ...record, leaf: leaf.toString('utf8') };
}
