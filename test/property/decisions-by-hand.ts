import { DAY_MS, DomainError, plusMs } from '../../src/kernel/index.ts';
import { approveLink } from '../../src/reconciliation/approve-link.ts';
import { approveClassification, requestClassification, withdrawClassification } from '../../src/reconciliation/classify-account.ts';
import { decideLink } from '../../src/reconciliation/decide-link.ts';
import type { Database } from '../../src/platform/index.ts';
import type { Facts } from '../reconciliation/facts.ts';
import type { SteppingClock } from '../support/clock.ts';

interface Decided {
  readonly owner: Database;
  readonly clock: SteppingClock;
  readonly facts: Facts;
}

interface Pair {
  readonly employeeId: string;
  readonly objectId: string;
}

/** Somebody says whose an account is, or is not, and somebody else approves it where that is wanted. */
export async function sayWhose(world: Decided, pair: Pair & { readonly action: 'link' | 'unlink' }): Promise<void> {
  const deps = { database: world.owner, clock: world.clock };
  const { workspaceId } = world.facts;
  const found = await idsOf(world, pair);
  if (found === undefined) return;
  const decision = { ...found, system: 'directory', action: pair.action, reason: 'asked them', actor: 'administrator:one' } as const;
  await unlessRefused(async () => {
    const outcome = await decideLink(deps, workspaceId, decision);
    if (outcome.kind === 'waits') await approveLink(deps, workspaceId, { id: outcome.request.id, actor: 'administrator:two' });
  });
}

/** Classes an account as nobody's own, or withdraws that. */
export async function classByHand(world: Decided, pair: Pair): Promise<void> {
  const deps = { database: world.owner, clock: world.clock };
  const { workspaceId } = world.facts;
  const found = await idsOf(world, pair);
  if (found === undefined) return;
  const { rows } = await world.owner.query<{ id: string }>(
    'select id from account_classification where workspace_id = $1 and account_id = $2 and ended_at is null',
    [workspaceId, found.accountId],
  );
  const [present] = rows;
  await unlessRefused(async () => {
    if (present !== undefined) return withdrawClassification(deps, workspaceId, { id: present.id, actor: 'administrator:two' });
    const { id } = await requestClassification(deps, workspaceId, {
      system: 'directory',
      accountId: found.accountId,
      class: 'shared',
      ownerPersonId: found.personId,
      reason: 'sends the invoices',
      expiresAt: plusMs(world.clock.now(), 3 * DAY_MS),
      actor: 'administrator:one',
    });
    await approveClassification(deps, workspaceId, { id, actor: 'administrator:two' });
  });
}

async function idsOf({ facts, owner }: Decided, { employeeId, objectId }: Pair) {
  const { rows } = await owner.query<{ personId: string; accountId: string }>(
    `select person.id as "personId", account.account_id as "accountId"
     from person join directory_account as account on account.workspace_id = person.workspace_id and account.object_id = $3
     where person.workspace_id = $1 and person.employee_id = $2`,
    [facts.workspaceId, employeeId, objectId],
  );
  return rows[0];
}

/** What is so decided already is refused, and nothing happens. */
async function unlessRefused(decide: () => Promise<unknown>): Promise<void> {
  try {
    await decide();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
  }
}
