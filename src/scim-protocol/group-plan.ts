import { parseId, type ScimUserId } from '../kernel/index.ts';
import type { Assignment } from './assignment.ts';
import { bulkReference } from './bulk-reference.ts';
import { type CanonicalOperation, canonicalOperations } from './canonical-operation.ts';
import { coerceSimple, isObject, memberOf, UNRESOLVED } from './coerce-value.ts';
import { comparisonsOf, type Filter } from './filter.ts';
import { groupType } from './group-type.ts';
import {
  asIgnored,
  type Findings,
  type Ignored,
  ignore,
  type Mode,
  passOver,
  type Refusal,
  refuse,
  refuseProblems,
  type Tolerated,
} from './oddity.ts';

/**
 * What happens to a group's members, whatever they are: (nothing when `cleared`, else the present ones without `remove`),
 * and then `add`. Any sequence of operations folds into this, so that one statement applies it and nobody loads the members.
 */
export interface MemberChange {
  readonly cleared: boolean;
  /** In ascending order, each once. */
  readonly add: readonly ScimUserId[];
  readonly remove: readonly ScimUserId[];
}

export interface GroupPlan {
  readonly displayName?: string;
  /** Null unassigns it. */
  readonly externalId?: string | null;
  readonly members: MemberChange;
  readonly canonical: readonly CanonicalOperation[];
  readonly ignored: readonly Ignored[];
  readonly tolerated: readonly Tolerated[];
}

interface GroupDraft {
  displayName?: string;
  externalId?: string | null;
  cleared: boolean;
  readonly add: Set<ScimUserId>;
  readonly remove: Set<ScimUserId>;
}

export interface GroupPlanOptions {
  /** Entra mode unless said otherwise. */
  readonly mode?: Mode;
}

/** The plan of assignments to a group. Throws ScimError where one of them, or what was found before, refuses the request. */
export function planGroup(assignments: readonly Assignment[], findings: Findings): GroupPlan {
  const draft: GroupDraft = { cleared: false, add: new Set(), remove: new Set() };
  for (const assignment of assignments) {
    if (assignment.target.attribute.name === 'members') changeMembers(draft, assignment, findings);
    else changeText(draft, assignment, findings);
  }
  refuseProblems(findings);
  const { cleared, add, remove, ...texts } = draft;
  return {
    ...texts,
    members: { cleared, add: [...add].sort(), remove: [...remove].sort() },
    canonical: canonicalOperations(groupType, assignments),
    ignored: asIgnored(findings.problems),
    tolerated: findings.tolerated,
  };
}

function changeText(draft: GroupDraft, assignment: Assignment, findings: Findings): void {
  const { op, path, target } = assignment;
  const { attribute } = target;
  const coerced = coerceSimple(attribute, op === 'remove' ? null : assignment.value, { op, path, findings });
  if (coerced.kind === 'invalid') refuse(findings, { op, path, reason: 'invalid-value' }, { code: 'invalidValue', detail: coerced.detail });
  else if (attribute.name === 'externalId') draft.externalId = coerced.kind === 'value' ? String(coerced.value) : null;
  else if (coerced.kind === 'value') draft.displayName = String(coerced.value);
  else refuse(findings, { op, path, reason: 'required' }, op === 'remove' ? cannotBeRemoved : cannotBeEmpty);
}

const cannotBeRemoved: Refusal = { code: 'mutability', detail: 'displayName cannot be removed.' };
const cannotBeEmpty: Refusal = { code: 'invalidValue', detail: 'displayName cannot be empty.' };

function changeMembers(draft: GroupDraft, assignment: Assignment, findings: Findings): void {
  const { op, target, hasValue } = assignment;
  const isWhole = target.filter === undefined;
  if (op === 'remove' && isWhole && target.sub === undefined && !hasValue) return clear(draft);
  const named = namedMembers(assignment, findings);
  if (named === undefined) return;
  if (op === 'replace' && isWhole) {
    // A replace that names only what can be no member is a mistake, and must not empty the group.
    if (named.ids.length === 0 && named.unknown > 0) return;
    clear(draft);
  }
  const [into, outOf] = op === 'remove' ? [draft.remove, draft.add] : [draft.add, draft.remove];
  for (const id of named.ids) {
    into.add(id);
    outOf.delete(id);
  }
}

function clear(draft: GroupDraft): void {
  draft.cleared = true;
  draft.add.clear();
  draft.remove.clear();
}

interface NamedMembers {
  readonly ids: readonly ScimUserId[];
  readonly unknown: number;
}

/** The members that an assignment names; undefined when it names none in a form that can be applied. */
function namedMembers(assignment: Assignment, findings: Findings): NamedMembers | undefined {
  const { op, path, target, value } = assignment;
  const isMember = target.sub === undefined || target.sub.name === 'value';
  if (!isMember || (op === 'replace' && target.filter !== undefined)) {
    refuse(findings, { op, path, reason: 'read-only' }, immutable);
    return undefined;
  }
  if (target.filter === undefined && (value === null || value === undefined)) {
    refuse(findings, { op, path, reason: 'no-value' }, unnamed);
    return undefined;
  }
  const named = target.filter === undefined ? value : memberIn(target.filter);
  if (named !== undefined) return readMembers(named, assignment, findings);
  refuse(findings, { op, path, reason: 'unsupported-filter' }, unsupportedFilter);
  return undefined;
}

// RFC 7643 §4.2: the sub-attributes of a member are immutable, the membership itself is not.
const immutable: Refusal = { code: 'mutability', detail: 'Of a member only its value can be given; add or remove the member itself.' };
const unnamed: Refusal = { code: 'invalidValue', detail: 'The operation needs the members that it is about as its value.' };
const unsupportedFilter: Refusal = { code: 'invalidFilter', detail: 'A member is named by members[value eq "id"].' };

/** The member that a filter names; undefined when it may mean several, which nobody loads to find out. */
function memberIn(filter: Filter): string | undefined {
  const [only, second] = comparisonsOf(filter)?.filter(({ path }) => path.attribute.name !== 'type') ?? [];
  return only?.path.attribute.name === 'value' && second === undefined ? String(only.value) : undefined;
}

/** A list of `{value}`, one of them, or a bare id (entra-scim-client §3.2 G1, G6). */
function readMembers(value: unknown, { op, path }: Assignment, findings: Findings): NamedMembers {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  const ids: ScimUserId[] = [];
  for (const item of items) {
    const named = isObject(item) ? memberOf(item, 'value') : item;
    const id = typeof named === 'string' ? parseId<'scim-user'>(named.trim()) : undefined;
    if (id !== undefined) ids.push(id);
    else if (typeof named === 'string' && bulkReference(named) !== undefined)
      refuse(findings, { op, path, reason: 'unknown-member' }, unresolved);
    else if (named === null || named === undefined) ignore(findings, { op, path, reason: 'no-value' });
    else passOver(findings, { op, path: shownMember(named, path), reason: 'unknown-member' }, unknownMember);
  }
  return { ids, unknown: items.length - ids.length };
}

const unresolved: Refusal = { code: 'invalidValue', detail: UNRESOLVED };
const unknownMember: Refusal = {
  code: 'invalidValue',
  detail: 'A member is named by the id of a user, as it was answered at its creation.',
};

function shownMember(named: unknown, path: string): string {
  return typeof named === 'string' ? `members[value eq ${JSON.stringify(named.slice(0, 100))}]` : path;
}
