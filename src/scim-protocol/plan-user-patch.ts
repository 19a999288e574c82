import type { CanonicalObject } from '../kernel/index.ts';
import { assignmentsOf } from './assignment.ts';
import { canonicalOperations } from './canonical-operation.ts';
import { asIgnored, noFindings } from './oddity.ts';
import { parsePatch } from './parse-patch.ts';
import { changedAttributes, draftOf, resourceOf } from './resource-draft.ts';
import { applyAll, refuseUnlessDeactivating, saysInactive, type UserPlan, type UserPlanOptions } from './user-plan.ts';
import { userType } from './user-type.ts';

/**
 * RFC 7644 §3.5.2, both dialects. In Entra mode unknown attributes are ignored, a request that deactivates is applied as
 * far as it can be and always ends with the user inactive (I1), and any other is refused whole at its first bad path or
 * value. In strict mode every request is refused whole for any part that cannot be applied.
 * `current` is the stored resource, `body` the JSON of the request. Throws ScimError; RefusedDeactivation when the refused
 * request says that the user is to be inactive.
 */
export function planUserPatch(current: CanonicalObject, body: unknown, options: UserPlanOptions = {}): UserPlan {
  const findings = noFindings(options.mode);
  const assignments = parsePatch(body, findings).flatMap((operation) => assignmentsOf(userType, operation, findings));
  const deactivates = saysInactive(assignments, findings.mode);
  const draft = draftOf(userType, current);
  applyAll(draft, assignments, { deactivates, options, findings });
  refuseUnlessDeactivating(findings, deactivates);
  return {
    resource: resourceOf(draft),
    changed: changedAttributes(draft),
    deactivates,
    canonical: canonicalOperations(userType, assignments),
    ignored: asIgnored(findings.problems),
    tolerated: findings.tolerated,
  };
}
