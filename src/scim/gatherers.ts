import { DomainError } from '../kernel/index.ts';
import { type Database, errorCode } from '../platform/index.ts';
import { type Gatherer, gather } from './gather.ts';
import type { Gated } from './gated-write-store.ts';
import type { ListedPage } from './list-read-model.ts';
import { type Match, matchUsers } from './match-read-model.ts';
import { type ChangedMembership, changeMemberships, type MembershipChange } from './membership-store.ts';
import {
  type Changed,
  insertUsers,
  type NewUserRow,
  readUsers,
  type StoredUser,
  type UserRead,
  type UserUpdate,
  updateUsers,
} from './user-store.ts';

/** The look-ups and changes of users, and the changes of groups' members, of one process, gathered. */
export interface Gatherers {
  readonly reads: Gatherer<UserRead, Gated<StoredUser>>;
  readonly matches: Readonly<Record<Match['attribute'], Gatherer<Match, ListedPage<StoredUser>>>>;
  readonly inserts: Gatherer<NewUserRow, Gated<Changed>>;
  readonly updates: Gatherer<UserUpdate, Gated<Changed>>;
  readonly memberships: Gatherer<MembershipChange, Gated<ChangedMembership>>;
}

/** How many requests one statement serves: enough to share its cost, few enough to answer the first of them soon. */
const MAX_GATHERED = 32;

export function createGatherers(database: Database): Gatherers {
  const limits = { mayRepeat: hasNotHappened, maxItems: MAX_GATHERED };
  return {
    reads: gather({ ...limits, run: (reads) => readUsers(database, reads) }),
    matches: {
      userName: gather({ ...limits, run: (matches) => matchUsers(database, 'userName', matches) }),
      externalId: gather({ ...limits, run: (matches) => matchUsers(database, 'externalId', matches) }),
    },
    inserts: gather({ ...limits, run: (users) => insertUsers(database, users) }),
    updates: gather({ ...limits, run: (updates) => updateUsers(database, updates) }),
    memberships: gather({ ...limits, run: (changes) => changeMemberships(database, changes), keysOf: membersNamed }),
  };
}

function membersNamed({ add, evidence, remove }: MembershipChange): readonly string[] {
  return [...add, ...remove].map((member) => `${evidence.subjectId} ${member}`);
}

/** A lock, or an end, that did not come in time: PostgreSQL gave the statement up, and so undid it. */
const GIVEN_UP: ReadonlySet<string> = new Set(['55P03', '57014']);

/** PostgreSQL itself refused the statement, and so undid it; a connection that broke may have been cut after the commit. */
function hasNotHappened(error: unknown): boolean {
  if (error instanceof DomainError) return GIVEN_UP.has(errorCode(error.cause) ?? '');
  return /^[0-9A-Z]{5}$/.test(errorCode(error) ?? '');
}
