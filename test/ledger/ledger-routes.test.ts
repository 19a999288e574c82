import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type LedgerRecordId, newId, type WorkspaceId } from '../../src/kernel/index.ts';
import { append, createIntegrator, ledgerRoutes } from '../../src/ledger/index.ts';
import { decodeBase64, leafHash, parseTlogProof, verifyInclusion } from '../../src/tlog/index.ts';
import { steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { freshSigner } from '../support/fresh-signer.ts';
import { silentLog } from '../support/log.ts';
import { administrationServer, type LoopbackServer } from '../support/loopback.ts';
import { insertWorkspace } from '../support/workspace.ts';

const clock = steppingClock();
const subjectId = newId<'scim-user'>(clock.now());
let test: TestDatabase;
let workspaceId: WorkspaceId;
let server: LoopbackServer;
let recordId: LedgerRecordId;

beforeAll(async () => {
  test = await testDatabase();
  workspaceId = await insertWorkspace(test.owner, clock.now());
  server = await administrationServer({ clock, workspaceId, routers: [ledgerRoutes({ database: test.database })] });
});
afterAll(async () => {
  await server.close();
  await test.drop();
});

async function get(path: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${server.url}${path}`);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('the ledger over HTTP', () => {
  it('says so while there is no checkpoint yet', async () => {
    expect((await get('/ledger/checkpoints/latest')).status).toBe(404);
    expect((await get('/ledger/checkpoints')).body).toEqual({ checkpoints: [], next: null });
  });

  it('shows the latest checkpoint, and the keys to check it with', async () => {
    const ids = await test.database.transaction((tx) =>
      append(tx, workspaceId, [
        { type: 'scim.user.deactivated', at: clock.now(), actor: 'system', subject: { kind: 'scim-user', id: subjectId } },
      ]),
    );
    recordId = ids[0] ?? recordId;
    const checkpoint = await createIntegrator({
      database: test.database,
      clock,
      log: silentLog,
      signer: freshSigner(),
    }).settle(workspaceId);
    const { body } = await get('/ledger/checkpoints/latest');
    expect(body).toEqual({
      size: checkpoint.size,
      root: checkpoint.root.toString('base64'),
      note: checkpoint.note,
      createdAt: clock.now(),
      vkeys: [expect.stringContaining(`rollcall/workspaces/${workspaceId}+`)],
    });
  });

  it('lists records about a subject with the exact leaf', async () => {
    const { body } = await get(`/ledger/records?subjectId=${subjectId}`);
    expect(body).toEqual({
      next: null,
      records: [
        {
          index: expect.any(Number),
          id: recordId,
          type: 'scim.user.deactivated',
          subjectId,
          recordedAt: clock.now(),
          leaf: expect.any(String),
        },
      ],
    });
  });

  it('proves a record against the latest checkpoint', async () => {
    const { body: listed } = await get(`/ledger/records?subjectId=${subjectId}`);
    const leaf = (listed['records'] as { leaf: string }[])[0]?.leaf ?? '';
    const { body } = await get(`/ledger/proofs?recordId=${recordId}`);
    const { index, hashes, checkpoint } = body as { index: number; hashes: string[]; checkpoint: { size: number; root: string } };
    const proof = hashes.map((hash) => decodeBase64(hash) ?? Buffer.alloc(0));
    const root = decodeBase64(checkpoint.root) ?? Buffer.alloc(0);
    expect(verifyInclusion({ index, size: checkpoint.size, root, leafHash: leafHash(Buffer.from(leaf)) }, proof)).toBe(true);
    expect(parseTlogProof(String(body['proof']))).toMatchObject({ index, hashes: proof });
  });

  it.each([
    { path: '/ledger/proofs', status: 400 },
    { path: '/ledger/proofs?recordId=nobody', status: 400 },
    { path: '/ledger/proofs?recordId=00000000-0000-7000-8000-000000000000', status: 404 },
    { path: '/ledger/records?subjectId=x', status: 400 },
    { path: '/ledger/records?limit=0', status: 400 },
    { path: '/ledger/checkpoints?limit=x', status: 400 },
  ])('answers $path with $status', async ({ path, status }) => {
    expect((await get(path)).status).toBe(status);
  });

  it('shows nothing of another workspace (I12)', async () => {
    const other = await insertWorkspace(test.owner, clock.now());
    const stranger = await administrationServer({ clock, workspaceId: other, routers: [ledgerRoutes({ database: test.database })] });
    const proof = await fetch(`${stranger.url}/ledger/proofs?recordId=${recordId}`);
    const records = await fetch(`${stranger.url}/ledger/records?subjectId=${subjectId}`);
    expect(proof.status).toBe(404);
    expect(await records.json()).toEqual({ records: [], next: null });
    await stranger.close();
  });
});
