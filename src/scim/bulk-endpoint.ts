import { newId, parseId, type ScimGroupId, type ScimUserId } from '../kernel/index.ts';
import {
  asIgnored,
  asksForDeactivation,
  type BulkOperation,
  type BulkRequest,
  type BulkResult,
  creatorsOf,
  noFindings,
  orderOperations,
  parseBulk,
  RefusedDeactivation,
  renderBulk,
  resolveReferences,
  ScimError,
} from '../scim-protocol/index.ts';
import type { Performed, ResolvedOperation } from './bulk-operation.ts';
import { recordRefusedDeactivation } from './record-refused-deactivation.ts';
import { scimTenantUrl } from './scim-address.ts';
import type { EndpointDeps } from './scim-deps.ts';
import { type AdmittedCall, bodyOf, type ScimAnswer } from './scim-request.ts';
import { readKey } from './user-endpoints.ts';

/**
 * RFC 7644 §3.7: each operation as a request of its own, with its own statement, evidence and row of the wire log; one after another,
 * and after those that create what it refers to. After `failOnErrors` errors no other is carried out, but for those that say that a user
 * is to be inactive (I1): in Entra mode they are applied, in strict mode the refusal is recorded and raises the alarm.
 * Throws ScimError for a body that is no bulk request, and where the first operation met what all would meet.
 */
export async function answerBulk(deps: EndpointDeps, call: AdmittedCall): Promise<ScimAnswer> {
  const findings = noFindings(call.credential.mode);
  const request = parseBulk(bodyOf(call).value, findings);
  const bulk = openBulk(deps, call, request);
  await carryOut(bulk);
  const ignored = asIgnored(findings.problems);
  const { tolerated } = findings;
  const isPlain = ignored.length === 0 && tolerated.length === 0;
  return { status: 200, body: JSON.stringify(renderBulk(resultsOf(bulk))), wire: isPlain ? 'written' : { ignored, tolerated } };
}

interface Bulk extends BulkRequest {
  readonly deps: EndpointDeps;
  readonly call: AdmittedCall;
  /** Which operation creates what a bulkId stands for. */
  readonly creators: ReadonlyMap<string, number>;
  /** The ids of what is created, given beforehand: two that refer to one another can then be created one after the other. */
  readonly newIds: ReadonlyMap<number, ScimUserId | ScimGroupId>;
  readonly performed: Map<number, Performed>;
}

function openBulk(deps: EndpointDeps, call: AdmittedCall, request: BulkRequest): Bulk {
  const creators = creatorsOf(request.operations);
  const newIds = new Map([...creators.values()].map((index) => [index, newId<'scim-user'>(call.at)]));
  return { ...request, deps, call, creators, newIds, performed: new Map() };
}

/** Of the request as a whole: no operation that follows could be answered otherwise, and each would wait for it (I8). */
const ENDS_ALL = new Set([401, 403, 503]);

async function carryOut(bulk: Bulk): Promise<void> {
  const { call, creators, deps, failOnErrors, operations, performed } = bulk;
  let errors = 0;
  let ended: Performed | undefined;
  for (const index of orderOperations(operations, creators)) {
    const goesOn = errors < failOnErrors;
    const operation = resolve(bulk, index, goesOn);
    if (ended === undefined && !goesOn && !(await deactivatesAnyway(bulk, operation))) continue;
    const outcome = ended ?? (await deps.perform(call, operation));
    if (outcome.error !== undefined) {
      errors += 1;
      if (ENDS_ALL.has(outcome.status)) ended = outcome;
      if (performed.size === 0 && ended !== undefined) throw outcome.error;
    }
    performed.set(index, outcome);
  }
}

/** The operation at an index, its references replaced by the ids of what is there, or, while the request goes on, will be. */
function resolve(bulk: Bulk, index: number, goesOn: boolean): ResolvedOperation {
  const { creators, newIds, operations, performed } = bulk;
  const { bulkId = '', data, method, path, version } = operations[index] as BulkOperation;
  const idOf = (reference: string) => {
    const creator = creators.get(reference);
    if (creator === undefined) return undefined;
    const outcome = performed.get(creator);
    const exists = outcome === undefined ? goesOn : outcome.error === undefined;
    return exists ? newIds.get(creator) : undefined;
  };
  const [addressed = ''] = path.split('?');
  const segments = addressed.split('/').filter((segment) => segment !== '');
  const isSecond = method === 'POST' && (creators.get(bulkId) ?? index) !== index;
  return {
    method,
    segments: segments.map((segment) => String(resolveReferences(segment, idOf))),
    version,
    data: resolveReferences(data, idOf),
    newResourceId: newIds.get(index),
    fault: isSecond ? new ScimError('invalidValue', 'Another operation of the request has the same "bulkId".') : undefined,
  };
}

/** Whether an operation that would not be carried out any more must be, because it deactivates a user (I1). In strict mode it is refused, and that is recorded. */
async function deactivatesAnyway({ call, deps }: Bulk, { data, method, segments }: ResolvedOperation): Promise<boolean> {
  const [type = '', id = ''] = segments;
  const user = type.toLowerCase() === 'users' ? parseId<'scim-user'>(id) : undefined;
  const { mode } = call.credential;
  if (user === undefined || !asksForDeactivation(method, data, mode)) return false;
  if (mode === 'entra') return true;
  const { row } = await deps.gathered.reads.submit({ ...readKey(call), id: user });
  const refused = new RefusedDeactivation('preconditionFailed', 'As many operations failed before as failOnErrors allows.');
  if (row !== undefined) await recordRefusedDeactivation(deps, call, user, refused);
  return false;
}

/** The results in the order of the request. */
function resultsOf(bulk: Bulk): readonly BulkResult[] {
  const base = scimTenantUrl(bulk.deps.publicUrl, bulk.call.workspaceId);
  return bulk.operations.flatMap(({ bulkId, method }, index) => {
    const outcome = bulk.performed.get(index);
    if (outcome === undefined) return [];
    const { segments } = resolve(bulk, index, false);
    const location = method === 'POST' ? outcome.location : `${base}/${segments.join('/')}`;
    return [{ ...outcome, method, bulkId, location }];
  });
}
