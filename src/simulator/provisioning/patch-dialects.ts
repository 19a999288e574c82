import type { Change } from './difference.ts';
import { isFiltered, pathOf, type ScimValue, textOf } from './scim-target.ts';
import { ENTERPRISE_USER_URN, PATCH_OP_URN } from './scim-urns.ts';

/** Without and with `?aadOptscim062020` in the tenant URL (entra-scim-client §0 #1). */
export type Dialect = 'legacy' | 'flag';

export interface PatchOperation {
  readonly op: string;
  readonly path?: string;
  readonly value?: unknown;
}

export interface ManagerChange {
  /** The manager's id at the target; null clears it. */
  readonly to: string | null;
  readonly present: boolean;
}

interface PatchDialect {
  attributes(changes: readonly Change[]): readonly PatchOperation[];
  addMembers(ids: readonly string[]): readonly PatchOperation[];
  removeMembers(ids: readonly string[]): readonly PatchOperation[];
  manager(change: ManagerChange): PatchOperation;
}

const MANAGER_PATH = `${ENTERPRISE_USER_URN}:manager`;

/** One operation per attribute, capitalised, booleans as text (entra-scim-client §3.1 U1, U3, U4, U10; §3.2 G1, G2). */
const legacy: PatchDialect = {
  attributes: (changes) => changes.map(legacyOperation),
  addMembers: (ids) => [{ op: 'Add', path: 'members', value: memberValues(ids) }],
  removeMembers: (ids) => [{ op: 'Remove', path: 'members', value: memberValues(ids) }],
  manager: ({ to, present }) =>
    to === null ? { op: 'Remove', path: MANAGER_PATH } : { op: present ? 'Replace' : 'Add', path: MANAGER_PATH, value: to },
};

/** Filtered paths each for themselves, all other attributes in one operation without a path (entra-scim-client §3.1 U2, U5; §3.2 G3). */
const flag: PatchDialect = {
  attributes: flagAttributes,
  addMembers: (ids) => [{ op: 'add', path: 'members', value: memberValues(ids) }],
  removeMembers: (ids) => ids.map((id) => ({ op: 'remove', path: `members[value eq "${id}"]` })),
  manager: ({ to, present }) =>
    to === null ? { op: 'remove', path: MANAGER_PATH } : { op: present ? 'replace' : 'add', path: MANAGER_PATH, value: to },
};

export const patchDialects: Readonly<Record<Dialect, PatchDialect>> = { legacy, flag };

export function patchMessage(operations: readonly PatchOperation[]): Readonly<Record<string, unknown>> {
  return { schemas: [PATCH_OP_URN], Operations: operations };
}

function flagAttributes(changes: readonly Change[]): readonly PatchOperation[] {
  const filtered = changes.filter((change) => isFiltered(change.target));
  const plain = changes.filter((change) => !isFiltered(change.target));
  const operations: PatchOperation[] = filtered.map(({ target, value, present }) => ({
    op: present ? 'replace' : 'add',
    path: pathOf(target),
    value: flagValue(value),
  }));
  const only = plain[0];
  if (only !== undefined && plain.length === 1 && pathOf(only.target) === 'active') {
    return [...operations, { op: 'replace', path: 'active', value: flagValue(only.value) }];
  }
  if (plain.length > 0) {
    operations.push({ op: 'replace', value: Object.fromEntries(plain.map(({ target, value }) => [pathOf(target), flagValue(value)])) });
  }
  return operations;
}

/** A role that the target lacks goes as JSON in a text, not by the path that a later Replace takes (entra-scim-client §2.3). */
function legacyOperation({ target, value, present }: Change): PatchOperation {
  if (typeof value === 'object' && !present) return { op: 'Add', path: 'roles', value: [{ value: JSON.stringify(value) }] };
  return { op: present ? 'Replace' : 'Add', path: pathOf(target), value: legacyText(value) };
}

function legacyText(value: ScimValue): string {
  if (typeof value !== 'boolean') return textOf(value);
  return value ? 'True' : 'False';
}

function flagValue(value: ScimValue): string | boolean {
  return typeof value === 'boolean' ? value : textOf(value);
}

function memberValues(ids: readonly string[]): readonly unknown[] {
  return ids.map((value) => ({ $ref: null, value }));
}
