import type { Task } from '../jobs/index.ts';
import type { Clock, Database } from '../platform/index.ts';
import { workspacesWithOverdueHeld } from './held-import-store.ts';
import { lapseHeld } from './hold-import.ts';
import { lockRoster } from './roster-store.ts';

const EVERY_TEN_MINUTES = '*/10 * * * *';

/** Lets go of rosters that nobody has decided about in time: once for all processes. */
export function lapseHeldImportsTask({ clock, database }: { readonly clock: Clock; readonly database: Database }): Task {
  return {
    name: 'roster.lapse-held',
    schedule: EVERY_TEN_MINUTES,
    run: async () => {
      for (const workspaceId of await workspacesWithOverdueHeld(database, clock.now())) {
        await database.transaction(async (tx) => {
          await lockRoster(tx, workspaceId);
          await lapseHeld(tx, workspaceId, { at: clock.now(), because: 'expired' });
        });
      }
    },
  };
}
