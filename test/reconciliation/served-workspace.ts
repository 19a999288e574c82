import { HOUR_MS, type Instant, plusMs } from '../../src/kernel/index.ts';
import { reconcile, reconciliationRoutes, setPolicy } from '../../src/reconciliation/index.ts';
import type { Extent } from '../../src/reconciliation/reconcile.ts';
import { steppingClock } from '../support/clock.ts';
import type { TestDatabase } from '../support/database.ts';
import { administrationServer } from '../support/loopback.ts';
import { givenFacts, LONG_AGO, NOW } from './facts.ts';

/** A workspace of its own with a policy of 24 hours, behind its routes; it is `LONG_AGO`. */
export async function servedWorkspace({ database, owner }: TestDatabase) {
  const clock = steppingClock(LONG_AGO);
  const deps = { database, clock };
  const facts = await givenFacts({ database, owner, clock });
  const { workspaceId } = facts;
  await setPolicy(deps, workspaceId, { slaHours: 24, actor: 'system' });
  const server = await administrationServer({ clock, workspaceId, routers: [reconciliationRoutes(deps)] });

  /** Judges at an instant, and goes on an hour later. */
  async function judgedAt(at: Instant, extent?: Extent) {
    clock.set(at);
    const run = await reconcile(deps, workspaceId, 'system', extent);
    clock.set(plusMs(at, HOUR_MS));
    return run;
  }

  /** Looks and judges. */
  async function runAt(at: Instant, extent?: Extent) {
    await facts.looked(at);
    return judgedAt(at, extent);
  }

  return { clock, deps, facts, server, judgedAt, runAt, end: () => server.close() };
}

/** The same when it is `NOW`, and its directory was read a moment ago. */
export async function servedAtNow(db: TestDatabase) {
  const world = await servedWorkspace(db);
  world.clock.set(NOW);
  await world.facts.looked(NOW);
  return { ...world, run: () => reconcile(world.deps, world.facts.workspaceId, 'system') };
}
