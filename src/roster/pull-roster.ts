import { DomainError, type Instant, MINUTE_MS, parseId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import { enqueue, type Task } from '../jobs/index.ts';
import { errorCode, type Log, type OutboundHttp } from '../platform/index.ts';
import { decodeRosterFile } from './decode-roster-file.ts';
import { importRoster, ROSTER_FILE_LIMIT, type RosterDependencies } from './import-roster.ts';
import { parseRoster } from './parse-roster.ts';
import { PULL_TASK } from './pull-task.ts';
import { noteAttempt, readSealedSource, takeDueSources } from './roster-source-store.ts';
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
      const problem = await problemOf(() => pull(deps, workspaceId, source));
      const at = deps.clock.now();
      await deps.database.transaction(async (tx) => {
        await noteAttempt(tx, workspaceId, { setAt: source.setAt, at, problem });
        if (problem !== null) await append(tx, workspaceId, [failure(workspaceId, at, problem)]);
      });
      if (problem !== null) deps.log.warn('roster.pull.failed', { workspaceId, problem });
    },
  };
}

async function pull(deps: PullDeps, workspaceId: WorkspaceId, source: { readonly sealed: Buffer; readonly full: boolean }): Promise<void> {
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
  await importRoster(deps, workspaceId, {
    source: 'pull',
    bytes,
    read: (mapping) => parseRoster(decodeRosterFile(bytes), mapping),
    actor: 'system',
    full: source.full,
    partial: false,
    allowRejected: false,
  });
}

/** Null where the work succeeds; our own outages are thrown on. */
async function problemOf(work: () => Promise<void>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof DomainError && error.code !== 'database-unavailable') return error.message;
    const code = errorCode(error);
    if (code !== undefined && /^[A-Z_]+$/.test(code)) return `HR's server could not be reached (${code}).`;
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
