import type { CanonicalObject } from '../kernel/index.ts';
import { applyAssignment } from './apply-assignment.ts';
import { dropEmptyValues } from './apply-to-values.ts';
import type { Assignment } from './assignment.ts';
import type { CanonicalOperation } from './canonical-operation.ts';
import { coerceSimple } from './coerce-value.ts';
import { type Findings, firstRefusal, type Ignored, ignore, type Mode, noFindings, type Refusal, type Tolerated } from './oddity.ts';
import { RefusedDeactivation } from './refused-deactivation.ts';
import type { ResourceDraft } from './resource-draft.ts';
import { attributeNamed } from './schema.ts';
import { ScimError } from './scim-error.ts';
import { userType } from './user-type.ts';

/** What a PATCH or a PUT makes of a user. */
export interface UserPlan {
  readonly resource: CanonicalObject;
  /** Qualified names of the attributes that differ from before; empty when the request changes nothing. */
  readonly changed: readonly string[];
  /** Whether the request says that the user is to be inactive, changed or not. */
  readonly deactivates: boolean;
  readonly canonical: readonly CanonicalOperation[];
  readonly ignored: readonly Ignored[];
  readonly tolerated: readonly Tolerated[];
}

export interface UserPlanOptions {
  /** Entra mode unless said otherwise. */
  readonly mode?: Mode;
  /** Leaves a new `userName` out, because another user has it: a deactivation must not fail for it (I1). */
  readonly withoutUserName?: boolean;
}

/**
 * How many assignments one request may make to a user: far more than there are attributes. Each may go through a whole list
 * of values, so that a body full of them would hold up everybody else's requests.
 */
const MAX_ASSIGNMENTS = 500;

const active = attributeNamed(userType.schema.attributes, 'active');
const userName = attributeNamed(userType.schema.attributes, 'userName');

/**
 * Whether the assignments say that the user is to be inactive. In Entra mode one that says so is enough, wherever it
 * stands (I1); in strict mode the operations apply in order, and the last word counts (RFC 7644 §3.5.2).
 */
export function saysInactive(assignments: readonly Assignment[], mode: Mode): boolean {
  const said = assignments.map(saysActive).filter((state) => state !== undefined);
  return mode === 'strict' ? said.at(-1) === false : said.includes(false);
}

/** What an assignment says of `active`; undefined when it says nothing that can be understood, or is about something else. */
function saysActive({ op, path, target, value }: Assignment): boolean | undefined {
  if (op === 'remove' || target.attribute !== active) return undefined;
  const coerced = coerceSimple(target.attribute, value, { op, path, findings: noFindings() });
  return coerced.kind === 'value' ? coerced.value === true : undefined;
}

export interface Circumstances {
  readonly deactivates: boolean;
  readonly options: UserPlanOptions;
  readonly findings: Findings;
}

/** Applies what can be applied, in order. Throws `payloadTooLarge` for more assignments than one user can need. */
export function applyAll(draft: ResourceDraft, assignments: readonly Assignment[], circumstances: Circumstances): void {
  if (assignments.length > MAX_ASSIGNMENTS) throw refusalOf(tooMany, circumstances.deactivates);
  for (const assignment of assignments) applyUnlessBarred(draft, assignment, circumstances);
  dropEmptyValues(draft);
}

function applyUnlessBarred(draft: ResourceDraft, assignment: Assignment, { deactivates, options, findings }: Circumstances): void {
  const { op, path, target } = assignment;
  const isContradiction = deactivates && findings.mode === 'entra' && saysActive(assignment) === true;
  if (isContradiction) ignore(findings, { op, path, reason: 'contradicts-deactivation' });
  else if (options.withoutUserName === true && target.attribute === userName) ignore(findings, { op, path, reason: 'user-name-taken' });
  else applyAssignment(draft, assignment, findings);
}

/** Refuses the request where it holds a problem to refuse for: in Entra mode never one that deactivates (I1). Throws ScimError. */
export function refuseUnlessDeactivating(findings: Findings, deactivates: boolean): void {
  if (deactivates && findings.mode === 'entra') return;
  const refusal = firstRefusal(findings);
  if (refusal !== undefined) throw refusalOf(refusal, deactivates);
}

const tooMany: Refusal = {
  code: 'payloadTooLarge',
  detail: `The request changes more than ${MAX_ASSIGNMENTS} attributes of one user; send the changes in several requests.`,
};

function refusalOf({ code, detail }: Refusal, deactivates: boolean): ScimError {
  return deactivates ? new RefusedDeactivation(code, detail) : new ScimError(code, detail);
}
