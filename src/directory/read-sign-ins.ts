import { parseInstant } from '../kernel/index.ts';
import { objectAt, textAt } from './json-shape.ts';
import { objectIdOf } from './read-account.ts';
import { type Reading, readListing } from './reading.ts';
import { tryToCollect } from './try-to-collect.ts';

/** With signInActivity a page holds no more (microsoft-graph §2.1). */
const PAGE_SIZE = 500;

/**
 * When each account was last signed in with successfully. A listing of its own: a missing permission or licence refuses it whole
 * (microsoft-graph §2.1), and it must not take the accounts with it. `lastSignInDateTime` counts failed attempts too, so it is left alone.
 */
export async function readSignIns(reading: Reading): Promise<void> {
  await tryToCollect(reading, 'sign-ins', async () => {
    await readListing(reading, `/v1.0/users?$select=id,signInActivity&$top=${PAGE_SIZE}`, async (item) => {
      const lastSuccessfulAt = parseInstant(textAt(objectAt(item, 'signInActivity') ?? {}, 'lastSuccessfulSignInDateTime') ?? '');
      if (lastSuccessfulAt !== undefined) await reading.stage.signIn({ objectId: objectIdOf(item), lastSuccessfulAt });
    });
  });
}
