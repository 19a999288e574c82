import { anyBehind, type Behind, type DirectoryState, type RoleStanding, type ScimState } from '../verdict/index.ts';
import type { EvaluationContext } from './evaluation.ts';
import { assignmentOf, propagationOf } from './assignment-and-propagation.ts';
import type { ReadAccount } from './read-account.ts';
import type { DirectoryFacts, PersonFacts } from './unit-facts.ts';

interface Parts {
  readonly person: PersonFacts;
  /** Those that count. */
  readonly directory: readonly ReadAccount<DirectoryState>[];
  /** By SCIM user, as `roleStandingsOf` has them. */
  readonly roles: ReadonlyMap<string, RoleStanding>;
  readonly context: EvaluationContext;
}

/**
 * SCIM users with what is behind each active one of somebody who has several directory accounts, and with its own role where the person has several of either: else what is well with one
 * would excuse what is wrong with another.
 */
export function withAccountsBehind(users: readonly ReadAccount<ScimState>[], parts: Parts): readonly ReadAccount<ScimState>[] {
  const { directory, roles } = parts;
  const isAmongSeveral = roles.size > 1 || directory.filter(({ accountId }) => accountId !== null).length > 1;
  if (!isAmongSeveral) return users;
  return users.map((user) => {
    if (user.accountId === null || user.state !== 'ACTIVE') return user;
    const behind = behindUser(user.accountId, parts);
    const role = roles.get(user.accountId);
    return { ...user, ...(behind !== undefined && { behind }), ...(role !== undefined && { role }) };
  });
}

/** Those of which any may be behind a SCIM user: the one whose object id it carries or that signed in through it, or, where neither says, all. */
export function accountsBehind(
  { ownAccounts }: PersonFacts,
  userId: string,
  accounts: readonly DirectoryFacts[],
): readonly DirectoryFacts[] {
  const own = accounts.filter(({ accountId }) => ownAccounts?.get(userId)?.includes(accountId) === true);
  return own.length > 0 ? own : accounts;
}

function behindUser(userId: string, { context, directory, person }: Parts): Behind | undefined {
  const states = new Map(directory.map(({ accountId, state }) => [accountId, state]));
  const shown = person.directory.filter(({ accountId }) => states.has(accountId));
  if (shown.length < 2) return undefined;
  return anyBehind(
    accountsBehind(person, userId, shown).map((facts) => ({
      directory: stateNow(states.get(facts.accountId) ?? 'UNKNOWN', facts, context),
      assigned: assignmentOf([facts], context),
      propagation: propagationOf([facts], context.at),
    })),
  );
}

/** What is deleted can be restored, so that a directory that is not read of late says nothing of that now either (I8). */
function stateNow(state: DirectoryState, { connectionId }: DirectoryFacts, { directories }: EvaluationContext): DirectoryState {
  return state === 'SOFT_DELETED' && directories.byId.get(connectionId)?.isFresh !== true ? 'UNKNOWN' : state;
}
