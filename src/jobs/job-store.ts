import { type CanonicalObject, SECOND_MS } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

interface JobRequest {
  /** The name of a task that a running process has registered; it waits for one that has. */
  readonly task: string;
  /** Ids only: payloads are readable by whoever reads the queue. */
  readonly payload: CanonicalObject;
  /** A waiting job under the same key is replaced instead of doubled; a running one is left to finish. */
  readonly jobKey?: string;
  /**
   * Not sooner than in so many milliseconds; left out, at once. A length and no instant: the queue goes by the database's clock, and by one
   * that is ahead of ours an instant to come has passed.
   */
  readonly delayMs?: number;
  /** A waiting job under the same key keeps its time, and so its place in the queue. */
  readonly keepsPlace?: boolean;
}

/** Queues a job in the caller's transaction: it runs after the commit, and never when there is none. */
export async function enqueue(tx: Queryable, request: JobRequest): Promise<void> {
  await tx.query(
    `select graphile_worker.add_job(identifier => $1::text, payload => $2::json, job_key => $3::text, run_at => clock_timestamp() + make_interval(secs => $4::double precision),
       job_key_mode => $5::text)`,
    [
      request.task,
      JSON.stringify(request.payload),
      request.jobKey ?? null,
      request.delayMs === undefined ? null : request.delayMs / SECOND_MS,
      request.keepsPlace === true ? 'preserve_run_at' : 'replace',
    ],
  );
}
