import { type Instant, msBetween } from '../kernel/index.ts';
import type { Assignment, Propagation } from '../verdict/index.ts';
import type { EvaluationContext } from './evaluation.ts';
import { PROPAGATION_MS } from './propagation.ts';
import type { DirectoryFacts } from './unit-facts.ts';

/** Whether any of the accounts is assigned to the provisioned application, where that is read at all. */
export function assignmentOf(accounts: readonly DirectoryFacts[], { directories }: EvaluationContext): Assignment {
  // What was read of another application, before the connection named this one, says nothing.
  const read = accounts.filter(({ connectionId }) => directories.byId.get(connectionId)?.readsAssignments === true);
  if (read.some(({ isAssigned }) => isAssigned)) return 'YES';
  return read.length === accounts.length && accounts.length > 0 ? 'NO' : 'UNKNOWN';
}

/** Whether a directory account was disabled so recently that SCIM cannot be expected to know. */
export function propagationOf(accounts: readonly DirectoryFacts[], at: Instant): Propagation {
  const isRecent = accounts.some(({ stretches }) => {
    const last = stretches.findLast(({ state }) => state !== 'restored');
    return last?.state === 'disabled' && msBetween(last.from, at) < PROPAGATION_MS;
  });
  return isRecent ? 'IN_FLIGHT' : 'SETTLED';
}
