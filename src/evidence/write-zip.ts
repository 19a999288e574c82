import { crc32, deflateRawSync } from 'node:zlib';

const LOCAL_ENTRY = 0x04034b50;
const DIRECTORY_ENTRY = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
const VERSION = 20;
const MADE_BY_UNIX = (3 << 8) | VERSION;
const DEFLATED = 8;
/** 1 January 1980, the earliest date that a ZIP knows: the same files always make the same bytes. */
const FIXED_DATE = (1 << 5) | 1;
const READABLE_FILE = 0o100644 * 0x10000;
/** Without ZIP64 sizes and offsets have 32 bits. */
const MAX_ZIP_BYTES = 0xffff_ffff;

interface Packed {
  readonly name: Buffer;
  readonly bytes: number;
  readonly crc: number;
  readonly packed: Buffer;
  readonly offset: number;
}

/**
 * A ZIP of the files, sorted by name, with a fixed date: byte-identical for the same content (APPNOTE 6.3).
 * Throws a RangeError beyond 4 GiB.
 */
export function writeZip(files: ReadonlyMap<string, Uint8Array>): Buffer {
  const entries: Packed[] = [];
  const parts: Buffer[] = [];
  let offset = 0;
  for (const [path, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const entry = {
      name: Buffer.from(path, 'utf8'),
      bytes: content.length,
      crc: crc32(content),
      packed: deflateRawSync(content, { level: 9 }),
      offset,
    };
    const head = localHead(entry);
    entries.push(entry);
    parts.push(head, entry.packed);
    offset += head.length + entry.packed.length;
    if (offset > MAX_ZIP_BYTES) throw new RangeError('a bundle of more than 4 GiB does not fit into a ZIP');
  }
  const directory = Buffer.concat(entries.map(directoryEntry));
  return Buffer.concat([...parts, directory, endOf(entries.length, { bytes: directory.length, offset })]);
}

function localHead(entry: Packed): Buffer {
  const head = Buffer.alloc(30);
  head.writeUInt32LE(LOCAL_ENTRY, 0);
  head.writeUInt16LE(VERSION, 4);
  head.writeUInt16LE(DEFLATED, 8);
  head.writeUInt16LE(FIXED_DATE, 12);
  writeSizes(head, 14, entry);
  head.writeUInt16LE(entry.name.length, 26);
  return Buffer.concat([head, entry.name]);
}

function directoryEntry(entry: Packed): Buffer {
  const head = Buffer.alloc(46);
  head.writeUInt32LE(DIRECTORY_ENTRY, 0);
  head.writeUInt16LE(MADE_BY_UNIX, 4);
  head.writeUInt16LE(VERSION, 6);
  head.writeUInt16LE(DEFLATED, 10);
  head.writeUInt16LE(FIXED_DATE, 14);
  writeSizes(head, 16, entry);
  head.writeUInt16LE(entry.name.length, 28);
  head.writeUInt32LE(READABLE_FILE, 38);
  head.writeUInt32LE(entry.offset, 42);
  return Buffer.concat([head, entry.name]);
}

function writeSizes(head: Buffer, at: number, { crc, packed, bytes }: Packed): void {
  head.writeUInt32LE(crc, at);
  head.writeUInt32LE(packed.length, at + 4);
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
