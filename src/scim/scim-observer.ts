import type { ScimErrorCode } from '../scim-protocol/index.ts';

/** Who counts what the data plane does. Told after the fact, and of no name, id or value. */
export interface ScimObserver {
  /** A request, or an operation of a bulk request, was refused. */
  refused(cause: ScimErrorCode): void;
  /** A user was made inactive, by a change or by its deletion, and that is committed. */
  deactivated(by: 'change' | 'deletion'): void;
}
