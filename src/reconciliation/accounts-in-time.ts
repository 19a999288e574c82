import type { Instant } from '../kernel/index.ts';
import type { InstantRange } from '../verdict/index.ts';
import type { AccountFacts, DirectoryFacts, LinkFacts, PersonFacts, ScimFacts } from './unit-facts.ts';

/**
 * The person as their accounts count for one employment. What a human decided after it had ended says nothing of what was theirs at its end:
 * an account that was taken from them then is among theirs still, marked; one that was taken before, or from somebody who is employed, is not.
 * `end` is null while the employment goes on.
 */
export function accountsInTime(person: PersonFacts, end: InstantRange | null): PersonFacts {
  const { directory, scim } = person;
  // Few people ever lose an account by hand: for all others nothing is made anew.
  if (!directory.some(isTaken) && !scim.some(isTaken)) return person;
  return {
    ...person,
    directory: directory.filter(({ link }) => countsAt(link, end)),
    scim: scim.filter(({ link }) => countsAt(link, end)),
  };
}

/**
 * What two people took from the person while the employment went on, on the eve of its end or long before: it was not theirs at the end, nothing is judged by
 * it, and it stands in their finding all the same, since it takes two only where somebody leaves, or for good. `start`: the first instant of the employment.
 */
export function releasedDuring(
  { directory, scim }: PersonFacts,
  { end, start }: { readonly start: Instant; readonly end: InstantRange },
): AccountFacts {
  const isReleased = ({ link }: DirectoryFacts | ScimFacts) =>
    link !== null && link.taken !== null && link.taken.isByTwo && link.taken.at >= start && link.taken.at < end.earliest;
  return { directory: directory.filter(isReleased), scim: scim.filter(isReleased) };
}

/** Whether the account counts as the person's: classing it as nobody's own afterwards does not say that it never was theirs, as a bar does. */
export function isTheirs(link: LinkFacts | null): boolean {
  return link?.standing === 'linked' && (link.taken === null || link.taken.because === 'classed');
}

/** Whether it was said afterwards that it never was the person's. */
export function isDisowned(link: LinkFacts | null): boolean {
  return link !== null && link.taken !== null && link.taken.because !== 'classed';
}

function isTaken({ link }: DirectoryFacts | ScimFacts): boolean {
  return link !== null && link.taken !== null;
}

function countsAt(link: LinkFacts | null, end: InstantRange | null): boolean {
  const takenAt: Instant | null = link?.taken?.at ?? null;
  return takenAt === null || (end !== null && takenAt >= end.earliest);
}
