import { type Instant, parseInstant } from '../kernel/index.ts';
import { GraphFailure } from './graph-failure.ts';
import type { JsonObject } from './json-shape.ts';
import { objectIdOf } from './read-account.ts';
import { type Reading, readListing } from './reading.ts';
import { tryToCollect } from './try-to-collect.ts';

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
    if (!permissions.some((permission) => granted.includes(permission))) throw new GraphFailure('permission-missing');
    await readListing(reading, '/v1.0/users?$select=id,employeeLeaveDateTime&$top=999', async (item) => {
      const leaveAt = leaveDateOf(item);
      if (leaveAt !== undefined) await reading.stage.leaveDate({ objectId: objectIdOf(item), leaveAt });
    });
  });
}

/** Null where there is none; undefined where nothing was said. Throws GraphFailure `unexpected-answer` for what is no instant. */
function leaveDateOf(item: JsonObject): Instant | null | undefined {
  const value = item['employeeLeaveDateTime'];
  if (value === undefined || value === null) return value;
  const instant = typeof value === 'string' ? parseInstant(value) : undefined;
  if (instant === undefined) throw new GraphFailure('unexpected-answer', { said: 'employeeLeaveDateTime' });
  return instant;
}
