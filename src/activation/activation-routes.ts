import express from 'express';
import { isUuid, refuse } from '../kernel/index.ts';
import {
  type BodyReader,
  type Clock,
  type Database,
  type Log,
  queryLimit,
  queryText,
  readBody,
  requireScope,
  workspaceOf,
} from '../platform/index.ts';
import { describeActivation } from './describe-activation.ts';
import { type DiagnosisDeps, makeDiagnosis } from './make-diagnosis.ts';
import { mappingRoutes } from './mapping-routes.ts';
import { previewRoutes } from './preview-routes.ts';
import { readAuthorityBands, readSynced } from './synced-read-model.ts';
import { turnActivation } from './turn-activation.ts';

export interface ActivationRoutesDeps extends DiagnosisDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
}

const DEFAULT_SYNCED = 100;
const MAX_SYNCED = 1_000;

/** The SCIM switch: how it stands, what turning it would do, and turning it. */
export function activationRoutes(deps: ActivationRoutesDeps): express.Router {
  const router = express.Router({ mergeParams: true });
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
  router.get('/people/synced', async (request, response) => {
    requireScope(request, 'read');
    const workspaceId = workspaceOf(request);
    const limit = queryLimit(request, DEFAULT_SYNCED, MAX_SYNCED);
    const after = queryText(request, 'after');
    if (after !== undefined && !isUuid(after)) refuse('invalid-request', { detail: '"after" is the "next" of the page before.' });
    const bands = await readAuthorityBands(deps.database, workspaceId);
    const present = bands.at(-1) ?? refuse('not-found', { detail: 'There is no such workspace.' });
    const { people, total } = await readSynced(deps.database, workspaceId, { by: present.authority, after, limit });
    const next = people.length < limit ? null : (people.at(-1)?.id ?? null);
    response.json({ authority: present.authority, since: present.from, bands, total, people, next });
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
