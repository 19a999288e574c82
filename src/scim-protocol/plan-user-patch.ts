import type { CanonicalObject } from '../kernel/index.ts';
import { applyAssignment } from './apply-assignment.ts';
import { type Assignment, assignmentsOf, refuseTooMany } from './assignment.ts';
import { coerceSimple } from './coerce-value.ts';
import { asIgnored, type Findings, type Ignored, noFindings, refuseProblems, type Tolerated } from './oddity.ts';
import { parsePatch } from './parse-patch.ts';
import { changedAttributes, draftOf, type ResourceDraft, resourceOf } from './resource-draft.ts';
import { type Attribute, attributeNamed } from './schema.ts';
import { userType } from './user-type.ts';

/** What a PATCH makes of a user. */
export interface UserPatchPlan {
  readonly resource: CanonicalObject;
  /** Qualified names of the attributes that differ from before; empty when the request changes nothing. */
  readonly changed: readonly string[];
  /** Whether the request says that the user is to be inactive, changed or not. */
  readonly deactivates: boolean;
  readonly ignored: readonly Ignored[];
  readonly tolerated: readonly Tolerated[];
}

export interface UserPatchOptions {
  /** Leaves a new `userName` out, because another user has it: a deactivation must not fail for it (I1). */
  readonly withoutUserName?: boolean;
}

/**
 * RFC 7644 §3.5.2 in Entra mode, both dialects. Unknown attributes are ignored. A request that deactivates is applied as
 * far as it can be and always ends with the user inactive (I1); any other is refused whole at its first bad path or value.
 * `current` is the stored resource, `body` the JSON of the request. Throws ScimError.
 */
export function planUserPatch(current: CanonicalObject, body: unknown, options: UserPatchOptions = {}): UserPatchPlan {
  const findings = noFindings();
  const assignments = parsePatch(body, findings).flatMap((operation) => assignmentsOf(userType, operation, findings));
  refuseTooMany(assignments);
  const deactivates = assignments.some((assignment) => saysActive(assignment) === false);
  const before = draftOf(userType, current);
  const draft: ResourceDraft = new Map(before);
  for (const assignment of assignments) applyUnlessBarred(draft, assignment, { deactivates, options, findings });
  if (!deactivates) refuseProblems(findings.problems);
  return {
    resource: resourceOf(userType, draft),
    changed: changedAttributes(userType, before, draft),
    deactivates,
    ignored: asIgnored(findings.problems),
    tolerated: findings.tolerated,
  };
}

interface Circumstances {
  readonly deactivates: boolean;
  readonly options: UserPatchOptions;
  readonly findings: Findings;
}

function applyUnlessBarred(draft: ResourceDraft, assignment: Assignment, { deactivates, options, findings }: Circumstances): void {
  const { op, path } = assignment;
  if (deactivates && saysActive(assignment) === true) findings.problems.push({ op, path, reason: 'contradicts-deactivation' });
  else if (options.withoutUserName && is('userName', assignment.target.attribute))
    findings.problems.push({ op, path, reason: 'user-name-taken' });
  else applyAssignment(draft, assignment, findings);
}

/** What an assignment says of `active`; undefined when it says nothing that can be understood, or is about something else. */
function saysActive({ op, path, target, value }: Assignment): boolean | undefined {
  if (op === 'remove' || !is('active', target.attribute)) return undefined;
  const coerced = coerceSimple(target.attribute, value, { op, path, findings: noFindings() });
  return coerced.kind === 'value' ? coerced.value === true : undefined;
}

function is(name: string, attribute: Attribute): boolean {
  return attributeNamed(userType.schema.attributes, name) === attribute;
}
