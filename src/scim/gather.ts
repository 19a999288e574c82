/** What is asked of the database for one request, gathered with what others ask at the same time. */
export interface Gatherer<Item, Result> {
  /** Rejects with what the statement failed with; an item that made a statement of several fail is the only one that does. */
  submit(item: Item): Promise<Result>;
}

export interface GatherOptions<Item, Result> {
  /** Answers a result for each item, in their order; one statement, so that all of it happens or nothing does. */
  readonly run: (items: readonly Item[]) => Promise<readonly Result[]>;
  /** Whether a statement that failed with this may be run again, item by item: it must not have happened. */
  readonly mayRepeat: (error: unknown) => boolean;
  readonly maxItems: number;
  /** What an item is about, where two items about the same must not stand in one statement. */
  readonly keysOf?: (item: Item) => readonly string[];
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs as one statement what arrives in one turn of the event loop, or while an earlier statement is under way: a server that is busy
 * pays a round trip, a plan and a commit for several requests instead of for each (docs/decisions/0006). A lone request does not wait.
 */
export function gather<Item, Result>(options: GatherOptions<Item, Result>): Gatherer<Item, Result> {
  const waiting: Waiting<Item, Result>[] = [];
  let isUnderWay = false;
  const next = () => {
    if (isUnderWay || waiting.length === 0) return;
    isUnderWay = true;
    setImmediate(() => {
      void runTogether(options, takeGroup(options, waiting)).finally(() => {
        isUnderWay = false;
        next();
      });
    });
  };
  return {
    submit: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        next();
      }),
  };
}

/** The first of those that wait and what can stand beside them; the others go on waiting, in their order. */
function takeGroup<Item, Result>(
  { keysOf, maxItems }: GatherOptions<Item, Result>,
  waiting: Waiting<Item, Result>[],
): readonly Waiting<Item, Result>[] {
  if (keysOf === undefined) return waiting.splice(0, maxItems);
  const group: Waiting<Item, Result>[] = [];
  const later: Waiting<Item, Result>[] = [];
  const taken = new Set<string>();
  for (const one of waiting.splice(0)) {
    const keys = group.length < maxItems ? keysOf(one.item) : [];
    const fits = group.length < maxItems && keys.every((key) => !taken.has(key));
    (fits ? group : later).push(one);
    // Also those of one that has to wait: what comes behind it must not overtake it.
    for (const key of keys) taken.add(key);
  }
  waiting.push(...later);
  return group;
}

/** Never rejects. */
async function runTogether<Item, Result>(options: GatherOptions<Item, Result>, group: readonly Waiting<Item, Result>[]): Promise<void> {
  try {
    const results = await options.run(group.map(({ item }) => item));
    if (results.length !== group.length) throw new Error(`${group.length} gathered requests got ${results.length} results`);
    group.forEach(({ resolve }, index) => resolve(results[index] as Result));
  } catch (error) {
    if (group.length === 1 || !options.mayRepeat(error)) return group.forEach(({ reject }) => reject(error));
    await Promise.all(group.map((one) => runTogether(options, [one])));
  }
}
