import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Collects garbage once, at the end of a start. V8 looks at its old generation for the first time when that has grown to hundreds
 * of megabytes, however little of it is alive, and from then on keeps to a multiple of what it found alive: looking early keeps a
 * server's memory at what it needs.
 */
export function settleHeap(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
}
