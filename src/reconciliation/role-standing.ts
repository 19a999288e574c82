import { msBetween } from '../kernel/index.ts';
import type { RoleStanding } from '../verdict/index.ts';
import { accountsBehind } from './accounts-behind.ts';
import type { EvaluationContext } from './evaluation.ts';
import { PROPAGATION_MS } from './propagation.ts';
import { linkedOnly } from './role-at-end.ts';
import type { DirectoryFacts, PersonFacts, ScimFacts } from './unit-facts.ts';

/**
 * By active SCIM user: the role that it carries against the values of the app roles that the directory assigns to the account behind it, itself or through a
 * group. It cannot be said when the assignments changed, so a difference counts from the run that first saw it.
 */
export function roleStandingsOf(person: PersonFacts, context: EvaluationContext): ReadonlyMap<string, RoleStanding> {
  const accounts = theirs(person.directory);
  return new Map(
    theirs(person.scim)
      .filter(isActive)
      .map((user) => {
        const standing = comparedRole(user, accountsBehind(person, user.accountId, accounts), context);
        return [user.accountId, standing === 'DRIFT' ? driftOf(person, user.accountId, context) : standing];
      }),
  );
}

function driftOf({ personId }: PersonFacts, userId: string, { at, driftSince }: EvaluationContext): RoleStanding {
  const since = driftSince.get(personId)?.get(userId) ?? at;
  return msBetween(since, at) < PROPAGATION_MS ? 'DRIFTING' : 'DRIFT';
}

/** Where any of several accounts may be behind the user, it is settled only where it comes to the same by each (I10). */
function comparedRole(user: ScimFacts, possible: readonly DirectoryFacts[], context: EvaluationContext): RoleStanding {
  const [first = user.role.because === 'no-role' ? 'NONE' : 'UNKNOWN', ...others] = possible.map((account) =>
    comparedTo(account, user, context),
  );
  return others.every((other) => other === first) ? first : 'UNKNOWN';
}

function comparedTo(
  { connectionId, roles, stretches }: DirectoryFacts,
  { role }: ScimFacts,
  { directories }: EvaluationContext,
): RoleStanding {
  const directory = directories.byId.get(connectionId);
  // Of an account that is no longer shown, neither are its groups: that proves no role away (I8).
  const isKnown = directory?.readsAssignments === true && directory.isFresh && stretches.at(-1)?.state !== 'vanished';
  const assigned = roles.filter(({ goneAt }) => goneAt === null).map(({ value }) => value);
  if (role.because === 'no-role') return isKnown && assigned.length > 0 ? 'DRIFT' : 'NONE';
  if (!isKnown || role.because === 'unknown-role') return 'UNKNOWN';
  return role.claimed !== null && assigned.includes(role.claimed) ? 'MATCH' : 'DRIFT';
}

function isActive({ stretches }: ScimFacts): boolean {
  const last = stretches.at(-1);
  return last !== undefined && last.active && !last.deleted;
}

/** Those that went to somebody else have no role of this person today. */
function theirs<Facts extends DirectoryFacts | ScimFacts>(all: readonly Facts[]): readonly Facts[] {
  return linkedOnly(all).filter(({ link }) => link?.until === null);
}
