import type { CanonicalObject, CanonicalValue } from '../kernel/index.ts';
import { LIST_RESPONSE_URN } from './urn.ts';

export interface ListPage {
  readonly totalResults: number;
  readonly startIndex: number;
  readonly resources: readonly CanonicalValue[];
}

/** RFC 7644 §3.4.2: a page of results; without results `Resources` is an empty list, never absent. */
export function renderList({ totalResults, startIndex, resources }: ListPage): CanonicalObject {
  return { schemas: [LIST_RESPONSE_URN], totalResults, startIndex, itemsPerPage: resources.length, Resources: resources };
}
