import { createHash } from 'node:crypto';
import { DomainError, type Instant, type ReportId, type WorkspaceId } from '../kernel/index.ts';
import { appendOne, readRetainUntil } from '../ledger/index.ts';
import { type Bucket, BucketError, type Clock } from '../platform/index.ts';
import { insertDeposit, noteDepositAttempt } from './deposit-store.ts';
import { renderBundle } from './render-bundle.ts';
import type { SealDeps } from './seal-report.ts';

export interface DepositDeps extends SealDeps {
  readonly bucket: Bucket;
  readonly clock: Clock;
  /** For how many days at least; longer where the workspace keeps its evidence for longer. */
  readonly retainDays: number;
}

/**
 * Puts the bundle of a sealed report into the bucket, where nobody can take it away for that long, and records it. The object is named for the report
 * and the SHA-256 of the ZIP, which is why the bundle is rendered twice: once to be hashed, once to be sent, a part at a time. Throws BucketError where
 * it is refused or not held, and what the way out throws.
 */
export async function depositReport(deps: DepositDeps, workspaceId: WorkspaceId, reportId: ReportId): Promise<void> {
  const { bucket, clock, database, retainDays } = deps;
  await bucket.requireLock();
  const named = await measured((await renderBundle(deps, workspaceId, reportId)).zip);
  const objectKey = `${bucket.prefix}${workspaceId}/reports/${reportId}-${named.sha256.toString('hex')}.zip`;
  const until = await readRetainUntil(database, workspaceId, { at: clock.now(), days: retainDays });
  const versionId =
    (await held(bucket, { objectKey, named, until })) ?? (await put(deps, { workspaceId, reportId, objectKey, named, until }));
  await bucket.requireLocked(objectKey, versionId, until);
  const at = clock.now();
  const bundle = `sha256:${named.sha256.toString('hex')}`;
  await database.transaction(async (tx) => {
    const recordId = await appendOne(tx, workspaceId, {
      type: 'report.deposited',
      at,
      actor: 'system',
      subject: { kind: 'report', id: reportId },
      detail: { bundle, bytes: named.bytes, object: objectKey, version: versionId, retain_until: until },
    });
    const lies = { place: bucket.place, objectKey, versionId, retainUntil: until };
    await insertDeposit(tx, workspaceId, { reportId, ...lies, ...named, depositedAt: at, recordId });
    await noteDepositAttempt(tx, workspaceId, { reportId, place: bucket.place, triedAt: at, problem: null });
  });
}

interface Measured {
  readonly sha256: Buffer;
  readonly bytes: number;
}

async function measured(zip: AsyncIterable<Buffer>): Promise<Measured> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of zip) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { sha256: hash.digest(), bytes };
}

/**
 * An attempt that died before it was recorded has put it there: it is held on as long as one that is put there now, once it was read to be the same bytes.
 * Throws ForeignObjectError for what somebody else has put under that name.
 */
async function held(
  bucket: Bucket,
  { named, objectKey, until }: Pick<NewObject, 'named' | 'objectKey' | 'until'>,
): Promise<string | undefined> {
  const found = await bucket.versionsUnder(objectKey, { pattern: /\.zip$/, objects: 1 });
  const first = found.findLast(({ isDeletion, key }) => key === objectKey && !isDeletion);
  if (first === undefined) return undefined;
  const there = await measured(bucket.readPieces(objectKey, first.versionId));
  if (!there.sha256.equals(named.sha256)) throw new ForeignObjectError(objectKey);
  await bucket.hold(objectKey, first.versionId, until);
  return first.versionId;
}

/** Under the name of a bundle lies what is none: nothing is held or recorded of it. */
export class ForeignObjectError extends BucketError {
  constructor(objectKey: string) {
    super(
      `${objectKey} is there and is not the bundle that it is named for: somebody else wrote it. See who else may write to the bucket, and name another prefix or bucket.`,
    );
  }
}

interface NewObject {
  readonly workspaceId: WorkspaceId;
  readonly reportId: ReportId;
  readonly objectKey: string;
  readonly named: Measured;
  readonly until: Instant;
}

async function put(deps: DepositDeps, { named, objectKey, reportId, until, workspaceId }: NewObject): Promise<string> {
  const { zip } = await renderBundle(deps, workspaceId, reportId);
  const sent = await deps.bucket.putPieces(objectKey, zip, until);
  if (sent === undefined) throw new BucketError(`${objectKey} was put there by somebody else at the same time.`);
  // Personal data was erased in between: the object says another name than it should, and the next attempt puts the right one there.
  if (!sent.sha256.equals(named.sha256)) throw new BucketError('The bundle changed while it was sent.');
  return sent.versionId;
}

/** Why a bundle did not get there, in a sentence; undefined for our own outages, and for what is a fault of the program. */
export function depositProblem(error: unknown): string | undefined {
  if (error instanceof BucketError) return error.message;
  if (error instanceof DomainError) return error.code === 'database-unavailable' ? undefined : error.message;
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return /^[A-Z_]+$/.test(code) ? `The bucket could not be reached (${code}).` : undefined;
}
