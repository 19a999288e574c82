import { type CanonicalObject, type Instant, refuse, type WorkspaceId } from '../kernel/index.ts';
import { append, type RecordInput } from '../ledger/index.ts';
import { expectManyRows } from '../platform/index.ts';
import { lockSwitch } from '../workspace/index.ts';
import { requireConnection } from './require-connection.ts';
import { lockConnection } from './connection-store.ts';
import type { DirectoryDeps } from './directory-deps.ts';
import { applyScope, readScopes, type ScopeChoice, writeScope } from './scope-store.ts';

/**
 * Sets whom to sync, and works out at once who that is. While the SCIM switch is on a scope has no effect: it is kept for later only
 * if the caller says that they know (`acceptDormant`), and that is recorded and logged (I6). The switch is held meanwhile, so that it
 * cannot be turned between. Throws DomainError `scope-overridden` for one that was not accepted so, and `not-found` when there is no
 * such connection.
 */
export async function setScope(
  deps: Pick<DirectoryDeps, 'database' | 'log'>,
  workspaceId: WorkspaceId,
  choice: ScopeChoice & { readonly acceptDormant: boolean },
  by: { readonly at: Instant; readonly actor: string },
): Promise<void> {
  const isDormant = await deps.database.transaction(async (tx) => {
    const scimSwitch = await lockSwitch(tx, workspaceId);
    const isOverridden = scimSwitch.state === 'on';
    if (isOverridden && !choice.acceptDormant) {
      deps.log.info('scope.refused', { workspaceId, connectionId: choice.connectionId });
      refuse('scope-overridden', {
        detail: `SCIM decides who is synced since ${scimSwitch.changedAt}, so a scope would have no effect.`,
        next: 'Assign users and groups to the enterprise application in Entra, or switch SCIM off first. "acceptDormant": true keeps the scope for when it is off.',
        extra: { overriddenBy: 'scim', since: scimSwitch.changedAt },
      });
    }
    requireConnection(await lockConnection(tx, workspaceId, choice.connectionId));
    const [before] = await readScopes(tx, workspaceId, choice.connectionId);
    const chosen = distinct(choice);
    await writeScope(tx, workspaceId, chosen, by);
    await expectManyRows(tx);
    const changed = await applyScope(tx, workspaceId, choice.connectionId);
    await append(tx, workspaceId, [changeRecord({ before, chosen, by, changed, isDormant: isOverridden })]);
    return isOverridden;
  });
  if (isDormant) deps.log.warn('scope.dormant', { workspaceId, connectionId: choice.connectionId });
}

interface ScopeChange {
  readonly before: ScopeChoice | undefined;
  readonly chosen: ScopeChoice;
  readonly by: { readonly at: Instant; readonly actor: string };
  /** Accounts that came into scope, or went out of it. */
  readonly changed: number;
  readonly isDormant: boolean;
}

function changeRecord({ before, by, changed, chosen, isDormant }: ScopeChange): RecordInput {
  const { excludeGroups, excludeNames, excludeUsers, includeGroups, includeUsers } = chosen;
  return {
    type: 'scope.changed',
    at: by.at,
    actor: by.actor,
    subject: { kind: 'directory-connection', id: chosen.connectionId },
    before: sizes(before),
    after: sizes(chosen),
    detail: { accounts_changed: changed, dormant: isDormant },
    disclose: {
      include_groups: includeGroups,
      include_users: includeUsers,
      exclude_groups: excludeGroups,
      exclude_users: excludeUsers,
      exclude_names: excludeNames,
    },
  };
}

function distinct(choice: ScopeChoice): ScopeChoice {
  const once = (items: readonly string[]) => [...new Set(items)];
  return {
    connectionId: choice.connectionId,
    includeGroups: once(choice.includeGroups),
    includeUsers: once(choice.includeUsers),
    excludeGroups: once(choice.excludeGroups),
    excludeUsers: once(choice.excludeUsers),
    excludeNames: once(choice.excludeNames),
  };
}

function sizes(scope: ScopeChoice | undefined): CanonicalObject {
  return {
    groups: scope?.includeGroups.length ?? 0,
    users: scope?.includeUsers.length ?? 0,
    excluded_groups: scope?.excludeGroups.length ?? 0,
    excluded_users: scope?.excludeUsers.length ?? 0,
    excluded_names: scope?.excludeNames.length ?? 0,
  };
}
