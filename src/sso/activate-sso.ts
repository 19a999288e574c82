import { type Instant, refuse, type SsoConnectionId, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Clock, Database, Queryable, SecretBox } from '../platform/index.ts';
import { lockSwitch } from '../workspace/index.ts';
import { openConfiguration } from './open-configuration.ts';
import { findActiveConnection, findConnection, markActive, markRetired, type SsoConnection } from './sso-store.ts';

export interface ActivateSsoDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly secrets: SecretBox;
}

/**
 * Makes a candidate the connection that people sign in through; the one before it retires in the same transaction.
 * The active one may be activated again, to no effect.
 * Throws DomainError `sso-not-verified` unless an administrator has signed in through its present configuration (I4),
 * `not-found` for an unknown one, `conflict` for a retired one.
 */
export async function activateSso(
  deps: ActivateSsoDeps,
  workspaceId: WorkspaceId,
  input: { readonly id: SsoConnectionId; readonly actor: string },
): Promise<SsoConnection> {
  const { id, actor } = input;
  const at = deps.clock.now();
  return deps.database.transaction(async (tx) => {
    await lockSwitch(tx, workspaceId);
    const candidate = (await findConnection(tx, workspaceId, id)) ?? refuse('not-found', { detail: 'There is no such connection.' });
    if (candidate.state === 'active') return candidate;
    if (candidate.state === 'retired') refuse('conflict', { detail: 'This connection is retired.', next: 'Add its configuration anew.' });
    openConfiguration(deps.secrets, workspaceId, candidate);
    if (candidate.verifiedAt === null) {
      refuse('sso-not-verified', {
        detail: 'No administrator has signed in through the present configuration of this connection.',
        next: 'POST sso/verifications gives the address to sign in at; then activate it.',
      });
    }
    await replaceActive(tx, workspaceId, { id, at, actor });
    return { ...candidate, state: 'active', activatedAt: at };
  });
}

async function replaceActive(
  tx: Queryable,
  workspaceId: WorkspaceId,
  change: { readonly id: SsoConnectionId; readonly at: Instant; readonly actor: string },
): Promise<void> {
  const { id, at, actor } = change;
  const former = await findActiveConnection(tx, workspaceId);
  if (former !== undefined) {
    await markRetired(tx, workspaceId, { id: former.id, at });
    await append(tx, workspaceId, [
      { type: 'sso.retired', at, actor, subject: { kind: 'sso-connection', id: former.id }, detail: { replacedBy: id } },
    ]);
  }
  await markActive(tx, workspaceId, { id, at });
  await append(tx, workspaceId, [{ type: 'sso.activated', at, actor, subject: { kind: 'sso-connection', id } }]);
}
