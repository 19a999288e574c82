import { DomainError, type Instant, parseId, plural, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import { enqueue, type Task } from '../jobs/index.ts';
import type { Log, OutboundHttp } from '../platform/index.ts';
import { fetchRoster } from './fetch-roster.ts';
import type { HeldImport } from './held-import-store.ts';
import { type ImportOutcome, importRoster, type RosterDependencies } from './import-roster.ts';
import { PULL_TASK } from './pull-task.ts';
import { noteAttempt, readSealedSource, type RosterSource, takeDueSources } from './roster-source-store.ts';
import { sentRoster } from './roster-reader.ts';
import { openSource } from './set-source.ts';

export interface PullDeps extends RosterDependencies {
  readonly outbound: OutboundHttp;
  readonly log: Log;
}

const EVERY_TEN_MINUTES = '*/10 * * * *';

/** Has every roster fetched that is due: once for all processes. */
export function pullDueRostersTask({ clock, database }: Pick<PullDeps, 'clock' | 'database'>): Task {
  return {
    name: 'roster.pull-due',
    schedule: EVERY_TEN_MINUTES,
    run: () =>
      database.transaction(async (tx) => {
        for (const workspaceId of await takeDueSources(tx, clock.now())) {
          await enqueue(tx, { task: PULL_TASK, payload: { workspaceId }, jobKey: `${PULL_TASK}:${workspaceId}` });
        }
      }),
  };
}

/**
 * Fetches one workspace's roster and imports it. What stands in the way is HR's to mend, so it is kept and shown, logged
 * (`roster.pull.failed`) and recorded (`hr.source.failed`), and tried again when it is due; only an outage of ours is thrown. What somebody has
 * to see first is held, sealed, with every reason (`roster.pull.held`).
 */
export function pullRosterTask(deps: PullDeps): Task {
  return {
    name: PULL_TASK,
    run: async (payload) => {
      const workspaceId = workspaceIn(payload);
      const source = await readSealedSource(deps.database, workspaceId);
      if (source === undefined) return;
      const came = await attempt(() => pull(deps, workspaceId, source));
      const at = deps.clock.now();
      await deps.database.transaction(async (tx) => {
        await noteAttempt(tx, workspaceId, { setAt: source.setAt, at, ...standingOf(came) });
        if (came.kind === 'failed') await append(tx, workspaceId, [failure(workspaceId, at, came.problem)]);
      });
      tell(deps.log, workspaceId, came);
    },
  };
}

/** An attempt that brought nothing, beside those that did. */
type Came = ImportOutcome | { readonly kind: 'failed'; readonly problem: string };

function standingOf(came: Came) {
  if (came.kind === 'failed') return { problem: came.problem, importId: null };
  if (came.kind === 'held') return { problem: heldText(came.held), importId: came.held.id };
  return { problem: null, importId: came.done.id };
}

/** What was fetched is held until somebody decides, and says so at every attempt; it is in the ledger once (`hr.import.held`). */
function heldText({ because, counts, ends, id }: HeldImport): string {
  const why = [
    ...(because.includes('ends-many') ? [`would end ${plural(ends, 'person', 'people')} and waits for a second person to release it`] : []),
    ...(because.includes('rows-rejected')
      ? [
          `has ${plural(counts.rejected, 'row')} that cannot be taken, and waits for somebody to look at ${counts.rejected === 1 ? 'it' : 'them'}`,
        ]
      : []),
  ];
  return `The roster ${why.join('; it ')}: GET roster/held-imports/${id}, and its /ends and /rejected-rows.`;
}

function tell(log: Log, workspaceId: WorkspaceId, came: Came): void {
  if (came.kind === 'failed') log.warn('roster.pull.failed', { workspaceId, problem: came.problem });
  else if (came.kind === 'held') {
    const { counts, ends, id } = came.held;
    log.warn('roster.pull.held', { workspaceId, importId: id, ends, rejected: counts.rejected });
  } else log.info('roster.pull.taken', { workspaceId, importId: came.done.id, rejected: came.done.rejectedRows });
}

/** Whoever set the source answers for what comes of it, and so cannot release alone what would end many. */
async function pull(deps: PullDeps, workspaceId: WorkspaceId, source: RosterSource & { readonly sealed: Buffer }): Promise<ImportOutcome> {
  const bytes = await fetchRoster(deps.outbound, openSource(deps, workspaceId, source));
  return importRoster(deps, workspaceId, {
    ...sentRoster('pull', bytes),
    actor: 'system',
    requestedBy: source.setBy,
    full: source.full,
    partial: false,
    elseUnchanged: false,
    allowRejected: source.allowRejected,
  });
}

/** What came of the work, or what stands in the way; our own outages are thrown on. */
async function attempt(work: () => Promise<ImportOutcome>): Promise<Came> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DomainError) || error.code === 'database-unavailable') throw error;
    return { kind: 'failed', problem: [error.message, ...(error.next === undefined ? [] : [error.next])].join(' ') };
  }
}

function failure(workspaceId: WorkspaceId, at: Instant, problem: string) {
  const subject = { kind: 'workspace', id: workspaceId };
  return { type: 'hr.source.failed', at, actor: 'system', subject, disclose: { problem } } as const;
}

function workspaceIn(payload: unknown): WorkspaceId {
  const value = typeof payload === 'object' && payload !== null && 'workspaceId' in payload ? payload.workspaceId : undefined;
  const id = typeof value === 'string' ? parseId<'workspace'>(value) : undefined;
  if (id === undefined) throw new TypeError('the job names no workspace');
  return id;
}
