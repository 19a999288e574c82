import { refuse, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Clock, Database } from '../platform/index.ts';
import { type AccessPolicy, lockAccessPolicy, writeAccessPolicy } from './access-policy-store.ts';

/** Sets for how long what was proven counts. Setting what is set already is no change. Throws DomainError `not-found`. */
export async function setAccessPolicy(
  deps: { readonly database: Database; readonly clock: Clock },
  workspaceId: WorkspaceId,
  input: { readonly policy: AccessPolicy; readonly actor: string },
): Promise<AccessPolicy> {
  const at = deps.clock.now();
  const { actor, policy } = input;
  return deps.database.transaction(async (tx) => {
    const before = (await lockAccessPolicy(tx, workspaceId)) ?? refuse('not-found', { detail: 'There is no such workspace.' });
    const { graceDays, ownerDrillDays, ssoVerificationDays } = policy;
    const isSame =
      before.graceDays === graceDays && before.ownerDrillDays === ownerDrillDays && before.ssoVerificationDays === ssoVerificationDays;
    if (isSame) return before;
    await writeAccessPolicy(tx, workspaceId, policy);
    const subject = { kind: 'workspace', id: workspaceId };
    await append(tx, workspaceId, [{ type: 'access.policy.set', at, actor, subject, before: { ...before }, after: { ...policy } }]);
    return policy;
  });
}
