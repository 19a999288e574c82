import type { Instant } from '../kernel/index.ts';
import { ScimError } from '../scim-protocol/index.ts';
import type { ResolvedOperation } from './bulk-operation.ts';
import { findRoute, type Route, refusedRoute } from './find-route.ts';
import { scimPath } from './scim-address.ts';
import type { AdmittedCall } from './scim-request.ts';

/** Where an operation of a bulk request goes: to what changes a resource, and nowhere else. */
export function operationRoute({ fault, method, segments }: ResolvedOperation): Route {
  if (fault !== undefined) return refusedRoute(fault);
  const route = findRoute(method, segments);
  return ['write', 'remove', 'refused'].includes(route.kind) ? route : refusedRoute(noOperation());
}

function noOperation(): ScimError {
  const detail = 'An operation of a bulk request is a POST to /Users or /Groups, or a PUT, PATCH or DELETE of a user or a group.';
  return new ScimError('invalidSyntax', detail);
}

/** An operation as the request that it stands for (RFC 7644 §3.7): by the credential of the bulk request, whose digest the evidence names. */
export function operationCall(bulk: AdmittedCall, operation: ResolvedOperation, at: Instant): AdmittedCall {
  const { data, method, newResourceId, segments, version } = operation;
  const path = scimPath(bulk.workspaceId, segments);
  return {
    ...bulk,
    at,
    path,
    query: method === 'PUT' && isGroup(segments) ? withoutMembers : all,
    request: { method, url: path, headers: { 'if-match': version }, readBody: () => Promise.reject(new Error('read already')) },
    body: bulk.body && { ...bulk.body, value: data },
    newResourceId,
  };
}

const all = new URLSearchParams();
/** Nobody is shown the group that a PUT answers: its members need not be read. */
const withoutMembers = new URLSearchParams({ excludedAttributes: 'members' });

function isGroup([type = '']: readonly string[]): boolean {
  return type.toLowerCase() === 'groups';
}
