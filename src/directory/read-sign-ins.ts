import { parseInstant } from '../kernel/index.ts';
import { objectAt, textAt } from './json-shape.ts';
import { objectIdOf } from './read-account.ts';
import { type Reading, readListing } from './reading.ts';
import { sending } from './sent-queries.ts';
import { tryToCollect } from './try-to-collect.ts';

/**
 * When each account was last signed in with successfully. A listing of its own: a missing permission or licence refuses it whole
 * (microsoft-graph §2.1), and it must not take the accounts with it. `lastSignInDateTime` counts failed attempts too, so it is left alone.
 */
export async function readSignIns(reading: Reading): Promise<void> {
  await tryToCollect(reading, 'sign-ins', async () => {
    await readListing(reading, sending(reading, 'sign-ins'), async (item) => {
      const lastSuccessfulAt = parseInstant(textAt(objectAt(item, 'signInActivity') ?? {}, 'lastSuccessfulSignInDateTime') ?? '');
      if (lastSuccessfulAt !== undefined) await reading.stage.signIn({ objectId: objectIdOf(item), lastSuccessfulAt });
    });
  });
}
