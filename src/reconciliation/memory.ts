/** What a process remembers of what cost much to work out, by a key that says all that it depends on. */
export interface Memory<Value> {
  /** What is remembered under the key, or is read now. */
  recall(key: string, read: () => Promise<Value>): Promise<Value>;
}

/** Holds so much at most: what was read longest ago goes first. `weigh` says how much of `most` a value takes. */
export function createMemory<Value>({ most, weigh }: { readonly most: number; readonly weigh: (value: Value) => number }): Memory<Value> {
  const remembered = new Map<string, Value>();
  let weight = 0;
  const forget = (key: string) => {
    const known = remembered.get(key);
    if (known !== undefined && remembered.delete(key)) weight -= weigh(known);
  };
  return {
    recall: async (key, read) => {
      const known = remembered.get(key);
      if (known !== undefined) return known;
      const value = await read();
      forget(key);
      // A Map lists its keys in the order of their insertion.
      for (const oldest of remembered.keys()) {
        if (weight + weigh(value) <= most) break;
        forget(oldest);
      }
      if (weight + weigh(value) <= most) {
        remembered.set(key, value);
        weight += weigh(value);
      }
      return value;
    },
  };
}
