import type { CanonicalObject, CanonicalValue } from '../kernel/index.ts';
import { type Assignment, fromResource } from './assignment.ts';
import { isObject } from './coerce-value.ts';
import { isNested } from './core-role.ts';
import { canonicalOperations } from './canonical-operation.ts';
import { asIgnored, type Findings, noFindings, refuse } from './oddity.ts';
import { saysSomething } from './read-new-user.ts';
import { differingAttributes, draftOf, heldIn, type ResourceDraft, resourceOf, valueIn } from './resource-draft.ts';
import type { Attribute } from './schema.ts';
import { ScimError } from './scim-error.ts';
import { CORE_USER_URN, ROLLCALL_USER_URN } from './urn.ts';
import { applyAll, refuseUnlessDeactivating, saysInactive, type UserPlan, type UserPlanOptions } from './user-plan.ts';
import { userType } from './user-type.ts';

/**
 * What a PUT that does not name them leaves as they are: it must not reactivate by omission, and a missing role never
 * means its removal. RFC 7644 §3.5.1 leaves to the server what an absent attribute means; all others are unassigned.
 */
const KEPT = ['active', ROLLCALL_USER_URN, CORE_USER_URN] as const;

/**
 * RFC 7644 §3.5.1 for a user: every attribute becomes what the body says, read with the same tolerance as a new user, but
 * for those that are kept when the body does not name them. A request that deactivates is applied as far as it can be, and
 * what cannot be read stays as it was (I1). Throws ScimError as `planUserPatch` does, `invalidValue` for a missing userName.
 */
export function planUserReplacement(current: CanonicalObject, body: unknown, options: UserPlanOptions = {}): UserPlan {
  if (!isObject(body)) throw new ScimError('invalidSyntax', 'A user is a JSON object.');
  const findings = noFindings(options.mode);
  const draft = draftOf(userType, keptOf(current));
  const assignments = fromResource(userType, 'add', body, findings).filter(
    (assignment) => saysSomething(assignment) || clearsRole(assignment),
  );
  const deactivates = saysInactive(assignments, findings.mode);
  applyAll(draft, assignments, { deactivates, options, findings });
  keepUnreadable(draft, current, assignments);
  requireUserName(draft, current, findings);
  refuseUnlessDeactivating(findings, deactivates);
  const resource = resourceOf(draft);
  return {
    resource,
    changed: differingAttributes(userType, current, resource),
    deactivates,
    canonical: canonicalOperations(userType, assignments),
    ignored: asIgnored(findings.problems),
    tolerated: findings.tolerated,
  };
}

function keptOf(current: CanonicalObject): CanonicalObject {
  return Object.fromEntries(
    KEPT.flatMap((name): readonly (readonly [string, CanonicalValue])[] => {
      const value = current[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** A role that the body names as null is removed: that is said, not left out. */
function clearsRole({ target }: Assignment): boolean {
  const { schema } = target.attribute;
  return isNested(userType, target.attribute) && (schema === ROLLCALL_USER_URN || schema === CORE_USER_URN);
}

/** An attribute that the body names, but in no form that can be held, is not unassigned for it. */
function keepUnreadable(draft: ResourceDraft, current: CanonicalObject, assignments: readonly Assignment[]): void {
  for (const { target } of assignments) {
    const { attribute } = target;
    if (valueIn(draft, attribute) === undefined && !draft.touched.has(attribute)) keep(draft, current, attribute);
  }
}

function requireUserName(draft: ResourceDraft, current: CanonicalObject, findings: Findings): void {
  const userName = userType.schema.attributes.find(({ name }) => name === 'userName');
  if (userName === undefined || valueIn(draft, userName) !== undefined) return;
  const error = { code: 'invalidValue', detail: 'A user needs a userName.' } as const;
  refuse(findings, { op: 'replace', path: 'userName', reason: 'required' }, error);
  keep(draft, current, userName);
}

function keep(draft: ResourceDraft, current: CanonicalObject, attribute: Attribute): void {
  draft.touched.set(attribute, heldIn(draft.type, current, attribute));
}
