import { DomainError, epochMs, type Instant, MINUTE_MS, parseId, plusMs, type WorkspaceId } from '../kernel/index.ts';
import { enqueue, type Task } from '../jobs/index.ts';
import { type Clock, errorCode, type Log } from '../platform/index.ts';
import { type AnchorDeps, type Anchored, anchorPlaces, type AnchorSettings } from './anchor-places.ts';
import {
  anchorKinds,
  type AnchorKind,
  type AnchorSchedule,
  insertAnchor,
  noteAnchorAttempt,
  readSchedule,
  scheduleEverywhere,
  takeDueAnchors,
} from './anchor-store.ts';
import { appendOne } from './append.ts';
import { LedgerSplitError } from './checkpoint-shelf.ts';
import { type Checkpoint, readLatestCheckpoint } from './ledger-read-model.ts';
import { RefutedStampError } from './stamp-checkpoint.ts';

const ANCHOR_TASK = 'ledger.anchor';
const EVERY_MINUTE = '* * * * *';

/** After a failure it is tried again sooner than it would be due: an authority that is down is so for minutes. */
const RETRY_MS = 5 * MINUTE_MS;

export interface AnchorTaskDeps extends AnchorDeps {
  readonly clock: Clock;
  readonly log: Log;
}

/** Has every ledger anchored that is due, in each of its places: once for all processes. */
export function anchorDueTask({ clock, database, settings }: Pick<AnchorTaskDeps, 'clock' | 'database' | 'settings'>): Task {
  return {
    name: 'ledger.anchor-due',
    schedule: EVERY_MINUTE,
    run: () =>
      database.transaction(async (tx) => {
        const at = clock.now();
        await scheduleEverywhere(tx, kindsOf(settings), at);
        const nextAt = plusMs(at, settings.everyMinutes * MINUTE_MS);
        for (const { kind, workspaceId } of await takeDueAnchors(tx, { at, nextAt })) {
          await enqueue(tx, { task: ANCHOR_TASK, payload: { workspaceId, kind }, jobKey: `${ANCHOR_TASK}:${workspaceId}:${kind}` });
        }
      }),
  };
}

function kindsOf({ directory, tsaUrl }: AnchorSettings): readonly AnchorKind[] {
  return [...(tsaUrl === undefined ? [] : (['rfc3161'] as const)), ...(directory === undefined ? [] : (['file'] as const))];
}

/**
 * Anchors the latest checkpoint of one ledger in one place, and records it. What stands in the way is others' to mend, so it is kept, shown,
 * logged (`ledger.anchor.failed`, `ledger.anchor.refuted` where a signature is not the authority's, `ledger.anchor.late` once it is overdue) and tried again; only an outage of ours is thrown.
 */
export function anchorTask(deps: AnchorTaskDeps): Task {
  return {
    name: ANCHOR_TASK,
    run: async (payload) => {
      const { kind, workspaceId } = placeIn(payload);
      const checkpoint = await readLatestCheckpoint(deps.database, workspaceId);
      const at = deps.clock.now();
      // A ledger that was opened a moment ago: it is looked at again within a minute.
      if (checkpoint === undefined)
        return noteAnchorAttempt(deps.database, workspaceId, { kind, at, size: null, problem: null, nextAt: at });
      try {
        const anchored = await anchorPlaces[kind](deps, workspaceId, { checkpoint, at });
        if (anchored !== undefined) await recordAnchor(deps, workspaceId, { kind, checkpoint, anchored, at });
      } catch (error) {
        await noteFailure(deps, workspaceId, { kind, at, error });
      }
    },
  };
}

interface NewAnchor {
  readonly kind: AnchorKind;
  readonly checkpoint: Checkpoint;
  readonly anchored: Anchored;
  readonly at: Instant;
}

async function recordAnchor(
  { database, log }: AnchorTaskDeps,
  workspaceId: WorkspaceId,
  { anchored, at, checkpoint, kind }: NewAnchor,
): Promise<void> {
  const { size } = checkpoint;
  await database.transaction(async (tx) => {
    const recordId = await appendOne(tx, workspaceId, {
      type: 'ledger.anchored',
      at,
      actor: 'system',
      subject: { kind: 'workspace', id: workspaceId },
      detail: {
        anchor: anchored.id,
        kind,
        size,
        root: checkpoint.root.toString('base64'),
        ...(anchored.attestedAt !== null && { attested_at: anchored.attestedAt, signature: anchored.signature }),
      },
    });
    await insertAnchor(tx, workspaceId, { ...anchored, kind, size, anchoredAt: at, recordId });
    await noteAnchorAttempt(tx, workspaceId, { kind, at, size, problem: null });
  });
  log.debug('ledger.anchored', { workspaceId, kind, size });
}

async function noteFailure(
  { clock, database, log, settings }: AnchorTaskDeps,
  workspaceId: WorkspaceId,
  { at, error, kind }: { readonly kind: AnchorKind; readonly at: Instant; readonly error: unknown },
): Promise<void> {
  const problem = problemOf(error);
  await noteAnchorAttempt(database, workspaceId, { kind, at, size: null, problem, nextAt: plusMs(clock.now(), RETRY_MS) });
  log.warn('ledger.anchor.failed', { workspaceId, kind, problem });
  if (error instanceof RefutedStampError) log.error('ledger.anchor.refuted', { workspaceId, problem });
  const schedule = await readSchedule(database, workspaceId, kind);
  if (schedule !== undefined && isLate(schedule, { at, everyMinutes: settings.everyMinutes })) {
    log.error('ledger.anchor.late', { workspaceId, kind, lastSucceededAt: schedule.lastSucceededAt });
  }
}

/** Two turns have passed without an anchor: one failure is not late yet. */
export function isLate(
  { lastSucceededAt, since }: AnchorSchedule,
  { at, everyMinutes }: { readonly at: Instant; readonly everyMinutes: number },
): boolean {
  return epochMs(at) - epochMs(lastSucceededAt ?? since) > 2 * everyMinutes * MINUTE_MS;
}

/** Our own outages, and what is a fault of the program, are thrown on. */
function problemOf(error: unknown): string {
  if (error instanceof DomainError && error.code !== 'database-unavailable') return error.message;
  if (error instanceof LedgerSplitError || error instanceof RefutedStampError) return error.message;
  const code = errorCode(error);
  if (!(error instanceof DomainError) && code !== undefined && /^[A-Z_]+$/.test(code))
    return `It could not be reached or written to (${code}).`;
  if (error instanceof Error && error.name === 'TimeoutError') return 'It did not answer in time.';
  throw error;
}

function placeIn(payload: unknown): { readonly workspaceId: WorkspaceId; readonly kind: AnchorKind } {
  const given = typeof payload === 'object' && payload !== null ? payload : {};
  const workspaceId = 'workspaceId' in given && typeof given.workspaceId === 'string' ? parseId<'workspace'>(given.workspaceId) : undefined;
  const kind = anchorKinds.find((each) => 'kind' in given && given.kind === each);
  if (workspaceId === undefined || kind === undefined) throw new Error('a job to anchor names no ledger or no place');
  return { workspaceId, kind };
}
