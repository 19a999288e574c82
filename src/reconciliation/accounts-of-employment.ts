import { type Instant, plusMs } from '../kernel/index.ts';
import type { DirectoryFacts, LinkFacts, PersonFacts, ScimFacts } from './unit-facts.ts';

/** An employment as far as it tells which accounts count. */
interface Ended {
  /** When it had ended, by the latest; null where it goes on. */
  readonly at: Instant | null;
  /** When the person's next employment begins. */
  readonly next: Instant | undefined;
}

/**
 * The person with the accounts that count for one of their employments: those that are theirs; and those that were when it had ended, and have
 * gone to somebody else by rule since. What these prove stays proven, up to when they went: the account was off then, or the person's next
 * employment had begun. Whatever the account is or has today is somebody else's; which role it had when the employment ended, it had then.
 */
export function accountsOfEmployment(person: PersonFacts, ended: Ended): PersonFacts {
  const isPassedOn = ({ link }: DirectoryFacts | ScimFacts) => link !== null && link.until !== null;
  if (!person.directory.some(isPassedOn) && !person.scim.some(isPassedOn)) return person;
  return {
    ...person,
    directory: person.directory.flatMap((facts) => {
      const seen = facts.stretches.filter(({ state }) => state !== 'vanished');
      const uses = seen.map(({ from, seenFrom, state }) => ({ from, seenFrom, isUse: state === 'enabled' }));
      const link = linkDuring(facts.link, uses, ended);
      if (link === undefined) return [];
      return link?.until ? { ...facts, link, isAssigned: false } : facts;
    }),
    scim: person.scim.flatMap((facts) => {
      const uses = facts.stretches.map(({ active, deleted, from }) => ({ from, seenFrom: from, isUse: active && !deleted }));
      const link = linkDuring(facts.link, uses, ended);
      return link === undefined ? [] : { ...facts, link };
    }),
  };
}

interface Use {
  readonly from: Instant;
  readonly seenFrom: Instant;
  readonly isUse: boolean;
}

/** The link with the instant up to which the account counts; undefined where it counts for nothing. */
function linkDuring(link: LinkFacts | null, uses: readonly Use[], { at, next }: Ended): LinkFacts | null | undefined {
  if (link === null || link.until === null) return link;
  const until = untilUsedByNext(uses, link.until);
  if (at === null || until < at) return undefined;
  const isOff = uses.findLast(({ from }) => from <= until)?.isUse === false;
  return isOff || (next !== undefined && next <= until) ? { ...link, until } : undefined;
}

/** An account that was off, and is on as it goes, is on for whoever comes next: a run that had seen that before would have kept it (0059). */
function untilUsedByNext(uses: readonly Use[], until: Instant): Instant {
  const known = uses.filter(({ from }) => from <= until);
  const last = known.at(-1);
  return last?.isUse === true && known.some(({ isUse }) => !isUse) ? plusMs(last.seenFrom, -1) : until;
}
