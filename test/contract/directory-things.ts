import { systemClock } from '../../src/platform/index.ts';
import type { LivingServers } from './living-servers.ts';

/** A run in which so many accounts are missing that a person has to decide. */
export async function holdRun({ db }: LivingServers, workspaceId: string, connectionId: string): Promise<string> {
  const { rows } = await db.owner.query<{ id: string }>(
    `insert into directory_run
       (workspace_id, id, connection_id, kind, state, requested_at, requested_by, started_at, claimed_at, position, missing, held_at)
     values ($1, gen_random_uuid(), $2, 'full', 'held', $3, 'system', $3, $3, '{}', $4, $3)
     returning id`,
    [workspaceId, connectionId, systemClock.now(), { present: 100, inBin: 1, gone: 20, hidden: 3 }],
  );
  return rows[0]?.id ?? '';
}

/** A connection to a tenant that no stand-in plays. */
export async function connectAnother({ db }: LivingServers, workspaceId: string): Promise<string> {
  const { rows } = await db.owner.query<{ id: string }>(
    `insert into directory_connection (workspace_id, id, cloud, tenant_id, client_id, created_at, created_by)
     values ($1, gen_random_uuid(), 'commercial', gen_random_uuid(), gen_random_uuid(), $2, 'system')
     returning id`,
    [workspaceId, systemClock.now()],
  );
  return rows[0]?.id ?? '';
}
