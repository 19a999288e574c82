import type { Answered } from './answered.ts';
import type { JsonObject } from './json-shape.ts';
import { readAccount, readDeletedAccount } from './read-account.ts';
import { noteAnswer, type Reading, readListing } from './reading.ts';
import { sending } from './sent-queries.ts';
import type { ListedLook } from './stage.ts';
import type { UnsettledAccount } from './stage-store.ts';

/** The recycle bin: who was deleted, and when, by the directory's own word. */
export async function readBin(reading: Reading): Promise<void> {
  await readListing(reading, sending(reading, 'bin'), async (item, answer) => {
    const { account, deletedDateTime } = readDeletedAccount(item);
    const { objectId } = account;
    await reading.stage.account({ objectId, state: 'soft_deleted', source: 'deletedItems', answer, deletedDateTime, account });
  });
}

/**
 * One account by id. Not found may be the end of it (the bin was read before); a refusal for this one account only hides it,
 * which is never taken for disabled. Anything else that fails, fails the run.
 */
export async function lookAtUser(reading: Reading, { objectId, isInBin }: UnsettledAccount): Promise<void> {
  const answer = await userById(reading, objectId);
  if (!('refused' in answer)) return reading.stage.account(usableLook(answer.body, 'get', answer));
  const state = answer.refused.code === 'not-found' ? 'not_found' : 'vanished';
  // Gone from the users and in the bin: the bin has said so with its time.
  if (state === 'not_found' && isInBin) return undefined;
  return reading.stage.account({ objectId, state, source: 'get', answer });
}

/** As an answer to one question, which notes when it was asked. */
export async function userById(reading: Reading, objectId: string) {
  const answer = await reading.graph.look(sending(reading, 'user', { userId: objectId }));
  noteAnswer(reading, answer);
  return answer;
}

/** A user that a listing or an answer by id shows. */
export function usableLook(item: JsonObject, source: 'full' | 'get', answer: Answered): ListedLook {
  const account = readAccount(item);
  const state = account.accountEnabled ? 'enabled' : 'disabled';
  return { objectId: account.objectId, state, source, answer, account };
}
