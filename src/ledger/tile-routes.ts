import { type Request, Router } from 'express';
import { parseId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { bearerToken, type Database, hashToken, pathText, type Queryable } from '../platform/index.ts';
import { entryBundle, HASH_BYTES, parseTilePath, TILE_WIDTH, type TileRequest, widthOfTile } from '../tlog/index.ts';
import { readLatestCheckpoint, readSequencedRecords, readTiles } from './ledger-read-model.ts';
import { isTileToken } from './tile-token-store.ts';

/** A tile never changes once it can be asked for. */
const FOR_EVER = 'private, max-age=31536000, immutable';

/**
 * The log as C2SP tlog-tiles, for tools that others wrote: `…/checkpoint`, `…/tile/<L>/<N>[.p/<W>]`, `…/tile/entries/<N>[.p/<W>]`. Behind the
 * workspace's token, as a bearer token or as the password of HTTP Basic, which tools take within an address. Without a token there is nothing here.
 */
export function tileRoutes({ database }: { readonly database: Database }): Router {
  const router = Router();

  router.get('/workspaces/:workspaceId/ledger/checkpoint', async (request, response) => {
    const workspaceId = await admitted(database, request);
    const { note } = (await readLatestCheckpoint(database, workspaceId)) ?? refuseNothing();
    response.type('text/plain; charset=utf-8').send(note);
  });

  router.get('/workspaces/:workspaceId/ledger/tile/*tilePath', async (request, response) => {
    const workspaceId = await admitted(database, request);
    const tile = parseTilePath(tilePathOf(request)) ?? refuseNothing();
    const { size } = (await readLatestCheckpoint(database, workspaceId)) ?? refuseNothing();
    if (tile.width > widthOfTile(tile, size)) refuseNothing();
    const content = await readTile(database, workspaceId, tile);
    response.set('cache-control', FOR_EVER).type('application/octet-stream').send(content);
  });

  return router;
}

async function readTile(q: Queryable, workspaceId: WorkspaceId, { level, n, width }: TileRequest): Promise<Buffer> {
  if (level === 'entries') {
    const from = n * TILE_WIDTH;
    return entryBundle((await readSequencedRecords(q, workspaceId, { from, to: from + width })).map(({ leaf }) => leaf));
  }
  const [tile] = await readTiles(q, workspaceId, [{ level, n }]);
  return (tile?.hashes ?? refuseNothing()).subarray(0, width * HASH_BYTES);
}

/** One answer for a workspace that is not there, one that shows no tiles and a wrong token: it tells nobody which workspaces there are. */
async function admitted(q: Queryable, request: Request): Promise<WorkspaceId> {
  const workspaceId = parseId<'workspace'>(pathText(request, 'workspaceId'));
  const token = tokenIn(request.headers.authorization);
  if (workspaceId !== undefined && token !== undefined && (await isTileToken(q, workspaceId, hashToken(token)))) return workspaceId;
  return refuse('unauthenticated', {
    detail: 'The log is shown to whoever has the token of its workspace.',
    next: 'POST ledger/tile-token issues one. Send it as a bearer token, or as the password of HTTP Basic.',
  });
}

function tokenIn(authorization: string | undefined): string | undefined {
  const basic = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(authorization ?? '')?.[1];
  if (basic === undefined) return bearerToken(authorization);
  const pair = Buffer.from(basic, 'base64').toString('utf8');
  return pair.includes(':') ? pair.slice(pair.indexOf(':') + 1) : undefined;
}

function tilePathOf(request: Request): string {
  const parts: unknown = request.params['tilePath'];
  return Array.isArray(parts) ? parts.join('/') : String(parts);
}

function refuseNothing(): never {
  return refuse('not-found', {
    detail: 'The log has no such tile (yet).',
    next: 'Ask for what the checkpoint covers; a short tile has its width in .p/.',
  });
}
