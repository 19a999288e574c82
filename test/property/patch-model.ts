import type { CanonicalObject } from '../../src/kernel/index.ts';

/** What a user is, as a flat table: a path and the text or truth that stands there. */
export type FlatUser = Readonly<Record<string, string | boolean>>;

export interface SimpleOperation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value: string | boolean | null;
}

/**
 * The reference model of a PATCH: each path is a cell. `add` and `replace` fill it, null and "" empty it, and so does
 * `remove`; a request that says "inactive" anywhere leaves `active` false. It knows neither schema nor planner.
 */
export function patchFlat(user: FlatUser, operations: readonly SimpleOperation[]): FlatUser {
  const cells = new Map(Object.entries(user));
  const deactivates = operations.some(({ op, path, value }) => op !== 'remove' && path === 'active' && value === false);
  for (const { op, path, value } of operations) {
    if (path === 'active') cells.set(path, op === 'remove' || typeof value !== 'boolean' ? (cells.get(path) ?? true) : value);
    else if (op === 'remove' || value === null || value === '') cells.delete(path);
    else cells.set(path, value);
  }
  if (deactivates) cells.set('active', false);
  return Object.fromEntries(cells);
}

/** A resource as the model sees it; fails on a value of a list that has no type, or a type twice, since no cell is its own. */
export function flatten(resource: CanonicalObject): FlatUser {
  const cells: Record<string, string | boolean> = {};
  const put = (path: string, value: unknown) => {
    if (typeof value !== 'string' && typeof value !== 'boolean') throw new TypeError(`${path} is no cell`);
    if (Object.hasOwn(cells, path)) throw new TypeError(`${path} is there twice`);
    cells[path] = value;
  };
  for (const [name, value] of Object.entries(resource)) {
    if (Array.isArray(value)) flattenValues(name, value, put);
    else if (typeof value === 'object' && value !== null) flattenObject(name, value as CanonicalObject, put);
    else put(name, value);
  }
  return cells;
}

type Put = (path: string, value: unknown) => void;

function flattenValues(name: string, values: readonly CanonicalObject[], put: Put): void {
  for (const { type, ...subs } of values) {
    // A type is compared without regard to case, and kept as it was sent.
    const kind = typeof type === 'string' ? type.toLowerCase() : '';
    for (const [sub, value] of Object.entries(subs)) put(`${name}[type eq "${kind}"].${sub}`, value);
  }
}

function flattenObject(name: string, members: CanonicalObject, put: Put): void {
  const separator = name.startsWith('urn:') ? ':' : '.';
  for (const [member, value] of Object.entries(members)) {
    const inner = typeof value === 'object' && value !== null ? (value as CanonicalObject)['value'] : value;
    put(`${name}${separator}${member}`, inner);
  }
}
