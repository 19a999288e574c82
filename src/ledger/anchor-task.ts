import { DomainError, epochMs, type Instant, instantOf, MINUTE_MS, parseId, plusMs, type WorkspaceId } from '../kernel/index.ts';
import { enqueue, type Task } from '../jobs/index.ts';
import { BucketError, BucketUnlockedError, type Clock, errorCode, type Log } from '../platform/index.ts';
import { type AnchorDeps, type Anchored, anchorPlaces, type AnchorSettings } from './anchor-places.ts';
import {
  anchorKinds,
  type AnchorPlace,
  type AnchorSchedule,
  insertAnchor,
  noteAnchorAttempt,
  type OperatorsPlace,
  readSchedule,
  scheduleEverywhere,
  takeDueAnchors,
} from './anchor-store.ts';
import { appendOne } from './append.ts';
import { anchorDirectoryNeeded, LedgerSplitError } from './checkpoint-shelf.ts';
import { RefutedCosignatureError, WitnessContradictsError } from './cosign-checkpoint.ts';
import { type Checkpoint, readLatestCheckpoint } from './ledger-read-model.ts';
import { openMetaLog } from './meta-log.ts';
import { insertMetaEntry } from './meta-log-store.ts';
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
        const metaLog = settings.metaLog === true ? await openMetaLog(tx, at) : undefined;
        await scheduleEverywhere(tx, placesOf(settings, metaLog), at);
        const everyMs = settings.everyMinutes * MINUTE_MS;
        const due = { at, nextAt: plusMs(at, everyMs), nextTogetherAt: nextTogether(at, everyMs) };
        for (const { kind, place, workspaceId } of await takeDueAnchors(tx, due)) {
          const jobKey = [ANCHOR_TASK, workspaceId, kind, ...(place === '' ? [] : [place])].join(':');
          await enqueue(tx, { task: ANCHOR_TASK, payload: { workspaceId, kind, place }, jobKey });
        }
      }),
  };
}

/** The same instant for all ledgers, whenever each was opened: the meta-log is then anchored once for what came together. */
function nextTogether(at: Instant, everyMs: number): Instant {
  return instantOf((Math.floor(epochMs(at) / everyMs) + 1) * everyMs);
}

/** With a meta-log, authority and witnesses are asked about that alone. Directory and bucket are the operator's own, and tell a restored ledger: they keep all. */
function placesOf({ bucket, directory, tsaUrl, witnesses }: AnchorSettings, metaLog: WorkspaceId | undefined): readonly OperatorsPlace[] {
  const outside = metaLog === undefined ? {} : { only: metaLog };
  return [
    ...(tsaUrl === undefined ? [] : [{ kind: 'rfc3161' as const, place: '', ...outside }]),
    ...(directory === undefined ? [] : [{ kind: 'file' as const, place: '' }]),
    ...(bucket === undefined ? [] : [{ kind: 'bucket' as const, place: '' }]),
    ...witnesses.map(({ cosigner }) => ({ kind: 'witness' as const, place: cosigner.vkey, ...outside })),
    ...(metaLog === undefined ? [] : [{ kind: 'meta' as const, place: '', except: metaLog }]),
  ];
}

/**
 * Anchors the latest checkpoint of one ledger in one place, and records it. What stands in the way is others' to mend, so it is kept, shown,
 * logged (`ledger.anchor.failed`; `ledger.anchor.refuted` where a signature is not of whom it should be or a bucket does not hold what it should, `ledger.anchor.contradicted` where another tree stands outside, `ledger.anchor.late` once it
 * is overdue) and tried again; only an outage of ours is thrown.
 */
export function anchorTask(deps: AnchorTaskDeps): Task {
  return {
    name: ANCHOR_TASK,
    run: async (payload) => {
      const { workspaceId, ...where } = placeIn(payload);
      const checkpoint = await readLatestCheckpoint(deps.database, workspaceId);
      const at = deps.clock.now();
      // A ledger that was opened a moment ago: it is looked at again within a minute.
      if (checkpoint === undefined)
        return noteAnchorAttempt(deps.database, workspaceId, { ...where, at, size: null, problem: null, nextAt: at });
      try {
        const anchored = await anchorPlaces[where.kind](deps, workspaceId, { checkpoint, at, place: where.place });
        if (anchored !== undefined) await recordAnchor(deps, workspaceId, { where, checkpoint, anchored, at });
      } catch (error) {
        await noteFailure(deps, workspaceId, { where, at, error });
      }
    },
  };
}

interface NewAnchor {
  readonly where: AnchorPlace;
  readonly checkpoint: Checkpoint;
  readonly anchored: Anchored;
  readonly at: Instant;
}

async function recordAnchor(
  { database, log }: AnchorTaskDeps,
  workspaceId: WorkspaceId,
  { anchored, at, checkpoint, where }: NewAnchor,
): Promise<void> {
  const { size } = checkpoint;
  const { kind } = where;
  const { locked, lost, metaRecordId } = anchored;
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
        ...(kind === 'witness' && { witness: anchored.place }),
        ...(locked && { object: locked.key, version: locked.versionId, retain_until: locked.until }),
      },
    });
    const object = { objectKey: locked?.key ?? null, versionId: locked?.versionId ?? null, retainUntil: locked?.until ?? null };
    if (metaRecordId === undefined) await insertAnchor(tx, workspaceId, { ...anchored, ...object, kind, size, anchoredAt: at, recordId });
    else await insertMetaEntry(tx, workspaceId, { id: anchored.id, place: anchored.place, size, at, recordId, metaRecordId });
    await noteAnchorAttempt(tx, workspaceId, { ...where, at, size, problem: lost ?? null });
  });
  log.debug('ledger.anchored', { workspaceId, kind, size });
  if (lost !== undefined) log.error('ledger.anchor.refuted', { workspaceId, kind, problem: lost });
}

async function noteFailure(
  { clock, database, log, settings }: AnchorTaskDeps,
  workspaceId: WorkspaceId,
  { at, error, where }: { readonly where: AnchorPlace; readonly at: Instant; readonly error: unknown },
): Promise<void> {
  const problem = problemOf(error);
  const named = { workspaceId, kind: where.kind, ...(where.place !== '' && { place: where.place }) };
  await noteAnchorAttempt(database, workspaceId, { ...where, at, size: null, problem, nextAt: plusMs(clock.now(), RETRY_MS) });
  log.warn('ledger.anchor.failed', { ...named, problem });
  if (isRefuted(error)) log.error('ledger.anchor.refuted', { ...named, problem });
  if (isContradicted(error)) log.error('ledger.anchor.contradicted', { ...named, problem });
  const schedule = await readSchedule(database, workspaceId, where);
  if (schedule !== undefined && isLate(schedule, { at, everyMinutes: settings.everyMinutes })) {
    log.error('ledger.anchor.late', { ...named, lastSucceededAt: schedule.lastSucceededAt });
  }
}

/** What came is not signed by whom it should be, or is not held as it should be. */
function isRefuted(error: unknown): error is Error {
  return error instanceof RefutedStampError || error instanceof RefutedCosignatureError || error instanceof BucketUnlockedError;
}

/** Outside stands another tree than in the database: a fork shows. */
function isContradicted(error: unknown): error is Error {
  return error instanceof LedgerSplitError || error instanceof WitnessContradictsError;
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
  if (isRefuted(error) || isContradicted(error) || error instanceof BucketError) return error.message;
  const code = errorCode(error);
  // Of all places a directory alone answers so.
  if (code === 'ENOENT') return `The directory is not there (${code}). ${anchorDirectoryNeeded}`;
  if (!(error instanceof DomainError) && code !== undefined && /^[A-Z_]+$/.test(code))
    return `It could not be reached or written to (${code}).`;
  if (error instanceof Error && error.name === 'TimeoutError') return 'It did not answer in time.';
  throw error;
}

function placeIn(payload: unknown): AnchorPlace & { readonly workspaceId: WorkspaceId } {
  const given = typeof payload === 'object' && payload !== null ? payload : {};
  const workspaceId = 'workspaceId' in given && typeof given.workspaceId === 'string' ? parseId<'workspace'>(given.workspaceId) : undefined;
  const kind = anchorKinds.find((each) => 'kind' in given && given.kind === each);
  if (workspaceId === undefined || kind === undefined) throw new Error('a job to anchor names no ledger or no place');
  return { workspaceId, kind, place: 'place' in given && typeof given.place === 'string' ? given.place : '' };
}
