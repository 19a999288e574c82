import { createHash } from 'node:crypto';
import express from 'express';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkspaceId } from '../../src/kernel/index.ts';
import { type Checkpoint, proofRoutes, tileRoutes } from '../../src/ledger/index.ts';
import { problemHandler, setContext } from '../../src/platform/index.ts';
import { decodeBase64, verifyConsistency } from '../../src/tlog/index.ts';
import { silentLog } from '../support/log.ts';
import { administrationServer, type LoopbackServer, serve } from '../support/loopback.ts';
import { type LedgerFixture, ledgerFixture } from './ledger-fixture.ts';

/** Written in parts: as long as a transaction is open, no ledger of the cluster goes on, those of other tests neither. */
const PARTS = 10;
const RECORDS_OF_A_PART = 7_000;

let fixture: LedgerFixture;
let workspaceId: WorkspaceId;
let checkpoint: Checkpoint;
let early: Checkpoint;
let tiles: LoopbackServer;
let api: LoopbackServer;

beforeAll(async () => {
  fixture = await ledgerFixture();
  ({ workspaceId } = fixture);
  const { clock, test } = fixture;
  early = await fixture.integrator().settle(workspaceId);
  for (let part = 0; part < PARTS; part += 1) await fixture.write(RECORDS_OF_A_PART);
  const integrator = fixture.integrator();
  await fixture.drain(integrator);
  checkpoint = await integrator.settle(workspaceId);
  const app = express();
  app.use((request, _response, next) => {
    setContext(request, { requestId: 'test', at: clock.now() });
    next();
  });
  app.use(tileRoutes({ database: test.database }));
  app.use(problemHandler(silentLog));
  tiles = await serve(app);
  const routers = [proofRoutes({ database: test.database, clock, publicUrl: 'https://rollcall.example' })];
  api = await administrationServer({ clock, workspaceId, routers });
}, 120_000);
afterAll(async () => {
  await api.close();
  await tiles.close();
  await fixture.drop();
});

async function issue(): Promise<string> {
  const response = await fetch(`${api.url}/ledger/tile-token`, { method: 'POST' });
  expect(response.status).toBe(201);
  const { token, url } = (await response.json()) as { token: string; url: string };
  expect(url).toBe(`https://rollcall.example/workspaces/${workspaceId}/ledger`);
  return token;
}

async function read(
  path: string,
  authorization?: string,
): Promise<{ readonly status: number; readonly body: Buffer; readonly headers: Headers }> {
  const response = await fetch(
    `${tiles.url}/workspaces/${workspaceId}/ledger/${path}`,
    authorization === undefined ? {} : { headers: { authorization } },
  );
  return { status: response.status, body: Buffer.from(await response.arrayBuffer()), headers: response.headers };
}

describe('the log as tiles', () => {
  afterEach(() => fetch(`${api.url}/ledger/tile-token`, { method: 'DELETE' }));

  it('leads whoever has nothing but the tiles to the signed root, through every level', async () => {
    const bearer = `Bearer ${await issue()}`;
    const sha256 = (...parts: readonly Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
    const [, size, root] = (await read('checkpoint', bearer)).body.toString('utf8').split('\n');
    expect(Number(size)).toBe(checkpoint.size);
    /** A client of its own: names tiles, reads the nodes of a level, and folds them (RFC 6962 §2.1). */
    const nameOf = (n: number) =>
      n < 1000 ? String(n).padStart(3, '0') : `x${String(Math.floor(n / 1000)).padStart(3, '0')}/${String(n % 1000).padStart(3, '0')}`;
    const levelOf = async (level: number) => {
      const nodes: Buffer[] = [];
      const count = Math.floor(Number(size) / 256 ** level);
      for (let n = 0; n * 256 < count; n += 1) {
        const width = Math.min(256, count - n * 256);
        const { body, status } = await read(`tile/${level}/${nameOf(n)}${width < 256 ? `.p/${width}` : ''}`, bearer);
        expect({ status, bytes: body.length }).toEqual({ status: 200, bytes: width * 32 });
        for (let at = 0; at < width; at += 1) nodes.push(body.subarray(at * 32, at * 32 + 32));
      }
      return nodes;
    };
    const fold = (hashes: readonly Buffer[]): Buffer => {
      const [only] = hashes;
      if (hashes.length <= 1) return only ?? Buffer.alloc(0);
      const left = 2 ** Math.ceil(Math.log2(hashes.length) - 1);
      return sha256(Buffer.of(1), fold(hashes.slice(0, left)), fold(hashes.slice(left)));
    };
    const leaves = await levelOf(0);
    expect(fold(leaves).toString('base64')).toBe(root);
    const above = await levelOf(1);
    expect(above.map((hash) => hash.toString('hex'))).toEqual(
      above.map((_, n) => fold(leaves.slice(n * 256, n * 256 + 256)).toString('hex')),
    );
    expect((await levelOf(2)).map((hash) => hash.toString('hex'))).toEqual([fold(above.slice(0, 256)).toString('hex')]);
    const { body, headers } = await read('tile/entries/273.p/112', bearer);
    const entries: Buffer[] = [];
    for (let at = 0; at < body.length; at += 2 + body.readUInt16BE(at)) entries.push(body.subarray(at + 2, at + 2 + body.readUInt16BE(at)));
    expect(entries.map((entry) => sha256(Buffer.of(0), entry).toString('hex'))).toEqual(
      leaves.slice(273 * 256, 273 * 256 + 112).map((hash) => hash.toString('hex')),
    );
    expect(headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
  });

  it('is there for nobody by itself, and for the latest token alone', async () => {
    expect((await read('checkpoint')).status).toBe(401);
    const first = await issue();
    const second = await issue();
    expect((await read('checkpoint', `Bearer ${first}`)).status).toBe(401);
    expect((await read('checkpoint', `Bearer ${second}`)).status).toBe(200);
    expect((await read('checkpoint', `Basic ${Buffer.from(`anybody:${second}`).toString('base64')}`)).status).toBe(200);
    await fetch(`${api.url}/ledger/tile-token`, { method: 'DELETE' });
    const refused = await read('checkpoint', `Bearer ${second}`);
    expect(refused).toMatchObject({ status: 401 });
    expect((await fetch(`${api.url}/ledger/tile-token`, { method: 'DELETE' })).status).toBe(404);
  });

  it('shows nothing of another workspace (I12)', async () => {
    const token = await issue();
    const other = await fixture.open();
    const response = await fetch(`${tiles.url}/workspaces/${other}/ledger/checkpoint`, { headers: { authorization: `Bearer ${token}` } });
    expect(response.status).toBe(401);
  });

  it.each(['tile/0/274', 'tile/0/273', 'tile/0/273.p/250', 'tile/3/000', 'tile/entries/274.p/1', 'tile/0/x000/001', 'tile/x'])(
    'has no %s',
    async (path) => {
      expect((await read(path, `Bearer ${await issue()}`)).status).toBe(404);
    },
  );
});

describe('a consistency proof over HTTP', () => {
  async function prove(query: string) {
    const response = await fetch(`${api.url}/ledger/proofs/consistency?${query}`);
    return { status: response.status, body: (await response.json()) as { from: Head; to: Head; hashes: string[] } };
  }
  interface Head {
    readonly size: number;
    readonly root: string;
  }
  const bytes = (text: string) => decodeBase64(text) ?? Buffer.alloc(0);
  const headOf = ({ root, size }: Head) => ({ size, root: bytes(root) });

  it('shows that the checkpoint which an auditor kept is the beginning of the latest one (I11)', async () => {
    const { body } = await prove(`from=${early.size}`);
    expect(body.from).toEqual({ size: early.size, root: early.root.toString('base64') });
    expect(body.to).toEqual({ size: checkpoint.size, root: checkpoint.root.toString('base64') });
    expect(verifyConsistency({ older: early, newer: checkpoint }, body.hashes.map(bytes))).toBe(true);
  });

  it.each(['from=1&to=1', 'from=1&to=2', 'from=255&to=257', 'from=65536&to=65537', 'from=65535', 'from=3&to=70001'])(
    'holds for %s',
    async (query) => {
      const { body } = await prove(query);
      expect(verifyConsistency({ older: headOf(body.from), newer: headOf(body.to) }, body.hashes.map(bytes))).toBe(true);
    },
  );

  it.each([
    { query: '', status: 400 },
    { query: 'from=0', status: 400 },
    { query: 'from=2&to=1', status: 400 },
    { query: 'from=1&to=9999999', status: 404 },
  ])('is refused for "$query" with $status', async ({ query, status }) => {
    expect((await prove(query)).status).toBe(status);
  });
});
