import { setPolicy } from '../../src/reconciliation/index.ts';
import { type SteppingClock, steppingClock } from '../support/clock.ts';
import type { TestDatabase } from '../support/database.ts';
import { type Facts, givenFacts, LONG_AGO, NOW } from './facts.ts';

/** A workspace of its own with a policy of 24 hours since long ago, whose directory was read a moment ago: it is `NOW`. */
export async function judgeableWorkspace({
  database,
  owner,
}: TestDatabase): Promise<{ readonly clock: SteppingClock; readonly facts: Facts }> {
  const clock = steppingClock(LONG_AGO);
  const facts = await givenFacts({ database, owner, clock });
  await setPolicy({ database, clock }, facts.workspaceId, { slaHours: 24, actor: 'system' });
  clock.set(NOW);
  await facts.looked(NOW);
  return { clock, facts };
}
