import { type Instant, MINUTE_MS, msBetween, SECOND_MS } from '../kernel/index.ts';

/** How many attempts of a client may fail in a minute, from one address, before it is told to wait. */
export const MAX_FAILED_ATTEMPTS = 10;

const WINDOW_MS = MINUTE_MS;
/** How many clients are remembered; beyond it all are forgotten, which forgives a few guesses at 256 random bits. */
const MAX_REMEMBERED = 10_000;

/** Attempts that failed lately, in the memory of one process. */
export interface FailedAttempts {
  /** How long the client has to wait, in seconds; undefined when it may try. */
  waitOf(client: string, at: Instant): number | undefined;
  /** Counts a failure; answers as `waitOf` when it is one too many. */
  note(client: string, at: Instant): number | undefined;
}

export function createFailedAttempts(): FailedAttempts {
  const windows = new Map<string, { readonly since: Instant; count: number }>();
  const current = (client: string, at: Instant) => {
    const window = windows.get(client);
    return window !== undefined && msBetween(window.since, at) < WINDOW_MS ? window : undefined;
  };
  const waitOf = (client: string, at: Instant, allowed: number) => {
    const window = current(client, at);
    return window !== undefined && window.count > allowed ? Math.ceil((WINDOW_MS - msBetween(window.since, at)) / SECOND_MS) : undefined;
  };
  return {
    waitOf: (client, at) => waitOf(client, at, MAX_FAILED_ATTEMPTS - 1),
    note: (client, at) => {
      const window = current(client, at) ?? { since: at, count: 0 };
      if (windows.size >= MAX_REMEMBERED && !windows.has(client)) windows.clear();
      windows.set(client, window);
      window.count += 1;
      return waitOf(client, at, MAX_FAILED_ATTEMPTS);
    },
  };
}
