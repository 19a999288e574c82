import type { BundleFiles } from './bundle-files.ts';
import { checkEntry, type PackedFile, STORED } from './check-entry.ts';
import { MAX_FILES, MAX_UNPACKED_BYTES } from './limits.ts';
import { type Problem, problem } from './problem.ts';
import { UnpackError } from './unpack-error.ts';
import { readDirectory, type ZipDirectory, type ZipSource } from './zip-directory.ts';

/** What unpacking asks of the system. */
export interface Unpacking {
  /** Undoes raw deflate, piece by piece; throws when the data is broken. `packed` returns what the data ended with unread. */
  inflate(packed: AsyncIterable<Uint8Array>): Inflated;
  /** Of these bytes after those of `before`. */
  crc32(bytes: Uint8Array, before: number): number;
}

export interface Inflated extends AsyncIterable<Uint8Array> {
  /** Packed bytes that were used. */
  consumed(): number;
}

/** Read from the ZIP at a time. */
const PIECE_BYTES = 256 * 1024;

/**
 * Opens a ZIP whose files are unpacked as they are read. Whatever two programs could read differently is a problem: names given twice or alike,
 * headers that disagree, data that overlap, stand apart, or unpack to something else than the ZIP says. Undefined when it is no ZIP at all.
 */
export async function openZip(source: ZipSource, unpacking: Unpacking): Promise<BundleFiles | undefined> {
  const directory = await readDirectory(source);
  if (directory === undefined) return undefined;
  const { files, problems } = await checkedFiles(source, directory);
  const broken = new Map<string, Problem>();
  return {
    paths: [...files.keys()],
    sizeOf: (path) => files.get(path)?.bytes,
    read: async function* (path) {
      const file = files.get(path);
      if (file === undefined) return;
      try {
        yield* unpack(file, source, unpacking);
      } catch (error) {
        const detail = `${path} cannot be unpacked: ${error instanceof UnpackError ? error.message : 'its data in the ZIP is broken'}`;
        broken.set(path, problem('unpacking', detail));
        throw new UnpackError(detail);
      }
    },
    problems: () => [...problems, ...broken.values()],
  };
}

interface Checked {
  readonly files: ReadonlyMap<string, PackedFile>;
  readonly problems: readonly Problem[];
}

async function checkedFiles(source: ZipSource, { entries, offset, problems: found }: ZipDirectory): Promise<Checked> {
  const files = new Map<string, PackedFile>();
  if (entries.length > MAX_FILES) return { files, problems: [problem('unpacking', `the ZIP holds more than ${MAX_FILES} files`)] };
  const problems = [...found];
  const spans: PackedFile[] = [];
  const names = new Names();
  let left = MAX_UNPACKED_BYTES;
  for (const entry of entries) {
    const file = await checkEntry(source, entry);
    const wrong = typeof file === 'string' ? file : (names.refusalOf(file) ?? (file.bytes > left ? tooMuch(file) : undefined));
    if (wrong !== undefined) problems.push(problem('unpacking', wrong));
    if (typeof file === 'string') continue;
    spans.push(file);
    if (wrong !== undefined || file.isFolder) continue;
    left -= file.bytes;
    files.set(file.name, file);
  }
  // One that was refused leaves a hole; that it was has been said.
  if (spans.length === entries.length) problems.push(...layoutProblems(spans, offset, files));
  return { files, problems };
}

function tooMuch({ name }: PackedFile): string {
  return `${name} is left out: unpacked, the bundle takes more than ${MAX_UNPACKED_BYTES} bytes`;
}

/** Entries fill the ZIP from its first byte to the directory, each once. What overlaps is not read. */
function layoutProblems(spans: readonly PackedFile[], end: number, files: Map<string, PackedFile>): readonly Problem[] {
  const problems: Problem[] = [];
  let at = 0;
  for (const { name, from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    if (from > at) problems.push(problem('unpacking', `${from - at} bytes that belong to no file stand before ${name} in the ZIP`));
    if (from < at) {
      problems.push(problem('unpacking', `${name} overlaps another file in the ZIP`));
      files.delete(name);
    }
    at = Math.max(at, to);
  }
  if (at !== end) problems.push(problem('unpacking', 'the files of the ZIP do not end where its directory begins'));
  return problems;
}

/** Names that a system may take for one another: twice the same, the same but for capitals, one of a file and of a folder. */
class Names {
  readonly #files = new Map<string, string>();
  readonly #folders = new Set<string>();

  refusalOf({ name, isFolder }: PackedFile): string | undefined {
    const plain = name.toLowerCase().replace(/\/$/, '');
    const parents = plain.split('/').map((_, index, parts) => parts.slice(0, index).join('/'));
    for (const parent of [...parents.slice(1), ...(isFolder ? [plain] : [])]) this.#folders.add(parent);
    const other = this.#files.get(plain);
    if (!isFolder) this.#files.set(plain, name);
    if (other === name) return `${name} is in the ZIP more than once`;
    if (other !== undefined && !isFolder) return `${name} and ${other} are one file where capitals do not count`;
    const taken = [...parents.slice(1), plain].find((each) => this.#files.has(each) && this.#folders.has(each));
    return taken === undefined ? undefined : `${name} makes a file and a folder of one name`;
  }
}

async function* unpack(file: PackedFile, source: ZipSource, { inflate, crc32 }: Unpacking): AsyncGenerator<Uint8Array> {
  const packed = packedPieces(file, source);
  const inflated = file.method === STORED ? undefined : inflate(packed);
  let [bytes, crc] = [0, 0];
  for await (const piece of inflated ?? packed) {
    bytes += piece.length;
    if (bytes > file.bytes) throw new UnpackError('it is larger than the ZIP says');
    crc = crc32(piece, crc);
    yield piece;
  }
  if (bytes !== file.bytes) throw new UnpackError('it is smaller than the ZIP says');
  if (crc !== file.crc) throw new UnpackError('its checksum is not the one in the ZIP');
  if ((inflated?.consumed() ?? bytes) !== file.packedBytes) throw new UnpackError('bytes stand behind its data that are not part of it');
}

async function* packedPieces({ dataAt, packedBytes }: PackedFile, source: ZipSource): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < packedBytes; at += PIECE_BYTES) {
    const length = Math.min(PIECE_BYTES, packedBytes - at);
    const piece = await source.read(dataAt + at, length);
    if (piece.length < length) throw new UnpackError('the ZIP ends within its data');
    yield piece;
  }
}
