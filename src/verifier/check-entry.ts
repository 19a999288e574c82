import { MAX_RATIO, SMALL_BYTES } from './limits.ts';
import { LOCAL_ENTRY_BYTES, readLocalHead, type ZipEntry, type ZipHead, type ZipSource } from './zip-directory.ts';

/** An entry that can be unpacked: both its headers say the same, and nothing of it is out of the ordinary. */
export interface PackedFile {
  readonly name: string;
  readonly isFolder: boolean;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  /** Where the local header begins, the data begin, and the entry has ended. */
  readonly from: number;
  readonly dataAt: number;
  readonly to: number;
}

export const STORED = 0;
const DEFLATED = 8;

/** Bits of the general purpose flags (APPNOTE 4.4.4): sizes behind the data, names in UTF-8, and how hard the packer tried. */
const SIZES_BEHIND = 0x8;
const HARMLESS_FLAGS = SIZES_BEHIND | 0x800 | 0x6;
const ENCRYPTED = 0x1;
const DESCRIPTOR = 0x08074b50;
const DESCRIPTOR_BYTES = 16;

/** Extra fields that say when and whose a file was, as common programs write them; others give it another name, size or place. */
const HARMLESS_EXTRAS: readonly number[] = [0x5455, 0x7875, 0x5855, 0x7855, 0x000a];

const FILE_TYPE = 0o170000;
const REGULAR = 0o100000;
const FOLDER = 0o040000;
/** With ZIP64, what a 32-bit field holds when the truth stands elsewhere. */
const ELSEWHERE = 0xffff_ffff;

/** The entry ready to be unpacked, or a sentence that says why it is not. */
export async function checkEntry(source: ZipSource, entry: ZipEntry): Promise<PackedFile | string> {
  const name = entry.name.toString('latin1'); // every byte beyond ASCII makes a name that no bundle holds
  const isFolder = name.endsWith('/');
  const wrong = refusalOf(entry, name, isFolder);
  if (wrong !== undefined) return `${shownName(entry.name)} ${wrong}`;
  const local = await readLocalHead(source, entry.offset);
  if (local === undefined) return `${shownName(entry.name)} is not where the directory of the ZIP says`;
  const differs = differenceOf(entry, local);
  if (differs !== undefined) return `${shownName(entry.name)} has ${differs} in the directory of the ZIP, and another before its data`;
  const dataAt = entry.offset + LOCAL_ENTRY_BYTES + local.name.length + local.extra.length;
  const behind = await descriptorOf(source, entry, dataAt + entry.packedBytes);
  if (behind === undefined) return `${shownName(entry.name)} has other sizes behind its data than in the directory of the ZIP`;
  const { method, crc, packedBytes, bytes } = entry;
  return { name, isFolder, method, crc, packedBytes, bytes, from: entry.offset, dataAt, to: dataAt + packedBytes + behind };
}

function refusalOf(entry: ZipEntry, name: string, isFolder: boolean): string | undefined {
  const { flags, method, mode, bytes, packedBytes } = entry;
  const type = mode & FILE_TYPE;
  const refusals: readonly (readonly [boolean, string])[] = [
    [!isSafeName(isFolder ? name.slice(0, -1) : name), 'is not a name that a bundle may hold'],
    [(flags & ENCRYPTED) !== 0, 'is encrypted'],
    [(flags & ~HARMLESS_FLAGS & 0xffff) !== 0, 'is packed in a way that a bundle does not use'],
    [method !== STORED && method !== DEFLATED, `is packed by method ${method}, which a bundle does not use`],
    [type !== 0 && type !== (isFolder ? FOLDER : REGULAR), 'is a link or a device, not a file'],
    [isFolder && bytes > 0, 'is a folder that holds data'],
    [[bytes, packedBytes, entry.offset].includes(ELSEWHERE), 'has its sizes in ZIP64, which a bundle does not use'],
    [!hasHarmlessExtras(entry.extra), 'carries a field that may give it another name, size or place'],
    [method === STORED && bytes !== packedBytes, 'is not packed, and yet has two sizes'],
    [
      method === STORED && (flags & SIZES_BEHIND) !== 0,
      'is not packed and has its size behind it: whoever reads on from the front sees its end elsewhere',
    ],
    [bytes > SMALL_BYTES && bytes > packedBytes * MAX_RATIO, `is left out: it unpacks to more than ${MAX_RATIO} times its packed size`],
  ];
  return refusals.find(([isRefused]) => isRefused)?.[1];
}

/** What the two headers of an entry do not agree in: programs differ in which of them they believe. */
function differenceOf(entry: ZipEntry, local: ZipHead): string | undefined {
  const isBehind = (entry.flags & SIZES_BEHIND) !== 0;
  const isSame = (name: 'crc' | 'packedBytes' | 'bytes') => entry[name] === local[name] || (isBehind && local[name] === 0);
  const differences: readonly (readonly [boolean, string])[] = [
    [!entry.name.equals(local.name), 'one name'],
    [entry.flags !== local.flags || entry.method !== local.method, 'one way of packing'],
    [!isSame('packedBytes') || !isSame('bytes'), 'one size'],
    [!isSame('crc'), 'one checksum'],
    [!hasHarmlessExtras(local.extra), 'no field that may give it another name, size or place'],
  ];
  return differences.find(([isDifferent]) => isDifferent)?.[1];
}

/** How many bytes stand behind the data to give its sizes; undefined where they give others. */
async function descriptorOf(source: ZipSource, { flags, crc, packedBytes, bytes }: ZipEntry, at: number): Promise<number | undefined> {
  if ((flags & SIZES_BEHIND) === 0) return 0;
  const read = await source.read(at, DESCRIPTOR_BYTES);
  if (read.length < DESCRIPTOR_BYTES) return undefined;
  const said = [0, 4, 8, 12].map((offset) => read.readUInt32LE(offset));
  return [DESCRIPTOR, crc, packedBytes, bytes].every((value, index) => value === said[index]) ? DESCRIPTOR_BYTES : undefined;
}

function hasHarmlessExtras(extra: Buffer): boolean {
  let at = 0;
  while (at + 4 <= extra.length) {
    if (!HARMLESS_EXTRAS.includes(extra.readUInt16LE(at))) return false;
    at += 4 + extra.readUInt16LE(at + 2);
  }
  return at === extra.length;
}

/**
 * Relative, in ASCII, with forward slashes, and nothing in it that some system would read as a way out of the folder, as a device, or as another
 * name (a dot at the end falls away on Windows).
 */
function isSafeName(name: string): boolean {
  if (name.length > 200 || !/^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/.test(name)) return false;
  return name.split('/').every((part) => !part.endsWith('.') && !/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(part));
}

/** As it can be printed: look-alikes and what cannot be seen as their code. */
export function shownName(name: Buffer): string {
  return JSON.stringify(name.toString('utf8').slice(0, 200)).replaceAll(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
