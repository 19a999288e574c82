import { DomainError, newId } from '../kernel/index.ts';
import { errorFields, RETRY_AFTER_SECONDS } from '../platform/index.ts';
import { renderError, ScimError, storable } from '../scim-protocol/index.ts';
import { recordOwnerAttempt } from '../workspace/index.ts';
import type { PerformOperation } from './bulk-operation.ts';
import { exchangeOf } from './change-evidence.ts';
import type { ReadCounters } from './count-reads.ts';
import { insertExchange } from './exchange-store.ts';
import type { CredentialMemory } from './credential-memory.ts';
import { type EndpointKind, findRoute, type Route } from './find-route.ts';
import { identifyCredential } from './identify-credential.ts';
import { operationCall, operationRoute } from './operation-call.ts';
import { unauthenticated } from './pass-gate.ts';
import type { PipelineStep, StepContext } from './pipeline-step.ts';
import { reachForOwner } from './reach-for-owner.ts';
import { readJsonBody } from './read-json-body.ts';
import { redactDetail } from './redact-exchange.ts';
import { refuseLongAddress } from './refuse-long-address.ts';
import { refuseUnknownContentType } from './refuse-unknown-content-type.ts';
import { refuseWhileSwitchedOff } from './refuse-while-switched-off.ts';
import { requireLiveCredential } from './require-live-credential.ts';
import { parseScimAddress } from './scim-address.ts';
import type { EndpointDeps } from './scim-deps.ts';
import type { AdmittedCall, Body, ScimAnswer, ScimCall, ScimRequest, ScimResponse } from './scim-request.ts';

const yes = true;
const no = false;

/** What happens to a request before its endpoint answers it, in this order. */
// biome-ignore format: a table
const pipeline: readonly (readonly [PipelineStep, Readonly<Record<EndpointKind, boolean>>])[] = [
  [identifyCredential,       { discovery: yes, read: yes, search: yes, write: yes, remove: yes, bulk: yes, refused: yes }],
  [requireLiveCredential,    { discovery: yes, read: yes, search: yes, write: yes, remove: yes, bulk: yes, refused: yes }],
  [refuseLongAddress,        { discovery: yes, read: yes, search: yes, write: yes, remove: yes, bulk: yes, refused: yes }],
  [refuseWhileSwitchedOff,   { discovery: no,  read: no,  search: no,  write: yes, remove: yes, bulk: yes, refused: no  }],
  [refuseUnknownContentType, { discovery: no,  read: no,  search: yes, write: yes, remove: no,  bulk: yes, refused: no  }],
  [readJsonBody,             { discovery: no,  read: no,  search: yes, write: yes, remove: no,  bulk: yes, refused: no  }],
];

export type HandleScimRequest = (request: ScimRequest) => Promise<ScimResponse>;

/** The SCIM data plane as a function of a request. Never throws: every failure is a SCIM error (RFC 7644 §3.12). */
export function createHandler({ deps: ground, memory }: HandlerParts, counters: ReadCounters): HandleScimRequest {
  const perform: PerformOperation = async (bulk, operation) => {
    const route = operationRoute(operation);
    const inner = { context: { deps, memory, route }, counters };
    const { answer, error } = await settle(inner, operationCall(bulk, operation, ground.clock.now()), []);
    if (error !== undefined) return { status: error.status, error };
    return { status: answer.status, location: answer.headers?.['location'], version: answer.headers?.['etag'] };
  };
  const deps: EndpointDeps = { ...ground, perform };
  return async (request) => {
    const at = ground.clock.now();
    const address = parseScimAddress(request.url);
    const route = findRoute(request.method, address?.segments ?? []);
    const { workspaceId, path = '', query = new URLSearchParams() } = address ?? {};
    const call: ScimCall = {
      request,
      requestId: newId<'request'>(at),
      at,
      workspaceId,
      path,
      query,
      credential: undefined,
      body: undefined,
    };
    return respond(await settle({ context: { deps, memory, route }, counters }, call, pipeline));
  };
}

interface HandlerParts {
  readonly deps: Omit<EndpointDeps, 'perform'>;
  readonly memory: CredentialMemory;
}

/** A call that has gone as far as it goes. */
type Settled =
  | { readonly call: ScimCall; readonly answer: ScimAnswer; readonly error?: undefined }
  | { readonly call: ScimCall; readonly answer?: undefined; readonly error: ScimError };

/** Takes a call through steps to its endpoint, and writes what the wire log is to have. Never throws. */
async function settle(recording: Recording, first: ScimCall, steps: typeof pipeline): Promise<Settled> {
  const { context } = recording;
  let call = first;
  try {
    for (const [step, kinds] of steps) {
      if (!kinds[context.route.kind]) continue;
      const next = step(context, call);
      // Most steps have nothing to wait for, and a turn of the event loop for each would be felt.
      call = next instanceof Promise ? await next : next;
    }
    const admitted = admit(call);
    const answer = await context.route.answer(context.deps, admitted);
    await recordAnswer(recording, admitted, answer);
    return { call, answer };
  } catch (thrown) {
    const error = toScimError(context, call, thrown);
    context.deps.observer?.refused(error.code);
    await recordRefusal(recording, call, error);
    return { call, error };
  }
}

function admit(call: ScimCall): AdmittedCall {
  const { credential, workspaceId } = call;
  if (credential === undefined || workspaceId === undefined) throw unauthenticated();
  return { ...call, credential, workspaceId };
}

interface Recording {
  readonly context: StepContext;
  readonly counters: ReadCounters;
}

async function recordAnswer({ context, counters }: Recording, call: AdmittedCall, { status, wire }: ScimAnswer): Promise<void> {
  if (wire === 'counted' || wire === 'probed') countRead(counters, context.route, call, { status, isProbe: wire === 'probed' });
  else if (wire !== 'written') await insertExchange(context.deps.database, call.workspaceId, exchangeOf(call, status, wire));
}

interface ReadAnswer {
  readonly status: number;
  readonly isProbe: boolean;
}

function countRead(counters: ReadCounters, route: Route, call: AdmittedCall, answer: ReadAnswer): void {
  const { at, credential, request, workspaceId } = call;
  counters.count({ workspaceId, credentialId: credential.id, at, method: request.method, resourceType: route.resource, ...answer });
}

/**
 * A refusal is a row of the wire log, except a plain 404 of a read, which is counted. Nothing is kept of a caller whom no
 * workspace knows: strangers must not be able to fill tables. A refusal that cannot be recorded is still answered.
 */
async function recordRefusal({ context, counters }: Recording, call: ScimCall, error: ScimError): Promise<void> {
  const { deps, route } = context;
  if (call.credential === undefined || call.workspaceId === undefined || error.code === 'unavailable') return;
  const admitted = admit(call);
  if (error.code === 'notFound' && route.kind === 'read') {
    return countRead(counters, route, admitted, { status: error.status, isProbe: false });
  }
  const said = { scimType: error.scimType ?? null, detail: storable(redactDetail(error.message), MAX_DETAIL_LENGTH) };
  try {
    const reached = await reachForOwner(deps, admitted, error);
    if (reached !== undefined) await recordOwnerAttempt(deps, admitted.workspaceId, reached);
    const ignored = reached === undefined ? [] : [{ op: call.request.method, path: '', reason: 'owner-out-of-reach' as const }];
    await insertExchange(deps.database, admitted.workspaceId, { ...exchangeOf(admitted, error.status, { ignored }), ...said });
  } catch (failure) {
    deps.log.error('scim.refusal.unrecorded', { requestId: call.requestId, status: error.status, ...errorFields(failure) });
  }
}

/** How much of an error's detail the wire log keeps, in characters. */
const MAX_DETAIL_LENGTH = 1000;

/** The one mapper to SCIM errors: an outage is 503 and never an empty answer (I8); the unknown is 500 with an id and no detail. */
function toScimError({ deps }: StepContext, { requestId, workspaceId }: ScimCall, error: unknown): ScimError {
  if (error instanceof ScimError) return error;
  if (error instanceof DomainError && error.code === 'database-unavailable') {
    deps.log.warn('scim.unavailable', { requestId, workspaceId });
    return new ScimError('unavailable', 'The service cannot reach its database at the moment; try again.', {
      'retry-after': String(RETRY_AFTER_SECONDS),
    });
  }
  deps.log.error('scim.failed', { requestId, workspaceId, ...errorFields(error) });
  return new ScimError('internal', `The request failed for a reason on our side; the log has it under ${requestId}.`);
}

function respond({ call, answer, error }: Settled): ScimResponse {
  const { status, headers } = answer ?? error;
  const body: Body | undefined = error === undefined ? answer.body : JSON.stringify(renderError(error));
  const common = { 'cache-control': 'no-store', 'x-request-id': call.requestId, ...headers };
  return { status, headers: body === undefined ? common : { ...common, 'content-type': 'application/scim+json' }, body };
}
