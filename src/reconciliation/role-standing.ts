import { msBetween } from '../kernel/index.ts';
import type { RoleStanding } from '../verdict/index.ts';
import type { EvaluationContext } from './evaluation.ts';
import { PROPAGATION_MS } from './propagation.ts';
import { linkedOnly } from './role-at-end.ts';
import type { DirectoryFacts, PersonFacts, ScimFacts } from './unit-facts.ts';

/**
 * The role that SCIM carries against the values of the app roles that the directory assigns to the same person, themselves or through a
 * group. It cannot be said when the assignments changed, so a difference counts from the run that first saw it.
 */
export function roleStandingOf(person: PersonFacts, context: EvaluationContext): RoleStanding {
  const standing = comparedRoles(theirs(person.scim).filter(isActive), theirs(person.directory), context);
  if (standing !== 'DRIFT') return standing;
  const since = context.driftSince.get(person.personId) ?? context.at;
  return msBetween(since, context.at) < PROPAGATION_MS ? 'DRIFTING' : 'DRIFT';
}

function comparedRoles(users: readonly ScimFacts[], accounts: readonly DirectoryFacts[], { directories }: EvaluationContext): RoleStanding {
  const claims = users.filter(({ role }) => role.because !== 'no-role');
  const assigned = accounts.flatMap(({ roles }) => roles.filter(({ goneAt }) => goneAt === null).map(({ value }) => value));
  const isKnown =
    accounts.length > 0 &&
    accounts.every(({ connectionId, stretches }) => {
      const directory = directories.byId.get(connectionId);
      // Of an account that is no longer shown, neither are its groups: that proves no role away (I8).
      return directory?.readsAssignments === true && directory.isFresh && stretches.at(-1)?.state !== 'vanished';
    });
  if (users.length === 0) return 'NONE';
  if (claims.length > 0 && (!isKnown || claims.some(({ role }) => role.because === 'unknown-role'))) return 'UNKNOWN';
  if (claims.length === 0) return isKnown && assigned.length > 0 ? 'DRIFT' : 'NONE';
  return claims.every(({ role }) => role.claimed !== null && assigned.includes(role.claimed)) ? 'MATCH' : 'DRIFT';
}

function isActive({ stretches }: ScimFacts): boolean {
  const last = stretches.at(-1);
  return last !== undefined && last.active && !last.deleted;
}

/** Those that went to somebody else have no role of this person today. */
function theirs<Facts extends DirectoryFacts | ScimFacts>(all: readonly Facts[]): readonly Facts[] {
  return linkedOnly(all).filter(({ link }) => link?.until === null);
}
