import { type FlatUser, patchFlat, type SimpleOperation } from './patch-model.ts';

/** Which user of the model is meant: its place in the order of creation. */
type Place = number;

/** What a client does to a handful of users, with the two dialects' ways to write it left out. */
export type Command =
  | { readonly kind: 'create'; readonly cells: FlatUser }
  | { readonly kind: 'patch'; readonly place: Place; readonly operations: readonly SimpleOperation[] }
  | { readonly kind: 'replace'; readonly place: Place; readonly cells: FlatUser }
  | { readonly kind: 'remove'; readonly place: Place };

/** When a user was in one state: from a version on. */
interface Stretch {
  readonly version: number;
  readonly active: boolean;
  readonly deleted: boolean;
}

export interface ModelUser {
  readonly cells: FlatUser;
  readonly version: number;
  /** The number of the command that changed it last. */
  readonly changedAt: number;
  readonly isDeleted: boolean;
  readonly stretches: readonly Stretch[];
  readonly records: readonly string[];
}

export interface Outcome {
  readonly status: 200 | 201 | 204 | 404 | 409;
  readonly users: readonly ModelUser[];
}

const ROLE = 'urn:ietf:params:scim:schemas:extension:rollcall:2.0:User:rbac_role_id';

/** The reference model of the store: what a command, the `at`th, makes of the users and how it is answered. */
export function applied(users: readonly ModelUser[], command: Command, at: number): Outcome {
  if (command.kind === 'create') return created(users, { active: true, ...command.cells }, at);
  const user = users[command.place];
  if (user === undefined || user.isDeleted) return { status: 404, users };
  if (command.kind === 'remove') return { status: 204, users: users.with(command.place, removed(user, at)) };
  const after = command.kind === 'patch' ? patchFlat(user.cells, command.operations) : replaced(user.cells, command.cells);
  if (!isTaken(users, user, after)) return { status: 200, users: users.with(command.place, changed(user, after, at)) };
  // A deactivation lands without the name that another user has (I1).
  if (!deactivates(command)) return { status: 409, users };
  const unnamed = { ...after, userName: user.cells['userName'] ?? '' };
  return { status: 200, users: users.with(command.place, changed(user, unnamed, at)) };
}

function deactivates(command: Command): boolean {
  if (command.kind === 'replace') return command.cells['active'] === false;
  return (
    command.kind === 'patch' && command.operations.some(({ op, path, value }) => op !== 'remove' && path === 'active' && value === false)
  );
}

function isTaken(users: readonly ModelUser[], user: ModelUser | undefined, { userName }: FlatUser): boolean {
  const key = String(userName).toLowerCase();
  return users.some((other) => other !== user && !other.isDeleted && String(other.cells['userName']).toLowerCase() === key);
}

function created(users: readonly ModelUser[], cells: FlatUser, at: number): Outcome {
  if (isTaken(users, undefined, cells)) return { status: 409, users };
  const stretches = [{ version: 1, active: cells['active'] === true, deleted: false }];
  const user = { cells, version: 1, changedAt: at, isDeleted: false, stretches, records: ['scim.user.created'] };
  return { status: 201, users: [...users, user] };
}

/** RFC 7644 §3.5.1: what is not named goes, but for the state and the role. */
function replaced(before: FlatUser, cells: FlatUser): FlatUser {
  const kept = Object.fromEntries(['active', ROLE].flatMap((name) => (before[name] === undefined ? [] : [[name, before[name]]])));
  return { ...kept, ...cells };
}

function changed(user: ModelUser, cells: FlatUser, at: number): ModelUser {
  const names = new Set([...Object.keys(user.cells), ...Object.keys(cells)]);
  const different = [...names].filter((name) => user.cells[name] !== cells[name]);
  if (different.length === 0) return user;
  const version = user.version + 1;
  const state = different.includes('active') ? [{ version, active: cells['active'] === true, deleted: false }] : [];
  const records = [
    ...(state.length === 0 ? [] : [cells['active'] === true ? 'scim.user.reactivated' : 'scim.user.deactivated']),
    ...(different.includes(ROLE) ? ['scim.role.changed'] : []),
    ...(different.some((name) => name !== 'active' && name !== ROLE) ? ['scim.user.updated'] : []),
  ];
  return { ...user, cells, version, changedAt: at, stretches: [...user.stretches, ...state], records: [...user.records, ...records] };
}

function removed(user: ModelUser, at: number): ModelUser {
  const version = user.version + 1;
  return {
    cells: { ...user.cells, active: false },
    version,
    changedAt: at,
    isDeleted: true,
    stretches: [...user.stretches, { version, active: false, deleted: true }],
    records: [...user.records, 'scim.user.deleted'],
  };
}
