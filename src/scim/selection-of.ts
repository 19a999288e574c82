import { type ResourceType, readSelection, type Selection } from '../scim-protocol/index.ts';
import type { AdmittedCall } from './scim-request.ts';

/** Which attributes a call's address asks for (RFC 7644 §3.9); undefined for all. */
export function selectionOf({ query }: AdmittedCall, type: ResourceType): Selection | undefined {
  return query.size === 0 ? undefined : readSelection(type, namesIn(query, 'attributes'), namesIn(query, 'excludedAttributes'));
}

/** The names of a comma-separated list; none where the parameter is absent. */
export function namesIn(query: URLSearchParams, parameter: string): readonly string[] {
  return (query.get(parameter) ?? '').split(',').filter((name) => name.trim() !== '');
}
