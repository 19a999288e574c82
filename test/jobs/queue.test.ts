import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { enqueue, installJobs, runJobs, type Task } from '../../src/jobs/index.ts';
import type { Log } from '../../src/platform/index.ts';
import { silentLog } from '../support/log.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
  // Two processes that start at once.
  await Promise.all([installJobs(db.ownerUrl), installJobs(db.ownerUrl)]);
});
afterAll(() => db.drop());

function start(tasks: readonly Task[], concurrency = 2) {
  return runJobs({ databaseUrl: db.serverUrl, tasks, log: silentLog, concurrency });
}

/** A task that keeps what it was given, and a promise of the payload that satisfies a condition. */
function collecting(name: string) {
  const seen: unknown[] = [];
  let announce: () => void = () => undefined;
  const task: Task = {
    name,
    run: async (payload) => {
      seen.push(payload);
      announce();
    },
  };
  const until = (count: number) =>
    new Promise<void>((resolve) => {
      announce = () => seen.length >= count && resolve();
      announce();
    });
  return { seen, task, until };
}

describe('the queue', () => {
  it('is installed a second time without a change', async () => {
    const policies = () =>
      db.owner.query<{ n: number }>(`select count(*)::int as n from pg_policy where polname = 'rollcall_server_works'`);
    const before = await policies();
    await installJobs(db.ownerUrl);
    expect((await policies()).rows).toEqual(before.rows);
    expect(before.rows[0]?.n).toBeGreaterThan(0);
  });

  it('runs a committed job once and a rolled-back one never, as the role that owns nothing (I3)', async () => {
    const { seen, task, until } = collecting('test.transaction');
    const runner = await start([task]);
    const rolledBack = db.database.transaction(async (tx) => {
      await enqueue(tx, { task: 'test.transaction', payload: { job: 'rolled back' } });
      throw new Error('the change failed');
    });
    await expect(rolledBack).rejects.toThrow('the change failed');
    await db.database.transaction((tx) => enqueue(tx, { task: 'test.transaction', payload: { job: 'committed' } }));
    await until(1);
    await runner.stop();
    expect(seen).toEqual([{ job: 'committed' }]);
    expect((await db.owner.query('select 1 from graphile_worker._private_jobs')).count).toBe(0);
  });

  it('keeps one waiting job per key, with the latest payload', async () => {
    const { seen, task, until } = collecting('test.key');
    for (const n of [1, 2, 3]) await enqueue(db.database, { task: 'test.key', payload: { n }, jobKey: 'same' });
    const runner = await start([task]);
    await until(1);
    await runner.stop();
    expect(seen).toEqual([{ n: 3 }]);
  });

  it('leaves a job whose task nobody registered to a process that has it', async () => {
    await enqueue(db.database, { task: 'test.elsewhere', payload: { n: 1 } });
    const other = collecting('test.other');
    const withoutIt = await start([other.task]);
    await enqueue(db.database, { task: 'test.other', payload: {} });
    await other.until(1);
    await withoutIt.stop();
    const { seen, task, until } = collecting('test.elsewhere');
    const withIt = await start([task]);
    await until(1);
    await withIt.stop();
    expect(seen).toEqual([{ n: 1 }]);
  });

  it('finishes what has begun when it is stopped, and takes nothing more', async () => {
    let begun: () => void = () => undefined;
    let finish: () => void = () => undefined;
    const hasBegun = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const mayFinish = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const ended: unknown[] = [];
    const slow: Task = {
      name: 'test.slow',
      run: async (payload) => {
        begun();
        await mayFinish;
        ended.push(payload);
      },
    };
    // One at a time: a second worker may still be asking for its first job when the stop is asked for.
    const runner = await start([slow], 1);
    await enqueue(db.database, { task: 'test.slow', payload: { n: 1 } });
    await hasBegun;
    const stopped = runner.stop();
    await enqueue(db.database, { task: 'test.slow', payload: { n: 2 } });
    finish();
    await Promise.all([stopped, runner.stop()]);
    expect(ended).toEqual([{ n: 1 }]);
    const waiting = await db.owner.query<{ attempts: number; locked_by: string | null }>(
      'select attempts, locked_by from graphile_worker._private_jobs',
    );
    expect(waiting.rows).toEqual([{ attempts: 0, locked_by: null }]);
  });

  it('keeps a job that failed, with its error, for another attempt', async () => {
    let failed: () => void = () => undefined;
    const hasFailed = new Promise<void>((resolve) => {
      failed = resolve;
    });
    const runner = await start([
      {
        name: 'test.failing',
        run: () => {
          failed();
          return Promise.reject(new Error('not today'));
        },
      },
    ]);
    await enqueue(db.database, { task: 'test.failing', payload: {} });
    await hasFailed;
    await runner.stop();
    const kept = await db.owner.query(`select attempts, last_error from graphile_worker._private_jobs where last_error is not null`);
    expect(kept.rows).toEqual([{ attempts: 1, last_error: 'not today' }]);
  });

  it('goes on after the database refused to record that a job was done', async () => {
    const { seen, task, until } = collecting('test.receipt');
    let interrupt: () => void = () => undefined;
    const interrupted = new Promise<void>((resolve) => {
      interrupt = resolve;
    });
    const log: Log = { ...silentLog, error: (event) => event === 'jobs.interrupted' && interrupt() };
    await db.owner.query('revoke delete on graphile_worker._private_jobs from rollcall_server');
    const runner = await runJobs({ databaseUrl: db.serverUrl, tasks: [task], log, concurrency: 2 });
    await enqueue(db.database, { task: 'test.receipt', payload: { n: 1 } });
    await interrupted;
    await db.owner.query('grant delete on graphile_worker._private_jobs to rollcall_server');
    await enqueue(db.database, { task: 'test.receipt', payload: { n: 2 } });
    await until(2);
    await runner.stop();
    expect(seen).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('queues a task by its schedule, once for all processes, and makes up for the last time that no process was there for', async () => {
    const { seen, task, until } = collecting('test.scheduled');
    // Half an hour from now, and so half an hour ago: neither comes while the test runs.
    const schedule = `${(new Date().getUTCMinutes() + 30) % 60} * * * *`;
    const first = await start([{ ...task, schedule }]);
    await first.stop();
    expect(seen).toEqual([]);
    await db.owner.query(
      `insert into graphile_worker._private_known_crontabs (identifier, known_since) values ('test.scheduled', now() - interval '6 hours')
       on conflict (identifier) do update set known_since = excluded.known_since`,
    );
    const both = await Promise.all([start([{ ...task, schedule }]), start([{ ...task, schedule }])]);
    await until(1);
    await Promise.all(both.map((runner) => runner.stop()));
    const third = await start([{ ...task, schedule }]);
    await third.stop();
    expect(seen).toMatchObject([{ _cron: { backfilled: true } }]);
  });

  it('adds no signal handler to the process', async () => {
    const before = process.listenerCount('SIGTERM');
    const runner = await start([collecting('test.signals').task]);
    expect(process.listenerCount('SIGTERM')).toBe(before);
    await runner.stop();
  });
});
