import type { DirectoryConnectionId, Instant, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';
import type { AccessSource } from './access-source.ts';
import { listCollections } from './collection-read-model.ts';
import { listConnections } from './connection-store.ts';

export interface ConnectionAccess {
  readonly connectionId: DirectoryConnectionId;
  readonly securityDefaults: boolean | null;
  readonly licences:
    | readonly {
        readonly skuPartNumber: string | null;
        readonly capabilityStatus: string | null;
        readonly servicePlans: readonly string[];
      }[]
    | null;
}

/** Whether security defaults are on in each connected tenant, and its subscriptions. What is collected of a tenant, and what is not, is told by its collections. */
export async function readAccessStanding(q: Queryable, workspaceId: WorkspaceId): Promise<readonly ConnectionAccess[]> {
  const collections = await listCollections(q, workspaceId);
  const shown: ConnectionAccess[] = [];
  for (const { id } of await listConnections(q, workspaceId)) {
    const isKnown = (source: AccessSource) =>
      collections.some(({ connectionId, facts, collectedAt }) => connectionId === id && facts === source && collectedAt !== null);
    shown.push({
      connectionId: id,
      securityDefaults: isKnown('security-defaults') ? await readSecurityDefaults(q, workspaceId, id) : null,
      licences: isKnown('licences') ? await readLicences(q, workspaceId, id) : null,
    });
  }
  return shown;
}

async function readSecurityDefaults(q: Queryable, workspaceId: WorkspaceId, connectionId: DirectoryConnectionId): Promise<boolean | null> {
  const { rows } = await q.query<{ isEnabled: boolean }>(
    `select (fact.body -> 'isEnabled')::bool as "isEnabled"
     from directory_access_fact as fact
     where fact.workspace_id = $1 and fact.connection_id = $2 and fact.source = 'security-defaults' and fact.confirmed_until is null`,
    [workspaceId, connectionId],
  );
  return rows[0]?.isEnabled ?? null;
}

async function readLicences(
  q: Queryable,
  workspaceId: WorkspaceId,
  connectionId: DirectoryConnectionId,
): Promise<NonNullable<ConnectionAccess['licences']>> {
  const { rows } = await q.query<NonNullable<ConnectionAccess['licences']>[number]>(
    `select fact.body ->> 'skuPartNumber' as "skuPartNumber", fact.body ->> 'capabilityStatus' as "capabilityStatus",
       array(
         select plan.body ->> 'servicePlanName'
         from jsonb_array_elements(fact.body -> 'servicePlans') as plan (body)
         where plan.body ->> 'servicePlanName' is not null
       ) as "servicePlans"
     from directory_access_fact as fact
     where fact.workspace_id = $1 and fact.connection_id = $2 and fact.source = 'licences' and fact.confirmed_until is null
     order by fact.key`,
    [workspaceId, connectionId],
  );
  return rows;
}

export interface PolicyRow {
  readonly connectionId: DirectoryConnectionId;
  readonly policyId: string;
  readonly displayName: string | null;
  readonly state: string | null;
  /** As Graph shows it. */
  readonly policy: Readonly<Record<string, unknown>>;
  readonly notBefore: Instant | null;
  readonly observedAt: Instant;
}

/** Facts of one source that hold at present, behind a position of connection and key, which are $2 and $3. */
const present = (source: AccessSource) => `directory_access_fact as fact
     join directory_connection as connection
       on connection.workspace_id = fact.workspace_id and connection.id = fact.connection_id and connection.removed_at is null
     where fact.workspace_id = $1 and fact.source = '${source}' and fact.confirmed_until is null
       and ($2::uuid is null or (fact.connection_id, fact.key) > ($2::uuid, $3::text))
     order by fact.connection_id, fact.key
     limit $4`;

function behind(after: string | undefined): readonly (string | null)[] {
  const [connectionId = null, key = null] = after?.split('.') ?? [];
  return [connectionId, key];
}

export async function listPolicies(q: Queryable, workspaceId: WorkspaceId, { after, limit }: Page): Promise<readonly PolicyRow[]> {
  const { rows } = await q.query<PolicyRow>(
    `select fact.connection_id as "connectionId", fact.key as "policyId", fact.body ->> 'displayName' as "displayName",
       fact.body ->> 'state' as state, fact.body as policy, fact.not_before as "notBefore", fact.observed_at as "observedAt"
     from ${present('policies')}`,
    [workspaceId, ...behind(after), limit],
  );
  return rows;
}

interface GrantedPermission {
  readonly resourceId: string | null;
  readonly resourceName: string | null;
}

export interface ServicePrincipalRow {
  readonly connectionId: DirectoryConnectionId;
  readonly objectId: string;
  readonly appId: string | null;
  readonly displayName: string | null;
  readonly accountEnabled: boolean | null;
  /** Of the application; another than the connection's is somebody else's. */
  readonly ownerTenantId: string | null;
  /** In the name that its resource gives it, where that is known; null when they are not collected. */
  readonly applicationPermissions:
    | readonly (GrantedPermission & { readonly permission: string | null; readonly appRoleId: string })[]
    | null;
  readonly delegatedPermissions:
    | readonly (GrantedPermission & {
        readonly scopes: readonly string[];
        readonly consent: 'all' | 'user';
        readonly userId: string | null;
      })[]
    | null;
  readonly notBefore: Instant | null;
  readonly observedAt: Instant;
}

const wasCollected = (source: AccessSource) => `exists (
  select from directory_access_look as look
  where look.workspace_id = fact.workspace_id and look.connection_id = fact.connection_id and look.source = '${source}' and look.facts is not null
)`;

const resource = (granted: string) => `left join directory_access_fact as resource
         on resource.workspace_id = ${granted}.workspace_id and resource.connection_id = ${granted}.connection_id
         and resource.source = 'service-principals' and resource.key = lower(${granted}.body ->> 'resourceId') and resource.confirmed_until is null
       where ${granted}.workspace_id = fact.workspace_id and ${granted}.connection_id = fact.connection_id
         and ${granted}.principal_id = fact.key::uuid and ${granted}.confirmed_until is null`;

/** The applications of each tenant, with what each was granted. */
export async function listServicePrincipals(
  q: Queryable,
  workspaceId: WorkspaceId,
  { after, limit }: Page,
): Promise<readonly ServicePrincipalRow[]> {
  const { rows } = await q.query<ServicePrincipalRow>(
    `select fact.connection_id as "connectionId", fact.key as "objectId", fact.body ->> 'appId' as "appId",
       fact.body ->> 'displayName' as "displayName", (fact.body -> 'accountEnabled')::bool as "accountEnabled",
       fact.body ->> 'appOwnerOrganizationId' as "ownerTenantId",
       case when ${wasCollected('app-permissions')} then (
         select coalesce(jsonb_agg(jsonb_build_object(
             'resourceId', held.body ->> 'resourceId',
             'resourceName', coalesce(resource.body ->> 'displayName', held.body ->> 'resourceDisplayName'),
             'appRoleId', held.body ->> 'appRoleId',
             'permission', (
               select role.body ->> 'value' from jsonb_array_elements(resource.body -> 'appRoles') as role (body)
               where role.body ->> 'id' = held.body ->> 'appRoleId' limit 1
             )) order by held.key), '[]')
         from directory_access_fact as held
         ${resource('held')} and held.source = 'app-permissions'
       ) end as "applicationPermissions",
       case when ${wasCollected('delegated-permissions')} then (
         select coalesce(jsonb_agg(jsonb_build_object(
             'resourceId', held.body ->> 'resourceId',
             'resourceName', resource.body ->> 'displayName',
             'scopes', array_remove(string_to_array(coalesce(held.body ->> 'scope', ''), ' '), ''),
             'consent', case when held.body ->> 'consentType' = 'AllPrincipals' then 'all' else 'user' end,
             'userId', held.body ->> 'principalId') order by held.key), '[]')
         from directory_access_fact as held
         ${resource('held')} and held.source = 'delegated-permissions'
       ) end as "delegatedPermissions",
       fact.not_before as "notBefore", fact.observed_at as "observedAt"
     from ${present('service-principals')}`,
    [workspaceId, ...behind(after), limit],
  );
  return rows;
}
