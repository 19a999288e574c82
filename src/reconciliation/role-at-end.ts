import type { Instant } from '../kernel/index.ts';
import type { InstantRange, Privilege } from '../verdict/index.ts';
import type { DirectoryFacts, HeldRole, PersonFacts, ScimFacts, ScimRole } from './unit-facts.ts';

/**
 * Whether a leaver held one of the roles when the employment ended, by any account that is theirs: what was given or taken away otherwise says nothing of it.
 * UNKNOWN where it changed between two looks around the end, or the catalogue no longer says what a claim came to (I10).
 */
export function privilegeAt(end: InstantRange, { directory, scim }: PersonFacts, roles: readonly string[]): Privilege {
  const held = [
    ...linkedOnly(directory).flatMap((account) => account.roles.map((role) => (roles.includes(role.value) ? assignedAt(end, role) : 'NO'))),
    ...linkedOnly(scim).map((user) => claimedAt(end, user, roles)),
  ];
  return (['YES', 'UNKNOWN'] as const).find((privilege) => held.includes(privilege)) ?? 'NO';
}

/**
 * Whether a leaver held a privileged role by whichever policy judges the end. UNKNOWN where one calls privileged what was held and another does not, since
 * which of them was in force is not known (I10).
 */
export function privilegeUnder(
  policies: readonly { readonly privileged: { readonly roles: readonly string[] } | null }[],
  end: InstantRange,
  person: PersonFacts,
): Privilege {
  const held = policies.map(({ privileged }) => (privileged === null ? 'NO' : privilegeAt(end, person, privileged.roles)));
  const [first = 'NO'] = held;
  return held.every((each) => each === first) ? first : 'UNKNOWN';
}

/** What nobody noted the beginning of counts as old, and what was never seen gone as held. */
function assignedAt(end: InstantRange, { notBefore, observedAt, confirmedUntil, goneAt }: HeldRole): Privilege {
  const isOver = goneAt !== null && goneAt <= end.earliest;
  const isLater = notBefore !== null && notBefore >= end.latest;
  if (isOver || isLater) return 'NO';
  const hadBegun = observedAt === null || observedAt <= end.earliest;
  const wentOn = goneAt === null || (confirmedUntil !== null && confirmedUntil >= end.latest);
  return hadBegun && wentOn ? 'YES' : 'UNKNOWN';
}

/** Receipts are exact: a claim holds until the next, and none before the user was made. */
function claimedAt(end: InstantRange, { pastRoles, role, stretches }: ScimFacts, roles: readonly string[]): Privilege {
  const made = stretches[0]?.from ?? null;
  const claims = [...pastRoles, { role, until: null }].map((claim, index) => ({
    ...claim,
    from: index === 0 ? made : (pastRoles[index - 1]?.until ?? null),
  }));
  const around = claims.filter(({ from, until }) => (from === null || from <= end.latest) && (until === null || until > end.earliest));
  const held = around.map((claim) => grantedBy(claim.role, roles));
  if (held.every((privilege) => privilege === 'NO')) return 'NO';
  return held.every((privilege) => privilege === 'YES') && wasMadeBy(made, end) ? 'YES' : 'UNKNOWN';
}

function wasMadeBy(made: Instant | null, end: InstantRange): boolean {
  return made === null || made <= end.earliest;
}

/** What the catalogue does not grant now it may have granted then. */
function grantedBy({ because, claimed, said }: ScimRole, roles: readonly string[]): Privilege {
  if (because === 'granted' && claimed !== null && roles.includes(claimed)) return 'YES';
  return said.some((value) => roles.includes(value)) ? 'UNKNOWN' : 'NO';
}

/** Accounts that are somebody's, and not only perhaps. */
export function linkedOnly<Facts extends DirectoryFacts | ScimFacts>(all: readonly Facts[]): readonly Facts[] {
  return all.filter(({ link }) => link?.standing === 'linked');
}
