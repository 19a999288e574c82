import { parseId, type ScimUserId } from '../kernel/index.ts';
import { type Assignment, assignmentsOf, fromObject } from './assignment.ts';
import { coerceSimple, isObject, memberOf } from './coerce-value.ts';
import { comparisonsOf } from './filter.ts';
import { groupType } from './group-type.ts';
import { asIgnored, type Findings, type Ignored, noFindings, refuseProblems, type Tolerated } from './oddity.ts';
import { parsePatch } from './parse-patch.ts';
import { ScimError } from './scim-error.ts';

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

/** RFC 7644 §3.5.2 for a group, both dialects (entra-scim-client §3.2). Unknown attributes and members that are no ids are ignored. Throws ScimError. */
export function planGroupPatch(body: unknown): GroupPlan {
  const findings = noFindings();
  const assignments = parsePatch(body, findings).flatMap((operation) => assignmentsOf(groupType, operation, findings));
  return settle(apply(assignments, findings), findings);
}

/** A group from a POST body. Throws `invalidValue` when it has no displayName. */
export function readNewGroup(body: unknown): GroupPlan & { readonly displayName: string } {
  if (!isObject(body)) throw new ScimError('invalidSyntax', 'A group is a JSON object.');
  const findings = noFindings();
  const plan = settle(apply(fromObject(groupType, 'add', body, findings), findings), findings);
  if (plan.displayName === undefined) throw new ScimError('invalidValue', 'A group needs a displayName.');
  return { ...plan, displayName: plan.displayName };
}

function apply(assignments: readonly Assignment[], findings: Findings): GroupDraft {
  const draft: GroupDraft = { cleared: false, add: new Set(), remove: new Set() };
  for (const assignment of assignments) {
    if (assignment.target.attribute.name === 'members') changeMembers(draft, assignment, findings);
    else changeText(draft, assignment, findings);
  }
  return draft;
}

function settle(draft: GroupDraft, findings: Findings): GroupPlan {
  refuseProblems(findings.problems);
  const { cleared, add, remove, ...texts } = draft;
  return {
    ...texts,
    members: { cleared, add: [...add].sort(), remove: [...remove].sort() },
    ignored: asIgnored(findings.problems),
    tolerated: findings.tolerated,
  };
}

function changeText(draft: GroupDraft, assignment: Assignment, findings: Findings): void {
  const { op, path, target } = assignment;
  const { attribute } = target;
  const coerced = coerceSimple(attribute, op === 'remove' ? null : assignment.value, { op, path, findings });
  if (coerced.kind === 'invalid') {
    findings.problems.push({ op, path, reason: 'invalid-value', error: { code: 'invalidValue', detail: coerced.detail } });
  } else if (attribute.name === 'externalId') {
    draft.externalId = coerced.kind === 'value' ? String(coerced.value) : null;
  } else if (coerced.kind === 'value') {
    draft.displayName = String(coerced.value);
  } else {
    findings.problems.push({ op, path, reason: 'required' });
  }
}

function changeMembers(draft: GroupDraft, assignment: Assignment, findings: Findings): void {
  const { op, target, hasValue } = assignment;
  const isWhole = target.filter === undefined;
  if (op === 'remove' && isWhole && !hasValue) return clear(draft);
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
  if (target.sub !== undefined && target.sub.name !== 'value') {
    findings.problems.push({ op, path, reason: 'read-only' });
    return undefined;
  }
  if (target.filter === undefined) return readMembers(value, assignment, findings);
  const comparisons = (comparisonsOf(target.filter) ?? []).filter((comparison) => comparison.path.attribute.name !== 'type');
  const [only, second] = comparisons;
  if (only?.path.attribute.name === 'value' && second === undefined) return readMembers(only.value, assignment, findings);
  const error = { code: 'invalidFilter', detail: 'A member is named by members[value eq "id"].' } as const;
  findings.problems.push({ op, path, reason: 'unsupported-filter', error });
  return undefined;
}

/** A list of `{value}`, one of them, or a bare id (entra-scim-client §3.2 G1, G6). */
function readMembers(value: unknown, { op, path }: Assignment, findings: Findings): NamedMembers {
  const items = Array.isArray(value) ? value : [value];
  const ids: ScimUserId[] = [];
  for (const item of items) {
    const named = isObject(item) ? memberOf(item, 'value') : item;
    const id = typeof named === 'string' ? parseId<'scim-user'>(named.trim()) : undefined;
    if (id !== undefined) ids.push(id);
    else if (named === null || named === undefined) findings.problems.push({ op, path, reason: 'no-value' });
    else
      findings.problems.push({
        op,
        path: typeof named === 'string' ? `members[value eq ${quoted(named)}]` : path,
        reason: 'unknown-member',
      });
  }
  return { ids, unknown: items.length - ids.length };
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
