import { randomUUID } from 'node:crypto';
import type { Instant } from '../../kernel/index.ts';
import { initialAccess, type TenantAccess } from './access.ts';
import type { Application } from './application.ts';
import type { AuditEntry } from './audit-entry.ts';
import type { AzureSubscription } from './azure-subscription.ts';
import type { DirectoryGroup } from './directory-group.ts';
import type { DirectoryUser } from './directory-user.ts';
import type { ProvisioningEntry } from './provisioning-entry.ts';

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

/** When somebody signed in last. */
export interface SignIns {
  readonly lastSuccessful: Instant | null;
  /** With failed attempts. */
  readonly last: Instant;
}

/** What the tenant's OpenID metadata says of its cloud, in the words of Entra (microsoft-graph §1.1). */
export interface TenantCloud {
  readonly tenant_region_scope: string;
  /** `GCC` in the commercial cloud, `DODCON` for GCC High, `DOD`. */
  readonly tenant_region_sub_scope?: string;
  readonly cloud_instance_name: string;
  readonly cloud_graph_host_name: string;
  readonly msgraph_host: string;
}

const COMMERCIAL: TenantCloud = {
  tenant_region_scope: 'EU',
  cloud_instance_name: 'microsoftonline.com',
  cloud_graph_host_name: 'graph.windows.net',
  msgraph_host: 'graph.microsoft.com',
};

/** Everything the stand-in tenant knows. Objects in it are replaced, never changed in place. */
export interface Tenant {
  readonly id: string;
  /** In which of Microsoft's clouds it lives. */
  cloud: TenantCloud;
  readonly now: () => Instant;
  /** Present and soft-deleted users, in the order of creation. */
  readonly users: Map<string, DirectoryUser>;
  /** Lower-cased userPrincipalName of each user that is not deleted. */
  readonly userIdByName: Map<string, string>;
  readonly purgedUsers: Map<string, PurgedUser>;
  readonly groups: Map<string, DirectoryGroup>;
  /** What was done to users, in order. */
  readonly audits: AuditEntry[];
  /** What the provisioning service says that it did, in order. */
  readonly provisioningLog: ProvisioningEntry[];
  /** How long an entry takes until the log shows it. */
  provisioningLogDelaySeconds: number;
  /** When each user last signed in, with success and at all. */
  readonly signIns: Map<string, SignIns>;
  /** Revision of the deletion, by group. */
  readonly deletedGroups: Map<string, number>;
  /** By group, in the order in which they were made. A user who is purged leaves silently, as in Entra (microsoft-graph §3). */
  readonly membershipChanges: Map<string, MembershipChange[]>;
  /** By appId. */
  readonly applications: Map<string, Application>;
  access: TenantAccess;
  /** Subscriptions of Azure that trust the tenant. */
  readonly subscriptions: Map<string, AzureSubscription>;
  nextOrdinal(): number;
}

export function createTenant(now: () => Instant): Tenant {
  let ordinal = 0;
  return {
    id: randomUUID(),
    cloud: COMMERCIAL,
    now,
    users: new Map(),
    userIdByName: new Map(),
    purgedUsers: new Map(),
    groups: new Map(),
    audits: [],
    provisioningLog: [],
    provisioningLogDelaySeconds: 0,
    signIns: new Map(),
    deletedGroups: new Map(),
    membershipChanges: new Map(),
    applications: new Map(),
    access: initialAccess,
    subscriptions: new Map(),
    nextOrdinal: () => ++ordinal,
  };
}
