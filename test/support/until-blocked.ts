import type { Queryable } from '../../src/platform/index.ts';

/**
 * The backends of this database that wait for a lock of another one, once there are so many; every role sees them. As long as it takes, for the time
 * of a test is bound enough; where others wait, in the databases of other tests, does not count.
 */
export async function untilBlocked(q: Queryable, count = 1): Promise<readonly number[]> {
  for (;;) {
    const { rows } = await q.query<{ pid: number }>(
      `select pid from pg_stat_activity where datname = current_database() and usesysid is not null and cardinality(pg_blocking_pids(pid)) > 0`,
    );
    if (rows.length >= count) return rows.map(({ pid }) => pid);
  }
}
