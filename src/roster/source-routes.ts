import type { Router } from 'express';
import { type BodyReader, type ForeseeingHttp, readBody, requireScope, workspaceOf, workspaceRouter } from '../platform/index.ts';
import type { RosterDependencies } from './import-roster.ts';
import { readSource } from './roster-source-store.ts';
import { refuseNowhere, removeSource, requestPull, setSource, type SourceInput } from './set-source.ts';
import { showPreview } from './show-preview.ts';
import { trySource } from './try-source.ts';

/** A week: whoever left was long gone. */
const MAX_HOURS = 168;
const MAX_URL = 2_000;
const MAX_HEADER = 8_000;

export interface SourceRoutesDeps extends RosterDependencies {
  /** By which a source is tried. */
  readonly outbound: ForeseeingHttp;
}

/** `/roster/source`: where the roster is fetched from, relative to a workspace's address. */
export function sourceRoutes(deps: SourceRoutesDeps): Router {
  const router = workspaceRouter();
  router.get('/roster/source', async (request, response) => {
    requireScope(request, 'read');
    response.json((await readSource(deps.database, workspaceOf(request))) ?? refuseNowhere());
  });
  router.put('/roster/source', async (request, response) => {
    const { actor } = requireScope(request, 'roster');
    const body = readBody(request);
    const source = { ...settingOf(body), actor };
    body.end();
    response.json(await setSource(deps, workspaceOf(request), source));
  });
  router.delete('/roster/source', async (request, response) => {
    const { actor } = requireScope(request, 'roster');
    await removeSource(deps, workspaceOf(request), actor);
    response.status(204).end();
  });
  router.post('/roster/source/pull', async (request, response) => {
    requireScope(request, 'roster');
    readBody(request).end();
    await requestPull(deps, workspaceOf(request));
    response.status(202).json({ state: 'queued' });
  });
  router.post('/roster/source/dry-run', async (request, response) => {
    const principal = requireScope(request, 'roster');
    const body = readBody(request);
    const tried = body.has('url') ? settingOf(body) : undefined;
    body.end();
    response.json(showPreview(await trySource(deps, workspaceOf(request), tried), principal));
  });
  return router;
}

function settingOf(body: BodyReader): Omit<SourceInput, 'actor'> {
  return {
    url: body.text('url', { max: MAX_URL }),
    authorization: body.optionalText('authorization', { max: MAX_HEADER }),
    everyHours: body.integer('everyHours', { min: 1, max: MAX_HOURS }),
    full: body.optionalBoolean('full') ?? false,
    allowRejected: body.optionalBoolean('allowRejected') ?? false,
  };
}
