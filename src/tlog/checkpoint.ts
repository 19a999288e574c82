import { decodeBase64 } from './base64.ts';
import { HASH_BYTES } from './merkle-hash.ts';

/** A tree head: which log, how many leaves, and their root. */
export interface TreeHead {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** The text of a checkpoint, without extension lines (C2SP tlog-checkpoint). */
export function formatCheckpoint({ origin, size, root }: TreeHead): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
}

/** The tree head in the text of a note; undefined when it is no checkpoint. Extension lines are read over. */
export function parseCheckpoint(text: string): TreeHead | undefined {
  const [origin, sizeText, rootText, ...rest] = text.split('\n');
  if (origin === undefined || origin === '' || rootText === undefined || rest.at(-1) !== '') return undefined;
  if (rest.slice(0, -1).includes('') || sizeText === undefined || !/^(0|[1-9]\d*)$/.test(sizeText)) return undefined;
  const size = Number(sizeText);
  const root = decodeBase64(rootText);
  return Number.isSafeInteger(size) && root?.length === HASH_BYTES ? { origin, size, root } : undefined;
}
