import { crc32, deflateRawSync } from 'node:zlib';

/** One entry of a ZIP, as its two headers tell of it; what is not given is what an honest packer writes. */
export interface CraftedEntry {
  readonly name: string;
  readonly content?: Uint8Array;
  /** The data as they lie in the ZIP, where they are not the content deflated. */
  readonly packed?: Uint8Array;
  readonly method?: number;
  readonly flags?: number;
  readonly mode?: number;
  readonly extra?: Uint8Array;
  /** What the central directory says otherwise than the local header. */
  readonly central?: Partial<Header>;
  readonly local?: Partial<Header>;
  /** Where the directory says that the entry begins. */
  readonly offset?: number;
  /** Bytes that stand before the local header, and belong to no entry. */
  readonly before?: Uint8Array;
  /** Sizes stand behind the data, as packers write them that stream; `crc` overrides what they say. */
  readonly isStreamed?: boolean;
  readonly descriptor?: Partial<Pick<Header, 'crc' | 'packedBytes' | 'bytes'>>;
}

export interface Header {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
}

export interface CraftedEnd {
  /** Given where it will stand. */
  readonly comment?: (at: number) => Uint8Array;
  readonly behind?: Uint8Array;
  readonly between?: Uint8Array;
  readonly disk?: number;
  readonly count?: number;
  /** Where in a file the ZIP will begin. */
  readonly base?: number;
}

const SIZES_BEHIND = 0x8;

/** A ZIP written byte by byte, and lying wherever it is told to. */
export function craftZip(entries: readonly CraftedEntry[], end: CraftedEnd = {}): Buffer {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = end.base ?? 0;
  const put = (...pieces: readonly Uint8Array[]) => {
    for (const piece of pieces) {
      parts.push(piece);
      at += piece.length;
    }
  };
  for (const entry of entries) {
    const { header, packed } = headerOf(entry);
    put(entry.before ?? Buffer.alloc(0));
    const offset = entry.offset ?? at;
    const local = entry.isStreamed === true ? { ...header, crc: 0, packedBytes: 0, bytes: 0 } : header;
    put(localHead({ ...local, ...entry.local }, entry.extra), packed);
    if (entry.isStreamed === true) put(words(0x08074b50, { ...header, ...entry.descriptor }));
    directory.push(centralHead({ ...header, ...entry.central }, entry, offset));
  }
  const [from, listed] = [at, Buffer.concat(directory)];
  put(
    listed,
    end.between ?? Buffer.alloc(0),
    endOf(from, listed.length, { ...end, count: end.count ?? entries.length }),
    end.behind ?? Buffer.alloc(0),
  );
  return Buffer.concat(parts);
}

function headerOf({ name, content = Buffer.from('content'), packed: given, method = 8, flags = 0, isStreamed = false }: CraftedEntry) {
  const packed = given ?? (method === 0 ? content : deflateRawSync(content));
  const all = flags | (isStreamed ? SIZES_BEHIND : 0);
  return { packed, header: { name, flags: all, method, crc: crc32(content), packedBytes: packed.length, bytes: content.length } };
}

function localHead(header: Header, extra: Uint8Array = Buffer.alloc(0)): Buffer {
  const name = Buffer.from(header.name, 'utf8');
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(20, 4);
  fields(head, 6, header);
  head.writeUInt16LE(name.length, 26);
  head.writeUInt16LE(extra.length, 28);
  return Buffer.concat([head, name, extra]);
}

function centralHead(header: Header, { extra = Buffer.alloc(0), mode = 0o100644 }: CraftedEntry, offset: number): Buffer {
  const name = Buffer.from(header.name, 'utf8');
  const head = Buffer.alloc(46);
  head.writeUInt32LE(0x02014b50, 0);
  head.writeUInt16LE((3 << 8) | 20, 4);
  head.writeUInt16LE(20, 6);
  fields(head, 8, header);
  head.writeUInt16LE(name.length, 28);
  head.writeUInt16LE(extra.length, 30);
  head.writeUInt16LE(mode, 40);
  head.writeUInt32LE(offset, 42);
  return Buffer.concat([head, name, extra]);
}

function fields(head: Buffer, at: number, { flags, method, crc, packedBytes, bytes }: Header): void {
  head.writeUInt16LE(flags, at);
  head.writeUInt16LE(method, at + 2);
  head.writeUInt32LE((1 << 21) | (1 << 16), at + 4);
  head.writeUInt32LE(crc, at + 8);
  head.writeUInt32LE(packedBytes, at + 12);
  head.writeUInt32LE(bytes, at + 16);
}

function words(signature: number, { crc, packedBytes, bytes }: Header): Buffer {
  const written = Buffer.alloc(16);
  for (const [index, word] of [signature, crc, packedBytes, bytes].entries()) written.writeUInt32LE(word, index * 4);
  return written;
}

function endOf(offset: number, bytes: number, { count = 0, disk = 0, between, comment: make }: CraftedEnd): Buffer {
  const comment = make?.(offset + bytes + (between?.length ?? 0) + 22) ?? Buffer.alloc(0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(disk, 4);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(bytes, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([end, comment]);
}
