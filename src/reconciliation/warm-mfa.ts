import type { Task } from '../jobs/index.ts';
import { inSnapshot } from '../platform/index.ts';
import { kindsIn } from './mfa-accounts.ts';
import { readMfaGround } from './mfa-tenants.ts';
import type { ReconciliationDependencies } from './reconcile.ts';
import type { TestMemory } from './test-memory.ts';
import { workspaceIn } from './workspace-in.ts';

export const WARM_MFA_TASK = 'reconciliation.warm-mfa';

/**
 * Walks the tenants of a workspace once after a look, so that whoever asks first about MFA need not wait for it. It is remembered by the process that
 * does the job, and by no other.
 */
export function warmMfaTask({ clock, database, memory }: ReconciliationDependencies & { readonly memory: TestMemory }): Task {
  return {
    name: WARM_MFA_TASK,
    run: async (payload) => {
      const workspaceId = workspaceIn(payload);
      await inSnapshot(database, async (tx) => {
        const ground = await readMfaGround(tx, workspaceId, { at: clock.now(), memory: memory.mfa });
        for (const tenant of ground.tenants) await kindsIn(tx, workspaceId, { tenant, memory: memory.mfa });
      });
    },
  };
}
