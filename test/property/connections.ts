import { randomUUID } from 'node:crypto';
import type { DirectoryConnectionId, Instant } from '../../src/kernel/index.ts';
import { removeConnection } from '../../src/directory/remove-connection.ts';
import type { Database } from '../../src/platform/index.ts';
import type { SteppingClock } from '../support/clock.ts';
import type { Facts } from '../reconciliation/facts.ts';

/** The connection by which a workspace's one tenant is looked at, or was until it was disconnected. */
export interface Connected {
  readonly owner: Database;
  readonly clock: SteppingClock;
  readonly facts: Facts;
  readonly connection: { id: string; isThere: boolean };
}

/** A whole look that shows nothing else than before. */
export async function lookAgain({ connection, facts, owner }: Connected, at: Instant): Promise<void> {
  if (!connection.isThere) return;
  const runId = randomUUID();
  await owner.query(
    `with run as (
       insert into directory_run (workspace_id, id, connection_id, state, requested_at, requested_by, started_at, look_from, look_to, finished_at, counts)
       values ($1, $2, $3, 'complete', $4, 'system', $4, $4, $4, $4, '{}')
     )
     update directory_connection set last_complete_run_id = $2, last_complete_requested_at = $4, confirmed_until = $4::timestamptz - interval '5 minutes',
       assigned_app_id = scim_app_id
     where workspace_id = $1 and id = $3`,
    [facts.workspaceId, runId, connection.id, at],
  );
}

export async function disconnect({ clock, connection, facts, owner }: Connected): Promise<void> {
  if (!connection.isThere) return;
  await removeConnection({ database: owner }, facts.workspaceId, connection.id as DirectoryConnectionId, {
    at: clock.now(),
    actor: 'system',
  });
  connection.isThere = false;
}

/** The same tenant by another connection, whose first look shows every account as it was last seen, with what it is assigned. */
export async function connectAnew(world: Connected): Promise<void> {
  const { clock, connection, facts, owner } = world;
  if (connection.isThere) return;
  const [before, id] = [connection.id, randomUUID()];
  const moved = [facts.workspaceId, before, id];
  await owner.query(
    `insert into directory_connection (workspace_id, id, cloud, tenant_id, client_id, scim_app_id, created_at, created_by)
     select workspace_id, $3, cloud, tenant_id, client_id, scim_app_id, $4, 'system' from directory_connection where workspace_id = $1 and id = $2`,
    [...moved, clock.now()],
  );
  Object.assign(connection, { id, isThere: true });
  const columns = `object_id, user_principal_name, employee_id, address_keys, created_date_time, account_enabled, attributes, row_hash, state, in_scope,
    scope_state, first_run_id, last_run_id, mail, display_name`;
  await owner.query(
    `with shown as (
       insert into directory_account (workspace_id, connection_id, ${columns})
       select workspace_id, $3, ${columns} from directory_account where workspace_id = $1 and connection_id = $2
       returning *
     )
     insert into directory_observation (workspace_id, connection_id, object_id, ordinal, state, seen_from, observed_at, source, run_id, record_id)
     select workspace_id, connection_id, object_id, 1, state, $4, $4, 'full', gen_random_uuid(), gen_random_uuid() from shown`,
    [...moved, clock.now()],
  );
  await owner.query(
    `insert into directory_app_assignment (workspace_id, connection_id, assignment_id, principal_id, principal_type, app_role_id, app_role_value)
     select workspace_id, $3, assignment_id, principal_id, principal_type, app_role_id, app_role_value
     from directory_app_assignment where workspace_id = $1 and connection_id = $2`,
    moved,
  );
  await lookAgain(world, clock.now());
}
