import { REPLICATION_ALLOWANCE_MS } from '../../src/directory/index.ts';
import { earliest, type Instant, latest, plusMs, SECOND_MS } from '../../src/kernel/index.ts';
import type { DirectoryFacts } from '../../src/reconciliation/unit-facts.ts';
import type { TimingInput } from '../../src/verdict/index.ts';

type State = 'enabled' | 'disabled' | 'soft_deleted' | 'hard_deleted';

/** What an account really was, and from when on. */
export interface Truth {
  readonly objectId: string;
  become(what: string, at: Instant): void;
  /** The states that it was in within a stretch of time, both ends included. */
  within(from: Instant, to: Instant): ReadonlySet<State>;
}

export function truthOf(objectId: string, at: Instant): Truth {
  const turns: { readonly at: Instant; readonly state: State }[] = [{ at, state: 'enabled' }];
  let isEnabled = true;
  const turn = (state: State, when: Instant) => void turns.push({ at: when, state });
  return {
    objectId,
    become: (what, when) => {
      if (what === 'disable' || what === 'enable') isEnabled = what === 'enable';
      if (what === 'delete') turn('soft_deleted', when);
      else if (what === 'purge') turn('hard_deleted', when);
      else if (what === 'disable' || what === 'enable' || what === 'restore') turn(isEnabled ? 'enabled' : 'disabled', when);
    },
    within: (from, to) => {
      const states = turns.filter((one, index) => one.at <= to && (turns[index + 1]?.at ?? to) >= from).map(({ state }) => state);
      return new Set(states);
    },
  };
}

/** `Date` headers and times of deletions come to the second. */
const SECOND = SECOND_MS;

/** How far what one answer proves may reach: replicas lag, clocks differ, and an exchange takes a while. In milliseconds. */
function reachOf(skewMs: number): number {
  return REPLICATION_ALLOWANCE_MS + 2 * Math.abs(skewMs) + 10 * SECOND;
}

export interface Claimed {
  readonly facts: DirectoryFacts;
  readonly timings: readonly (TimingInput | null)[];
  /** By how much the tenant's clock, which the truth is told in, is ahead of the one by which it was looked at. */
  readonly skewMs: number;
  /** After everything. */
  readonly until: Instant;
}

/** What was claimed of an account that was not so. */
export function untruthsOf(truth: Truth, claimed: Claimed): readonly string[] {
  return [...untrueStates(truth, claimed), ...untrueTimings(truth, claimed)].map(
    (text) => `${truth.objectId}: ${text}; seen ${JSON.stringify(claimed.facts.stretches)}`,
  );
}

function untrueStates(truth: Truth, { facts, until }: Claimed): readonly string[] {
  return facts.stretches.flatMap(({ state, seenFrom, from, to }, index) => {
    if (state === 'vanished' || state === 'restored') return [];
    const wasSeen = statesBetween(truth, earliest(seenFrom, from), from).has(state);
    const next = facts.stretches[index + 1]?.from ?? until;
    const lasted = to === null || statesBetween(truth, to, latest(to, next)).has(state);
    return [...(wasSeen ? [] : [`${state} between ${seenFrom} and ${from}`]), ...(lasted ? [] : [`${state} at ${to} or later`])];
  });
}

function untrueTimings(truth: Truth, { timings, skewMs }: Claimed): readonly string[] {
  const reach = reachOf(skewMs);
  const isUsable = (from: Instant) => statesBetween(truth, from, plusMs(from, reach)).has('enabled');
  const isUnusable = (by: Instant) => [...statesBetween(truth, plusMs(by, -reach), by)].some((state) => state !== 'enabled');
  return timings.flatMap((timing) => {
    if (timing === null) return [];
    const { firstProvenUnusable: ended, lastProvenUsable: used, provenUsableAgain: again } = timing;
    const untruths: string[] = [];
    if (ended !== null && !isUnusable(ended)) untruths.push(`unusable by ${ended}`);
    if (used !== null && !isUsable(used)) untruths.push(`usable at ${used} or later`);
    if (again !== null && !isUsable(again)) untruths.push(`usable again at ${again} or later`);
    if (ended !== null && again !== null && again <= ended) untruths.push(`usable again at ${again}, unusable only by ${ended}`);
    return untruths;
  });
}

function statesBetween(truth: Truth, from: Instant, to: Instant) {
  return truth.within(plusMs(from, -SECOND), plusMs(to, SECOND));
}
