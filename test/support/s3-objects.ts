import { createHash, randomUUID } from 'node:crypto';

export interface ObjectLock {
  mode: string;
  untilMs: number;
}

export interface StoredVersion {
  readonly key: string;
  readonly versionId: string;
  /** Null: a marker that the object was deleted. */
  content: Buffer | null;
  lock: ObjectLock | undefined;
  readonly writtenMs: number;
}

export interface Upload {
  readonly key: string;
  readonly lock: ObjectLock | undefined;
  readonly parts: Map<number, Buffer>;
}

/** How S3 answers an error. */
export class S3Error extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

const LEAST_PART = 5 * 1024 * 1024;

/** A versioned bucket under object lock, by the rules of S3: nobody overwrites or deletes a locked version, and a deletion without a version is a marker above. */
export class S3Objects {
  /** Oldest first. */
  readonly versions: StoredVersion[] = [];
  readonly uploads = new Map<string, Upload>();
  isLockable = true;
  /** What becomes of the lock that somebody asks for: a service that does not do as it is told. */
  hold: (asked: ObjectLock | undefined) => ObjectLock | undefined = (asked) => asked;

  versionsOf(key: string): readonly StoredVersion[] {
    return this.versions.filter((version) => version.key === key);
  }

  present(key: string): StoredVersion | undefined {
    return this.versionsOf(key).at(-1);
  }

  version(key: string, versionId: string | undefined): StoredVersion {
    const found = versionId === undefined ? this.present(key) : this.versionsOf(key).find((each) => each.versionId === versionId);
    if (found === undefined || found.content === null) throw new S3Error(404, versionId === undefined ? 'NoSuchKey' : 'NoSuchVersion');
    return found;
  }

  put(
    key: string,
    content: Buffer | null,
    { lock, nowMs, onlyNew }: { lock: ObjectLock | undefined; nowMs: number; onlyNew: boolean },
  ): string {
    if (onlyNew && this.present(key)?.content) throw new S3Error(412, 'PreconditionFailed');
    if (lock !== undefined && !this.isLockable) throw new S3Error(400, 'InvalidRequest');
    if (lock !== undefined && lock.untilMs <= nowMs) throw new S3Error(400, 'InvalidArgument');
    const versionId = randomUUID();
    this.versions.push({ key, versionId, content, lock: this.hold(lock), writtenMs: nowMs });
    return versionId;
  }

  remove(key: string, versionId: string | undefined, nowMs: number): void {
    if (versionId === undefined) {
      this.put(key, null, { lock: undefined, nowMs, onlyNew: false });
      return;
    }
    const at = this.versions.findIndex((each) => each.key === key && each.versionId === versionId);
    if ((this.versions[at]?.lock?.untilMs ?? 0) > nowMs) throw new S3Error(403, 'AccessDenied');
    if (at >= 0) this.versions.splice(at, 1);
  }

  /** COMPLIANCE can be lengthened and nothing else. */
  retain(key: string, versionId: string | undefined, lock: ObjectLock): void {
    const version = this.version(key, versionId);
    const { lock: held } = version;
    if (held?.mode === 'COMPLIANCE' && (lock.mode !== 'COMPLIANCE' || lock.untilMs < held.untilMs)) throw new S3Error(403, 'AccessDenied');
    version.lock = lock;
  }

  begin(key: string, lock: ObjectLock | undefined): string {
    const uploadId = randomUUID();
    this.uploads.set(uploadId, { key, lock, parts: new Map() });
    return uploadId;
  }

  upload(uploadId: string): Upload {
    const upload = this.uploads.get(uploadId);
    if (upload === undefined) throw new S3Error(404, 'NoSuchUpload');
    return upload;
  }

  complete(uploadId: string, tags: readonly { readonly number: number; readonly tag: string }[], nowMs: number, onlyNew: boolean): string {
    const { key, lock, parts } = this.upload(uploadId);
    const contents = tags.map(({ number, tag }) => {
      const part = parts.get(number);
      if (part === undefined || etag(part) !== tag) throw new S3Error(400, 'InvalidPart');
      return part;
    });
    if (contents.slice(0, -1).some(({ length }) => length < LEAST_PART)) throw new S3Error(400, 'EntityTooSmall');
    const versionId = this.put(key, Buffer.concat(contents), { lock, nowMs, onlyNew });
    this.uploads.delete(uploadId);
    return versionId;
  }
}

export function etag(content: Buffer): string {
  return createHash('md5').update(content).digest('hex');
}
