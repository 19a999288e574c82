/** Runs work under a key after the work that was begun under it before, whatever became of that. */
export type TakeTurns = <Result>(key: string, work: () => Promise<Result>) => Promise<Result>;

/**
 * Turns by key within this process. Correctness does not rest on them, since other processes have turns of their own: they
 * only spare requests that would read, plan and then miss because a neighbour wrote first.
 */
export function createTurns(): TakeTurns {
  const last = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = last.get(key);
    const mine = before === undefined ? work() : before.then(work, work);
    last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (last.get(key) === mine) last.delete(key);
    }
  };
}
