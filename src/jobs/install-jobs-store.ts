import { Logger, runMigrations } from 'graphile-worker';
import pg from 'pg';
import { QUEUE_SCHEMA } from './queue-pool-store.ts';

/** Any number will do, as long as no other program takes the same advisory lock. */
const INSTALL_LOCK = 7_261_991;

/**
 * What the server's role needs to add, fetch, retry and complete jobs. graphile-worker switches row level security on for
 * its private tables and writes no policy, so that only the tables' owner could work; the policies here are for the
 * group role alone. Runs after every migration of the queue, and changes nothing the second time.
 */
const GRANTS = `
grant usage on schema ${QUEUE_SCHEMA} to rollcall_server;
grant select, insert, update, delete on
  ${QUEUE_SCHEMA}._private_jobs, ${QUEUE_SCHEMA}._private_job_queues, ${QUEUE_SCHEMA}._private_tasks, ${QUEUE_SCHEMA}._private_known_crontabs
  to rollcall_server;
grant select on ${QUEUE_SCHEMA}.jobs, ${QUEUE_SCHEMA}.migrations to rollcall_server;
grant usage on all sequences in schema ${QUEUE_SCHEMA} to rollcall_server;
do $$
declare
  guarded record;
begin
  for guarded in
    select pg_class.oid::regclass as name
    from pg_class
    where pg_class.relnamespace = '${QUEUE_SCHEMA}'::regnamespace
      and pg_class.relrowsecurity
      and not exists (
        select 1 from pg_policy where pg_policy.polrelid = pg_class.oid and pg_policy.polname = 'rollcall_server_works'
      )
  loop
    execute format('create policy rollcall_server_works on %s to rollcall_server using (true) with check (true)', guarded.name);
  end loop;
end
$$;
`;

/**
 * Brings the queue's schema up to date as the owner role, then lets the server's role work in it. The group role must
 * exist (the migrator makes it). Idempotent; of two processes that start at once, the second waits and finds it done.
 */
export async function installJobs(ownerUrl: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: ownerUrl, max: 2, application_name: 'rollcall-install-jobs' });
  pool.on('error', ignoreIdle);
  pool.on('connect', (client) => client.on('error', ignoreIdle));
  try {
    const client = await pool.connect();
    try {
      await client.query('select pg_advisory_lock($1)', [INSTALL_LOCK]);
      await runMigrations({ pgPool: pool, schema: QUEUE_SCHEMA, logger: quiet });
      // One simple query of several statements is one transaction.
      await client.query(GRANTS);
    } finally {
      // Not handed back: ending the session is what gives up the lock, also after a failure.
      client.release(true);
    }
  } finally {
    await pool.end();
  }
}

/** What breaks shows in the query that is waited for. */
function ignoreIdle(): void {}

const quiet = new Logger(() => () => undefined);
