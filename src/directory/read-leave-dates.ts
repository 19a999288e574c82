import { type Instant, parseInstant } from '../kernel/index.ts';
import { GraphFailure } from './graph-failure.ts';
import type { JsonObject } from './json-shape.ts';
import { objectIdOf } from './read-account.ts';
import { noteAnswer, readById, type Reading, readListing } from './reading.ts';
import { LEAVE_DATE, sending } from './sent-queries.ts';
import { mentioned } from './stage-store.ts';
import { tryToCollect } from './try-to-collect.ts';

/** Mentioned users that are fetched from the database at a time. */
const MENTIONED_BATCH = 400;

/** Either gives the value; the second gives more than Rollcall asks for. */
const permissions = ['User-LifeCycleInfo.Read.All', 'User-LifeCycleInfo.ReadWrite.All'];

/**
 * When each account's holder leaves, by the directory's own word. Without the permission Graph answers null to everybody and calls it success
 * (microsoft-graph §0 #7), so the token is asked first, and nothing is concluded from a null that may mean "not for you". A listing of its own,
 * so that a refusal takes no account with it.
 */
export async function readLeaveDates(reading: Reading): Promise<void> {
  await tryToCollect(reading, 'leave-dates', async () => {
    const granted = await reading.granted();
    if (granted === undefined) throw new GraphFailure('permission-unknown');
    if (!isAmong(granted)) throw new GraphFailure('permission-missing');
    await readListing(reading, sending(reading, 'leave-dates'), async (item) => {
      const leaveAt = leaveDateOf(item);
      if (leaveAt !== undefined) await reading.stage.leaveDate({ objectId: objectIdOf(item), leaveAt });
    });
  });
}

/**
 * The same of the users that a delta query mentions, each asked for by itself: whom it does not mention, and whether it may be read, is for the next full
 * look. A failure is said by name; success says nothing of the others, so it does not count as having collected.
 */
export async function readLeaveDatesOfChanges(reading: Reading): Promise<void> {
  const { at, database, graph, key, stage } = reading;
  if (!(await areLeaveDatesShown(reading))) return;
  await tryToCollect(reading, 'leave-dates', () =>
    readById(
      reading,
      (after) => mentioned(database, key, { resource: 'users', after, limit: MENTIONED_BATCH }),
      async ({ objectId }) => {
        const answer = await graph.look(sending(reading, 'leave-date', { userId: objectId }));
        noteAnswer(reading, answer);
        // Deleted or hidden: what was told last stands.
        if ('refused' in answer) return;
        const leaveAt = leaveDateOf(answer.body);
        if (leaveAt !== undefined) await stage.leaveDate({ objectId, leaveAt });
      },
    ),
  );
  if (at.outcomes['leave-dates'] === null) delete at.outcomes['leave-dates'];
}

/** Whether a delta query of users is to tell them too: one that does not select the date says nothing when it changes (microsoft-graph §2.3). */
export async function areLeaveDatesShown({ granted }: Pick<Reading, 'granted'>): Promise<boolean> {
  return isAmong((await granted()) ?? []);
}

function isAmong(granted: readonly string[]): boolean {
  return permissions.some((permission) => granted.includes(permission));
}

/** Null where there is none; undefined where nothing was said. Throws GraphFailure `unexpected-answer` for what is no instant. */
function leaveDateOf(item: JsonObject): Instant | null | undefined {
  const value = item[LEAVE_DATE];
  if (value === undefined || value === null) return value;
  const instant = typeof value === 'string' ? parseInstant(value) : undefined;
  if (instant === undefined) throw new GraphFailure('unexpected-answer', { said: LEAVE_DATE });
  return instant;
}
