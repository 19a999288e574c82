import { randomUUID } from 'node:crypto';
import type { Instant } from '../../kernel/index.ts';
import type { Application } from './application.ts';
import type { DirectoryGroup } from './directory-group.ts';
import type { DirectoryUser } from './directory-user.ts';

/** A purged user, remembered for the provisioning jobs that had it in scope at that moment. */
interface PurgedUser {
  readonly entitledTo: ReadonlySet<string>;
  readonly revision: number;
}

/** A principal that came into a group or left it. */
export interface MembershipChange {
  readonly revision: number;
  readonly memberId: string;
  readonly isRemoved: boolean;
}

/** Everything the stand-in tenant knows. Objects in it are replaced, never changed in place. */
export interface Tenant {
  readonly id: string;
  readonly now: () => Instant;
  /** Present and soft-deleted users, in the order of creation. */
  readonly users: Map<string, DirectoryUser>;
  /** Lower-cased userPrincipalName of each user that is not deleted. */
  readonly userIdByName: Map<string, string>;
  readonly purgedUsers: Map<string, PurgedUser>;
  readonly groups: Map<string, DirectoryGroup>;
  /** Revision of the deletion, by group. */
  readonly deletedGroups: Map<string, number>;
  /** By group, in the order in which they were made. A user who is purged leaves silently, as in Entra (microsoft-graph §3). */
  readonly membershipChanges: Map<string, MembershipChange[]>;
  /** By appId. */
  readonly applications: Map<string, Application>;
  nextOrdinal(): number;
}

export function createTenant(now: () => Instant): Tenant {
  let ordinal = 0;
  return {
    id: randomUUID(),
    now,
    users: new Map(),
    userIdByName: new Map(),
    purgedUsers: new Map(),
    groups: new Map(),
    deletedGroups: new Map(),
    membershipChanges: new Map(),
    applications: new Map(),
    nextOrdinal: () => ++ordinal,
  };
}
