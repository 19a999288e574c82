import { type Instant, latest, newId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { type Clock, type Database, expectManyRows, type Transaction } from '../platform/index.ts';
import { LocalCalendar, RULES_VERSION } from '../verdict/index.ts';
import { moveHorizon, presentHorizon } from './change-store.ts';
import { vectorDecider } from './decided-vectors.ts';
import { seenDirectories } from './directory-freshness.ts';
import { expireClassifications } from './expire-classifications.ts';
import { expireDispositions } from './expire-dispositions.ts';
import { findConcerned } from './find-concerned.ts';
import type { EvaluationContext } from './evaluation.ts';
import { judgeUnits } from './judge-units.ts';
import { type Decider, matchAccounts } from './match-accounts.ts';
import { listPolicies } from './policy-store.ts';
import { findingWriter } from './record-findings.ts';
import { reviewOwners } from './review-owners.ts';
import { driftsSince } from './role-drift-store.ts';
import { countPeriods, insertRun, listRuns, lockRecording, nextRunOrd, type ReconciliationRun } from './run-store.ts';
import { takeTurn } from './take-turn.ts';
import { tellLongRun } from './tell-long-run.ts';
import { emptyTally, type RunTally, tallyFrom, tallyPart, tallyWhole } from './tally-run.ts';
import { connectionFacts, workspaceZone } from './unit-read-model.ts';

export interface ReconciliationDependencies {
  readonly database: Database;
  readonly clock: Clock;
}

/** Of the time zone database by which days end: countries change their daylight saving at short notice, and so do ends that lie ahead. */
const ZONES = process.versions['tz'] ?? 'unknown';

/** Everything, or whatever may come out otherwise than in the run before. */
export type Extent = 'everything' | 'changes';

/**
 * Reconciles the roster with the directory and SCIM as of now: matches accounts, judges employment periods and accounts without a person, and
 * opens, changes and closes findings with their ledger records, those about owners too, all in one transaction. A run of what changed comes
 * to the same findings as one of everything.
 * Throws DomainError `conflict` where no policy says by when access must be gone.
 */
export async function reconcile(
  deps: ReconciliationDependencies,
  workspaceId: WorkspaceId,
  actor: string,
  extent: Extent = 'everything',
): Promise<ReconciliationRun> {
  return deps.database.transaction(async (tx) => {
    const by: Decider = { at: await takeTurn(tx, workspaceId, deps.clock), actor };
    const moment = { runId: newId<'reconciliation-run'>(by.at), ord: await nextRunOrd(tx, workspaceId), at: by.at };
    const context = await contextOf(tx, workspaceId, by.at);
    const horizon = await presentHorizon(tx, workspaceId, { freshIds: freshIds(context), rules: RULES_VERSION, zones: ZONES });
    await expectManyRows(tx);
    await expireClassifications(tx, workspaceId, by);
    await expireDispositions(tx, workspaceId, by);
    const among = extent === 'changes' ? await findConcerned(tx, workspaceId, { at: by.at, horizon }) : undefined;
    await matchAccounts(tx, workspaceId, by, among);
    const previous = among === undefined ? undefined : await tallyBefore(tx, workspaceId);
    let tally = previous;
    const findings = findingWriter(tx, workspaceId, { by, run: moment });
    for await (const batch of judgeUnits(tx, workspaceId, { context, among })) {
      await findings.take(batch.steps);
      tally = previous === undefined || tally === undefined ? tallyWhole(tally, batch) : tallyPart(tally, batch);
    }
    await findings.end();
    await expectManyRows(tx);
    // Not as of when the run began: who reads them meanwhile must not find words that are long said and cannot be read yet.
    await reviewOwners(tx, workspaceId, { actor, at: latest(by.at, deps.clock.now()) });
    const run = { id: moment.runId, asOf: by.at, startedBy: actor, ...(tally ?? emptyTally) };
    await moveHorizon(tx, workspaceId, horizon);
    await lockRecording(tx, workspaceId);
    const recordedAt = deps.clock.now();
    await tellLongRun(tx, workspaceId, run, recordedAt);
    await insertRun(tx, workspaceId, run, { ord: moment.ord, recordedAt, timeZone: context.workspaceZone });
    return run;
  });
}

async function contextOf(tx: Transaction, workspaceId: WorkspaceId, at: Instant): Promise<EvaluationContext> {
  const policies = await listPolicies(tx, workspaceId);
  if (policies.length === 0) {
    refuse('conflict', {
      detail: 'No policy says by when access must be gone.',
      next: 'POST /policies with a preset, slaHours or businessDays first.',
    });
  }
  const connections = await connectionFacts(tx, workspaceId);
  return {
    at,
    policies,
    workspaceZone: await workspaceZone(tx, workspaceId),
    calendar: new LocalCalendar(),
    decideVector: vectorDecider(),
    directories: seenDirectories(connections, at),
    driftSince: await driftsSince(tx, workspaceId),
  };
}

function freshIds({ directories }: EvaluationContext): readonly string[] {
  const fresh = [...directories.byId.values()].filter(({ isFresh }) => isFresh);
  return fresh.map(({ id }) => id).sort();
}

/** The units that a run of what changed leaves alone count as the run before counted them. */
async function tallyBefore(tx: Transaction, workspaceId: WorkspaceId): Promise<RunTally> {
  const [run] = await listRuns(tx, workspaceId, { after: undefined, limit: 1 });
  if (run === undefined) throw new Error('a run that goes on from none');
  return tallyFrom(run, await countPeriods(tx, workspaceId));
}
