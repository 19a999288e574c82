import { isFiltered } from './mapping-target.ts';
import { MANAGER_TARGET } from './scim-urns.ts';

/** What Microsoft's validator calls verbose is Entra without the flag `aadOptscim062020`, optimized is with it (entra-scim-client §0 #1). */
export const dialectNames = ['verbose', 'optimized'] as const;

export type DialectName = (typeof dialectNames)[number];

export interface PatchOperation {
  readonly op: string;
  readonly path?: string;
  readonly value?: unknown;
}

/** How Entra words the same change with and without its flag (entra-scim-client §3.1, §3.2). Both arrive from one tenant. */
export interface Dialect {
  readonly name: DialectName;
  update(values: Readonly<Record<string, unknown>>): readonly PatchOperation[];
  active(value: boolean): readonly PatchOperation[];
  addMembers(ids: readonly string[]): readonly PatchOperation[];
  removeMembers(ids: readonly string[]): readonly PatchOperation[];
  setManager(id: string): readonly PatchOperation[];
  changeManager(id: string): readonly PatchOperation[];
  removeManager(): readonly PatchOperation[];
}

/** An operation per attribute, capitalised, booleans as text (U1, U4, U10; G1, G2). */
const verbose: Dialect = {
  name: 'verbose',
  update: (values) => Object.entries(values).map(([path, value]) => ({ op: 'Replace', path, value })),
  active: (value) => [{ op: 'Replace', path: 'active', value: value ? 'True' : 'False' }],
  addMembers: (ids) => [{ op: 'Add', path: 'members', value: memberValues(ids) }],
  removeMembers: (ids) => [{ op: 'Remove', path: 'members', value: memberValues(ids) }],
  setManager: (id) => [{ op: 'Add', path: MANAGER_TARGET, value: id }],
  changeManager: (id) => [{ op: 'Replace', path: MANAGER_TARGET, value: id }],
  removeManager: () => [{ op: 'Remove', path: MANAGER_TARGET }],
};

/** Filtered targets each for themselves, the rest folded into one operation without a path (U2, U5; G3). */
const optimized: Dialect = {
  name: 'optimized',
  update: (values) => {
    const entries = Object.entries(values);
    const folded = entries.filter(([target]) => !isFiltered(target));
    return [
      ...entries.filter(([target]) => isFiltered(target)).map(([path, value]) => ({ op: 'replace', path, value })),
      ...(folded.length === 0 ? [] : [{ op: 'replace', value: Object.fromEntries(folded) }]),
    ];
  },
  active: (value) => [{ op: 'replace', path: 'active', value }],
  addMembers: (ids) => [{ op: 'add', path: 'members', value: memberValues(ids) }],
  removeMembers: (ids) => ids.map((id) => ({ op: 'remove', path: `members[value eq "${id}"]` })),
  setManager: (id) => [{ op: 'add', path: MANAGER_TARGET, value: id }],
  changeManager: (id) => [{ op: 'replace', path: MANAGER_TARGET, value: id }],
  removeManager: () => [{ op: 'remove', path: MANAGER_TARGET }],
};

export const dialects: Readonly<Record<DialectName, Dialect>> = { verbose, optimized };

function memberValues(ids: readonly string[]): readonly unknown[] {
  return ids.map((value) => ({ $ref: null, value }));
}
