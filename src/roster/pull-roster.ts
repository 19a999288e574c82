import { DomainError, type Instant, MINUTE_MS, parseId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import { enqueue, type Task } from '../jobs/index.ts';
import { errorCode, type Log, type OutboundHttp } from '../platform/index.ts';
import type { HeldImport } from './held-import-store.ts';
import { importRoster, ROSTER_FILE_LIMIT, type RosterDependencies } from './import-roster.ts';
import { PULL_TASK } from './pull-task.ts';
import { noteAttempt, readSealedSource, takeDueSources } from './roster-source-store.ts';
import { readerOf } from './roster-reader.ts';
import { type SealedSource, sourceContext } from './set-source.ts';

export interface PullDeps extends RosterDependencies {
  readonly outbound: OutboundHttp;
  readonly log: Log;
}

/** A file of hundreds of megabytes from a slow HR system. */
const PULL_TIMEOUT_MS = 5 * MINUTE_MS;
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
 * (`roster.pull.failed`) and recorded (`hr.source.failed`), and tried again when it is due; only an outage of ours is thrown.
 */
export function pullRosterTask(deps: PullDeps): Task {
  return {
    name: PULL_TASK,
    run: async (payload) => {
      const workspaceId = workspaceIn(payload);
      const source = await readSealedSource(deps.database, workspaceId);
      if (source === undefined) return;
      const { held, problem } = await attempt(() => pull(deps, workspaceId, source));
      const at = deps.clock.now();
      await deps.database.transaction(async (tx) => {
        await noteAttempt(tx, workspaceId, { setAt: source.setAt, at, problem: held === null ? problem : heldText(held) });
        if (problem !== null) await append(tx, workspaceId, [failure(workspaceId, at, problem)]);
      });
      if (problem !== null) deps.log.warn('roster.pull.failed', { workspaceId, problem });
      if (held !== null) deps.log.warn('roster.pull.held', { workspaceId, importId: held.id, ends: held.ends });
    },
  };
}

/** What was fetched is held until somebody decides, and says so at every attempt; it is in the ledger once (`hr.import.held`). */
function heldText({ ends, id }: HeldImport): string {
  return `The roster would end ${ends} people and waits for a second person to release it: GET roster/held-imports/${id}.`;
}

/** The import that is held, if it is; whoever set the source answers for it, and so cannot release it. */
async function pull(
  deps: PullDeps,
  workspaceId: WorkspaceId,
  source: { readonly sealed: Buffer; readonly full: boolean; readonly setBy: string },
): Promise<HeldImport | null> {
  const { url, authorization } = JSON.parse(
    deps.secretBox.open(source.sealed, sourceContext(workspaceId)).toString('utf8'),
  ) as SealedSource;
  const answer = await deps.outbound.fetch(url, {
    headers: { accept: 'text/csv', ...(authorization === null ? {} : { authorization }) },
    timeoutMs: PULL_TIMEOUT_MS,
    maxBytes: ROSTER_FILE_LIMIT,
  });
  if (answer.status !== 200) refuse('outbound-refused', { detail: `HR's server answered ${answer.status}.` });
  if (/html/i.test(answer.headers.get('content-type') ?? '')) {
    refuse('outbound-refused', { detail: "HR's server answered with a page, which most likely asks somebody to sign in." });
  }
  const bytes = Buffer.from(await answer.arrayBuffer());
  const outcome = await importRoster(deps, workspaceId, {
    source: 'pull',
    bytes,
    read: readerOf('pull', bytes),
    actor: 'system',
    requestedBy: source.setBy,
    full: source.full,
    partial: false,
    elseUnchanged: false,
    allowRejected: false,
  });
  return outcome.kind === 'held' ? outcome.held : null;
}

interface Attempt {
  readonly held: HeldImport | null;
  readonly problem: string | null;
}

/** What came of the work, or what stands in the way; our own outages are thrown on. */
async function attempt(work: () => Promise<HeldImport | null>): Promise<Attempt> {
  try {
    return { held: await work(), problem: null };
  } catch (error) {
    if (error instanceof DomainError && error.code !== 'database-unavailable') return { held: null, problem: error.message };
    const code = errorCode(error);
    if (code !== undefined && /^[A-Z_]+$/.test(code))
      return { held: null, problem: `HR's server could not be reached, or its answer not be read (${code}).` };
    throw error;
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
