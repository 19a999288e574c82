import { newId, type WorkspaceId } from '../kernel/index.ts';
import { appendOne } from '../ledger/index.ts';
import type { Clock, Database } from '../platform/index.ts';
import type { RosterMapping } from './roster-mapping.ts';
import { insertMapping } from './roster-mapping-store.ts';

/** Sets how rosters are read from the next import on; what it says is in the ledger, since it decides what imports say. */
export async function setMapping(
  deps: { readonly database: Database; readonly clock: Clock },
  workspaceId: WorkspaceId,
  { mapping, actor }: { readonly mapping: RosterMapping; readonly actor: string },
): Promise<RosterMapping> {
  const at = deps.clock.now();
  const id = newId<'roster-mapping'>(at);
  await deps.database.transaction(async (tx) => {
    const after = {
      preset: mapping.preset,
      date_format: mapping.dateFormat,
      columns: { ...mapping.columns },
      time_zones: { ...mapping.timeZones },
      words: {
        status: { ...mapping.words?.status },
        worker_type: { ...mapping.words?.worker_type },
        time_zone: { ...mapping.words?.time_zone },
      },
    };
    const recordId = await appendOne(tx, workspaceId, {
      type: 'hr.mapping.set',
      at,
      actor,
      subject: { kind: 'roster-mapping', id },
      after,
    });
    await insertMapping(tx, workspaceId, { id, at, actor, mapping, recordId });
  });
  return mapping;
}
