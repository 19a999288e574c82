import { DAY_MS, type Instant, plusMs, type WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { lastActivityBefore, readProvisioningSign } from '../scim/index.ts';
import { readSwitch } from '../workspace/index.ts';
import type { AssignmentFacts, DiagnosisFacts, Rejection, WitnessFacts } from './diagnosis.ts';
import { PROVISIONED, scimTakesOver } from './outlook-read-model.ts';

/** How far back refusals and entries of Entra's log are counted. */
const REJECTIONS_MS = 7 * DAY_MS;
/** How many kinds of refusal are shown, the most frequent first. */
const MOST_REJECTIONS = 5;
/** How far back a sign of provisioning is looked for before the switch went on. */
const BEFORE_MS = 30 * DAY_MS;

/** All that the database knows of it. */
export async function readDiagnosisFacts(
  q: Queryable,
  workspaceId: WorkspaceId,
  at: Instant,
): Promise<Omit<DiagnosisFacts, 'job' | 'mappings' | 'tenantUrl'>> {
  const { state, changedAt } = await readSwitch(q, workspaceId);
  const since = state === 'on' ? changedAt : plusMs(at, -BEFORE_MS);
  return {
    at,
    switchState: state,
    since: changedAt,
    ...(await readCredentials(q, workspaceId, at)),
    sign: await readProvisioningSign(q, workspaceId, since),
    lastRequestAt: await lastActivityBefore(q, workspaceId, plusMs(at, 1)),
    rejections: await readRejections(q, workspaceId, plusMs(at, -REJECTIONS_MS)),
    users: await readUsers(q, workspaceId),
    assignments: await readAssignments(q, workspaceId),
    leaversActive: await countLeaversActive(q, workspaceId),
    witness: await readWitness(q, workspaceId, plusMs(at, -REJECTIONS_MS)),
  };
}

async function readCredentials(q: Queryable, workspaceId: WorkspaceId, at: Instant) {
  const { rows } = await q.query<Pick<DiagnosisFacts, 'liveCredentials' | 'credentialsEndAt'>>(
    `select count(*)::int as "liveCredentials",
       case when bool_or(scim_credential.expires_at is null) then null else max(scim_credential.expires_at) end as "credentialsEndAt"
     from scim_credential
     where scim_credential.workspace_id = $1 and scim_credential.revoked_at is null
       and (scim_credential.expires_at is null or scim_credential.expires_at > $2)`,
    [workspaceId, at],
  );
  return rows[0] ?? { liveCredentials: 0, credentialsEndAt: null };
}

/** Refusals of writes that have a cause in common, the most frequent first. */
async function readRejections(q: Queryable, workspaceId: WorkspaceId, since: Instant): Promise<readonly Rejection[]> {
  const { rows } = await q.query<Rejection>(
    `select scim_exchange.method, scim_exchange.status, scim_exchange.scim_type as "scimType", scim_exchange.detail,
       count(*)::int as count, max(scim_exchange.at) as "lastAt"
     from scim_exchange
     where scim_exchange.workspace_id = $1 and scim_exchange.at >= $2 and scim_exchange.status >= 400
       and scim_exchange.method in ('POST', 'PUT', 'PATCH', 'DELETE')
     group by 1, 2, 3, 4
     order by count desc, "lastAt" desc
     limit $3`,
    [workspaceId, since, MOST_REJECTIONS],
  );
  return rows;
}

/** Claims are decided once for all who claim alike: there are as many as roles, however many users there are. */
async function readUsers(q: Queryable, workspaceId: WorkspaceId): Promise<DiagnosisFacts['users']> {
  const { rows } = await q.query<DiagnosisFacts['users']>(
    `with alike as (
       select scim_user.role_claims, count(*) as live, count(*) filter (where scim_user.active) as active,
         count(*) filter (where scim_user.active
           and coalesce(scim_user.external_id, '') !~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$') as without_object_id
       from scim_user
       where scim_user.workspace_id = $1 and scim_user.deleted_at is null
       group by scim_user.role_claims
     )
     select coalesce(sum(alike.live), 0)::int as live, coalesce(sum(alike.active), 0)::int as active,
       coalesce(sum(alike.without_object_id), 0)::int as "withoutObjectId",
       coalesce(sum(alike.active) filter (where decided.because in ('unknown-role', 'not-grantable')), 0)::int as "withoutKnownRole"
     from alike left join lateral decide_role($1, alike.role_claims) as decided on alike.role_claims <> '[]'::jsonb`,
    [workspaceId],
  );
  return rows[0] ?? { live: 0, active: 0, withoutObjectId: 0, withoutKnownRole: 0 };
}

/** Of directories that were read completely and whose enterprise application is known; who counts as assigned is as in a preview. */
async function readAssignments(q: Queryable, workspaceId: WorkspaceId): Promise<AssignmentFacts | undefined> {
  const { rows } = await q.query<AssignmentFacts & { readonly directories: number }>(
    `${scimTakesOver}, person as (
       select standing.state, standing.because not in ('not-assigned', 'nested-group-only') as is_assigned,
         standing.because = 'nested-group-only' as is_nested_only,
         provisioned.external_id is not null as is_provisioned
       from standing
       left join (${PROVISIONED}) as provisioned on provisioned.external_id = standing.object_id::text
     )
     select (select count(*) from readable)::int as directories,
       (select count(*) from directory_app_assignment assignment join readable on readable.connection_id = assignment.connection_id
        where assignment.workspace_id = $1)::int as assignments,
       (count(*) filter (where person.is_assigned))::int as people,
       (count(*) filter (where person.is_nested_only))::int as "nestedOnly",
       (count(*) filter (where person.is_assigned and person.state = 'disabled'))::int as disabled,
       (count(*) filter (where person.is_assigned and person.state = 'enabled' and not person.is_provisioned))::int as "notProvisioned",
       (count(*) filter (where person.is_provisioned and not person.is_assigned))::int as "notAssigned"
     from person`,
    [workspaceId],
  );
  const [row] = rows;
  if (row === undefined || row.directories === 0) return undefined;
  const { directories: _directories, ...facts } = row;
  return facts;
}

/** What Entra's provisioning log says of the last days, where it is read. */
async function readWitness(q: Queryable, workspaceId: WorkspaceId, since: Instant): Promise<WitnessFacts | undefined> {
  const { rows } = await q.query<WitnessFacts & { readonly isRead: boolean }>(
    `select exists (
         select from directory_collection as collection
         join directory_connection as connection
           on connection.workspace_id = collection.workspace_id and connection.id = collection.connection_id and connection.removed_at is null
         where collection.workspace_id = $1 and collection.facts = 'provisioning-log' and collection.because is null
       ) as "isRead",
       count(*)::int as entries,
       (count(*) filter (where event.contradiction = 'success-without-request'))::int as "successesWithoutRequest",
       (count(*) filter (where event.contradiction = 'request-despite-failure'))::int as "requestsDespiteFailure"
     from directory_connection as connection
     join directory_provisioning_event as event
       on event.workspace_id = connection.workspace_id and event.connection_id = connection.id and event.at >= $2
     where connection.workspace_id = $1 and connection.removed_at is null`,
    [workspaceId, since],
  );
  const [row] = rows;
  if (row === undefined || !row.isRead) return undefined;
  const { isRead: _isRead, ...facts } = row;
  return facts;
}

async function countLeaversActive(q: Queryable, workspaceId: WorkspaceId): Promise<number | undefined> {
  const { rows } = await q.query<{ directories: number; leavers: number }>(
    `select (
         select count(*) from directory_connection
         where directory_connection.workspace_id = $1 and directory_connection.removed_at is null
           and directory_connection.last_complete_run_id is not null
       )::int as directories,
       count(*)::int as leavers
     from directory_account account
     join directory_connection on directory_connection.workspace_id = account.workspace_id and directory_connection.id = account.connection_id
       and directory_connection.removed_at is null
     join scim_user on scim_user.workspace_id = account.workspace_id and scim_user.external_id = account.object_id::text
       and scim_user.active and scim_user.deleted_at is null
     where account.workspace_id = $1 and account.state in ('disabled', 'soft_deleted', 'hard_deleted')`,
    [workspaceId],
  );
  const [row] = rows;
  return row === undefined || row.directories === 0 ? undefined : row.leavers;
}
