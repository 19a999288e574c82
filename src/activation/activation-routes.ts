import type { Router } from 'express';
import { refuse } from '../kernel/index.ts';
import {
  type BodyReader,
  type Clock,
  type Database,
  type Log,
  positions,
  readBody,
  readPage,
  requireScope,
  workspaceOf,
  workspaceRouter,
} from '../platform/index.ts';
import { describeActivation } from './describe-activation.ts';
import { type DiagnosisDeps, makeDiagnosis } from './make-diagnosis.ts';
import { mappingRoutes } from './mapping-routes.ts';
import { previewRoutes } from './preview-routes.ts';
import { countSynced, readAuthorityBands, readSynced, type SyncedPerson } from './synced-read-model.ts';
import { turnActivation } from './turn-activation.ts';

export interface ActivationRoutesDeps extends DiagnosisDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
}

const listing = { usual: 100, most: 1_000, position: positions.id, positionOf: ({ id }: SyncedPerson) => id };

/** The SCIM switch: how it stands, what turning it would do, and turning it. */
export function activationRoutes(deps: ActivationRoutesDeps): Router {
  const router = workspaceRouter();
  router.get('/activation', async (request, response) => {
    requireScope(request, 'read');
    response.json(await describeActivation(deps, workspaceOf(request)));
  });
  router.put('/activation', async (request, response) => {
    const { actor } = requireScope(request, 'activation');
    const body = readBody(request);
    const turnTo = body.oneOf('state', ['off', 'on']);
    const input = { turnTo, acknowledged: digestOf(body), reason: body.text('reason'), actor };
    body.end();
    await turnActivation(deps, workspaceOf(request), input);
    response.json(await describeActivation(deps, workspaceOf(request)));
  });
  router.get('/scim/diagnosis', async (request, response) => {
    requireScope(request, 'read');
    response.json(await makeDiagnosis(deps, workspaceOf(request)));
  });
  router.use(previewRoutes(deps));
  router.use(mappingRoutes(deps));
  router.get('/people/synced{?limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const workspaceId = workspaceOf(request);
    const bands = await readAuthorityBands(deps.database, workspaceId);
    const { authority, from } = bands.at(-1) ?? refuse('not-found', { detail: 'There is no such workspace.' });
    const { rows, next } = await readPage(request, listing, (page) => readSynced(deps.database, workspaceId, authority, page));
    const total = await countSynced(deps.database, workspaceId, authority);
    response.json({ authority, since: from, bands, total, people: rows, next });
  });
  return router;
}

function digestOf(body: BodyReader): Buffer | undefined {
  const text = body.optionalText('previewDigest');
  if (text === undefined) return undefined;
  if (!/^[0-9a-f]{64}$/.test(text))
    refuse('invalid-request', { detail: '"previewDigest" must be the 64 hex digits of a preview\'s digest.' });
  return Buffer.from(text, 'hex');
}
