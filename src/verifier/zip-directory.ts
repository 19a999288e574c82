import { type Problem, problem } from './problem.ts';

/** A ZIP file, read at places. */
export interface ZipSource {
  readonly size: number;
  /** The bytes there; fewer where the file ends before. */
  read(at: number, length: number): Promise<Buffer>;
}

/** What the central directory says of one entry, and what its local header says of it. */
export interface ZipHead {
  readonly name: Buffer;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly extra: Buffer;
}

export interface ZipEntry extends ZipHead {
  /** The high half of the external attributes: a Unix file mode where the maker gave one. */
  readonly mode: number;
  readonly offset: number;
}

export interface ZipDirectory {
  readonly entries: readonly ZipEntry[];
  /** Where it begins: the entries end there. */
  readonly offset: number;
  readonly problems: readonly Problem[];
}

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;
const END_BYTES = 22;
const DIRECTORY_ENTRY_BYTES = 46;
export const LOCAL_ENTRY_BYTES = 30;
const MAX_COMMENT_BYTES = 65_535;

interface End {
  readonly at: number;
  readonly isSplit: boolean;
  readonly count: number;
  readonly bytes: number;
  readonly offset: number;
  readonly commentBytes: number;
}

/**
 * Reads a ZIP's central directory (APPNOTE 6.3, without ZIP64). It must fill the file from the last entry to the end: what stands elsewhere is
 * what another program may take for the ZIP. Undefined when it is no ZIP at all.
 */
export async function readDirectory(source: ZipSource): Promise<ZipDirectory | undefined> {
  const end = await findEnd(source);
  if (end === undefined) return undefined;
  const directory = await source.read(end.offset, Math.min(end.bytes, source.size));
  const entries: ZipEntry[] = [];
  let at = 0;
  while (entries.length < end.count) {
    const entry = readEntry(directory, at);
    if (entry === undefined) return undefined;
    entries.push(entry.entry);
    at = entry.next;
  }
  return { entries, offset: end.offset, problems: [...endProblems(end, source.size), ...lengthProblems(end, at)] };
}

function endProblems({ at, isSplit, commentBytes }: End, size: number): readonly Problem[] {
  const behind = size - at - END_BYTES;
  return [
    ...(isSplit ? [problem('unpacking', 'the ZIP says that it is one part of several')] : []),
    ...(commentBytes === 0 ? [] : [problem('unpacking', `the ZIP has a comment of ${commentBytes} bytes, which a bundle has not`)]),
    ...(behind === commentBytes ? [] : [problem('unpacking', `${behind - commentBytes} bytes stand behind the end of the ZIP`)]),
  ];
}

function lengthProblems(end: End, read: number): readonly Problem[] {
  if (read !== end.bytes) return [problem('unpacking', 'the directory of the ZIP is longer or shorter than the ZIP says')];
  const between = end.at - end.offset - end.bytes;
  return between === 0
    ? []
    : [problem('unpacking', `${between} bytes stand between the directory of the ZIP and its end, where none belong`)];
}

async function findEnd(source: ZipSource): Promise<End | undefined> {
  const from = Math.max(0, source.size - END_BYTES - MAX_COMMENT_BYTES);
  const tail = await source.read(from, source.size - from);
  for (let at = tail.length - END_BYTES; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) === END_OF_DIRECTORY) return endAt(tail, at, from);
  }
  return undefined;
}

function endAt(tail: Buffer, at: number, from: number): End {
  const count = tail.readUInt16LE(at + 10);
  return {
    at: from + at,
    isSplit: tail.readUInt32LE(at + 4) !== 0 || tail.readUInt16LE(at + 8) !== count,
    count,
    bytes: tail.readUInt32LE(at + 12),
    offset: tail.readUInt32LE(at + 16),
    commentBytes: tail.readUInt16LE(at + 20),
  };
}

function readEntry(bytes: Buffer, at: number): { readonly entry: ZipEntry; readonly next: number } | undefined {
  if (at + DIRECTORY_ENTRY_BYTES > bytes.length || bytes.readUInt32LE(at) !== DIRECTORY_ENTRY) return undefined;
  const nameEnd = at + DIRECTORY_ENTRY_BYTES + bytes.readUInt16LE(at + 28);
  const extraEnd = nameEnd + bytes.readUInt16LE(at + 30);
  const next = extraEnd + bytes.readUInt16LE(at + 32);
  if (next > bytes.length) return undefined;
  const entry = {
    name: bytes.subarray(at + DIRECTORY_ENTRY_BYTES, nameEnd),
    ...sizesAt(bytes, at + 8),
    extra: bytes.subarray(nameEnd, extraEnd),
    mode: bytes.readUInt16LE(at + 40),
    offset: bytes.readUInt32LE(at + 42),
  };
  return { entry, next };
}

/** Flags, method, and past the time the sizes: laid out alike in both kinds of headers. */
function sizesAt(bytes: Buffer, at: number) {
  return {
    flags: bytes.readUInt16LE(at),
    method: bytes.readUInt16LE(at + 2),
    crc: bytes.readUInt32LE(at + 8),
    packedBytes: bytes.readUInt32LE(at + 12),
    bytes: bytes.readUInt32LE(at + 16),
  };
}

/** The header that stands before an entry's data; undefined where there is none. */
export async function readLocalHead(source: ZipSource, offset: number): Promise<ZipHead | undefined> {
  const head = await source.read(offset, LOCAL_ENTRY_BYTES);
  if (head.length < LOCAL_ENTRY_BYTES || head.readUInt32LE(0) !== LOCAL_ENTRY) return undefined;
  const [nameBytes, extraBytes] = [head.readUInt16LE(26), head.readUInt16LE(28)];
  const rest = await source.read(offset + LOCAL_ENTRY_BYTES, nameBytes + extraBytes);
  if (rest.length < nameBytes + extraBytes) return undefined;
  return { name: rest.subarray(0, nameBytes), ...sizesAt(head, 6), extra: rest.subarray(nameBytes) };
}
