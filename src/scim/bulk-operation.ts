import type { ScimGroupId, ScimUserId } from '../kernel/index.ts';
import type { ScimError } from '../scim-protocol/index.ts';
import type { AdmittedCall } from './scim-request.ts';

/** An operation of a bulk request, its references resolved. */
export interface ResolvedOperation {
  readonly method: string;
  /** What follows `/scim/v2`, without empty segments. */
  readonly segments: readonly string[];
  /** As `If-Match` would name it. */
  readonly version: string | undefined;
  readonly data: unknown;
  /** The id that the resource takes which the operation creates, where others refer to it. */
  readonly newResourceId: ScimUserId | ScimGroupId | undefined;
  /** What the operation is refused for whatever it asks. */
  readonly fault: ScimError | undefined;
}

/** What an operation came to, as a request of its own would have been answered. */
export interface Performed {
  readonly status: number;
  readonly location?: string | undefined;
  readonly version?: string | undefined;
  readonly error?: ScimError;
}

/** Carries out one operation of a bulk request that has passed the pipeline, and writes its row of the wire log. Never throws. */
export type PerformOperation = (bulk: AdmittedCall, operation: ResolvedOperation) => Promise<Performed>;
