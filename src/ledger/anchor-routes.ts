import type { Router } from 'express';
import { refuse, type WorkspaceId } from '../kernel/index.ts';
import {
  type Clock,
  contextOf,
  pathText,
  positions,
  type Queryable,
  readBody,
  readPage,
  requireScope,
  workspaceOf,
  workspaceRouter,
} from '../platform/index.ts';
import type { AnchorSettings } from './anchor-places.ts';
import { type Anchor, type AnchorPlace, hastenAnchors, readAnchor, readAnchors, readSchedules, readWebhook } from './anchor-store.ts';
import { isLate } from './anchor-task.ts';
import { readLatestCheckpoint, readWaiting } from './ledger-read-model.ts';
import { readLeftOpen } from './left-open.ts';
import { logOrigin } from './log-origin.ts';
import { readMetaLog } from './meta-log-store.ts';
import { removeWebhook, setWebhook, type WebhookDeps } from './set-webhook.ts';

const listing = { usual: 50, most: 1_000, position: positions.id, positionOf: ({ id }: Anchor) => id };
const MAX_URL = 2_000;
const MAX_SECRET = 100;

export interface AnchorRouteDeps extends WebhookDeps {
  readonly settings: AnchorSettings;
}

/** `/ledger` as it stands, its anchors, and the webhook of an auditor, relative to a workspace's address. */
export function anchorRoutes(deps: AnchorRouteDeps): Router {
  const router = workspaceRouter();
  const { database } = deps;

  router.get('/ledger', async (request, response) => {
    requireScope(request, 'read');
    response.json(await readStanding(database, workspaceOf(request), deps));
  });

  router.get('/ledger/anchors{?limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const { rows, next } = await readPage(request, listing, (page) => readAnchors(database, workspaceOf(request), page));
    response.json({ anchors: rows, next });
  });

  router.post('/ledger/anchors', async (request, response) => {
    requireScope(request, 'evidence');
    readBody(request).end();
    await hastenAnchors(database, workspaceOf(request), contextOf(request).at);
    response.status(202).json({ state: 'queued' });
  });

  router.get('/ledger/anchors/:anchorId', async (request, response) => {
    requireScope(request, 'read');
    const id = pathText(request, 'anchorId');
    const found = positions.id.test(id) ? await readAnchor(database, workspaceOf(request), id) : undefined;
    const anchor = found ?? refuse('not-found', { detail: 'There is no such anchor.' });
    response.json({ ...anchor, token: anchor.token?.toString('base64') ?? null });
  });

  router.put('/ledger/webhook', async (request, response) => {
    const { actor } = requireScope(request, 'evidence');
    const body = readBody(request);
    const webhook = { url: body.text('url', { max: MAX_URL }), secret: body.text('secret', { max: MAX_SECRET }), actor };
    body.end();
    response.json(await setWebhook(deps, workspaceOf(request), webhook));
  });

  router.delete('/ledger/webhook', async (request, response) => {
    const { actor } = requireScope(request, 'evidence');
    await removeWebhook(deps, workspaceOf(request), actor);
    response.status(204).end();
  });

  return router;
}

async function readStanding(
  q: Queryable,
  workspaceId: WorkspaceId,
  { clock, settings }: { readonly clock: Clock; readonly settings: AnchorSettings },
) {
  const { everyMinutes } = settings;
  const at = clock.now();
  const webhook = await readWebhook(q, workspaceId);
  const metaLog = settings.metaLog === true ? await readMetaLog(q) : undefined;
  const isWitness = (vkey: string) => settings.witnesses.some(({ cosigner }) => cosigner.vkey === vkey);
  const places = {
    rfc3161: settings.tsaUrl,
    file: settings.directory,
    webhook: webhook?.address,
    bucket: settings.bucket,
    meta: metaLog && logOrigin(metaLog),
  };
  const shown = ({ kind, place }: AnchorPlace) => (kind === 'witness' ? (isWitness(place) ? place : undefined) : places[kind]);
  const checkpoint = await readLatestCheckpoint(q, workspaceId);
  return {
    size: checkpoint?.size ?? 0,
    checkpointAt: checkpoint?.createdAt ?? null,
    waiting: await readWaiting(q, workspaceId),
    anchorEveryMinutes: everyMinutes,
    places: (await readSchedules(q, workspaceId)).map((schedule) => ({
      ...schedule,
      place: shown(schedule) ?? null,
      isLate: isLate(schedule, { at, everyMinutes }),
    })),
    leavesOpen: await readLeftOpen(q, workspaceId),
  };
}
