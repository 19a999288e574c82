import { ScimError } from '../scim-protocol/index.ts';
import { getResourceType, getResourceTypes, getSchema, getSchemas, getServiceProviderConfig } from './discovery-endpoints.ts';
import { changeGroup, createGroup, getGroup, removeGroup } from './group-endpoints.ts';
import { getGroups, getUsers } from './list-endpoints.ts';
import { patchUser } from './patch-user.ts';
import type { ScimDeps } from './scim-deps.ts';
import type { AdmittedCall, CountedResource, ScimAnswer } from './scim-request.ts';
import { createUser, getUser, removeUser } from './user-endpoints.ts';

/** The columns of the pipeline. */
export type EndpointKind = 'discovery' | 'read' | 'write' | 'remove' | 'refused';

export interface Route {
  readonly kind: EndpointKind;
  readonly resource: CountedResource;
  readonly answer: (deps: ScimDeps, call: AdmittedCall) => Promise<ScimAnswer>;
}

type Endpoint = readonly [kind: EndpointKind, answer: (deps: ScimDeps, call: AdmittedCall, id: string) => Promise<ScimAnswer>];
type Methods = Readonly<Record<string, Endpoint>>;

interface Collection {
  readonly resource: CountedResource;
  readonly all: Methods;
  readonly one: Methods;
}

/** RFC 7644 §3.2, table 2: what there is under `/scim/v2`. */
const collections: Readonly<Record<string, Collection>> = {
  Users: {
    resource: 'User',
    all: { GET: ['read', getUsers], POST: ['write', createUser] },
    one: { GET: ['read', getUser], PATCH: ['write', patchUser], DELETE: ['remove', removeUser] },
  },
  Groups: {
    resource: 'Group',
    all: { GET: ['read', getGroups], POST: ['write', createGroup] },
    one: { GET: ['read', getGroup], PATCH: ['write', changeGroup], DELETE: ['remove', removeGroup] },
  },
  ServiceProviderConfig: { resource: 'Discovery', all: { GET: ['discovery', getServiceProviderConfig] }, one: {} },
  Schemas: { resource: 'Discovery', all: { GET: ['discovery', getSchemas] }, one: { GET: ['discovery', getSchema] } },
  ResourceTypes: { resource: 'Discovery', all: { GET: ['discovery', getResourceTypes] }, one: { GET: ['discovery', getResourceType] } },
};

/** Endpoints of RFC 7644 that are not offered. */
const NOT_OFFERED = new Set(['Bulk', 'Me', '.search']);

/** What a method at an address means; a route that refuses when there is no such thing, so that the credential is asked for first. */
export function findRoute(method: string, segments: readonly string[]): Route {
  const [name = '', id, ...rest] = segments;
  const collection = Object.hasOwn(collections, name) ? collections[name] : undefined;
  if (NOT_OFFERED.has(name) || id === '.search') return refused(new ScimError('notImplemented', 'This endpoint is not offered.'));
  if (collection === undefined || rest.length > 0) return refused(new ScimError('notFound', 'There is no such endpoint.'));
  const methods = id === undefined ? collection.all : collection.one;
  const endpoint = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (endpoint === undefined) return refused(refuseMethod(method, Object.keys(methods)), collection.resource);
  const [kind, answer] = endpoint;
  return { kind, resource: collection.resource, answer: (deps, call) => answer(deps, call, id ?? '') };
}

function refuseMethod(method: string, offered: readonly string[]): ScimError {
  if (offered.length === 0) return new ScimError('notFound', 'There is no such endpoint.');
  const headers = { allow: offered.join(', ') };
  // RFC 7644 §3.5.1 defines PUT on a resource; §3.12 has 501 for what a server does not support.
  if (method === 'PUT' && offered.includes('PATCH')) return new ScimError('notImplemented', 'PUT is not offered; use PATCH.', headers);
  return new ScimError('methodNotAllowed', `This address takes ${headers.allow}.`, headers);
}

function refused(error: ScimError, resource: CountedResource = 'Discovery'): Route {
  const answer = async () => {
    throw error;
  };
  return { kind: 'refused', resource, answer };
}
