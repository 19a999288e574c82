import { WHOLE_LOOK_WITHIN_MS } from '../directory/index.ts';
import { type Instant, msBetween } from '../kernel/index.ts';
import type { ConnectionFacts } from './unit-facts.ts';

/** How old the last complete look at a directory may be before it says nothing of now: as old as it gets where the schedule is kept. */
export const DIRECTORY_FRESH_MS = WHOLE_LOOK_WITHIN_MS;

/** A directory, and whether its last complete look still speaks of now; one that was never read whole never does (I8). */
export interface SeenDirectory extends ConnectionFacts {
  readonly isFresh: boolean;
}

/** The directories of a workspace as of an instant, removed ones included. */
export interface SeenDirectories {
  /** By the connection's id. */
  readonly byId: ReadonlyMap<string, SeenDirectory>;
  /** Whether every directory is looked at, so that an account that none of them shows is known not to be there. */
  readonly isEveryFresh: boolean;
}

export function seenDirectories(connections: readonly ConnectionFacts[], at: Instant): SeenDirectories {
  const seen = connections.map((connection) => ({ ...connection, isFresh: isFresh(connection, at) }));
  const present = seen.filter(({ removedAt }) => removedAt === null);
  return {
    byId: new Map(seen.map((directory) => [directory.id, directory])),
    isEveryFresh: present.length > 0 && present.every((directory) => directory.isFresh),
  };
}

function isFresh({ lastCompleteAt, removedAt }: ConnectionFacts, at: Instant): boolean {
  return lastCompleteAt !== null && removedAt === null && msBetween(lastCompleteAt, at) <= DIRECTORY_FRESH_MS;
}
