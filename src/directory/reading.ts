import type { Instant } from '../kernel/index.ts';
import type { Clock, Database } from '../platform/index.ts';
import { type Answered, clockSkewMs } from './answered.ts';
import type { ArmClient } from './arm-client.ts';
import type { GraphClient, GraphPage, PageOf } from './graph-client.ts';
import { GraphFailure } from './graph-failure.ts';
import { GraphPause } from './graph-pause.ts';
import type { JsonObject } from './json-shape.ts';
import type { ReadPosition, ReadStep } from './read-position.ts';
import type { Stage } from './stage.ts';
import type { RunKey } from './stage-store.ts';

/** What a run has at hand while it reads. */
export interface Reading {
  readonly database: Database;
  readonly clock: Clock;
  readonly key: RunKey;
  readonly graph: GraphClient;
  readonly arm: ArmClient | undefined;
  readonly subscriptionIds: readonly string[];
  readonly stage: Stage;
  /** Moves with each answer. */
  readonly at: ReadPosition;
  readonly scimAppId: string | null;
  /** The application permissions in the present token; undefined where it does not say them. */
  readonly granted: () => Promise<readonly string[] | undefined>;
  /** When this turn of the run is over. */
  readonly turnEndsAt: Instant;
}

export type ReadStepTable = readonly (readonly [step: ReadStep, read: (reading: Reading) => Promise<void>])[];

/** A listing whose pages expire begins anew so many times; a tenant in which that does not help is not read. */
const MAX_RESTARTS = 3;

/** Objects that are asked for at the same time; as wide as the queue of a tenant. */
export const SIDE_BY_SIDE = 8;

/** Takes the steps that are left, from where the position stands. Throws GraphPause between two requests when the turn is over. */
export async function takeSteps(reading: Reading, steps: ReadStepTable): Promise<void> {
  const { at } = reading;
  for (const [index, [step, read]] of steps.entries()) {
    if (at.step !== step) continue;
    await read(reading);
    at.step = steps[index + 1]?.[0] ?? 'done';
    at.next = null;
    at.after = null;
    at.restarts = 0;
    if (at.step !== 'done') breathe(reading);
  }
}

/** A run gives its place up after a while, so that one slow tenant delays nobody. */
export function breathe({ clock, turnEndsAt }: Reading): void {
  const now = clock.now();
  if (now >= turnEndsAt) throw new GraphPause(now);
}

/** Each item of a listing, as `readPages` does. */
export function readListing(
  reading: Reading,
  path: string,
  take: (item: JsonObject, page: GraphPage) => Promise<void>,
): Promise<GraphPage> {
  return readPages(reading, path, {
    ask: reading.graph.page,
    take: async (page) => {
      for (const item of page.items) await take(item, page);
    },
  });
}

/** Notes that Graph answered: between the first question and the last answer the run was looking, by clocks that differ by so much. */
export function noteAnswer({ at }: Reading, answer: Answered): void {
  at.from ??= answer.requestedAt;
  at.clockSkewMs = Math.max(at.clockSkewMs, clockSkewMs(answer));
  at.to = at.to === null || answer.receivedAt > at.to ? answer.receivedAt : at.to;
}

/**
 * Every page of a listing to its end, from where the position stands; each comes while the one before it is taken, and no earlier, so that two
 * are in memory at the most. An error on any page ends the run, never just the listing (I8).
 */
export async function readPages<Page extends PageOf<unknown>>(
  reading: Reading,
  path: string,
  { ask, take }: { readonly ask: (pathOrLink: string) => Promise<Page>; readonly take: (page: Page) => Promise<void> },
): Promise<Page> {
  const { at, clock, turnEndsAt } = reading;
  const seen = new Set<string>();
  let coming: Promise<Page> | undefined;
  for (;;) {
    const page = await nextPage(reading, coming ?? ask(at.next ?? path));
    coming = undefined;
    if (page === undefined) {
      seen.clear();
      continue;
    }
    noteLink(seen, page);
    noteAnswer(reading, page);
    const now = clock.now();
    const isTurnOver = now >= turnEndsAt;
    if (page.next !== undefined && !isTurnOver) coming = ask(page.next);
    await together([settled(coming), Promise.resolve(page).then(take)]);
    at.next = page.next ?? null;
    if (page.next === undefined) return page;
    if (isTurnOver) throw new GraphPause(now);
  }
}

/** Pages that lead to one another have no end. */
function noteLink(seen: Set<string>, { next }: Pick<GraphPage, 'next'>): void {
  if (next === undefined) return;
  if (seen.has(next)) throw new GraphFailure('unexpected-answer', { said: 'next-link' });
  seen.add(next);
}

/** However it ends: whoever waits for the page itself hears of that. */
async function settled(coming: Promise<unknown> | undefined): Promise<void> {
  await coming?.catch(() => undefined);
}

/** Undefined when the listing has to begin anew. */
async function nextPage<Page>({ at }: Reading, coming: Promise<Page>): Promise<Page | undefined> {
  try {
    return await coming;
  } catch (error) {
    const isExpired = error instanceof GraphFailure && error.code === 'page-expired' && at.next !== null;
    if (!isExpired || at.restarts >= MAX_RESTARTS) throw error;
    at.next = null;
    at.restarts += 1;
    return undefined;
  }
}

/** Asks about objects one by one, some at the same time, in the order of their ids after the position. */
export async function readById<Item extends { readonly objectId: string }>(
  reading: Reading,
  batch: (after: string | null) => Promise<readonly Item[]>,
  look: (item: Item) => Promise<void>,
): Promise<void> {
  for (;;) {
    const items = await batch(reading.at.after);
    if (items.length === 0) return;
    for (let start = 0; start < items.length; start += SIDE_BY_SIDE) {
      const some = items.slice(start, start + SIDE_BY_SIDE);
      await together(some.map(look));
      reading.at.after = some.at(-1)?.objectId ?? null;
      breathe(reading);
    }
  }
}

/** Waits for all of them, so that none goes on behind the back of whoever handles the first failure. */
export async function together<Value>(work: readonly Promise<Value>[]): Promise<readonly Value[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
