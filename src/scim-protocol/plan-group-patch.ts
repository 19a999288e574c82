import { assignmentsOf } from './assignment.ts';
import { type GroupPlan, type GroupPlanOptions, planGroup } from './group-plan.ts';
import { groupType } from './group-type.ts';
import { noFindings } from './oddity.ts';
import { parsePatch } from './parse-patch.ts';

/**
 * RFC 7644 §3.5.2 for a group, both dialects (entra-scim-client §3.2). In Entra mode unknown attributes and members that
 * are no ids are ignored: a member that is not known must not lose the others. Throws ScimError.
 */
export function planGroupPatch(body: unknown, options: GroupPlanOptions = {}): GroupPlan {
  const findings = noFindings(options.mode);
  const assignments = parsePatch(body, findings).flatMap((operation) => assignmentsOf(groupType, operation, findings));
  return planGroup(assignments, findings);
}
