/** What a running job is told besides its payload. */
interface TaskContext {
  /** Aborted some seconds after a stop was asked for: finish by recording how far the work came. */
  readonly signal: AbortSignal;
}

/** A kind of work, under the name that jobs ask for it by. */
export interface Task {
  readonly name: string;
  /** When it is queued by itself: a cron pattern in UTC, such as every hour. Once for all processes. */
  readonly schedule?: string;
  /**
   * Does one job. The payload is what `enqueue` was given, parsed from JSON, so it is checked here. May run more than
   * once for the same job (a process can die between the work and its receipt). Throws to be run again later.
   */
  run(payload: unknown, context: TaskContext): Promise<void>;
}
