import type { CanonicalObject } from '../kernel/index.ts';
import { renderError } from './render-error.ts';
import type { ScimError } from './scim-error.ts';
import { BULK_RESPONSE_URN } from './urn.ts';

/** What became of one operation of a bulk request. */
export interface BulkResult {
  readonly method: string;
  readonly bulkId: string | undefined;
  /** The absolute address of the resource; undefined for a POST that failed. */
  readonly location: string | undefined;
  /** The ETag of the resource, where it has one. */
  readonly version?: string | undefined;
  readonly status: number;
  readonly error?: ScimError;
}

/** RFC 7644 §3.7.3: the results in the order of the request; the body of an answer is shown where it is an error. */
export function renderBulk(results: readonly BulkResult[]): CanonicalObject {
  return {
    schemas: [BULK_RESPONSE_URN],
    Operations: results.map(({ method, bulkId, location, version, status, error }) => ({
      ...(location === undefined ? {} : { location }),
      method,
      ...(bulkId === undefined ? {} : { bulkId }),
      ...(version === undefined ? {} : { version }),
      status: String(status),
      ...(error === undefined ? {} : { response: renderError(error) }),
    })),
  };
}
