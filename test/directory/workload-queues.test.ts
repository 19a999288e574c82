import { describe, expect, it } from '@jest/globals';
import { type Asker, createWorkloadQueues, type Wait, type Workload, workloadOf } from '../../src/directory/workload-queues.ts';
import { GraphPause } from '../../src/directory/graph-pause.ts';
import { MINUTE_MS, plusMs, SECOND_MS } from '../../src/kernel/index.ts';
import { steppingClock } from '../support/clock.ts';

/** A clock, and waits that move it. */
function bench(maxWaitMs = 30 * SECOND_MS) {
  const clock = steppingClock();
  const waits: number[] = [];
  const wait: Wait = {
    clock,
    maxWaitMs,
    delay: async (ms) => {
      waits.push(ms);
      clock.advance(ms);
    },
  };
  return { clock, waits, wait, queues: createWorkloadQueues() };
}

const reader = (tenant: string, clientId = 'rollcall'): Asker => ({ tenant, clientId });

describe('the queue of a tenant', () => {
  it.each<{ path: string; workload: Workload }>([
    { path: '/v1.0/users', workload: 'directory' },
    { path: '/v1.0/groups/delta', workload: 'directory' },
    { path: '/v1.0/auditLogs/directoryAudits', workload: 'reports' },
    { path: '/v1.0/identity/conditionalAccess/policies', workload: 'policies' },
    { path: '/v1.0/policies/identitySecurityDefaultsEnforcementPolicy', workload: 'policies' },
  ])('counts $path to $workload', ({ path, workload }) => {
    expect(workloadOf(path)).toBe(workload);
  });

  it.each<{ workload: Workload; requests: number; withinMs: number }>([
    { workload: 'reports', requests: 5, withinMs: 10 * SECOND_MS },
    { workload: 'policies', requests: 1, withinMs: SECOND_MS },
  ])('lets $requests requests of $workload through in $withinMs ms', async ({ workload, requests, withinMs }) => {
    const { clock, queues, wait } = bench();
    const sent: number[] = [];
    for (let n = 0; n < 4 * requests; n += 1) {
      await queues.take(reader('a'), workload, wait, async () => {
        sent.push(Date.parse(clock.now()));
      });
    }
    sent.forEach((at, index) => {
      expect(sent.slice(index).filter((other) => other < at + withinMs).length).toBeLessThanOrEqual(requests);
    });
  });

  it('lets eight requests to the directory go at once, and the others wait their turn', async () => {
    const { queues, wait } = bench();
    let under = 0;
    let most = 0;
    const release: (() => void)[] = [];
    const work = () =>
      queues.take(reader('a'), 'directory', wait, async () => {
        under += 1;
        most = Math.max(most, under);
        await new Promise<void>((resolve) => release.push(resolve));
        under -= 1;
      });
    const all = Array.from({ length: 20 }, work);
    let done = 0;
    while (done < all.length) {
      await new Promise((resolve) => setImmediate(resolve));
      for (const end of release.splice(0)) {
        end();
        done += 1;
      }
    }
    await Promise.all(all);
    expect(most).toBe(8);
  });

  it('keeps a tenant waiting for nobody but itself', async () => {
    const { clock, queues, wait, waits } = bench();
    queues.rest(reader('slow'), 'directory', plusMs(clock.now(), 10 * SECOND_MS));
    await queues.take(reader('other'), 'directory', wait, async () => undefined);
    await queues.take(reader('slow'), 'reports', wait, async () => undefined);
    expect(waits).toEqual([]);
    await queues.take(reader('slow'), 'directory', wait, async () => undefined);
    expect(waits).toEqual([10 * SECOND_MS]);
  });

  it.each<{ workload: Workload; together: boolean; countedBy: string }>([
    { workload: 'directory', together: false, countedBy: 'application and tenant' },
    { workload: 'reports', together: false, countedBy: 'application and tenant' },
    { workload: 'policies', together: true, countedBy: 'tenant over all applications' },
    { workload: 'azure', together: true, countedBy: 'subscription over all applications' },
  ])('makes two applications of a tenant wait for each other where Microsoft counts $workload per $countedBy', async (row) => {
    const { clock, queues, wait, waits } = bench();
    queues.rest(reader('a', 'first'), row.workload, plusMs(clock.now(), 10 * SECOND_MS));
    await queues.take(reader('a', 'second'), row.workload, wait, async () => undefined);
    expect(waits).toEqual(row.together ? [10 * SECOND_MS] : []);
  });

  it('spaces the policies of a tenant over all applications that read it', async () => {
    const { queues, wait, waits } = bench();
    for (const clientId of ['first', 'second', 'third']) {
      await queues.take(reader('a', clientId), 'policies', wait, async () => undefined);
    }
    expect(waits).toEqual([SECOND_MS, SECOND_MS]);
  });

  it('holds no place for a tenant that wants to rest for long', async () => {
    const { clock, queues, wait } = bench();
    const until = plusMs(clock.now(), 5 * MINUTE_MS);
    queues.rest(reader('slow'), 'directory', until);
    const asked = queues.take(reader('slow'), 'directory', wait, async () => undefined);
    await expect(asked).rejects.toThrow(GraphPause);
    await expect(asked).rejects.toMatchObject({ until });
    clock.set(until);
    await expect(queues.take(reader('slow'), 'directory', wait, async () => 'done')).resolves.toBe('done');
  });

  it('gives its place back when a request fails', async () => {
    const { queues, wait } = bench();
    for (let n = 0; n < 20; n += 1) {
      await expect(queues.take(reader('a'), 'directory', wait, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    }
  });
});
