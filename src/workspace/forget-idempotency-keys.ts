import type { Task } from '../jobs/index.ts';
import type { Clock, Database } from '../platform/index.ts';
import { lapsedAt } from './decide-replay.ts';
import { forgetKeys } from './idempotency-store.ts';

const HOURLY = '41 * * * *';

/** Deletes the answers whose keys nobody can ask for any more. */
export function forgetIdempotencyKeysTask(deps: { readonly database: Database; readonly clock: Clock }): Task {
  return {
    name: 'workspace.forget-idempotency-keys',
    schedule: HOURLY,
    run: async () => {
      await forgetKeys(deps.database, lapsedAt(deps.clock.now()).forgottenAt);
    },
  };
}
