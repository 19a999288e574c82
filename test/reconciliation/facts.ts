import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { REPLICATION_ALLOWANCE_MS } from '../../src/directory/index.ts';
import { addressKey, caseFolded, HOUR_MS, type Instant, newId, plusMs, type WorkspaceId } from '../../src/kernel/index.ts';
import { type Database, createSecretBox } from '../../src/platform/index.ts';
import { importRoster } from '../../src/roster/index.ts';
import { slicesOf } from '../../src/roster/decode-roster-file.ts';
import { readerOf } from '../../src/roster/roster-reader.ts';
import { ENTERPRISE_USER_URN } from '../../src/scim-protocol/index.ts';
import type { SteppingClock } from '../support/clock.ts';
import { insertWorkspace } from '../support/workspace.ts';

type DirectoryState = 'enabled' | 'disabled' | 'soft_deleted' | 'hard_deleted' | 'vanished';

export interface StretchGiven {
  readonly state: DirectoryState;
  readonly from: Instant;
  /** Left out: it goes on. */
  readonly to?: Instant;
  readonly exact?: boolean;
}

export interface AccountGiven {
  readonly upn: string;
  readonly employeeId?: string;
  readonly objectId?: string;
  /** The connection that shows it; left out: the workspace's first. */
  readonly connectionId?: string;
  readonly createdAt?: Instant;
  readonly inScope?: boolean;
  readonly assigned?: boolean;
  /** Value of the app role that it is assigned. */
  readonly appRole?: string;
  readonly mail?: string;
  /** Addresses that the user entered. */
  readonly otherMails?: readonly string[];
  readonly displayName?: string;
  /** Addresses that it has or had beside its name. */
  readonly aliases?: readonly AliasGiven[];
  readonly stretches: readonly StretchGiven[];
}

export interface AliasGiven {
  readonly address: string;
  /** The last look that showed the account without it; left out: nobody looked before. */
  readonly notBefore?: Instant;
  readonly from: Instant;
  /** Left out: the account has it still. */
  readonly to?: Instant;
}

export interface AuditGiven {
  readonly at: Instant;
  readonly ledTo: 'enabled' | 'disabled' | 'soft_deleted' | 'restored';
}

export interface ScimGiven {
  readonly userName: string;
  readonly externalId?: string;
  readonly employeeNumber?: string;
  readonly displayName?: string;
  /** The SCIM user whom Entra provisioned as the manager. */
  readonly manager?: string;
  /** `rbac_role_id` as received. */
  readonly role?: string;
  /** What it became, and when. */
  readonly states: readonly { readonly at: Instant; readonly is: 'active' | 'inactive' | 'deleted' }[];
}

/** Facts that other rooms record, written as the tables' owner; every observation has a record id of its own. */
export interface Facts {
  readonly workspaceId: WorkspaceId;
  readonly connectionId: string;
  /** HR rows, with everybody else as they were: `employee_id,work_email,start_date,end_date[,last_day_worked[,status[,time_zone[,worker_type[,manager_employee_id]]]]]`. */
  roster(...rows: readonly string[]): Promise<void>;
  /** HR rows that hold everybody; `full`: and are declared to. */
  everybody(rows: readonly string[], options?: { readonly full?: boolean }): Promise<void>;
  /** Moves the last complete look; it goes along with every open stretch. */
  looked(at: Instant): Promise<void>;
  account(given: AccountGiven): Promise<{ readonly accountId: string; readonly objectId: string; readonly records: readonly string[] }>;
  /** What the directory's audit log says of an account; it was read without a hole from the first entry on. Returns the records. */
  audited(objectId: string, entries: readonly AuditGiven[]): Promise<readonly string[]>;
  /** A sign-in of an account of the directory as a SCIM user. */
  signedIn(objectId: string, userId: string): Promise<void>;
  scim(given: ScimGiven): Promise<{ readonly userId: string; readonly records: readonly string[] }>;
}

const HEADER = 'employee_id,work_email,start_date,end_date,last_day_worked,status,time_zone,worker_type,manager_employee_id,display_name';
const secretBox = createSecretBox(randomBytes(32));

export interface FactsDependencies {
  readonly database: Database;
  readonly owner: Database;
  readonly clock: SteppingClock;
}

export async function givenFacts(deps: FactsDependencies): Promise<Facts> {
  const { owner, clock } = deps;
  const workspaceId = await insertWorkspace(owner, clock.now());
  const connectionId = await insertConnection(owner, workspaceId, clock.now());
  const scope = { workspaceId, connectionId };
  return {
    ...scope,
    roster: (...rows) => importRows(deps, workspaceId, rows, { full: false, partial: true, elseUnchanged: true }),
    everybody: (rows, { full = false } = {}) => importRows(deps, workspaceId, rows, { full, partial: false, elseUnchanged: false }),
    looked: (at) => look(owner, scope, at),
    account: ({ connectionId: shownBy = connectionId, ...given }) => insertAccount(owner, { workspaceId, connectionId: shownBy }, given),
    audited: (objectId, entries) => insertAudits(owner, { ...scope, objectId }, entries),
    signedIn: async (objectId, userId) => {
      await owner.query(
        `insert into identity_link (workspace_id, tenant_id, object_id, scim_user_id, linked_by, linked_at)
         select workspace_id, tenant_id, $2, $3, 'userName', $4 from directory_connection where workspace_id = $1`,
        [workspaceId, objectId, userId, clock.now()],
      );
    },
    scim: (given) => insertScimUser(owner, workspaceId, given),
  };
}

async function importRows(
  { database, clock }: FactsDependencies,
  workspaceId: WorkspaceId,
  rows: readonly string[],
  holds: { readonly full: boolean; readonly partial: boolean; readonly elseUnchanged: boolean },
): Promise<void> {
  const bytes = Buffer.from([HEADER, ...rows.map(withName)].join('\n'));
  await importRoster({ database, clock, secretBox }, workspaceId, {
    source: 'file',
    bytes,
    read: readerOf('file', slicesOf(bytes)),
    actor: 'system',
    ...holds,
    allowRejected: false,
  });
}

/** Fills up the cells, and gives the person a name made of the employee id. */
function withName(row: string): string {
  const cells = row.split(',');
  return [...cells, ...Array.from({ length: 9 - cells.length }, () => ''), `Person ${cells[0]}`].join(',');
}

interface Scope {
  readonly workspaceId: WorkspaceId;
  readonly connectionId: string;
}

/** A connection whose first run is complete. */
async function insertConnection(owner: Database, workspaceId: WorkspaceId, at: Instant): Promise<string> {
  const id = newId<'directory-connection'>(at);
  await owner.query(
    `insert into directory_connection (workspace_id, id, cloud, tenant_id, client_id, scim_app_id, created_at, created_by)
     values ($1, $2, 'commercial', $3, $4, $5, $6, 'system')`,
    [workspaceId, id, randomUUID(), randomUUID(), randomUUID(), at],
  );
  await look(owner, { workspaceId, connectionId: id }, at);
  return id;
}

async function look(owner: Database, { workspaceId, connectionId }: Scope, at: Instant): Promise<void> {
  const runId = newId<'directory-run'>(at);
  await owner.query(
    `insert into directory_run (workspace_id, id, connection_id, state, requested_at, requested_by, started_at, look_from, look_to, finished_at, counts)
     values ($1, $2, $3, 'complete', $4, 'system', $4, $4, $4, $4, '{}')`,
    [workspaceId, runId, connectionId, at],
  );
  await owner.query(
    `update directory_connection set last_complete_run_id = $3, last_complete_requested_at = $4, confirmed_until = $4::timestamptz - interval '5 minutes',
       assigned_app_id = scim_app_id
     where workspace_id = $1 and id = $2`,
    [workspaceId, connectionId, runId, at],
  );
}

async function insertAccount(owner: Database, scope: Scope, given: AccountGiven) {
  const { workspaceId, connectionId } = scope;
  const { objectId = randomUUID(), inScope = true, assigned = true, aliases: held = [] } = given;
  const state = given.stretches.at(-1)?.state;
  const { rows } = await owner.query<{ account_id: string }>(
    `insert into directory_account (workspace_id, connection_id, object_id, user_principal_name, employee_id, address_keys, created_date_time,
       account_enabled, attributes, row_hash, state, in_scope, scope_state, first_run_id, last_run_id, mail, display_name)
     values ($1, $2, $3, $4, $5, array[$17] || $13::text[], $6, $7, $16, $8, $9, $10, $11, $12, $12, $14, $15)
     returning account_id`,
    [
      workspaceId,
      connectionId,
      objectId,
      given.upn,
      given.employeeId,
      given.createdAt,
      state === 'enabled',
      createHash('sha256').update(objectId).digest(),
      state,
      inScope,
      inScope ? 'in_scope' : 'out_of_scope',
      randomUUID(),
      [...held.filter(({ to }) => to === undefined).map(({ address }) => address), ...(given.mail === undefined ? [] : [given.mail])],
      given.mail,
      given.displayName,
      JSON.stringify({ otherMails: given.otherMails ?? [] }),
      addressKey(given.upn),
    ],
  );
  await insertAliases(owner, { ...scope, objectId }, held);
  const records = await insertStretches(owner, { ...scope, objectId }, given.stretches);
  if (assigned) {
    await owner.query(
      `insert into directory_app_assignment (workspace_id, connection_id, assignment_id, principal_id, principal_type, app_role_id, app_role_value)
       values ($1, $2, $3, $4, 'User', $5, $6)`,
      [workspaceId, connectionId, randomUUID(), objectId, randomUUID(), given.appRole],
    );
  }
  return { accountId: rows[0]?.account_id ?? '', objectId, records };
}

async function insertStretches(owner: Database, account: Scope & { readonly objectId: string }, stretches: readonly StretchGiven[]) {
  const records = stretches.map(() => randomUUID());
  for (const [index, { state, from, to, exact }] of stretches.entries()) {
    const notBefore = exact === true ? from : stretches[index - 1]?.to;
    const seenFrom = exact === true || state === 'enabled' ? from : plusMs(from, -REPLICATION_ALLOWANCE_MS);
    await owner.query(
      `insert into directory_observation (workspace_id, connection_id, object_id, ordinal, state, not_before, observed_at,
         confirmed_until, seen_from, source, run_id, record_id)
       values ($1, $2, $3, $4, $5, $6, $7, case when $8::timestamptz is not null then greatest($9, $8::timestamptz - interval '5 minutes') end, $9, 'full', $10, $11)`,
      [
        account.workspaceId,
        account.connectionId,
        account.objectId,
        index + 1,
        state,
        notBefore,
        from,
        to,
        seenFrom,
        randomUUID(),
        records[index],
      ],
    );
  }
  return records;
}

async function insertAliases(owner: Database, account: Scope & { readonly objectId: string }, aliases: readonly AliasGiven[]) {
  for (const [index, { address, notBefore, from, to }] of aliases.entries()) {
    await owner.query(
      `insert into directory_alias (workspace_id, connection_id, object_id, address_key, ordinal, not_before, observed_at, confirmed_until)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [account.workspaceId, account.connectionId, account.objectId, address, index + 1, notBefore, from, to],
    );
  }
}

async function insertAudits(owner: Database, account: Scope & { readonly objectId: string }, entries: readonly AuditGiven[]) {
  const { workspaceId, connectionId, objectId } = account;
  const records = entries.map(() => randomUUID());
  for (const [index, { at, ledTo }] of entries.entries()) {
    await owner.query(
      `insert into directory_audit_event (workspace_id, connection_id, id, object_id, led_to, at, raw_sha256, run_id, record_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [workspaceId, connectionId, randomUUID(), objectId, ledTo, at, Buffer.of(0), randomUUID(), records[index]],
    );
  }
  await owner.query(`insert into directory_audit_window (workspace_id, connection_id, looked_from, looked_until) values ($1, $2, $3, $4)`, [
    workspaceId,
    connectionId,
    entries[0]?.at,
    '2027-01-01T00:00:00Z',
  ]);
  return records;
}

async function insertScimUser(owner: Database, workspaceId: WorkspaceId, given: ScimGiven) {
  const userId = newId<'scim-user'>(given.states[0]?.at ?? ('2026-01-01T00:00:00.000Z' as Instant));
  const last = given.states.at(-1);
  const first = given.states[0]?.at;
  await owner.query(
    `insert into scim_user (workspace_id, id, user_name, user_name_key, external_id, email_keys, employee_number, active, version, created_at,
       last_modified, deleted_at, resource, role_claims, display_name)
     values ($1, $2, $3, $14, $4, array[$14, $15], $5, $6, $7, $8, $9, $10, $12, $11, $13)`,
    [
      workspaceId,
      userId,
      given.userName,
      given.externalId ?? null,
      given.employeeNumber ?? null,
      last?.is === 'active',
      given.states.length,
      first,
      last?.at,
      last?.is === 'deleted' ? last.at : null,
      JSON.stringify(given.role === undefined ? [] : [{ source: 'extension', value: given.role }]),
      JSON.stringify(given.manager === undefined ? {} : { [ENTERPRISE_USER_URN]: { manager: { value: given.manager } } }),
      given.displayName,
      caseFolded(given.userName),
      addressKey(given.userName),
    ],
  );
  return { userId, records: await insertStates(owner, { workspaceId, userId }, given.states) };
}

async function insertStates(
  owner: Database,
  { workspaceId, userId }: { readonly workspaceId: WorkspaceId; readonly userId: string },
  states: ScimGiven['states'],
) {
  const records = states.map(() => randomUUID());
  for (const [index, state] of states.entries()) {
    await owner.query(
      'insert into scim_user_state (workspace_id, scim_user_id, version, active, deleted, at, record_id) values ($1, $2, $3, $4, $5, $6, $7)',
      [workspaceId, userId, index + 1, state.is === 'active', state.is === 'deleted', state.at, records[index]],
    );
  }
  return records;
}

/** Noon of the day on which the stories are judged. Under the policy of 24 h, "ended on the 9th" is due at midnight after the 10th. */
export const NOW = '2026-03-10T12:00:00.000Z' as Instant;

/** Long before any end: accounts and policy go back to it. */
export const LONG_AGO = '2026-01-05T08:00:00.000Z' as Instant;

/** A day of March 2026 at an hour, in UTC. */
export function march(day: number, hour = 0): Instant {
  return plusMs('2026-03-01T00:00:00.000Z' as Instant, ((day - 1) * 24 + hour) * HOUR_MS);
}

/** Ann, on the roster as employee 1, with the end that HR gives. */
export function ann(end: string): string {
  return `1,ann@contoso.example,2020-01-01,${end}`;
}

export const annsAccount = { upn: 'ann@contoso.example', employeeId: '1' };

/** Turns the SCIM switch on behind the gate's back: here only the row counts, the gate has its own tests. */
export async function switchOn(owner: Database, workspaceId: WorkspaceId): Promise<void> {
  const connectionId = randomUUID();
  await owner.transaction(async (tx) => {
    await tx.query(
      `insert into sso_connection (workspace_id, id, protocol, tenant_id, client_id, issuer, client_secret_sealed, fingerprint, created_at, created_by)
       values ($1, $2, 'oidc', $2, 'client', 'issuer', '\\x00', sha256('\\x00'), $3, 'system')`,
      [workspaceId, connectionId, NOW],
    );
    await tx.query('alter table scim_switch disable trigger scim_switch_gate');
    await tx.query("update scim_switch set state = 'on', sso_connection_id = $2 where workspace_id = $1", [workspaceId, connectionId]);
    await tx.query('alter table scim_switch enable trigger scim_switch_gate');
  });
}

/** The leaves of a workspace's ledger whose type begins so, in order. */
export async function leavesOf(owner: Database, workspaceId: WorkspaceId, type: string): Promise<readonly Leaf[]> {
  const { rows } = await owner.query<{ leaf: Buffer }>(
    'select leaf from ledger_record where workspace_id = $1 and type like $2 order by ord',
    [workspaceId, `${type}%`],
  );
  return rows.map(({ leaf }) => JSON.parse(leaf.toString('utf8')) as Leaf);
}

export interface Leaf {
  readonly id: string;
  readonly type: string;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly [member: string]: unknown;
}
