import {
  type Assignment,
  type Behind,
  behinds,
  type DirectoryState,
  type Propagation,
  type ScimState,
  type StateVector,
} from './state-vector.ts';

/** What is read of an account that may be behind a SCIM user. */
interface ReadBehind {
  readonly directory: DirectoryState;
  readonly assigned: Assignment;
  readonly propagation: Propagation;
}

const wordOf: Readonly<Record<DirectoryState, (account: ReadBehind) => Behind | 'NEVER'>> = {
  ENABLED: ({ assigned }) => (({ YES: 'ASSIGNED', NO: 'UNASSIGNED', UNKNOWN: 'UNREAD' }) as const)[assigned],
  DISABLED: ({ propagation }) => (propagation === 'IN_FLIGHT' ? 'IN_FLIGHT' : 'DISABLED'),
  SOFT_DELETED: () => 'DELETED',
  HARD_DELETED: () => 'DELETED',
  VANISHED: () => 'VANISHED',
  UNKNOWN: () => 'UNKNOWN',
  NEVER: () => 'NEVER',
};

/** NEVER: there is no account. */
export function behindAs(account: ReadBehind): Behind | 'NEVER' {
  return wordOf[account.directory](account);
}

/** The states of which an account can have one and be to its SCIM user as said. */
export function statesBehind(behind: Behind): readonly DirectoryState[] {
  return statesOf[behind];
}

const statesOf: Readonly<Record<Behind, readonly DirectoryState[]>> = {
  DELETED: ['SOFT_DELETED', 'HARD_DELETED'],
  DISABLED: ['DISABLED'],
  UNASSIGNED: ['ENABLED'],
  // What was deleted when its directory was last read may have been restored since.
  UNKNOWN: ['UNKNOWN', 'SOFT_DELETED'],
  VANISHED: ['VANISHED'],
  UNSETTLED: ['ENABLED', 'DISABLED', 'SOFT_DELETED', 'HARD_DELETED', 'VANISHED', 'UNKNOWN'],
  IN_FLIGHT: ['DISABLED'],
  UNREAD: ['ENABLED'],
  ASSIGNED: ['ENABLED'],
};

const failing: ReadonlySet<Behind | 'NEVER'> = new Set(['DELETED', 'DISABLED', 'UNASSIGNED']);

/** What several accounts come to of which any may be the one: settled where they are alike, or whichever it is fails (I10). */
export function anyBehind(accounts: readonly ReadBehind[]): Behind | undefined {
  const words = accounts.map(behindAs);
  const first = worstBehind(words);
  const isSettled = words.every((word) => word === first) || words.every((word) => failing.has(word));
  return isSettled ? first : 'UNSETTLED';
}

/** What counts where a person has several active SCIM users; undefined where nothing is said of any. */
export function worstBehind(words: readonly (Behind | 'NEVER' | undefined)[]): Behind | undefined {
  return behinds.find((word) => words.includes(word));
}

/** A SCIM user, and what is behind it where that is said of it. */
interface ReadUser {
  readonly state: ScimState;
  readonly behind?: Behind;
}

/** What a state vector says of the accounts behind active SCIM users; empty where it says nothing of its own. */
export function behindOf(users: readonly ReadUser[]): Pick<StateVector, 'behind'> {
  const behind = worstBehind(users.map((user) => (user.state === 'ACTIVE' ? user.behind : undefined)));
  return behind === undefined ? {} : { behind };
}

/** What is behind the active SCIM user that decides; null where none is active. */
export function behindActive(vector: StateVector): Behind | 'NEVER' | null {
  return vector.scim === 'ACTIVE' ? (vector.behind ?? behindAs(vector)) : null;
}
