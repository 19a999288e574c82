import type { DirectoryConnectionId, Instant, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';
import type { RunKey } from './stage-store.ts';

export const contradictions = ['success-without-request', 'request-despite-failure'] as const;

/**
 * In what Entra's log and our wire log do not fit. `success-without-request`: Entra says that it succeeded, and nothing arrived here.
 * `request-despite-failure`: it says that it failed or skipped, and what it sent was accepted here.
 */
export type Contradiction = (typeof contradictions)[number];

/** What was new in the log. */
export interface NewEvents {
  readonly events: number;
  /** SHA-256 in hex over the lines `<id> <SHA-256 of the entry>` in the order of the ids, joined by line feeds. */
  readonly digest: string;
}

/** Keeps entries that are not known yet; each once. */
export async function applyProvisioningEvents(tx: Queryable, key: RunKey): Promise<NewEvents> {
  const { rows } = await tx.query<NewEvents>(
    `with added as (
       insert into directory_provisioning_event
         (workspace_id, connection_id, id, at, action, status, object_id, target_id, error_code, raw_sha256, run_id)
       select distinct on (stage.id) stage.workspace_id, $2::uuid, stage.id, stage.at, stage.action, stage.status, stage.object_id,
         stage.target_id, stage.error_code, stage.raw_sha256, stage.run_id
       from directory_stage_provisioning as stage
       where stage.workspace_id = $1 and stage.run_id = $3
       order by stage.id, stage.seq desc
       on conflict (workspace_id, connection_id, id) do nothing
       returning id, raw_sha256
     )
     select count(*) as events,
       encode(sha256(convert_to(coalesce(string_agg(added.id || ' ' || encode(added.raw_sha256, 'hex'), e'\\n' order by added.id), ''), 'UTF8')), 'hex') as digest
     from added`,
    [key.workspaceId, key.connectionId, key.runId],
  );
  return rows[0] ?? { events: 0, digest: '' };
}

/** Entra dates an entry by the second, when it is done; our clock and its differ, and a request may wait to be sent again. */
const NEAR = "interval '10 minutes'";

/** An accepted write of that SCIM user, near that instant. */
const acceptedNear = `select exchange.id
  from scim_exchange as exchange
  where exchange.workspace_id = event.workspace_id
    and exchange.user_id = event.target_id
    and exchange.method in ('POST', 'PUT', 'PATCH', 'DELETE')
    and exchange.status < 400
    and exchange.at between event.at - ${NEAR} and event.at + ${NEAR}
  order by exchange.id
  limit 1`;

/** Another entry says of that user, near that instant, that it succeeded: then a failure beside it was tried again. */
const succeededNear = `exists (
  select 1
  from directory_provisioning_event as other
  where other.workspace_id = event.workspace_id
    and other.connection_id = event.connection_id
    and other.target_id = event.target_id
    and other.status = 'success'
    and other.at between event.at - ${NEAR} and event.at + ${NEAR}
)`;

/**
 * Holds the entries since `from` against the wire log. Before the workspace gave out its first SCIM credential nothing could arrive, so
 * what Entra did until then concerns another server. An entry that came late can explain one that is there.
 */
export async function compareWithWireLog(tx: Queryable, key: RunKey, from: Instant): Promise<void> {
  await tx.query(
    `with compared as (
       select event.id, heard.exchange_id,
         case
           when event.status = 'success' and event.action in ('create', 'update', 'disable', 'delete') and heard.exchange_id is null
             then 'success-without-request'
           when event.status in ('failure', 'skipped') and heard.exchange_id is not null and not ${succeededNear}
             then 'request-despite-failure'
         end as contradiction
       from directory_provisioning_event as event
       left join lateral (select found.id as exchange_id from (${acceptedNear}) as found) as heard on true
       where event.workspace_id = $1
         and event.connection_id = $2
         and event.at >= $3
         and event.at >= (select min(credential.created_at) from scim_credential as credential where credential.workspace_id = $1)
     )
     update directory_provisioning_event as event
     set contradiction = compared.contradiction,
       exchange_id = case when compared.contradiction = 'request-despite-failure' then compared.exchange_id end
     from compared
     where event.workspace_id = $1
       and event.connection_id = $2
       and event.id = compared.id
       and event.contradiction is distinct from compared.contradiction`,
    [key.workspaceId, key.connectionId, from],
  );
}

/** A contradiction that began or ended, and of which the ledger does not say so yet. */
export interface UnrecordedContradiction {
  readonly id: string;
  readonly at: Instant;
  readonly action: string;
  readonly status: string;
  readonly targetId: string | null;
  readonly objectId: string | null;
  readonly was: Contradiction | null;
  readonly is: Contradiction | null;
  readonly exchangeId: string | null;
  /** In hex. */
  readonly rawSha256: string;
}

export async function unrecordedContradictions(
  tx: Queryable,
  { workspaceId, connectionId }: RunKey,
  limit: number,
): Promise<readonly UnrecordedContradiction[]> {
  const { rows } = await tx.query<UnrecordedContradiction>(
    `select event.id, event.at, event.action, event.status, event.target_id as "targetId", event.object_id as "objectId",
       event.recorded as was, event.contradiction as is, event.exchange_id as "exchangeId", encode(event.raw_sha256, 'hex') as "rawSha256"
     from directory_provisioning_event as event
     where event.workspace_id = $1 and event.connection_id = $2 and event.recorded is distinct from event.contradiction
     order by event.at, event.id
     limit $3`,
    [workspaceId, connectionId, limit],
  );
  return rows;
}

/** The ledger says so now. */
export async function noteRecorded(tx: Queryable, { workspaceId, connectionId }: RunKey, ids: readonly string[]): Promise<void> {
  await tx.query(
    `update directory_provisioning_event as event
     set recorded = event.contradiction
     where event.workspace_id = $1 and event.connection_id = $2 and event.id = any ($3::text[])`,
    [workspaceId, connectionId, ids],
  );
}

/** An entry of Entra's provisioning log. */
export interface ProvisioningEventRow {
  readonly connectionId: DirectoryConnectionId;
  readonly id: string;
  readonly at: Instant;
  readonly action: string;
  readonly status: string;
  readonly objectId: string | null;
  readonly scimUserId: string | null;
  readonly errorCode: string | null;
  readonly contradiction: Contradiction | null;
  readonly exchangeId: string | null;
  /** In hex. */
  readonly rawSha256: string;
}

/** Where an entry stands in the listing, as a text for `after`. */
export const provisioningPosition = /^[0-9a-f-]{36}\.[0-9A-Za-z._~:@-]{1,200}$/;
export const positionOfEvent = ({ connectionId, id }: ProvisioningEventRow) => `${connectionId}.${id}`;

interface EventFilter {
  readonly isContradicted: boolean;
  readonly scimUserId: string | undefined;
  readonly objectId: string | undefined;
}

/** The latest entries first, of each connection. */
export async function listProvisioningEvents(
  q: Queryable,
  workspaceId: WorkspaceId,
  { isContradicted, scimUserId, objectId, after, limit }: Page & EventFilter,
): Promise<readonly ProvisioningEventRow[]> {
  const [connectionId = null, id = null] = after === undefined ? [] : [after.slice(0, 36), after.slice(37)];
  const { rows } = await q.query<ProvisioningEventRow>(
    `select event.connection_id as "connectionId", event.id, event.at, event.action, event.status, event.object_id as "objectId",
       event.target_id as "scimUserId", event.error_code as "errorCode", event.contradiction, event.exchange_id as "exchangeId",
       encode(event.raw_sha256, 'hex') as "rawSha256"
     from directory_provisioning_event as event
     where event.workspace_id = $1
       and (not $2::boolean or event.contradiction is not null)
       and ($3::uuid is null or event.target_id = $3::uuid)
       and ($4::uuid is null or event.object_id = $4::uuid)
       and ($5::uuid is null or (event.connection_id, event.at, event.id) < (
         select last.connection_id, last.at, last.id
         from directory_provisioning_event as last
         where last.workspace_id = $1 and last.connection_id = $5::uuid and last.id = $6::text
       ))
     order by event.connection_id desc, event.at desc, event.id desc
     limit $7`,
    [workspaceId, isContradicted, scimUserId ?? null, objectId ?? null, connectionId, id, limit],
  );
  return rows;
}
