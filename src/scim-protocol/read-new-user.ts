import type { CanonicalObject } from '../kernel/index.ts';
import { type Assignment, fromResource } from './assignment.ts';
import { type CanonicalOperation, canonicalOperations } from './canonical-operation.ts';
import { isObject } from './coerce-value.ts';
import { asIgnored, type Ignored, type Mode, noFindings, refuseProblems, type Tolerated } from './oddity.ts';
import { draftOf, resourceOf } from './resource-draft.ts';
import { ScimError } from './scim-error.ts';
import { applyAll } from './user-plan.ts';
import { userType } from './user-type.ts';

export interface NewUser {
  readonly resource: CanonicalObject;
  readonly canonical: readonly CanonicalOperation[];
  readonly ignored: readonly Ignored[];
  readonly tolerated: readonly Tolerated[];
}

export interface NewUserOptions {
  /** Entra mode unless said otherwise. */
  readonly mode?: Mode;
}

/**
 * A user from a POST body (RFC 7644 §3.3): nested, dotted and URN-qualified members alike, nulls ignored, an extension
 * taken although `schemas` does not list it (entra-scim-client §2). A user is active unless the body says otherwise.
 * Unknown members are ignored, or in strict mode refused. Throws `invalidValue` for a missing userName or a bad value.
 */
export function readNewUser(body: unknown, options: NewUserOptions = {}): NewUser {
  if (!isObject(body)) throw new ScimError('invalidSyntax', 'A user is a JSON object.');
  const findings = noFindings(options.mode);
  const draft = draftOf(userType, {});
  const assignments = fromResource(userType, 'add', body, findings).filter(saysSomething);
  applyAll(draft, assignments, { deactivates: false, options: {}, findings });
  refuseProblems(findings);
  const resource: CanonicalObject = { active: true, ...resourceOf(draft) };
  if (resource['userName'] === undefined) throw new ScimError('invalidValue', 'A user needs a userName.');
  const canonical = canonicalOperations(userType, assignments);
  return { resource, canonical, ignored: asIgnored(findings.problems), tolerated: findings.tolerated };
}

/** In a whole resource null and "" are the same as absent, for required attributes too (RFC 7643 §2.5). */
export function saysSomething({ value }: Assignment): boolean {
  return value !== null && value !== '';
}
