import { type DirectoryConnectionId, type Instant, refuse, type WorkspaceId } from '../kernel/index.ts';
import { appendOne } from '../ledger/index.ts';
import { type Connection, findConnection, lockConnection, writeReach } from './connection-store.ts';
import type { DirectoryDeps } from './directory-deps.ts';
import { requireConnection } from './require-connection.ts';

/** What of a connection may be changed; what is undefined stays. Tenant and application are what it is. */
export interface ConnectionChange {
  /** Each once, in lower case. */
  readonly subscriptionIds: readonly string[] | undefined;
  /** Null: none any more. */
  readonly scimAppId: string | null | undefined;
}

/**
 * Changes what a connection reads from its next look on. What was read in a subscription that it no longer names stands as it was last shown.
 * Throws DomainError `not-found` when there is no such connection, and `invalid-request` for subscriptions of a connection to a whole tenant.
 */
export async function changeConnection(
  { database }: Pick<DirectoryDeps, 'database'>,
  workspaceId: WorkspaceId,
  { id, subscriptionIds, scimAppId }: ConnectionChange & { readonly id: DirectoryConnectionId },
  by: { readonly at: Instant; readonly actor: string },
): Promise<Connection> {
  return database.transaction(async (tx) => {
    const before = requireConnection(await lockConnection(tx, workspaceId, id));
    if (subscriptionIds !== undefined && before.kind !== 'subscription') {
      refuse('invalid-request', {
        detail: 'This connection reads a whole tenant, which names no subscriptions.',
        next: 'What kind a connection is cannot be changed: remove it, and add one of the kind "subscription".',
      });
    }
    const after = {
      ...before,
      subscriptionIds: subscriptionIds ?? before.subscriptionIds,
      scimAppId: scimAppId === undefined ? before.scimAppId : scimAppId,
    };
    if (isSame(before, after)) return before;
    await writeReach(tx, workspaceId, after);
    await appendOne(tx, workspaceId, {
      type: 'directory.connection.changed',
      at: by.at,
      actor: by.actor,
      subject: { kind: 'directory-connection', id },
      before: reachOf(before),
      after: reachOf(after),
    });
    return requireConnection(await findConnection(tx, workspaceId, id));
  });
}

const reachOf = ({ kind, scimAppId, subscriptionIds }: Connection) => ({
  ...(kind === 'subscription' && { subscription_ids: subscriptionIds }),
  scim_app_id: scimAppId,
});

function isSame(a: Connection, b: Connection): boolean {
  const listed = (ids: readonly string[]) => ids.toSorted().join(' ');
  return a.scimAppId === b.scimAppId && listed(a.subscriptionIds) === listed(b.subscriptionIds);
}
