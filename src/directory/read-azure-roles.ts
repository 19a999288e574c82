import { assignmentsIn, requireSubscriptions } from './azure-role-assignment.ts';
import type { GraphFailureCode } from './graph-failure.ts';
import { breathe, type Reading } from './reading.ts';
import { noteSent } from './sent-queries.ts';
import { tryToCollect } from './try-to-collect.ts';

/** Azure Resource Manager is asked with tokens of its own, and says no by itself. */
const ofAzureAlone: readonly GraphFailureCode[] = [
  'azure-reader-missing',
  'azure-subscription-hidden',
  'azure-authorization-failed',
  'token-rejected',
  'token-refused',
  'wrong-cloud',
];

/**
 * Who has which role in the subscriptions of the connection. All of them or none: what one subscription refuses would look like assignments
 * that ended. A connection to a tenant has none, and nothing is asked.
 */
export async function readAzureRoles(reading: Reading): Promise<void> {
  const { arm, at, stage, subscriptionIds } = reading;
  if (arm === undefined) return;
  await tryToCollect(
    reading,
    'azure-roles',
    async () => {
      noteSent(reading, 'azure-subscriptions');
      await requireSubscriptions(arm, subscriptionIds);
      for (const subscriptionId of subscriptionIds.toSorted()) {
        if (at.after !== null && subscriptionId <= at.after) continue;
        noteSent(reading, 'azure-role-definitions');
        noteSent(reading, 'azure-role-assignments');
        for (const assignment of await assignmentsIn(arm, subscriptionId)) await stage.azureRole(assignment);
        at.after = subscriptionId;
        breathe(reading);
      }
    },
    ofAzureAlone,
  );
}
