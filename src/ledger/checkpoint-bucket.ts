import { type Instant, plusMs, SECOND_MS, type WorkspaceId } from '../kernel/index.ts';
import { type Bucket, BucketUnlockedError, type BucketVersion, type Clock, type Database, type Log } from '../platform/index.ts';
import { type CheckpointShelf, LedgerSplitError, type ShelvedCheckpoint } from './checkpoint-shelf.ts';
import { readRetainUntil } from './retention-store.ts';

/** An object that nobody can take away until then. */
export interface LockedObject {
  readonly key: string;
  readonly versionId: string;
  readonly until: Instant;
}

/** Checkpoints in a bucket under object lock: an object each, which neither the database's administrator nor the bucket's own can take away. */
export interface CheckpointBucket extends Pick<CheckpointShelf, 'newest' | 'reserve'> {
  /** As it is shown. */
  readonly place: string;
  /**
   * Puts a checkpoint there, and sees that it is held. Throws BucketUnlockedError where it is not; LedgerSplitError when another one is there.
   */
  keep(workspaceId: WorkspaceId, checkpoint: ShelvedCheckpoint): Promise<LockedObject>;
  /** What has become of an object that was put there; undefined when it lies there as it did. */
  problemWith(object: LockedObject, note: string): Promise<string | undefined>;
}

export interface CheckpointBucketDeps {
  readonly bucket: Bucket;
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** For how many days at least; longer where a workspace keeps its evidence for longer. */
  readonly retainDays: number;
}

/** More ledgers in a row than ever forked without a checkpoint in between. */
const NEWEST_OBJECTS = 50;

export function checkpointBucket(deps: CheckpointBucketDeps): CheckpointBucket {
  const { bucket } = deps;
  const { tellOnce } = lockTeller(deps);
  return {
    place: bucket.place,
    keep: (workspaceId, checkpoint) => putLocked(deps, workspaceId, checkpoint),
    reserve: async (workspaceId, generation) => {
      await putLocked(deps, workspaceId, { generation, size: 0, note: '' });
    },
    newest: withPauses(deps, async (workspaceId) => {
      await tellOnce();
      return await newestIn(deps, workspaceId);
    }),
    problemWith: (object, note) => problemWith(bucket, object, note),
  };
}

type Newest = CheckpointShelf['newest'];

/** Whoever waits for the bucket asks every second, and each request costs: it is passed on after a pause, and until then fails as the last did. */
const PAUSE_MS = 30 * SECOND_MS;

function withPauses({ clock }: CheckpointBucketDeps, newest: Newest): Newest {
  const failed = new Map<WorkspaceId, { readonly until: Instant; readonly error: unknown }>();
  return async (workspaceId) => {
    const last = failed.get(workspaceId);
    if (last !== undefined && clock.now() < last.until) throw last.error;
    try {
      const found = await newest(workspaceId);
      failed.delete(workspaceId);
      return found;
    } catch (error) {
      failed.set(workspaceId, { until: plusMs(clock.now(), PAUSE_MS), error });
      throw error;
    }
  };
}

async function newestIn(deps: CheckpointBucketDeps, workspaceId: WorkspaceId): ReturnType<Newest> {
  const { bucket } = deps;
  const found = await bucket.versionsUnder(folderOf(bucket, workspaceId), { pattern: NAME, objects: NEWEST_OBJECTS });
  const places = placesIn(found);
  const generation = places[0]?.generation;
  if (generation === undefined) return undefined;
  const last = places.find(({ size }) => size > 0);
  if (last === undefined) return { generation, checkpoint: undefined };
  await tellOfDisturbance(deps, workspaceId, { last, found });
  const note = (await bucket.read(last.key, last.versionId)).toString('utf8');
  return { generation, checkpoint: { generation: last.generation, size: last.size, note } };
}

/** Says once for the process, as it starts, that the bucket is none to rely on; what lies in it is compared all the same. */
function lockTeller({ bucket, log }: CheckpointBucketDeps) {
  let told: Promise<void> | undefined;
  const tell = async () => {
    const problem = await problemOf(() => bucket.requireLock());
    if (problem !== undefined) log.error('ledger.anchor.refuted', { kind: 'bucket', problem });
  };
  return {
    tellOnce: async () => {
      told ??= tell();
      await told.catch((error: unknown) => {
        told = undefined;
        throw error;
      });
    },
  };
}

async function putLocked(deps: CheckpointBucketDeps, workspaceId: WorkspaceId, checkpoint: ShelvedCheckpoint): Promise<LockedObject> {
  const { bucket, clock, database, retainDays } = deps;
  await bucket.requireLock();
  const key = `${folderOf(bucket, workspaceId)}${nameOf(checkpoint)}`;
  const content = Buffer.from(checkpoint.note, 'utf8');
  const until = await readRetainUntil(database, workspaceId, { at: clock.now(), days: retainDays });
  const versionId = (await bucket.putOnce(key, content, until)) ?? (await holdWhatIsThere(bucket, { key, content, until }));
  await bucket.requireLocked(key, versionId, until);
  return { key, versionId, until };
}

/** An attempt that died before it was recorded has put it there: it is held on from now, as long as one that is put there now. */
async function holdWhatIsThere(
  bucket: Bucket,
  { content, key, until }: { readonly key: string; readonly content: Buffer; readonly until: Instant },
): Promise<string> {
  const first = firstOf(await versionsOf(bucket, key));
  if (first === undefined) throw new BucketUnlockedError(`${key} is said to be there, and is not.`);
  if (!(await bucket.read(key, first.versionId)).equals(content)) throw new LedgerSplitError(key);
  await bucket.hold(key, first.versionId, until);
  return first.versionId;
}

async function problemWith(bucket: Bucket, { key, until, versionId }: LockedObject, note: string): Promise<string | undefined> {
  const versions = await versionsOf(bucket, key);
  if (!versions.some((version) => version.versionId === versionId)) return `${key} is there no more in the version that was put there.`;
  const unlocked = await problemOf(() => bucket.requireLocked(key, versionId, until));
  if (unlocked !== undefined) return unlocked;
  if ((await bucket.read(key, versionId)).toString('utf8') !== note) return `${key} holds something else than was put there.`;
  return versions.length > 1 ? disturbed(key, versionId) : undefined;
}

async function tellOfDisturbance(
  { bucket, clock, log }: CheckpointBucketDeps,
  workspaceId: WorkspaceId,
  { found, last }: { readonly last: KeptPlace; readonly found: readonly BucketVersion[] },
): Promise<void> {
  const isDisturbed = found.filter(({ key }) => key === last.key).length > 1;
  const problem = isDisturbed
    ? disturbed(last.key, last.versionId)
    : await problemOf(() => bucket.requireLocked(last.key, last.versionId, clock.now()));
  if (problem !== undefined) log.error('ledger.anchor.refuted', { workspaceId, kind: 'bucket', problem });
}

function disturbed(key: string, versionId: string): string {
  return `${key} was deleted or overwritten by somebody: what was put there still stands below, as version ${versionId}.`;
}

/** Undefined where all is well. Throws what is no word on the lock. */
async function problemOf(check: () => Promise<void>): Promise<string | undefined> {
  try {
    await check();
    return undefined;
  } catch (error) {
    if (error instanceof BucketUnlockedError) return error.message;
    throw error;
  }
}

/**
 * The newest first, since services list by name: what is left to the latest possible generation and size. `…-1-42.checkpoint` is the
 * checkpoint over 42 records of the first tree; over none, it takes the name of that tree.
 */
const NAME = /\/checkpoints\/\d{4}-\d{16}-(\d{1,4})-(\d{1,16})\.checkpoint$/;
const LAST_GENERATION = 9_999;
const LAST_SIZE = 9_999_999_999_999_999n;

function nameOf({ generation, size }: Pick<ShelvedCheckpoint, 'generation' | 'size'>): string {
  const left = [String(LAST_GENERATION - generation).padStart(4, '0'), String(LAST_SIZE - BigInt(size)).padStart(16, '0')];
  return `${left.join('-')}-${generation}-${size}.checkpoint`;
}

function folderOf({ prefix }: Bucket, workspaceId: WorkspaceId): string {
  return `${prefix}${workspaceId}/checkpoints/`;
}

interface KeptPlace {
  readonly generation: number;
  readonly size: number;
  readonly key: string;
  /** As it was first written. */
  readonly versionId: string;
}

/** One for each object, the newest first. What has another name than it would have been given is none of ours. */
function placesIn(found: readonly BucketVersion[]): readonly KeptPlace[] {
  return [...new Set(found.map(({ key }) => key))].flatMap((key) => {
    const [, generation, size] = NAME.exec(key) ?? [];
    const first = firstOf(found.filter((version) => version.key === key));
    if (generation === undefined || first === undefined) return [];
    const place = { generation: Number(generation), size: Number(size), key, versionId: first.versionId };
    return key.endsWith(`/${nameOf(place)}`) ? [place] : [];
  });
}

/** What was written over it later does not count: nobody but us writes there, and we write once. */
function firstOf(versions: readonly BucketVersion[]): BucketVersion | undefined {
  return versions.findLast(({ isDeletion }) => !isDeletion);
}

async function versionsOf(bucket: Bucket, key: string): Promise<readonly BucketVersion[]> {
  return (await bucket.versionsUnder(key, { pattern: NAME, objects: 1 })).filter((version) => version.key === key);
}
