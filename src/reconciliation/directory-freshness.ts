import { DAY_MS, type Instant, msBetween } from '../kernel/index.ts';
import type { ConnectionFacts } from './unit-facts.ts';

/** How old the last complete look at a directory may be before it says nothing of now. No schedule of syncs is known here. */
export const DIRECTORY_FRESH_MS = DAY_MS;

/** Whether a directory's last complete look still speaks of an instant; a connection that was never read whole never does (I8). */
export function isFresh({ lastCompleteAt, removedAt }: ConnectionFacts, at: Instant): boolean {
  return lastCompleteAt !== null && removedAt === null && msBetween(lastCompleteAt, at) <= DIRECTORY_FRESH_MS;
}

/** Whether every directory is looked at, so that an account that none of them shows is known not to be there. */
export function isEveryDirectoryFresh(connections: Iterable<ConnectionFacts>, at: Instant): boolean {
  const present = [...connections].filter(({ removedAt }) => removedAt === null);
  return present.length > 0 && present.every((connection) => isFresh(connection, at));
}

/** Whether every directory was read completely at or after an instant, whatever became of it since. */
export function wasEveryDirectoryRead(connections: readonly ConnectionFacts[], since: Instant): boolean {
  return connections.length > 0 && connections.every(({ lastCompleteAt }) => lastCompleteAt !== null && lastCompleteAt >= since);
}
