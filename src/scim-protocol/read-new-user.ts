import type { CanonicalObject } from '../kernel/index.ts';
import { applyAssignment } from './apply-assignment.ts';
import { fromObject, refuseTooMany } from './assignment.ts';
import { isObject } from './coerce-value.ts';
import { asIgnored, type Ignored, noFindings, refuseProblems, type Tolerated } from './oddity.ts';
import { type ResourceDraft, resourceOf } from './resource-draft.ts';
import { ScimError } from './scim-error.ts';
import { userType } from './user-type.ts';

export interface NewUser {
  readonly resource: CanonicalObject;
  readonly ignored: readonly Ignored[];
  readonly tolerated: readonly Tolerated[];
}

/**
 * A user from a POST body (RFC 7644 §3.3): nested, dotted and URN-qualified members alike, nulls ignored, an extension
 * taken although `schemas` does not list it (entra-scim-client §2). A user is active unless the body says otherwise.
 * Throws `invalidValue` for a missing userName or a bad value.
 */
export function readNewUser(body: unknown): NewUser {
  if (!isObject(body)) throw new ScimError('invalidSyntax', 'A user is a JSON object.');
  const findings = noFindings();
  const draft: ResourceDraft = new Map();
  const assignments = fromObject(userType, 'add', body, findings);
  refuseTooMany(assignments);
  for (const assignment of assignments) {
    // Nothing is unassigned at creation: null and "" are the same as absent, for required attributes too.
    if (assignment.value !== null && assignment.value !== '') applyAssignment(draft, assignment, findings);
  }
  refuseProblems(findings.problems);
  const resource: CanonicalObject = { active: true, ...resourceOf(userType, draft) };
  if (resource['userName'] === undefined) throw new ScimError('invalidValue', 'A user needs a userName.');
  return { resource, ignored: asIgnored(findings.problems), tolerated: findings.tolerated };
}
