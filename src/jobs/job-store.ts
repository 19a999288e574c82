import type { CanonicalObject, Instant } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

interface JobRequest {
  /** The name of a task that a running process has registered; it waits for one that has. */
  readonly task: string;
  /** Ids only: payloads are readable by whoever reads the queue. */
  readonly payload: CanonicalObject;
  /** A waiting job under the same key is replaced instead of doubled; a running one is left to finish. */
  readonly jobKey?: string;
  /** Not before then; left out, at once. */
  readonly runAt?: Instant;
  /** A waiting job under the same key keeps its time, and so its place in the queue. */
  readonly keepsPlace?: boolean;
}

/** Queues a job in the caller's transaction: it runs after the commit, and never when there is none. */
export async function enqueue(tx: Queryable, request: JobRequest): Promise<void> {
  await tx.query(
    `select graphile_worker.add_job(identifier => $1::text, payload => $2::json, job_key => $3::text, run_at => $4::timestamptz,
       job_key_mode => $5::text)`,
    [
      request.task,
      JSON.stringify(request.payload),
      request.jobKey ?? null,
      request.runAt ?? null,
      request.keepsPlace === true ? 'preserve_run_at' : 'replace',
    ],
  );
}
