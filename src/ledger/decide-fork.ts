/** A tree head that was published: whoever got it may hold the ledger to it. */
export interface PublishedHead {
  readonly generation: number;
  /** The latest generation that a name was given to; under a later one than the head's nothing has been published yet. */
  readonly named: number;
  readonly size: number;
  readonly root: Uint8Array;
}

/**
 * Why a tree cannot go on under its name: it shows less than was published, other than was published, or a name that was given up; or nobody here
 * has signed it as it is.
 */
export type ForkReason = 'shrunk' | 'rewritten' | 'outdated' | 'unsigned';

/**
 * Whether the tree in the database is the one that was published, or its continuation (C2SP tlog-checkpoint: a log never signs two
 * trees of which neither is the beginning of the other). `goesOn`: whether its hashes lead from the published root to its own.
 */
export function decideFork(
  present: { readonly generation: number; readonly size: number },
  published: PublishedHead,
  goesOn: boolean,
): ForkReason | undefined {
  if (present.generation < published.named) return 'outdated';
  if (present.generation > published.generation || published.size === 0) return undefined;
  if (present.size < published.size) return 'shrunk';
  return goesOn ? undefined : 'rewritten';
}
