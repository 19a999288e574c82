import { randomUUID } from 'node:crypto';
import type { Instant, WorkspaceId } from '../../src/kernel/index.ts';
import { append } from '../../src/ledger/index.ts';
import type { Database, Queryable } from '../../src/platform/index.ts';

/** What the switch stands on, row by row, as other rooms would have written it. */
export interface Rows {
  ssoConnection(state?: 'candidate' | 'active'): Promise<string>;
  verification(connectionId: string): Promise<void>;
  credential(given?: { readonly revokedAt?: Instant; readonly expiresAt?: Instant }): Promise<void>;
  directory(given?: { readonly isRead?: boolean; readonly knowsApplication?: boolean }): Promise<Directory>;
  /** Somebody of HR's roster, by employee id and mail; employed until that day, or still. */
  person(given: PersonGiven): Promise<void>;
  scimUser(objectId: string, given?: { readonly active?: boolean; readonly isDeleted?: boolean }): Promise<void>;
}

interface PersonGiven {
  readonly employeeId?: string;
  readonly mail?: string;
  readonly endDate?: string;
  /** Between these rosters, where a roster of everybody left them out. */
  readonly endedBetween?: readonly [from: string, to: string];
}

interface AccountGiven {
  readonly inScope?: boolean;
  readonly state?: string;
  readonly employeeId?: string;
  readonly addresses?: readonly string[];
  readonly userType?: string;
}

export interface Directory {
  readonly connectionId: string;
  account(name: string, given?: AccountGiven): Promise<string>;
  group(members: readonly string[], given?: { readonly isGone?: boolean }): Promise<string>;
  assign(principalId: string, given?: { readonly type?: string; readonly role?: string }): Promise<void>;
}

const tenantId = '11111111-1111-4111-8111-111111111111';

/** `q` is the owner of the tables. */
export function rowsOf(q: Database, workspaceId: WorkspaceId, at: Instant): Rows {
  return {
    ssoConnection: async (state = 'active') => {
      const id = randomUUID();
      await q.query(
        `insert into sso_connection
           (workspace_id, id, protocol, tenant_id, client_id, issuer, client_secret_sealed, fingerprint, state, created_at, created_by)
         values ($1, $2, 'oidc', $3, 'c', 'https://login.example/v2.0', 's', sha256($4), $5, $6, 'system')`,
        [workspaceId, id, tenantId, Buffer.from(id), state, at],
      );
      return id;
    },
    verification: (connectionId) => insertVerification(q, workspaceId, { connectionId, at }),
    credential: async ({ revokedAt, expiresAt } = {}) => {
      await q.query(
        `insert into scim_credential (workspace_id, id, label, token_hash, created_at, created_by, expires_at, revoked_at)
         values ($1, $2, 'Entra', $3, $4, 'system', $5, $6)`,
        [workspaceId, randomUUID(), Buffer.from(randomUUID()), at, expiresAt ?? null, revokedAt ?? null],
      );
    },
    person: (given) => insertPerson(q, workspaceId, { at, ...given }),
    directory: (given) => insertDirectory(q, workspaceId, { at, ...given }),
    scimUser: async (objectId, { active = true, isDeleted = false } = {}) => {
      await q.query(
        `insert into scim_user (workspace_id, id, user_name, user_name_key, external_id, email_keys, active, version, created_at, last_modified, deleted_at, resource)
         values ($1, $2, $3, $3, $4, '{}', $5, 1, $6, $6, $7, '{}')`,
        [workspaceId, randomUUID(), `${randomUUID()}@contoso.example`, objectId, active, at, isDeleted ? at : null],
      );
    },
  };
}

async function insertVerification(q: Database, workspaceId: WorkspaceId, given: { connectionId: string; at: Instant }): Promise<void> {
  const administratorId = randomUUID();
  const roles = `($1, 'admin', 'A', 1, $2), ($1, 'employee', 'E', 0, $2)`;
  await q.query(`insert into role (workspace_id, id, name, rank, created_at) values ${roles} on conflict do nothing`, [
    workspaceId,
    given.at,
  ]);
  await q.query(
    `insert into administrator (workspace_id, id, email, email_key, role_id, invited_at, invited_by, invitation_hash, invitation_expires_at,
       invitation_revoked_at, bound_at, tenant_id, object_id)
     values ($1, $2, $3, $3, 'admin', $4, 'system', sha256($5), $4, $4, $4, $6, $2)`,
    [workspaceId, administratorId, `${administratorId}@contoso.example`, given.at, Buffer.from(administratorId), tenantId],
  );
  await q.transaction(async (tx) => {
    await tx.query(
      `insert into sso_verification (workspace_id, id, connection_id, fingerprint, administrator_id, tenant_id, object_id, issuer, verified_at)
       select workspace_id, $3, id, fingerprint, $4, tenant_id, $4, issuer, $5 from sso_connection where workspace_id = $1 and id = $2`,
      [workspaceId, given.connectionId, randomUUID(), administratorId, given.at],
    );
    const subject = { kind: 'sso-connection', id: given.connectionId };
    await append(tx, workspaceId, [{ type: 'sso.verified', at: given.at, actor: `administrator:${administratorId}`, subject }]);
  });
}

async function insertPerson(q: Queryable, workspaceId: WorkspaceId, given: PersonGiven & { readonly at: Instant }): Promise<void> {
  const id = randomUUID();
  const importId = randomUUID();
  const { at, employeeId = id, mail = `${id}@contoso.example`, endDate, endedBetween } = given;
  const isTold = endDate !== undefined || endedBetween !== undefined;
  await q.query(
    `insert into person (workspace_id, id, employee_id, work_email, email_key, created_at, changed_at) values ($1, $2, $3, $4, lower($4), $5, $5)`,
    [workspaceId, id, employeeId, mail, at],
  );
  await q.query(
    `insert into roster_import (workspace_id, id, imported_at, imported_by, file_sha256, file_bytes, sealed_file, record_id, full_roster, row_count, added, changed, ended,
       rehired, unchanged, rejected)
     values ($1, $2, $3, 'system', sha256('x'), 1, 'x', $2, false, 1, 1, 0, 0, 0, 0, 0)`,
    [workspaceId, importId, at],
  );
  await q.query(
    `insert into employment_period (workspace_id, id, person_id, start_date, end_date, status, worker_type, hr_recorded_at, import_id, row_number, record_id,
                                    ended_from, ended_to)
     values ($1, $2, $3, '2020-01-01', $4, 'active', 'employee', $5, $6, 1, $7, $8, $9)`,
    [
      workspaceId,
      randomUUID(),
      id,
      endDate ?? null,
      isTold ? at : null,
      importId,
      randomUUID(),
      endedBetween?.[0] ?? null,
      endedBetween?.[1] ?? null,
    ],
  );
}

async function insertDirectory(
  q: Queryable,
  workspaceId: WorkspaceId,
  given: { readonly at: Instant; readonly isRead?: boolean; readonly knowsApplication?: boolean },
): Promise<Directory> {
  const connectionId = randomUUID();
  const runId = randomUUID();
  const { at, isRead = true, knowsApplication = true } = given;
  await q.query(
    `insert into directory_connection (workspace_id, id, cloud, tenant_id, client_id, scim_app_id, created_at, created_by)
     values ($1, $2, 'commercial', $3, $3, $4, $5, 'system')`,
    [workspaceId, connectionId, randomUUID(), knowsApplication ? randomUUID() : null, at],
  );
  if (isRead) {
    await q.query(
      `insert into directory_run
         (workspace_id, id, connection_id, state, requested_at, requested_by, started_at, look_from, look_to, finished_at, counts)
       values ($1, $2, $3, 'complete', $4, 'system', $4, $4, $4, $4, '{}')`,
      [workspaceId, runId, connectionId, at],
    );
    await q.query(
      `update directory_connection
       set last_complete_run_id = $3, last_complete_requested_at = $4, confirmed_until = $4, assigned_app_id = scim_app_id where workspace_id = $1 and id = $2`,
      [workspaceId, connectionId, runId, at],
    );
  }
  const address = [workspaceId, connectionId] as const;
  return {
    connectionId,
    account: async (name, { inScope = false, state = 'enabled', employeeId, addresses = [], userType } = {}) => {
      const id = randomUUID();
      await q.query(
        `insert into directory_account
           (workspace_id, connection_id, object_id, user_principal_name, display_name, address_keys, account_enabled, attributes, row_hash,
            state, in_scope, scope_state, first_run_id, last_run_id, employee_id, user_type)
         values ($1, $2, $3, $4, $5, $11, $6, '{}', 'h', $7, $8, $9, $10, $10, $12, $13)`,
        [
          ...address,
          id,
          `${name.toLowerCase()}@contoso.example`,
          name,
          state === 'enabled',
          state,
          inScope,
          inScope ? 'in_scope' : 'out_of_scope',
          runId,
          addresses,
          employeeId ?? null,
          userType ?? null,
        ],
      );
      return id;
    },
    group: async (members, { isGone = false } = {}) => {
      const id = randomUUID();
      await q.query(
        'insert into directory_group (workspace_id, connection_id, object_id, gone_at, first_run_id, last_run_id) values ($1, $2, $3, $4, $5, $5)',
        [...address, id, isGone ? at : null, runId],
      );
      for (const member of members) {
        await q.query('insert into directory_group_member (workspace_id, connection_id, group_id, member_id) values ($1, $2, $3, $4)', [
          ...address,
          id,
          member,
        ]);
      }
      return id;
    },
    assign: async (principalId, { type = 'User', role } = {}) => {
      await q.query(
        `insert into directory_app_assignment (workspace_id, connection_id, assignment_id, principal_id, principal_type, app_role_id, app_role_value)
         values ($1, $2, $3, $4, $5, $6, $7)`,
        [...address, randomUUID(), principalId, type, randomUUID(), role ?? null],
      );
    },
  };
}
