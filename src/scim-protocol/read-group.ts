import { fromResource } from './assignment.ts';
import { isObject } from './coerce-value.ts';
import { type GroupPlan, type GroupPlanOptions, planGroup } from './group-plan.ts';
import { groupType } from './group-type.ts';
import { noFindings } from './oddity.ts';
import { saysSomething } from './read-new-user.ts';
import { ScimError } from './scim-error.ts';

/** A whole group, which has a name. */
export type NamedGroupPlan = GroupPlan & { readonly displayName: string };

/** A group from a POST body (RFC 7644 §3.3). Throws `invalidValue` when it has no displayName. */
export function readNewGroup(body: unknown, options: GroupPlanOptions = {}): NamedGroupPlan {
  return readGroup('add', body, options);
}

/**
 * RFC 7644 §3.5.1 for a group: the displayName and externalId that the body says, and its members. A body without
 * `members`, or with null there, leaves them as they are: clients read groups without members (entra-scim-client §1.2), and
 * what they send back must not empty the group; `[]` does. Throws `invalidValue` when it has no displayName.
 */
export function planGroupReplacement(body: unknown, options: GroupPlanOptions = {}): NamedGroupPlan {
  return { externalId: null, ...readGroup('replace', body, options) };
}

function readGroup(op: 'add' | 'replace', body: unknown, options: GroupPlanOptions): NamedGroupPlan {
  if (!isObject(body)) throw new ScimError('invalidSyntax', 'A group is a JSON object.');
  const findings = noFindings(options.mode);
  const plan = planGroup(fromResource(groupType, op, body, findings).filter(saysSomething), findings);
  if (plan.displayName === undefined) throw new ScimError('invalidValue', 'A group needs a displayName.');
  return { ...plan, displayName: plan.displayName };
}
