import { decodeBase64 } from './base64.ts';
import { HASH_BYTES } from './merkle-hash.ts';

const HEAD = 'c2sp.org/tlog-proof@v1';

/** A proof of one entry that stands for itself: its index, its audit path, and the signed checkpoint that it leads to. */
export interface TlogProof {
  readonly index: number;
  readonly hashes: readonly Uint8Array[];
  /** The checkpoint as a signed note, verbatim. */
  readonly checkpoint: string;
  /** What comes along with it; the proof itself authenticates nothing of it. */
  readonly extra?: Uint8Array;
}

/** The text of a `.tlog-proof` file (C2SP tlog-proof). */
export function formatTlogProof({ index, hashes, checkpoint, extra }: TlogProof): string {
  const extras = extra === undefined ? [] : [`extra ${Buffer.from(extra).toString('base64')}`];
  return [HEAD, ...extras, `index ${index}`, ...hashes.map((hash) => Buffer.from(hash).toString('base64')), '', checkpoint].join('\n');
}

/** The proof in a `.tlog-proof` text; undefined when it is malformed. */
export function parseTlogProof(text: string): TlogProof | undefined {
  const split = text.indexOf('\n\n');
  if (split < 0) return undefined;
  const [head, ...lines] = text.slice(0, split).split('\n');
  const extra = lines[0]?.startsWith('extra ') === true ? decodeBase64((lines.shift() ?? '').slice('extra '.length)) : undefined;
  const index = /^index (0|[1-9]\d*)$/.exec(lines.shift() ?? '')?.[1];
  if (head !== HEAD || index === undefined || !Number.isSafeInteger(Number(index))) return undefined;
  const hashes = lines.map(decodeBase64).filter((hash) => hash !== undefined && hash.length === HASH_BYTES) as Buffer[];
  return hashes.length === lines.length
    ? { index: Number(index), hashes, checkpoint: text.slice(split + 2), ...(extra && { extra }) }
    : undefined;
}
