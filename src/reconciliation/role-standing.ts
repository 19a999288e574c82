import { msBetween } from '../kernel/index.ts';
import type { RoleStanding } from '../verdict/index.ts';
import type { EvaluationContext } from './evaluation.ts';
import { PROPAGATION_MS } from './propagation.ts';
import type { DirectoryFacts, PeriodFacts, PersonFacts, ScimFacts } from './unit-facts.ts';

/**
 * The role that SCIM carries against the values of the app roles that the directory assigns to the same person, themselves or through a
 * group. It cannot be said when the assignments changed, so a difference counts from the run that first saw it.
 */
export function roleStandingOf(person: PersonFacts, context: EvaluationContext): RoleStanding {
  const standing = comparedRoles(linkedOnly(person.scim).filter(isActive), linkedOnly(person.directory), context);
  if (standing !== 'DRIFT') return standing;
  const since = context.driftSince.get(person.personId) ?? context.at;
  return msBetween(since, context.at) < PROPAGATION_MS ? 'DRIFTING' : 'DRIFT';
}

/**
 * Whether a leaver is held to one of the roles: one of their accounts has it, or had it when it was last seen, or a verdict said so before
 * by accounts that are theirs still. Taking the role away afterwards makes nobody have left in time (I10).
 */
export function isPrivilegedLeaver(
  person: PersonFacts,
  { id }: Pick<PeriodFacts, 'id'>,
  { roles, privilegedBefore }: Pick<EvaluationContext, 'privilegedBefore'> & { readonly roles: readonly string[] },
): boolean {
  if (holdsRole(person, roles)) return true;
  const before = privilegedBefore.get(id);
  const linked = linkedOnly<DirectoryFacts | ScimFacts>([...person.directory, ...person.scim]).map(({ accountId }) => accountId);
  return before?.every((accountId) => linked.includes(accountId)) ?? false;
}

function holdsRole({ directory, scim }: PersonFacts, roles: readonly string[]): boolean {
  const held = [
    ...linkedOnly(scim).map(({ role }) => (role.because === 'granted' ? role.claimed : null)),
    ...linkedOnly(directory).flatMap(({ roleValues }) => roleValues),
  ];
  return held.some((role) => role !== null && roles.includes(role));
}

function comparedRoles(users: readonly ScimFacts[], accounts: readonly DirectoryFacts[], { directories }: EvaluationContext): RoleStanding {
  const claims = users.filter(({ role }) => role.because !== 'no-role');
  const assigned = accounts.flatMap(({ roleValues }) => roleValues);
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

function linkedOnly<Facts extends DirectoryFacts | ScimFacts>(all: readonly Facts[]): readonly Facts[] {
  return all.filter(({ link }) => link?.standing === 'linked');
}
