import { asciiDomain, type CanonicalObject, caseFolded, type Instant, isUuid, type ScimUserId, type WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { roleClaims } from '../scim-protocol/index.ts';
import { ACCESS_ENDED, WHEN_ACCESS_ENDED } from './end-access-store.ts';
import { attributeValue, EMPLOYEE_NUMBER_ATTRIBUTE } from './attribute-value.ts';
import {
  type Evidence,
  EVIDENCE,
  exchangeInsert,
  type Gated,
  gatedRows,
  ledgerInserts,
  type ReadKey,
  requests,
  stateOf,
  writesParameter,
} from './gated-write-store.ts';
import { isLive } from './live-row-store.ts';

/** A live user as it is stored; `resource` is the JSON text of what GET echoes. */
export interface StoredUser {
  readonly id: ScimUserId;
  readonly version: number;
  readonly createdAt: Instant;
  readonly lastModified: Instant;
  readonly resource: string;
}

/** The unique index that a second user of the same name would break. */
export const USER_NAME_CONSTRAINT = 'scim_user_name_key';

export interface UserRead extends ReadKey {
  readonly id: ScimUserId;
}

const readUsersStatement = {
  name: 'scim-read-users',
  text: `with request as materialized (
      select item.*, ${stateOf('item')} as state
      from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::uuid[]) with ordinality as item (workspace_id, credential_id, at, id, n)
    )
    select request.n::int - 1 as n, request.state, found.id is not null as found, found.*
    from request
    left join lateral (
      select scim_user.id, scim_user.version, scim_user.created_at as "createdAt", scim_user.last_modified as "lastModified",
        scim_user.resource::text as resource
      from scim_user
      where scim_user.workspace_id = request.workspace_id and scim_user.id = request.id and ${isLive('scim_user')}
      offset 0
    ) as found on request.state is not null`,
};

/** The users of several requests, each behind its own gate (I12), in their order. */
export async function readUsers(q: Queryable, reads: readonly UserRead[]): Promise<readonly Gated<StoredUser>[]> {
  type Row = StoredUser & { readonly n: number; readonly state: 'off' | 'on'; readonly found: boolean };
  const { rows } = await q.query<Row>(readUsersStatement, [
    reads.map(({ workspaceId }) => workspaceId),
    reads.map(({ credentialId }) => credentialId),
    reads.map(({ at }) => at),
    reads.map(({ id }) => id),
  ]);
  return gatedRows<StoredUser>(rows, reads.length);
}

/**
 * What the wire log says of claims where they are written; most users have none, or none that are new. They are looked at where they
 * are written, since what they come to depends on the catalogue; the push is taken whatever it is. One claim to a role that may be
 * granted, the usual case, needs no deciding.
 */
function roleNotes(areNew: string): string {
  const isPlain = `jsonb_array_length(changed.role_claims) = 1 and exists (
      select from role
      where role.workspace_id = changed.workspace_id and role.id = changed.role_claims -> 0 ->> 'value' and role.retired_at is null
        and role.directory_may_grant)`;
  return `case when ${areNew} and changed.role_claims <> '[]'::jsonb and not (${isPlain})
      then role_notes(changed.workspace_id, changed.role_claims) else '[]'::jsonb end`;
}

const USER_COLUMNS = `user_name text, user_name_key text, external_id text, display_name text, email_keys text[], employee_number text,
      active boolean, role_claims jsonb, resource jsonb`;

/** What a statement that changes users answers of each request. */
const CHANGED_ROWS = `select request.n, request.state, changed.n is not null as found, changed.version, changed.last_modified as "lastModified"
  from request left join changed on changed.n = request.n`;

/*
 * A state begins at `last_modified`, which never goes back, and not at the request's instant: requests that overtake one another
 * would else leave stretches that end before they begin.
 */
const insertUsersStatement = {
  name: 'scim-insert-users',
  text: `with ${requests(USER_COLUMNS)}, inserted as (
    insert into scim_user (workspace_id, id, user_name, user_name_key, external_id, display_name, email_keys, employee_number,
      active, role_claims, version, created_at, last_modified, resource)
    select request.workspace_id, request.subject_id, request.user_name, request.user_name_key, request.external_id, request.display_name,
      request.email_keys, request.employee_number, request.active, request.role_claims, 1, request.at, request.at, request.resource
    from request where request.state = 'on'
    on conflict (workspace_id, user_name_key) where deleted_at is null do nothing
    returning scim_user.id, scim_user.version, scim_user.last_modified
  ), changed as (
    select ${EVIDENCE}, request.active, request.role_claims, inserted.version, inserted.last_modified
    from inserted join request on request.subject_id = inserted.id
  ), stated as (
    insert into scim_user_state (workspace_id, scim_user_id, version, active, deleted, at, record_id)
    select changed.workspace_id, changed.subject_id, changed.version, changed.active, false, changed.last_modified,
      (changed.records -> 0 ->> 'id')::uuid
    from changed
  ), tallied as (
    insert into scim_user_tally (workspace_id, id, kind, n)
    select changed.workspace_id, changed.subject_id, 1, 1 from changed
  ), ${ledgerInserts()}, ${exchangeInsert({ subject: 'user_id', from: 'changed', tolerated: roleNotes('true') })}
  ${CHANGED_ROWS}`,
};

export interface NewUserRow {
  readonly evidence: Evidence;
  readonly resource: CanonicalObject;
}

/** Inserts users and their evidence. One whose name another live user has is not inserted: behind an open gate it has no row. */
export async function insertUsers(q: Queryable, users: readonly NewUserRow[]): Promise<readonly Gated<Changed>[]> {
  const writes = users.map(({ evidence, resource }) => ({ evidence, subject: columnsOf(resource) }));
  return changedRows(await q.query<ChangedRow>(insertUsersStatement, [writesParameter(writes)]), users.length);
}

/** Most changes leave `active` and the role as they are: they are spared the parts of a statement that only such a change needs. */
function updateStatement(name: string, { changesRole, changesState }: { readonly changesRole: boolean; readonly changesState: boolean }) {
  const stated = `stated as (
    insert into scim_user_state (workspace_id, scim_user_id, version, active, deleted, at, record_id)
    select changed.workspace_id, changed.subject_id, changed.version, changed.active, false, changed.last_modified, changed.state_record_id
    from changed
    where changed.state_record_id is not null
  ), ${ACCESS_ENDED}, `;
  const claimed = `claimed as (
    insert into scim_past_role (workspace_id, scim_user_id, version, role_claims, until)
    select changed.workspace_id, changed.subject_id, changed.version, changed.past_claims, changed.last_modified
    from changed
    where changed.past_claims is not null
  ), `;
  return {
    name,
    text: `with ${requests(`${USER_COLUMNS}, version bigint, state_record_id uuid, past_claims jsonb, object_ids uuid[], name_keys text[]`)}, changed as (
    update scim_user
    set user_name = request.user_name, user_name_key = request.user_name_key, external_id = request.external_id,
      display_name = request.display_name, email_keys = request.email_keys, employee_number = request.employee_number,
      active = request.active, role_claims = request.role_claims, resource = request.resource,
      version = scim_user.version + 1, last_modified = greatest(scim_user.last_modified, request.at)
    from request
    where request.state = 'on' and scim_user.workspace_id = request.workspace_id and scim_user.id = request.subject_id
      and scim_user.version = request.version and ${isLive('scim_user')}
    returning ${EVIDENCE}, request.active, request.role_claims, request.past_claims, request.state_record_id, request.object_ids,
      request.name_keys, scim_user.version, scim_user.last_modified
  ), ${changesState ? stated : ''}${changesRole ? claimed : ''}${ledgerInserts(changesState ? WHEN_ACCESS_ENDED : undefined)},
  ${exchangeInsert({ subject: 'user_id', from: 'changed', tolerated: roleNotes('changed.past_claims is not null') })}
  ${CHANGED_ROWS}`,
  };
}

const updateStatements = [
  updateStatement('scim-update-users', { changesState: false, changesRole: false }),
  updateStatement('scim-update-user-states', { changesState: true, changesRole: false }),
  updateStatement('scim-update-user-roles', { changesState: false, changesRole: true }),
  updateStatement('scim-update-user-states-and-roles', { changesState: true, changesRole: true }),
] as const;

export interface UserUpdate {
  readonly evidence: Evidence;
  readonly resource: CanonicalObject;
  /** The version that the new resource was planned on: another one in the row means a miss. */
  readonly version: number;
  /** The ledger record of a change of `active`; undefined when it did not change. */
  readonly stateRecordId: string | undefined;
  /** The resource as it was: whose access a deactivation ends is told by what the user was as much as by what it becomes. */
  readonly before: CanonicalObject;
  /** Whether the request changed what is claimed of the role. */
  readonly hasNewClaims: boolean;
}

/**
 * Updates users and their evidence where the row still has the version; each user may stand in `updates` once.
 * Throws a violation of `scim_user_name_key` when a new name is another's.
 */
export async function updateUsers(q: Queryable, updates: readonly UserUpdate[]): Promise<readonly Gated<Changed>[]> {
  const writes = updates.map(({ before, evidence, resource, version, stateRecordId, hasNewClaims }) => ({
    evidence,
    subject: {
      ...columnsOf(resource),
      version,
      state_record_id: stateRecordId,
      ...(hasNewClaims && { past_claims: roleClaims(before) }),
      ...(stateRecordId === undefined ? {} : identifiedBy(before, resource)),
    },
  }));
  const changesState = updates.some(({ stateRecordId }) => stateRecordId !== undefined);
  const changesRole = updates.some(({ hasNewClaims }) => hasNewClaims);
  const [plain, ofStates, ofRoles, ofBoth] = updateStatements;
  const statement = changesRole ? (changesState ? ofBoth : ofRoles) : changesState ? ofStates : plain;
  return changedRows(await q.query<ChangedRow>(statement, [writesParameter(writes)]), updates.length);
}

/** By what a user's person may be known: object ids and names that the resources have. */
function identifiedBy(...resources: readonly CanonicalObject[]) {
  const textsOf = (name: string) => resources.flatMap((resource) => textOf(resource[name]) ?? []);
  return {
    object_ids: textsOf('externalId').filter(isUuid),
    name_keys: textsOf('userName').map(caseFolded),
  };
}

const UUID_FORM = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';

const deleteUserStatement = {
  name: 'scim-delete-user',
  text: `with ${requests('versions bigint[]')}, changed as (
    update scim_user
    set active = false, resource = scim_user.resource || '{"active": false}'::jsonb, deleted_at = request.at,
      version = scim_user.version + 1, last_modified = greatest(scim_user.last_modified, request.at)
    from request
    where request.state = 'on' and scim_user.workspace_id = request.workspace_id and scim_user.id = request.subject_id
      and ${isLive('scim_user')} and (request.versions is null or scim_user.version = any(request.versions))
    returning ${EVIDENCE}, false as active, scim_user.version, scim_user.last_modified, array[scim_user.user_name_key] as name_keys,
      case when scim_user.external_id ~* '${UUID_FORM}' then array[scim_user.external_id::uuid] else '{}'::uuid[] end as object_ids
  ), stated as (
    insert into scim_user_state (workspace_id, scim_user_id, version, active, deleted, at, record_id)
    select changed.workspace_id, changed.subject_id, changed.version, false, true, changed.last_modified, (changed.records -> 0 ->> 'id')::uuid
    from changed
  ), tallied as (
    insert into scim_user_tally (workspace_id, id, kind, n)
    select changed.workspace_id, changed.subject_id, 2, -1 from changed
  ), ${ACCESS_ENDED}, ${ledgerInserts(WHEN_ACCESS_ENDED)}, ${exchangeInsert({ subject: 'user_id', from: 'changed' })}
  ${CHANGED_ROWS}`,
};

/**
 * Leaves a tombstone. `versions` are those that If-Match names; undefined names none: nothing that happens to the user meanwhile
 * may save it from deletion (I1).
 */
export async function deleteUser(q: Queryable, evidence: Evidence, versions: readonly number[] | undefined): Promise<Gated<Changed>> {
  const parameter = writesParameter([{ evidence, subject: { versions } }]);
  const [deleted] = changedRows(await q.query<ChangedRow>(deleteUserStatement, [parameter]), 1);
  return deleted ?? { state: undefined, row: undefined };
}

/** Waits for the row and holds it until the transaction ends, so that the next plan cannot miss. */
export async function lockUser(tx: Queryable, workspaceId: WorkspaceId, id: ScimUserId): Promise<void> {
  await tx.query('select 1 from scim_user where scim_user.workspace_id = $1 and scim_user.id = $2 for no key update', [workspaceId, id]);
}

export interface Changed {
  readonly version: number;
  readonly lastModified: Instant;
}

type ChangedRow = Changed & { readonly n: number; readonly state: 'off' | 'on' | null; readonly found: boolean };

function changedRows({ rows }: { readonly rows: readonly ChangedRow[] }, count: number): readonly Gated<Changed>[] {
  return gatedRows<Changed>(rows, count);
}

function columnsOf(resource: CanonicalObject): Readonly<Record<string, unknown>> {
  const userName = textOf(resource['userName']) ?? '';
  return {
    user_name: userName,
    user_name_key: caseFolded(userName),
    external_id: textOf(resource['externalId']),
    display_name: textOf(resource['displayName']),
    email_keys: emailKeys(resource, caseFolded(userName)),
    employee_number: textOf(attributeValue(resource, EMPLOYEE_NUMBER_ATTRIBUTE)),
    active: resource['active'] === true,
    role_claims: roleClaims(resource),
    resource,
  };
}

/** As they were sent, by which SCIM finds them, and with their domains for the wire, by which they are matched; the name's, too, where that differs. */
function emailKeys(resource: CanonicalObject, userNameKey: string): readonly string[] {
  const emails: unknown = resource['emails'];
  const values = Array.isArray(emails) ? emails.map((email: { value?: unknown }) => email.value) : [];
  const folded = values.filter((value) => typeof value === 'string').map(caseFolded);
  const ascii = [userNameKey].map(asciiDomain).filter((key) => key !== userNameKey);
  return [...new Set([...folded, ...folded.map(asciiDomain), ...ascii])];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
