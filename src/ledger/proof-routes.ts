import type { Request, Router } from 'express';
import { refuse } from '../kernel/index.ts';
import { type Clock, type Database, queryText, requireScope, workspaceOf, workspaceRouter } from '../platform/index.ts';
import { proveConsistency } from './consistency-proof.ts';
import { issueTileToken, revokeTileToken } from './issue-tile-token.ts';
import { type Checkpoint, readLatestCheckpoint } from './ledger-read-model.ts';

export interface ProofRouteDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly publicUrl: string;
}

/** Consistency proofs, and the token by which tools of others read the log, relative to a workspace's address. */
export function proofRoutes(deps: ProofRouteDeps): Router {
  const router = workspaceRouter();

  router.get('/ledger/proofs/consistency{?from,to}', async (request, response) => {
    requireScope(request, 'read');
    const workspaceId = workspaceOf(request);
    const checkpoint =
      (await readLatestCheckpoint(deps.database, workspaceId)) ??
      refuse('not-found', { detail: 'This ledger has no checkpoint yet.', next: 'Try again in a second.' });
    const { from, hashes, to } = await proveConsistency(deps.database, workspaceId, { checkpoint, ...sizesOf(request, checkpoint) });
    response.json({ from: showHead(from), to: showHead(to), hashes: hashes.map(base64) });
  });

  router.post('/ledger/tile-token', async (request, response) => {
    const { actor } = requireScope(request, 'evidence');
    const workspaceId = workspaceOf(request);
    const { token } = await issueTileToken(deps, workspaceId, actor);
    response.status(201).json({ token, url: `${deps.publicUrl}/workspaces/${workspaceId}/ledger` });
  });

  router.delete('/ledger/tile-token', async (request, response) => {
    const { actor } = requireScope(request, 'evidence');
    await revokeTileToken(deps, workspaceOf(request), actor);
    response.status(204).end();
  });

  return router;
}

/** `?from=` and `?to=`, which is the latest checkpoint's size when it is left out. */
function sizesOf(request: Request, { size }: Checkpoint): { readonly from: number; readonly to: number } {
  const to = sizeIn(request, 'to') ?? size;
  const from = sizeIn(request, 'from') ?? refuse('invalid-request', { detail: 'The parameter "from" is missing: the smaller size.' });
  if (from > to) refuse('invalid-request', { detail: '"from" must not be larger than "to".' });
  if (to > size) refuse('not-found', { detail: `The ledger's latest checkpoint is over ${size} records.` });
  return { from, to };
}

function sizeIn(request: Request, name: string): number | undefined {
  const text = queryText(request, name);
  if (text === undefined) return undefined;
  return /^[1-9]\d{0,14}$/.test(text)
    ? Number(text)
    : refuse('invalid-request', { detail: `"${name}" must be a number of records, from 1.` });
}

function showHead({ root, size }: { readonly size: number; readonly root: Uint8Array }) {
  return { size, root: base64(root) };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
