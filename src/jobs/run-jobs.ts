import { setTimeout as wait } from 'node:timers/promises';
import { type CronItem, Logger, parseCronItems, type Runner, type RunnerOptions, run, type TaskList } from 'graphile-worker';
import { HOUR_MS } from '../kernel/index.ts';
import { errorFields, type Log } from '../platform/index.ts';
import { openQueuePool, QUEUE_SCHEMA } from './queue-pool-store.ts';
import type { Task } from './task.ts';

interface RunJobsOptions {
  /** Connects as the server's role; `installJobs` has been run by the owner. */
  readonly databaseUrl: string;
  readonly tasks: readonly Task[];
  readonly log: Log;
  /** How many jobs this process runs at a time. */
  readonly concurrency: number;
}

interface JobRunner {
  /** Takes no further job and resolves when the running ones have ended. A second call waits for the same end. */
  stop(): Promise<void>;
}

/** A fallback only: a committed job announces itself by NOTIFY. In milliseconds. */
const POLL_INTERVAL_MS = 2_000;

/** How long to leave the database alone after the worker gave up on it, in milliseconds. */
const RESTART_DELAY_MS = 1_000;

/** How long ago a schedule may have come due to be made up for: what is due every hour is made up for once. */
const BACKFILL_MS = HOUR_MS;

/** Connections besides one for each running job: one that listens, one to spare. */
const EXTRA_CONNECTIONS = 2;

/**
 * Starts to run jobs in this process. Signals are the caller's. graphile-worker ends itself when it cannot record that a
 * job is done; here it is started again until somebody asks for a stop.
 * Throws when the queue is not installed or the database cannot be reached at the first start.
 */
export async function runJobs(options: RunJobsOptions): Promise<JobRunner> {
  const pool = openQueuePool(options.databaseUrl, options.concurrency + EXTRA_CONNECTIONS, options.log);
  const settings = { ...runnerSettings(options), pgPool: pool };
  const stopping = new AbortController();
  let runner: Runner;
  try {
    runner = await run(settings);
  } catch (error) {
    await pool.end();
    throw error;
  }
  const supervised = keepRunning();
  let stopped: Promise<void> | undefined;
  return { stop: () => (stopped ??= stop()) };

  async function keepRunning(): Promise<void> {
    while (!stopping.signal.aborted) {
      // It swallows the reason of most ends, having logged it.
      const reason: unknown = await runner.promise.catch((error: unknown) => error);
      if (stopping.signal.aborted) return;
      options.log.error('jobs.interrupted', reason === undefined ? {} : errorFields(reason));
      await wait(RESTART_DELAY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (!stopping.signal.aborted) runner = await run(settings).catch(() => runner);
    }
  }

  async function stop(): Promise<void> {
    stopping.abort();
    // Refuses when it has ended by itself already, which is what was wanted.
    await runner.stop().catch(() => undefined);
    await supervised;
    await runner.stop().catch(() => undefined);
    await pool.end();
  }
}

/**
 * Every option that graphile-worker would otherwise take from a configuration file, the environment or the working
 * directory is given here, so none of them has a say.
 */
function runnerSettings(options: RunJobsOptions): RunnerOptions {
  return {
    schema: QUEUE_SCHEMA,
    taskList: taskList(options.tasks, options.log),
    parsedCronItems: parseCronItems(cronItems(options.tasks)),
    concurrency: options.concurrency,
    pollInterval: POLL_INTERVAL_MS,
    noHandleSignals: true,
    logger: toLogger(options.log),
    // Without a batch, graphile-worker does not wait for its own receipts: a stop would leave finished jobs to be run
    // again, and a lost connection would end the process by an unhandled rejection.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
  };
}

/** What came due while no process ran is made up for at the next start: a laptop may never be awake at the time. */
function cronItems(tasks: readonly Task[]): CronItem[] {
  return tasks.flatMap(({ name, schedule }) =>
    schedule === undefined
      ? []
      : [{ task: name, match: schedule, options: { backfillPeriod: BACKFILL_MS, jobKey: name, jobKeyMode: 'preserve_run_at' as const } }],
  );
}

function taskList(tasks: readonly Task[], log: Log): TaskList {
  const named = tasks.map((task): [string, TaskList[string]] => [
    task.name,
    async (payload, helpers) => {
      try {
        await task.run(payload, { signal: helpers.abortSignal });
      } catch (error) {
        log.warn('jobs.task-failed', { task: task.name, attempt: helpers.job.attempts, ...errorFields(error) });
        throw error;
      }
    },
  ]);
  return Object.fromEntries(named);
}

/** graphile-worker's own messages: troubles as warnings, the rest for whoever looks closely. Failed tasks are told above. */
function toLogger(log: Log): Logger {
  return new Logger(() => (level, message) => {
    const text = message.split('\n')[0] ?? '';
    const severity: string = level;
    if (severity === 'debug' || severity === 'info' || text.startsWith('Failed task')) log.debug('jobs.worker', { message: text });
    else log.warn('jobs.worker', { message: text });
  });
}
