import { pipeline, Readable } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';

const LOCAL_ENTRY = 0x04034b50;
const DIRECTORY_ENTRY = 0x02014b50;
const DESCRIPTOR = 0x08074b50;
const END_OF_DIRECTORY = 0x06054b50;
const VERSION = 20;
const MADE_BY_UNIX = (3 << 8) | VERSION;
/** Sizes and checksum stand behind the data: they are known once all of it has been read. */
const SIZES_BEHIND = 0x8;
const DEFLATED = 8;
/** 1 January 1980, the earliest date that a ZIP knows: the same files always make the same bytes. */
const FIXED_DATE = (1 << 5) | 1;
const READABLE_FILE = 0o100644 * 0x10000;
/** Without ZIP64 sizes and offsets have 32 bits. */
const MAX_ZIP_BYTES = 0xffff_ffff;
const PIECE_BYTES = 64 * 1024;

/** A file as it goes into a ZIP: read once, piece by piece, when its turn comes. */
export interface ZipFile {
  readonly path: string;
  readonly pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

interface Packed {
  readonly name: Buffer;
  readonly offset: number;
  bytes: number;
  crc: number;
  packedBytes: number;
}

/**
 * A ZIP of the files, sorted by name, with a fixed date: byte-identical for the same content in the same pieces (APPNOTE 6.3). Nothing is held but
 * the piece that is being packed. Throws a RangeError beyond 4 GiB, and what reading a file throws.
 */
export async function* packZip(files: Iterable<ZipFile>): AsyncGenerator<Buffer> {
  const entries: Packed[] = [];
  let offset = 0;
  for (const { path, pieces } of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const entry: Packed = { name: Buffer.from(path, 'utf8'), offset, bytes: 0, crc: 0, packedBytes: 0 };
    entries.push(entry);
    const head = localHead(entry);
    yield head;
    for await (const packed of deflated(counted(pieces, entry))) {
      entry.packedBytes += packed.length;
      yield packed;
    }
    const descriptor = descriptorOf(entry);
    yield descriptor;
    offset += head.length + entry.packedBytes + descriptor.length;
    if (Math.max(offset, entry.bytes) >= MAX_ZIP_BYTES) throw new RangeError('a bundle of more than 4 GiB does not fit into a ZIP');
  }
  const directory = Buffer.concat(entries.map(directoryEntry));
  yield directory;
  yield endOf(entries.length, { bytes: directory.length, offset });
}

/** A small ZIP, in memory. */
export async function writeZip(files: ReadonlyMap<string, Uint8Array>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of packZip([...files].map(([path, content]) => ({ path, pieces: [content] })))) parts.push(part);
  return Buffer.concat(parts);
}

async function* counted(pieces: ZipFile['pieces'], entry: Packed): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    entry.bytes += piece.length;
    entry.crc = crc32(piece, entry.crc);
    if (piece.length > 0) yield piece; // an empty one would end a stream
  }
}

/** By the threads of the system, while others have their turn. */
function deflated(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Buffer> {
  const packer = createDeflateRaw({ chunkSize: PIECE_BYTES });
  // What goes wrong comes out of the iteration.
  pipeline(Readable.from(pieces, { objectMode: false }), packer, () => undefined);
  return packer;
}

function localHead({ name }: Packed): Buffer {
  const head = Buffer.alloc(30);
  head.writeUInt32LE(LOCAL_ENTRY, 0);
  head.writeUInt16LE(VERSION, 4);
  head.writeUInt16LE(SIZES_BEHIND, 6);
  head.writeUInt16LE(DEFLATED, 8);
  head.writeUInt16LE(FIXED_DATE, 12);
  head.writeUInt16LE(name.length, 26);
  return Buffer.concat([head, name]);
}

function descriptorOf(entry: Packed): Buffer {
  const descriptor = Buffer.alloc(16);
  descriptor.writeUInt32LE(DESCRIPTOR, 0);
  writeSizes(descriptor, 4, entry);
  return descriptor;
}

function directoryEntry(entry: Packed): Buffer {
  const head = Buffer.alloc(46);
  head.writeUInt32LE(DIRECTORY_ENTRY, 0);
  head.writeUInt16LE(MADE_BY_UNIX, 4);
  head.writeUInt16LE(VERSION, 6);
  head.writeUInt16LE(SIZES_BEHIND, 8);
  head.writeUInt16LE(DEFLATED, 10);
  head.writeUInt16LE(FIXED_DATE, 14);
  writeSizes(head, 16, entry);
  head.writeUInt16LE(entry.name.length, 28);
  head.writeUInt32LE(READABLE_FILE, 38);
  head.writeUInt32LE(entry.offset, 42);
  return Buffer.concat([head, entry.name]);
}

function writeSizes(head: Buffer, at: number, { crc, packedBytes, bytes }: Packed): void {
  head.writeUInt32LE(crc, at);
  head.writeUInt32LE(packedBytes, at + 4);
  head.writeUInt32LE(bytes, at + 8);
}

function endOf(count: number, directory: { readonly bytes: number; readonly offset: number }): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END_OF_DIRECTORY, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(directory.bytes, 12);
  end.writeUInt32LE(directory.offset, 16);
  return end;
}
