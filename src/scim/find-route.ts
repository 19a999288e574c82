import { ScimError } from '../scim-protocol/index.ts';
import { answerBulk } from './bulk-endpoint.ts';
import { patchUser, replaceUser } from './change-user.ts';
import { getResourceType, getResourceTypes, getSchema, getSchemas, getServiceProviderConfig } from './discovery-endpoints.ts';
import { changeGroup, createGroup, getGroup, removeGroup, replaceGroup } from './group-endpoints.ts';
import { getGroups, getUsers, searchAll, searchGroups, searchUsers } from './list-endpoints.ts';
import type { EndpointDeps } from './scim-deps.ts';
import type { AdmittedCall, CountedResource, ScimAnswer } from './scim-request.ts';
import { createUser, getUser, removeUser } from './user-endpoints.ts';

/** The columns of the pipeline. */
export type EndpointKind = 'discovery' | 'read' | 'search' | 'write' | 'remove' | 'bulk' | 'refused';

export interface Route {
  readonly kind: EndpointKind;
  readonly resource: CountedResource;
  readonly answer: (deps: EndpointDeps, call: AdmittedCall) => Promise<ScimAnswer>;
}

type Endpoint = readonly [kind: EndpointKind, answer: (deps: EndpointDeps, call: AdmittedCall, id: string) => Promise<ScimAnswer>];
type Methods = Readonly<Record<string, Endpoint>>;

interface Collection {
  readonly resource: CountedResource;
  readonly all: Methods;
  readonly one: Methods;
  readonly search?: Methods;
}

/** RFC 7644 §3.2, table 2: what there is under `/scim/v2`. */
const collections: Readonly<Record<string, Collection>> = {
  Users: {
    resource: 'User',
    all: { GET: ['read', getUsers], POST: ['write', createUser] },
    one: { GET: ['read', getUser], PUT: ['write', replaceUser], PATCH: ['write', patchUser], DELETE: ['remove', removeUser] },
    search: { POST: ['search', searchUsers] },
  },
  Groups: {
    resource: 'Group',
    all: { GET: ['read', getGroups], POST: ['write', createGroup] },
    one: { GET: ['read', getGroup], PUT: ['write', replaceGroup], PATCH: ['write', changeGroup], DELETE: ['remove', removeGroup] },
    search: { POST: ['search', searchGroups] },
  },
  '.search': { resource: 'User', all: { POST: ['search', searchAll] }, one: {} },
  Bulk: { resource: 'User', all: { POST: ['bulk', answerBulk] }, one: {} },
  ServiceProviderConfig: { resource: 'Discovery', all: { GET: ['discovery', getServiceProviderConfig] }, one: {} },
  Schemas: { resource: 'Discovery', all: { GET: ['discovery', getSchemas] }, one: { GET: ['discovery', getSchema] } },
  ResourceTypes: { resource: 'Discovery', all: { GET: ['discovery', getResourceTypes] }, one: { GET: ['discovery', getResourceType] } },
};

/** Endpoints of RFC 7644 that are not offered. */
const NOT_OFFERED = new Set(['me']);

/** By their names in lower case: Microsoft's own collection of requests writes `/users` (entra-scim-client §6.3). */
const collectionsByName = new Map(Object.entries(collections).map(([name, collection]) => [name.toLowerCase(), collection]));

/** What a method at an address means; a route that refuses when there is no such thing, so that the credential is asked for first. */
export function findRoute(method: string, segments: readonly string[]): Route {
  const [name = '', id, ...rest] = segments;
  const collection = collectionsByName.get(name.toLowerCase());
  if (NOT_OFFERED.has(name.toLowerCase())) return refusedRoute(new ScimError('notImplemented', 'This endpoint is not offered.'));
  if (collection === undefined || rest.length > 0) return refusedRoute(new ScimError('notFound', 'There is no such endpoint.'));
  const methods = methodsAt(collection, id);
  const endpoint = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (endpoint === undefined) return refusedRoute(refuseMethod(Object.keys(methods)), collection.resource);
  const [kind, answer] = endpoint;
  return { kind, resource: collection.resource, answer: (deps, call) => answer(deps, call, id ?? '') };
}

function methodsAt({ all, one, search }: Collection, id: string | undefined): Methods {
  if (id === undefined) return all;
  return id === '.search' && search !== undefined ? search : one;
}

function refuseMethod(offered: readonly string[]): ScimError {
  if (offered.length === 0) return new ScimError('notFound', 'There is no such endpoint.');
  const headers = { allow: offered.join(', ') };
  return new ScimError('methodNotAllowed', `This address takes ${headers.allow}.`, headers);
}

/** A route that refuses, whatever is sent. */
export function refusedRoute(error: ScimError, resource: CountedResource = 'Discovery'): Route {
  const answer = async () => {
    throw error;
  };
  return { kind: 'refused', resource, answer };
}
