import pg from 'pg';
import { errorFields, type Log } from '../platform/index.ts';

/** The one schema that the queue lives in, whatever a stray environment variable or configuration file may say. */
export const QUEUE_SCHEMA = 'graphile_worker';

/**
 * A pool for the queue alone: one connection listens, the others fetch and complete jobs. It is ours and not
 * graphile-worker's so that ending it can be waited for.
 */
export function openQueuePool(databaseUrl: string, size: number, log: Log): pg.Pool {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: size, application_name: 'rollcall-jobs' });
  const onError = (error: Error) => log.warn('jobs.connection-lost', errorFields(error));
  pool.on('error', onError);
  // A connection that breaks while it is checked out reports here; its next query fails and graphile-worker tries again.
  pool.on('connect', (client) => client.on('error', onError));
  return pool;
}
