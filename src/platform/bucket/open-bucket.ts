import { type Instant, parseInstant } from '../../kernel/index.ts';
import { askBucket, type BucketDeps, documentIn, errorCodeIn } from './ask-bucket.ts';
import { BucketError, BucketUnlockedError } from './bucket-error.ts';
import { contentMd5, putOnce, WHAT_TO_DO } from './put-once.ts';
import { putPieces, type PutPieces } from './put-pieces.ts';
import { readPieces } from './read-pieces.ts';
import { childrenOf, textOf, type XmlElement } from './read-xml.ts';

/** A version of an object, or the marker that stands over those of an object that was deleted. */
export interface BucketVersion {
  readonly key: string;
  readonly versionId: string;
  readonly isDeletion: boolean;
}

export interface WantedObjects {
  /** Of the keys that are looked for: others, whoever put them there, hide none of them. */
  readonly pattern: RegExp;
  /** At least so many, where there are as many. */
  readonly objects: number;
}

/** A bucket of an S3-compatible service, of which only what is under object lock counts. Every call throws BucketError when it is refused. */
export interface Bucket {
  /** As it is shown: endpoint, bucket and prefix. */
  readonly place: string;
  readonly prefix: string;
  /** Throws BucketUnlockedError unless the bucket keeps versions under object lock. */
  requireLock(): Promise<void>;
  /**
   * Puts an object there that nobody can take away until then, its account's owner included (mode COMPLIANCE), unless there is one of that key.
   * Returns the id of its version; undefined when there is one already.
   */
  putOnce(key: string, content: Uint8Array, until: Instant): Promise<string | undefined>;
  /** The same for what is too large to be held: in parts. Undefined when there is one already. */
  putPieces: PutPieces;
  /** Throws BucketUnlockedError unless this version is under object lock in mode COMPLIANCE at least until then. */
  requireLocked(key: string, versionId: string, until: Instant): Promise<void>;
  /** Lengthens its lock. */
  hold(key: string, versionId: string, until: Instant): Promise<void>;
  /** All versions of the first objects under a prefix, by key, of each the newest first. */
  versionsUnder(prefix: string, wanted: WantedObjects): Promise<readonly BucketVersion[]>;
  read(key: string, versionId: string): Promise<Buffer>;
  /** The same for what is too large to be held: in pieces. */
  readPieces(key: string, versionId: string): AsyncIterable<Buffer>;
}

/** What is looked for stands first. Nobody has reason to put many versions over an object that cannot be overwritten. */
const PAGE = '200';
const MAX_PAGES = 20;

export function openBucket(deps: BucketDeps): Bucket {
  const { endpoint, name, prefix } = deps.settings;
  return {
    place: `${endpoint}/${name}/${prefix}`,
    prefix,
    requireLock: () => requireLock(deps),
    putOnce: (key, content, until) => putOnce(deps, { key, content, until }),
    putPieces: (key, pieces, until) => putPieces(deps, { key, pieces, until }),
    requireLocked: async (key, versionId, until) => {
      const answer = await askBucket(deps, { key, query: { retention: '', versionId }, expects: [404] });
      const problem = answer.status === 404 ? missingLock(errorCodeIn(answer.body)) : lockProblem(documentIn(answer, 'Retention'), until);
      if (problem !== undefined) throw new BucketUnlockedError(`${key} ${problem}`);
    },
    hold: async (key, versionId, until) => {
      const body = Buffer.from(`<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>${toSecond(until)}Z</RetainUntilDate></Retention>`);
      await askBucket(deps, { method: 'PUT', key, query: { retention: '', versionId }, headers: contentMd5(body), body });
    },
    versionsUnder: (under, wanted) => versionsUnder(deps, under, wanted),
    readPieces: (key, versionId) => readPieces(deps, { key, versionId }),
    read: async (key, versionId) => (await askBucket(deps, { key, query: { versionId } })).body,
  };
}

/** What services say that know no object lock at all, or none for this bucket. */
const NO_LOCK = new Set(['ObjectLockConfigurationNotFoundError', 'NotImplemented', 'MethodNotAllowed']);

async function requireLock(deps: BucketDeps): Promise<void> {
  const answer = await askBucket(deps, { query: { 'object-lock': '' }, expects: [404, 405, 501] });
  const code = answer.status === 200 ? undefined : errorCodeIn(answer.body);
  if (answer.status === 200 && textOf(documentIn(answer, 'ObjectLockConfiguration'), 'ObjectLockEnabled') === 'Enabled') return;
  if (answer.status === 200 || NO_LOCK.has(code ?? '')) throw new BucketUnlockedError(`The bucket has no object lock. ${WHAT_TO_DO}`);
  throw new BucketError(
    code === 'NoSuchBucket'
      ? 'There is no bucket of the name in ROLLCALL_BUCKET_NAME at this endpoint.'
      : `The bucket does not say whether it has object lock (${answer.status}).`,
  );
}

function missingLock(code: string | undefined): string {
  return code === 'NoSuchObjectLockConfiguration' ? 'is under no object lock.' : 'is there no more in the version that was put there.';
}

function lockProblem(retention: XmlElement, until: Instant): string | undefined {
  const mode = textOf(retention, 'Mode');
  if (mode !== 'COMPLIANCE') return 'is not held in mode COMPLIANCE, but in one that its owner can undo.';
  const ends = parseInstant(textOf(retention, 'RetainUntilDate') ?? '');
  if (ends === undefined || toSecond(ends) < toSecond(until)) return `is held until ${ends ?? 'no date'}, not until ${until}.`;
  return undefined;
}

function toSecond(instant: Instant): string {
  return instant.slice(0, 19);
}

/** Both kinds of entries of a page come in any order among each other, and by key in the same. */
async function versionsUnder(deps: BucketDeps, prefix: string, { objects, pattern }: WantedObjects): Promise<readonly BucketVersion[]> {
  const found: BucketVersion[] = [];
  let from: Readonly<Record<string, string>> = {};
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const list = documentIn(await askBucket(deps, { query: { versions: '', prefix, 'max-keys': PAGE, ...from } }), 'ListVersionsResult');
    found.push(...entriesIn(list));
    if (textOf(list, 'IsTruncated') !== 'true') return byKey(found);
    // The last key of a page may go on in the next one.
    if (new Set(found.map(({ key }) => key).filter((key) => pattern.test(key))).size > objects) return byKey(found);
    from = { 'key-marker': textOf(list, 'NextKeyMarker') ?? '', 'version-id-marker': textOf(list, 'NextVersionIdMarker') ?? '' };
  }
  throw new BucketError(`More versions than anybody has reason to write stand over what is kept under ${prefix}.`);
}

function entriesIn(list: XmlElement): readonly BucketVersion[] {
  if (textOf(list, 'IsTruncated') === undefined) throw new BucketError('The answer of the bucket does not say whether it is whole.');
  const entry = (isDeletion: boolean) => (element: XmlElement) => ({
    key: textOf(element, 'Key') ?? '',
    versionId: textOf(element, 'VersionId') ?? '',
    isDeletion,
  });
  return [...childrenOf(list, 'DeleteMarker').map(entry(true)), ...childrenOf(list, 'Version').map(entry(false))];
}

/** Stable: entries of one kind stay newest first. */
function byKey(versions: readonly BucketVersion[]): readonly BucketVersion[] {
  return versions.toSorted((a, b) => (a.key === b.key ? 0 : a.key < b.key ? -1 : 1));
}
