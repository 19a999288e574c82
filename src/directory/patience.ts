import { setTimeout as wait } from 'node:timers/promises';
import { DomainError, epochMs, MINUTE_MS, plusMs, SECOND_MS } from '../kernel/index.ts';
import type { Clock } from '../platform/index.ts';
import { GraphFailure } from './graph-failure.ts';
import { GraphPause } from './graph-pause.ts';

/** Waits so many milliseconds, or until aborted. Handed in, so that tests need not wait. */
export type Delay = (ms: number, signal?: AbortSignal) => Promise<void>;

export const realDelay: Delay = (ms, signal) => wait(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);

/** How one try ended. */
export type Try<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'failed'; readonly failure: GraphFailure }
  | { readonly kind: 'again'; readonly failure: GraphFailure; readonly retryAfter: string | null };

/** How often a run tries one request before it gives up: microsoft-graph §2.5. */
export const RUN_TRIES = 6;

/** Longer than this a run does not hold a worker's place by waiting: it is parked. In milliseconds. */
export const MAX_WAIT_MS = 30 * SECOND_MS;

const FIRST_BACKOFF_MS = SECOND_MS;
const MAX_BACKOFF_MS = MINUTE_MS;

export interface PatienceDeps {
  readonly clock: Clock;
  readonly delay: Delay;
  /** How often to try at most, the first time included. */
  readonly maxTries: number;
  readonly signal?: AbortSignal;
  /** Told of each try that is worth another one, the last included. */
  readonly onAgain: (failure: GraphFailure) => void;
}

/**
 * Tries until it is done, fails for good, or has been tried often enough; waits as long as the peer asks, or longer and
 * longer. An exception of a try (a broken connection, a truncated body) is worth another one, except for an address that
 * may not be called. Throws GraphFailure, and GraphPause when the peer asks for more patience than one has in place, or the
 * process is to stop.
 */
export async function patiently<Value>(deps: PatienceDeps, attempt: () => Promise<Try<Value>>): Promise<Value> {
  for (let tries = 1; ; tries += 1) {
    if (deps.signal?.aborted === true) throw new GraphPause(deps.clock.now());
    const outcome = await attempt().catch((error: unknown) => asTry(error, deps.maxTries));
    if (outcome.kind === 'done') return outcome.value;
    if (outcome.kind === 'again') deps.onAgain(outcome.failure);
    if (outcome.kind === 'failed' || tries >= deps.maxTries) throw outcome.failure;
    const asked = retryAfterMs(outcome.retryAfter, deps.clock);
    if (asked !== undefined && asked > MAX_WAIT_MS) throw new GraphPause(plusMs(deps.clock.now(), asked));
    // A date that has passed, by our clock or theirs, and 0 ask for nothing: trying at once would only use the tries up.
    await deps.delay(asked !== undefined && asked > 0 ? asked : backoffMs(tries), deps.signal);
  }
}

/** Whoever tries only once is waited for by a person, and is not parked. */
function asTry(error: unknown, maxTries: number): Try<never> {
  if (error instanceof GraphPause) {
    if (maxTries > 1) throw error;
    return { kind: 'failed', failure: new GraphFailure('throttled') };
  }
  if (error instanceof GraphFailure) return { kind: 'failed', failure: error };
  if (error instanceof DomainError) return { kind: 'failed', failure: new GraphFailure('outbound-refused', {}, { cause: error }) };
  return { kind: 'again', failure: new GraphFailure('unreachable', {}, { cause: error }), retryAfter: null };
}

/** `Retry-After` as seconds or as a date (RFC 9110 §10.2.3), in milliseconds from now; undefined when absent or unreadable. */
export function retryAfterMs(header: string | null, clock: Clock): number | undefined {
  if (header === null) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * SECOND_MS;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - epochMs(clock.now()));
}

/** Equal jitter: half of an exponentially growing pause, and a random part of the other half, in milliseconds. */
function backoffMs(tries: number): number {
  const half = Math.min(FIRST_BACKOFF_MS * 2 ** (tries - 1), MAX_BACKOFF_MS) / 2;
  return half + Math.random() * half;
}
