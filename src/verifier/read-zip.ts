import { MAX_FILES, MAX_UNPACKED_BYTES } from './limits.ts';
import { type Problem, problem } from './problem.ts';

/** Undoes raw deflate; throws when the data is broken or unpacks to more than `maxBytes`. */
export type Inflate = (packed: Uint8Array, maxBytes: number) => Uint8Array;

export interface ZipContent {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly problems: readonly Problem[];
}

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;
const END_BYTES = 22;
const DIRECTORY_ENTRY_BYTES = 46;
const LOCAL_ENTRY_BYTES = 30;
const MAX_COMMENT_BYTES = 65_535;
const ENCRYPTED = 0x1;
const STORED = 0;
const DEFLATED = 8;

interface Entry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly offset: number;
}

/**
 * Unpacks a ZIP in memory (APPNOTE 6.3, without ZIP64 and encryption). Names that would leave the folder, names given
 * twice, and contents beyond the limits are problems, and their files are left out. Undefined when it is no ZIP at all.
 */
export function readZip(zip: Uint8Array, inflate: Inflate): ZipContent | undefined {
  const bytes = Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength);
  const entries = readDirectory(bytes);
  if (entries === undefined) return undefined;
  const files = new Map<string, Uint8Array>();
  const problems: Problem[] = [];
  let left = MAX_UNPACKED_BYTES;
  if (entries.length > MAX_FILES) return { files, problems: [problem('unpacking', `the ZIP holds more than ${MAX_FILES} files`)] };
  for (const entry of entries) {
    if (entry.name.endsWith('/') && entry.bytes === 0) continue;
    const refusal = refusalOf(entry, files, left);
    const content = refusal === undefined ? unpack(bytes, entry, inflate) : undefined;
    if (content === undefined) {
      problems.push(problem('unpacking', refusal ?? `${shown(entry.name)} cannot be unpacked: its data in the ZIP is broken`));
      continue;
    }
    left -= content.length;
    files.set(entry.name, content);
  }
  return { files, problems };
}

function refusalOf(entry: Entry, files: ReadonlyMap<string, Uint8Array>, left: number): string | undefined {
  if (!isSafeName(entry.name)) return `${shown(entry.name)} is not a name that a bundle may hold`;
  if (files.has(entry.name)) return `${shown(entry.name)} is in the ZIP more than once`;
  if (entry.bytes > left) return `${shown(entry.name)} is left out: unpacked, the bundle takes more than ${MAX_UNPACKED_BYTES} bytes`;
  if ((entry.flags & ENCRYPTED) !== 0) return `${shown(entry.name)} is encrypted`;
  return undefined;
}

/** Relative, with forward slashes, and nothing in it that some system would read as a way out of the folder. */
function isSafeName(name: string): boolean {
  return /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/.test(name) && name.length <= 200;
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 200));
}

function readDirectory(bytes: Buffer): readonly Entry[] | undefined {
  const end = findEnd(bytes);
  if (end === undefined) return undefined;
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  const entries: Entry[] = [];
  while (entries.length < count) {
    const entry = readEntry(bytes, at);
    if (entry === undefined) return undefined;
    entries.push(entry.entry);
    at = entry.next;
  }
  return entries;
}

function findEnd(bytes: Buffer): number | undefined {
  const lowest = Math.max(0, bytes.length - END_BYTES - MAX_COMMENT_BYTES);
  for (let at = bytes.length - END_BYTES; at >= lowest; at -= 1) {
    if (bytes.readUInt32LE(at) === END_OF_DIRECTORY) return at;
  }
  return undefined;
}

function readEntry(bytes: Buffer, at: number): { readonly entry: Entry; readonly next: number } | undefined {
  if (at + DIRECTORY_ENTRY_BYTES > bytes.length || bytes.readUInt32LE(at) !== DIRECTORY_ENTRY) return undefined;
  const nameBytes = bytes.readUInt16LE(at + 28);
  const next = at + DIRECTORY_ENTRY_BYTES + nameBytes + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  if (next > bytes.length) return undefined;
  const entry = {
    name: bytes.toString('utf8', at + DIRECTORY_ENTRY_BYTES, at + DIRECTORY_ENTRY_BYTES + nameBytes),
    flags: bytes.readUInt16LE(at + 8),
    method: bytes.readUInt16LE(at + 10),
    packedBytes: bytes.readUInt32LE(at + 20),
    bytes: bytes.readUInt32LE(at + 24),
    offset: bytes.readUInt32LE(at + 42),
  };
  return { entry, next };
}

function unpack(bytes: Buffer, entry: Entry, inflate: Inflate): Uint8Array | undefined {
  const at = entry.offset;
  if (at + LOCAL_ENTRY_BYTES > bytes.length || bytes.readUInt32LE(at) !== LOCAL_ENTRY) return undefined;
  const start = at + LOCAL_ENTRY_BYTES + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
  const packed = bytes.subarray(start, start + entry.packedBytes);
  if (packed.length !== entry.packedBytes) return undefined;
  const content = contentOf(packed, entry, inflate);
  return content?.length === entry.bytes ? content : undefined;
}

function contentOf(packed: Uint8Array, entry: Entry, inflate: Inflate): Uint8Array | undefined {
  if (entry.method === STORED) return packed;
  if (entry.method !== DEFLATED) return undefined;
  try {
    return inflate(packed, Math.max(1, entry.bytes)); // zlib takes no limit of zero
  } catch {
    return undefined; // broken, or larger than it says: the caller names the file
  }
}
