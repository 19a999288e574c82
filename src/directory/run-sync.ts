import { type DirectoryRunId, DomainError, HOUR_MS, MINUTE_MS, msBetween, parseId, plusMs, type WorkspaceId } from '../kernel/index.ts';
import type { Task } from '../jobs/index.ts';
import { errorFields } from '../platform/index.ts';
import { readClaims } from './access-token.ts';
import { BEAT_MS, beginRun, type Begun } from './begin-run.ts';
import { concludeRun } from './conclude-run.ts';
import { forgetDeltaLinks, readDeltaLinks } from './delta-link-store.ts';
import type { DirectoryDeps } from './directory-deps.ts';
import { endRun } from './end-run.ts';
import { GraphFailure } from './graph-failure.ts';
import { GraphPause } from './graph-pause.ts';
import { asObject, textAt } from './json-shape.ts';
import { learnSecretEnds } from './learn-secret-end.ts';
import { openConnection } from './open-connection.ts';
import { MAX_WAIT_MS, RUN_TRIES } from './patience.ts';
import { readChanges } from './read-changes.ts';
import { startOf } from './read-position.ts';
import { readTenant } from './read-tenant.ts';
import type { Reading } from './reading.ts';
import { SYNC_TASK, wake, wakeQueued } from './request-run.ts';
import { beat, type ClaimedRun, claimedAtOf, findRun, holdClaim, parkRun, widenRun } from './run-store.ts';
import { noteSent } from './sent-queries.ts';
import { createStage } from './stage.ts';
import { clearStage, refreshStatistics } from './stage-store.ts';

/** For how long a run reads before it lets others have its place, in milliseconds. */
const TURN_MS = MINUTE_MS;

/** A run that is not through by then fails, in milliseconds: links to pages do not live much longer. */
const RUN_LIFE_MS = 12 * HOUR_MS;

/** From so many accounts on that differed from what was known, what the planner knows of the tables is out of date before autovacuum notices. */
const MANY_LOOKS = 500;

/** The task that takes up runs: those that wait, those that rested, and those that a person accepted. */
export function syncTask(deps: DirectoryDeps): Task {
  return {
    name: SYNC_TASK,
    run: async (payload, { signal }) => {
      const ids = asObject(payload) ?? {};
      const workspaceId = parseId<'workspace'>(textAt(ids, 'workspaceId') ?? '');
      const runId = parseId<'directory-run'>(textAt(ids, 'runId') ?? '');
      if (workspaceId === undefined || runId === undefined) throw new Error('the payload names no run');
      await runSync(deps, workspaceId, runId, signal);
    },
  };
}

/**
 * Takes up a run: reads the tenant, then applies it as a whole, or fails the run and leaves everything else as it was (I8). A run
 * that asks for patience is parked and goes on where it stopped; one in which too many accounts are missing is held. A run that
 * has ended, rests, or waits for a person is left alone. Throws, so as to be called again later, while another run of the connection
 * is alive, and when the database is away.
 */
export async function runSync(deps: DirectoryDeps, workspaceId: WorkspaceId, runId: DirectoryRunId, signal?: AbortSignal): Promise<void> {
  const begun = await deps.database.transaction((tx) => beginRun(tx, { workspaceId, runId, at: deps.clock.now() }));
  if (begun === undefined) return;
  const work: Work = { deps, begun, signal };
  const pulse = setInterval(() => void beat(deps.database, claimOf(begun)).catch(() => undefined), BEAT_MS);
  try {
    await read(work);
    await conclude(work);
  } catch (error) {
    if (error instanceof DomainError && error.code === 'database-unavailable') throw error;
    await (error instanceof GraphPause ? park(work, error) : fail(work, error));
  } finally {
    clearInterval(pulse);
  }
}

interface Work {
  readonly deps: DirectoryDeps;
  readonly begun: Begun;
  readonly signal: AbortSignal | undefined;
}

function claimOf({ key, claimedAt }: Begun): ClaimedRun {
  return { ...key, claimedAt };
}

/** Reads what is left, from where the position stands. */
async function read(work: Work): Promise<void> {
  const { deps, begun, signal } = work;
  const { key, connection, position } = begun;
  if (position.step === 'done') return;
  const patience = { maxTries: RUN_TRIES, maxWaitMs: MAX_WAIT_MS, ...(signal !== undefined && { signal }) };
  const opened = await openConnection(deps, key.workspaceId, connection, patience);
  const reading: Reading = {
    database: deps.database,
    clock: deps.clock,
    key,
    graph: opened.graph,
    arm: opened.arm,
    subscriptionIds: connection.subscriptionIds,
    stage: createStage(deps.database, claimOf(begun), { at: position, isFirst: connection.lastCompleteRunId === null }),
    at: position,
    scimAppId: connection.scimAppId,
    granted: async () => readClaims(await opened.tokens.current()).roles,
    turnEndsAt: plusMs(begun.claimedAt, TURN_MS),
  };
  try {
    await (position.kind === 'full' ? readTenant(reading) : readWhatChanged(work, reading));
    if (position.kind === 'full') {
      noteSent(reading, 'secret-ends');
      await learnSecretEnds(deps, key.workspaceId, connection, opened);
    }
  } finally {
    // Also before a rest: what was read is kept.
    await reading.stage.flush();
  }
}

/** Goes on from the saved links, or looks at the whole tenant where there are none, or Graph no longer knows them. */
async function readWhatChanged({ deps, begun }: Work, reading: Reading): Promise<void> {
  const { key } = begun;
  const { workspaceId, connectionId } = key;
  const links = await readDeltaLinks(deps.database, workspaceId, connectionId);
  try {
    if (links !== undefined) return await readChanges(reading, links);
  } catch (error) {
    if (!(error instanceof GraphFailure) || error.code !== 'delta-expired') throw error;
    deps.log.warn('directory.delta-expired', { workspaceId, connectionId });
  }
  await reading.stage.flush();
  await deps.database.transaction(async (tx) => {
    // The pages may be another's by now.
    if (!(await holdClaim(tx, claimOf(begun)))) throw new GraphFailure('interrupted');
    await forgetDeltaLinks(tx, workspaceId, connectionId);
    await widenRun(tx, key);
    await clearStage(tx, key);
  });
  Object.assign(reading.at, startOf('full'));
  return readTenant(reading);
}

/** Applies what was read to its end, or holds it. */
async function conclude({ deps, begun }: Work): Promise<void> {
  const { key, position, claimedAt, isAccepted } = begun;
  const { workspaceId, runId } = key;
  const { from, to, kind } = position;
  if (from === null || to === null) throw new GraphFailure('unexpected-answer', { said: 'no-page' });
  const apply = { kind, position, from, to, claimedAt, at: deps.clock.now(), isAccepted };
  const conclusion = await deps.database.transaction((tx) => concludeRun(tx, key, apply));
  if (conclusion.kind === 'held') {
    deps.log.warn('directory.run-held', { workspaceId, runId, ...conclusion.missing });
    return;
  }
  if (conclusion.looks >= MANY_LOOKS) await refreshStatistics(deps.database);
  deps.log.info('directory.run-complete', { workspaceId, runId, kind, ...conclusion.counts });
}

/** Lets the run rest until Graph wants to be asked again, or until its next turn; one that has lived too long fails. */
async function park(work: Work, { until }: GraphPause): Promise<void> {
  const { deps, begun } = work;
  const { key, position, claimedAt } = begun;
  const now = deps.clock.now();
  if (msBetween(begun.startedAt, until) > RUN_LIFE_MS) return fail(work, new GraphFailure(until > now ? 'throttled' : 'took-too-long'));
  await deps.database.transaction(async (tx) => {
    if (await parkRun(tx, key, { claimedAt, position, until })) await wake(tx, key.workspaceId, key.runId, msBetween(now, until));
  });
  if (until > now) deps.log.info('directory.run-parked', { workspaceId: key.workspaceId, runId: key.runId, until });
}

async function fail({ deps, begun: { key, claimedAt } }: Work, error: unknown): Promise<void> {
  const failure = error instanceof GraphFailure ? error : new GraphFailure('internal', {}, { cause: error });
  const { workspaceId, runId } = key;
  deps.log.warn('directory.run-failed', { workspaceId, runId, reason: failure.code, ...(failure !== error && errorFields(error)) });
  await deps.database.transaction(async (tx) => {
    const run = await findRun(tx, workspaceId, runId);
    // Somebody took it for dead and started it anew, or ended it: theirs is the last word.
    if (run?.state !== 'running' || (await claimedAtOf(tx, key)) !== claimedAt) return;
    await endRun(tx, key, { code: failure.code, detail: failure.message, at: deps.clock.now() });
    await wakeQueued(tx, workspaceId, key.connectionId);
  });
}
