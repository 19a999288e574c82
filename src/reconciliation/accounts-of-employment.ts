import { type Instant, latest, plusMs } from '../kernel/index.ts';
import type { InstantRange } from '../verdict/index.ts';
import type { DirectoryFacts, LinkFacts, PersonFacts, ScimFacts } from './unit-facts.ts';

/** An employment as far as it tells which accounts count. */
interface Ended {
  /** When it ended; null where it goes on. */
  readonly end: InstantRange | null;
  /** When the person's next employment begins. */
  readonly next: Instant | undefined;
}

/**
 * The person with the accounts that count for one of their employments: those that are theirs; and those that were when it had ended, and have
 * gone to somebody else by rule since. What these prove stays proven, up to when they went, where the account was off then or the person's next
 * employment had begun; up to when it was off, and used by the next one, where HR told the end only after it had gone: whoever leaves keeps it until then,
 * and the verdict is the same when HR tells late. One that had been theirs, and whose it was was in doubt when the employment ended, stays in doubt. Which role it had when the employment ended, it had then; what it is assigned today is somebody else's.
 */
export function accountsOfEmployment(person: PersonFacts, ended: Ended): PersonFacts {
  const isPassedOn = ({ link }: DirectoryFacts | ScimFacts) => link !== null && link.until !== null;
  if (!person.directory.some(isPassedOn) && !person.scim.some(isPassedOn)) return person;
  return {
    ...person,
    directory: person.directory.flatMap((facts) => {
      const seen = facts.stretches.filter(({ state }) => state !== 'vanished');
      const uses = seen.map(({ from, seenFrom, state, to }) => {
        return { from, seenFrom, to, isUse: state === 'enabled', isOff: state !== 'enabled' && state !== 'restored' };
      });
      const link = linkDuring(facts.link, uses, ended);
      if (link === undefined) return [];
      return link?.until ? { ...facts, link, isAssigned: false } : facts;
    }),
    scim: person.scim.flatMap((facts) => {
      const uses = facts.stretches.map(({ active, deleted, from }, index) => {
        const isUse = active && !deleted;
        return { from, seenFrom: from, to: facts.stretches[index + 1]?.from ?? null, isUse, isOff: !isUse };
      });
      const link = linkDuring(facts.link, uses, ended);
      return link === undefined ? [] : { ...facts, link };
    }),
  };
}

interface Use {
  readonly from: Instant;
  readonly seenFrom: Instant;
  /** It still held then or later; null while it goes on. */
  readonly to: Instant | null;
  readonly isUse: boolean;
  /** Neither, where it was restored: it may have been either. */
  readonly isOff: boolean;
}

/** Later than any look: up to when an account counts that was never seen off. */
const NEVER_OFF = '9999-12-31T23:59:59.999Z' as Instant;

/** The link with the instant up to which the account counts; undefined where it counts for nothing. */
function linkDuring(link: LinkFacts | null, uses: readonly Use[], ended: Ended): LinkFacts | null | undefined {
  if (link === null || link.until === null) return link;
  return linkAtEnd({ ...link, until: link.until }, uses, ended) ?? candidateAtEnd(link, ended);
}

/** A doubt that nobody settled by the end is settled by no edit of identifiers afterwards. */
function candidateAtEnd(link: LinkFacts, { end }: Ended): LinkFacts | undefined {
  const doubt = link.doubts.findLast(({ from, until }) => end !== null && from <= end.latest && until >= end.earliest);
  if (doubt === undefined) return undefined;
  const { recordId, rule, until } = doubt;
  return { ...link, standing: 'ambiguous', recordId, rule, until };
}

function linkAtEnd(link: LinkFacts & { readonly until: Instant }, uses: readonly Use[], { end, next }: Ended): LinkFacts | undefined {
  if (end === null) return undefined;
  const until = untilUsedByNext(uses, link.until, end);
  const isOff = uses.findLast(({ from }) => from <= until)?.isOff === true;
  if (isOff || (next !== undefined && next <= until)) return until < end.latest ? undefined : { ...link, until };
  return until < end.earliest ? undefined : { ...link, until: untilUsedAnew(uses, until) };
}

/** An account that was seen off after the end, and is on as it goes, is on for whoever comes next: a run that had seen that before would have kept it (0059). */
function untilUsedByNext(uses: readonly Use[], until: Instant, end: InstantRange): Instant {
  const known = uses.filter(({ from }) => from <= until);
  const last = known.at(-1);
  const wasOff = known.some(({ isOff, seenFrom, to }) => isOff && latest(seenFrom, to ?? until) >= end.latest);
  return last?.isUse === true && wasOff ? plusMs(last.seenFrom, -1) : until;
}

/** Of an account that was on as it went: the instant before it was used again once it had been off. */
function untilUsedAnew(uses: readonly Use[], went: Instant): Instant {
  const off = uses.findIndex(({ from, isOff }) => from > went && isOff);
  const anew = off === -1 ? undefined : uses.slice(off).find(({ isUse }) => isUse);
  return anew === undefined ? NEVER_OFF : plusMs(anew.seenFrom, -1);
}
