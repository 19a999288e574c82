/** So many places for requests under way; whoever finds none free waits for its turn. */
export interface RequestSlots {
  use<T>(work: () => Promise<T>): Promise<T>;
}

export function requestSlots(count: number): RequestSlots {
  let free = count;
  const waiting: (() => void)[] = [];
  return {
    async use(work) {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) free += 1;
        else next();
      }
    },
  };
}
