import { isObject, memberOf } from './coerce-value.ts';
import { type Findings, ignore, tolerate } from './oddity.ts';
import { ScimError } from './scim-error.ts';

/** RFC 7644 §3.7: one operation of a bulk request; what of it is no text is absent. */
export interface BulkOperation {
  /** In upper case; empty when there is none. */
  readonly method: string;
  /** Relative to `/scim/v2`; empty when there is none. */
  readonly path: string;
  readonly bulkId: string | undefined;
  /** The version that the client knows, as `If-Match` would name it. */
  readonly version: string | undefined;
  readonly data: unknown;
}

export interface BulkRequest {
  readonly operations: readonly BulkOperation[];
  /** After how many errors no further operation is carried out. */
  readonly failOnErrors: number;
}

/** How many operations one bulk request may hold (`bulk.maxOperations`): each is a statement of its own, and the client waits for all. */
export const MAX_BULK_OPERATIONS = 1000;

/**
 * RFC 7644 §3.7: the operations of a bulk request, in order; names are read in any case, `schemas` is not asked for.
 * A `failOnErrors` that is no positive integer is as none, and noted: a deactivation must not be lost for it (I1).
 * Throws `invalidSyntax` when the body is no bulk request, `payloadTooLarge` beyond `MAX_BULK_OPERATIONS`.
 */
export function parseBulk(body: unknown, findings: Findings): BulkRequest {
  const listed = isObject(body) ? memberOf(body, 'Operations') : undefined;
  if (!isObject(body) || !Array.isArray(listed)) {
    throw new ScimError('invalidSyntax', 'A bulk request is a JSON object with a list "Operations".');
  }
  if (listed.length > MAX_BULK_OPERATIONS) {
    throw new ScimError(
      'payloadTooLarge',
      `A bulk request holds at most ${MAX_BULK_OPERATIONS} operations; send them in several requests.`,
    );
  }
  if (listed.length === 0) tolerate(findings, 'empty-operations');
  return { operations: listed.map(readOperation), failOnErrors: readLimit(memberOf(body, 'failOnErrors'), findings) };
}

function readOperation(item: unknown): BulkOperation {
  const textOf = (name: string) => {
    const value = isObject(item) ? memberOf(item, name) : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  return {
    method: (textOf('method') ?? '').trim().toUpperCase(),
    path: textOf('path') ?? '',
    bulkId: textOf('bulkId'),
    version: textOf('version'),
    data: isObject(item) ? memberOf(item, 'data') : undefined,
  };
}

function readLimit(value: unknown, findings: Findings): number {
  if (value === undefined || value === null) return Number.POSITIVE_INFINITY;
  const limit = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  if (typeof limit === 'number' && Number.isSafeInteger(limit) && limit > 0) return limit;
  ignore(findings, { op: '', path: 'failOnErrors', reason: 'invalid-value' });
  return Number.POSITIVE_INFINITY;
}
