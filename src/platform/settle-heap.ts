import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * How far the old generation may grow beyond what was alive in it, in percent, before V8 looks at it again. Left to itself V8 lets it
 * grow to four times and more: answers that live for milliseconds would fill a hundred megabytes beside the twenty-five that are alive.
 */
const HEAP_GROWING_PERCENT = 30;

/**
 * Collects garbage once, at the end of a start, and from then on keeps the heap near what is alive. V8 looks at its old generation for
 * the first time when that has grown to hundreds of megabytes, and goes on from a multiple of what it found: looking early, and keeping
 * the multiple small, keeps a server's memory at what it needs, for some percent of its processor time.
 */
export function settleHeap(): void {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`);
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
}
