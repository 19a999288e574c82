import { newId, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import { listPolicies, lockPolicies, replacePolicy } from './policy-store.ts';
import type { ReconciliationDependencies } from './reconcile.ts';
import type { ReportPolicy } from './report-population.ts';

/** A year: an SLA beyond it is a mistake. */
export const MAX_SLA_HOURS = 8_760;

/** Sets by when access must be gone after the end of employment, in hours. It judges ends from now on; earlier versions stay for theirs. */
export async function setPolicy(
  { database, clock }: ReconciliationDependencies,
  workspaceId: WorkspaceId,
  { slaHours, actor }: { readonly slaHours: number; readonly actor: string },
): Promise<ReportPolicy> {
  return database.transaction(async (tx) => {
    await lockPolicies(tx, workspaceId);
    const at = clock.now();
    const [previous] = await listPolicies(tx, workspaceId);
    const id = newId<'policy'>(at);
    const version = (previous?.version ?? 0) + 1;
    const [recordId] = await append(tx, workspaceId, [
      {
        type: 'policy.set',
        at,
        actor,
        subject: { kind: 'policy', id },
        ...(previous === undefined ? {} : { before: { version: previous.version, sla_hours: previous.slaHours } }),
        after: { version, sla_hours: slaHours },
        detail: { anchor: 'employment_end', ...(previous === undefined ? {} : { supersedes: previous.id }) },
      },
    ]);
    if (recordId === undefined) throw new Error('the ledger returned no id for the policy');
    await replacePolicy(tx, workspaceId, { id, version, slaHours, at, actor, recordId });
    return { id, version, slaHours, effectiveFrom: at, supersededAt: null, recordId };
  });
}
