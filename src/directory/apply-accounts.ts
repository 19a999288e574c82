import type { Instant } from '../kernel/index.ts';
import { expectFewRows, expectManyRows, type Transaction } from '../platform/index.ts';
import { closeAliases, openAliases } from './alias-store.ts';
import { closeStretches, markGoneAccounts, writeSeenAccounts } from './apply-accounts-store.ts';
import { decideMissing } from './missing-account-store.ts';
import { openStretches } from './open-stretches.ts';
import { rememberListed } from './listed-account-store.ts';
import { readScopes } from './scope-store.ts';
import type { RunKey } from './stage-store.ts';

/** Up to so many accounts that differ are looked up one by one: then a look costs by what changed, not by the tenant. */
const FEW_LOOKS = 5_000;

interface AppliedLooks {
  /** How many there are. */
  readonly looks: number;
  /** What the last complete run proves. */
  readonly confirmedUntil: Instant | null;
  /** What this run shows held then or later. */
  readonly lookedFrom: Instant;
  readonly at: Instant;
}

/**
 * Applies the looks at accounts that differ from what is known: observations, addresses, accounts. Returns how many stretches began. Expects
 * many rows from then on.
 */
export async function applyAccounts(
  tx: Transaction,
  key: RunKey,
  { confirmedUntil, lookedFrom, looks, at }: AppliedLooks,
): Promise<number> {
  const expectLooks = looks <= FEW_LOOKS ? expectFewRows : expectManyRows;
  await expectLooks(tx);
  await decideMissing(tx, key, lookedFrom);
  // Observations first: they compare what is read with the accounts as they were.
  await closeStretches(tx, key, confirmedUntil);
  const observations = await openStretches(tx, key, at);
  await expectLooks(tx);
  await closeAliases(tx, key, confirmedUntil);
  await openAliases(tx, key, confirmedUntil);
  await writeSeenAccounts(tx, key, await isEveryoneInScope(tx, key));
  await markGoneAccounts(tx, key);
  await rememberListed(tx, key);
  await expectManyRows(tx);
  return observations;
}

async function isEveryoneInScope(tx: Transaction, { workspaceId, connectionId }: RunKey): Promise<boolean> {
  const [scope] = await readScopes(tx, workspaceId, connectionId);
  return scope === undefined || (scope.includeGroups.length === 0 && scope.includeUsers.length === 0);
}
