import type { CanonicalObject, Instant, ScimUserId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { attributeValue, EMPLOYEE_NUMBER_ATTRIBUTE, ROLE_ATTRIBUTE } from './attribute-value.ts';
import { type Evidence, evidenceValues, exchangeInsert, GATE, ledgerInserts } from './gated-write-store.ts';
import { isLive } from './live-row-store.ts';

/** A live user as it is stored. */
export interface StoredUser {
  readonly id: ScimUserId;
  readonly version: number;
  readonly createdAt: Instant;
  readonly lastModified: Instant;
  readonly resource: CanonicalObject;
}

/** What a statement behind the gate answers; `state` is undefined when the credential is no longer live. */
export interface Gated<Row> {
  readonly state: 'off' | 'on' | undefined;
  readonly row: Row | undefined;
}

/** The unique index that a second user of the same name would break. */
export const USER_NAME_CONSTRAINT = 'scim_user_name_key';

export interface ReadKey {
  readonly workspaceId: WorkspaceId;
  readonly credentialId: string;
  readonly at: Instant;
}

const readUserStatement = {
  name: 'scim-read-user',
  text: `with ${GATE}
    select gate.state, scim_user.id, scim_user.version, scim_user.created_at as "createdAt",
      scim_user.last_modified as "lastModified", scim_user.resource
    from gate
    left join scim_user on scim_user.workspace_id = $1 and scim_user.id = $4::uuid and ${isLive('scim_user')}`,
};

export async function readUser(q: Queryable, { workspaceId, credentialId, at }: ReadKey, id: ScimUserId): Promise<Gated<StoredUser>> {
  type Row = { state: 'off' | 'on' } & (StoredUser | { id: null });
  const { rows } = await q.query<Row>(readUserStatement, [workspaceId, credentialId, at, id]);
  const [row] = rows;
  return { state: row?.state, row: row === undefined || row.id === null ? undefined : row };
}

/** The role is looked up where it is written: one that the catalogue does not have grants nothing, and the wire log says so. */
function unknownRole(parameter: string): string {
  return `case when ${parameter}::text is not null and not exists (
      select from role where role.workspace_id = $1::uuid and role.id = ${parameter}::text and role.retired_at is null
    ) then '[{"quirk": "unknown-role", "path": "rbac_role_id"}]'::jsonb else '[]'::jsonb end`;
}

/*
 * A state begins at `last_modified`, which never goes back, and not at $3: requests that overtake one another would else leave
 * stretches that end before they begin.
 */
const insertUserStatement = {
  name: 'scim-insert-user',
  text: `with ${GATE}, changed as (
    insert into scim_user (workspace_id, id, user_name, user_name_key, external_id, display_name, email_keys, employee_number,
      active, rbac_role_id, version, created_at, last_modified, resource)
    select $1::uuid, $11::uuid, $22::text, $23::text, $24::text, $25::text, $26::text[], $27::text, $28::boolean, $29::text,
      1, $3::timestamptz, $3::timestamptz, $30::jsonb
    from gate where gate.state = 'on'
    returning scim_user.id, scim_user.version, scim_user.last_modified
  ), stated as (
    insert into scim_user_state (workspace_id, scim_user_id, version, active, deleted, at, record_id)
    select $1::uuid, changed.id, changed.version, $28::boolean, false, changed.last_modified, ($13::uuid[])[1] from changed
  ), ${ledgerInserts('changed on true')}, ${exchangeInsert('changed', { tolerated: unknownRole('$29') })}
  select gate.state, changed.version, changed.last_modified as "lastModified" from gate left join changed on true`,
};

/** Inserts a user and its evidence. Throws a violation of `scim_user_name_key` when another live user has the name. */
export async function insertUser(q: Queryable, evidence: Evidence, resource: CanonicalObject): Promise<Gated<Changed>> {
  return changedRow(await q.query<ChangedRow>(insertUserStatement, [...evidenceValues(evidence), ...columnValues(resource)]));
}

const updateUserStatement = {
  name: 'scim-update-user',
  text: `with ${GATE}, changed as (
    update scim_user
    set user_name = $22::text, user_name_key = $23::text, external_id = $24::text, display_name = $25::text, email_keys = $26::text[],
      employee_number = $27::text, active = $28::boolean, rbac_role_id = $29::text, resource = $30::jsonb,
      version = scim_user.version + 1, last_modified = greatest(scim_user.last_modified, $3::timestamptz)
    from gate
    where gate.state = 'on' and scim_user.workspace_id = $1::uuid and scim_user.id = $11::uuid
      and scim_user.version = $31::bigint and ${isLive('scim_user')}
    returning scim_user.id, scim_user.version, scim_user.last_modified
  ), stated as (
    insert into scim_user_state (workspace_id, scim_user_id, version, active, deleted, at, record_id)
    select $1::uuid, changed.id, changed.version, $28::boolean, false, changed.last_modified, $32::uuid from changed where $32::uuid is not null
  ), ${ledgerInserts('changed on true')}, ${exchangeInsert('changed', { tolerated: unknownRole('$33') })}
  select gate.state, changed.version, changed.last_modified as "lastModified" from gate left join changed on true`,
};

export interface UserUpdate {
  readonly resource: CanonicalObject;
  /** The version that the new resource was planned on: another one in the row means a miss. */
  readonly version: number;
  /** The ledger record of a change of `active`; undefined when it did not change. */
  readonly stateRecordId: string | undefined;
  /** Whether the request set the role. */
  readonly hasNewRole: boolean;
}

/** Updates a user and its evidence when the row still has the version. Throws a violation of `scim_user_name_key`. */
export async function updateUser(q: Queryable, evidence: Evidence, update: UserUpdate): Promise<Gated<Changed>> {
  const { resource, version, stateRecordId, hasNewRole } = update;
  const role = hasNewRole ? roleOf(resource) : null;
  const values = [...evidenceValues(evidence), ...columnValues(resource), version, stateRecordId ?? null, role];
  return changedRow(await q.query<ChangedRow>(updateUserStatement, values));
}

const deleteUserStatement = {
  name: 'scim-delete-user',
  text: `with ${GATE}, changed as (
    update scim_user
    set active = false, resource = scim_user.resource || '{"active": false}'::jsonb, deleted_at = $3::timestamptz,
      version = scim_user.version + 1, last_modified = greatest(scim_user.last_modified, $3::timestamptz)
    from gate
    where gate.state = 'on' and scim_user.workspace_id = $1::uuid and scim_user.id = $11::uuid and ${isLive('scim_user')}
    returning scim_user.id, scim_user.version, scim_user.last_modified
  ), stated as (
    insert into scim_user_state (workspace_id, scim_user_id, version, active, deleted, at, record_id)
    select $1::uuid, changed.id, changed.version, false, true, changed.last_modified, ($13::uuid[])[1] from changed
  ), ${ledgerInserts('changed on true')}, ${exchangeInsert('changed')}
  select gate.state, changed.version, changed.last_modified as "lastModified" from gate left join changed on true`,
};

/** Leaves a tombstone. It names no version: nothing that happens to the user meanwhile may save it from deletion (I1). */
export async function deleteUser(q: Queryable, evidence: Evidence): Promise<Gated<Changed>> {
  return changedRow(await q.query<ChangedRow>(deleteUserStatement, [...evidenceValues(evidence)]));
}

/** Waits for the row and holds it until the transaction ends, so that the next plan cannot miss. */
export async function lockUser(tx: Queryable, workspaceId: WorkspaceId, id: ScimUserId): Promise<void> {
  await tx.query('select 1 from scim_user where scim_user.workspace_id = $1 and scim_user.id = $2 for no key update', [workspaceId, id]);
}

export interface Changed {
  readonly version: number;
  readonly lastModified: Instant;
}

type ChangedRow = { readonly state: 'off' | 'on' } & (Changed | { readonly version: null });

function changedRow({ rows }: { readonly rows: readonly ChangedRow[] }): Gated<Changed> {
  const [row] = rows;
  return { state: row?.state, row: row === undefined || row.version === null ? undefined : row };
}

function columnValues(resource: CanonicalObject): readonly unknown[] {
  const userName = textOf(resource['userName']) ?? '';
  return [
    userName,
    userName.toLowerCase(),
    textOf(resource['externalId']),
    textOf(resource['displayName']),
    emailKeys(resource),
    textOf(attributeValue(resource, EMPLOYEE_NUMBER_ATTRIBUTE)),
    resource['active'] === true,
    roleOf(resource),
    JSON.stringify(resource),
  ];
}

function roleOf(resource: CanonicalObject): string | null {
  return textOf(attributeValue(resource, ROLE_ATTRIBUTE));
}

function emailKeys(resource: CanonicalObject): readonly string[] {
  const emails: unknown = resource['emails'];
  const values = Array.isArray(emails) ? emails.map((email: { value?: unknown }) => email.value) : [];
  return [...new Set(values.filter((value) => typeof value === 'string').map((value) => value.toLowerCase()))];
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
