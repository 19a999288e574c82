import { type Instant, MINUTE_MS, type OwnerId, plusMs, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Database } from '../platform/index.ts';
import { markOwnerUse } from './owner-store.ts';

/** A page of the console makes many requests; one record a minute per owner still shows every use. */
const OWNER_USE_RECORD_INTERVAL_MS = MINUTE_MS;

/** Records that an owner's credential was used, at most once a minute, and that it is thereby proven to work. */
export async function recordOwnerUse(
  database: Database,
  workspaceId: WorkspaceId,
  use: { readonly id: OwnerId; readonly at: Instant },
): Promise<void> {
  const recordedSince = plusMs(use.at, -OWNER_USE_RECORD_INTERVAL_MS);
  await database.transaction(async (tx) => {
    if (!(await markOwnerUse(tx, workspaceId, { ...use, recordedSince }))) return;
    await append(tx, workspaceId, [
      { type: 'owner.credential.used', at: use.at, actor: `owner:${use.id}`, subject: { kind: 'owner', id: use.id } },
    ]);
  });
}
