import { type Instant, MINUTE_MS, plusMs, SECOND_MS } from '../../src/kernel/index.ts';
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

/** Directory times of deletions come to the second. */
const SECOND = SECOND_MS;

/** What is taken off the last instant at which an account was proven usable. */
const ALLOWANCE = 5 * MINUTE_MS;

/** What was claimed of an account that was not so. */
export function untruthsOf(truth: Truth, facts: DirectoryFacts, timings: readonly (TimingInput | null)[]): readonly string[] {
  const was = (state: State, at: Instant, slackMs = 0) => truth.within(plusMs(at, -slackMs), plusMs(at, slackMs)).has(state);
  const wasUsable = (at: Instant, slackMs = 0) => was('enabled', at, slackMs);
  const wasUnusable = (at: Instant) => [...truth.within(plusMs(at, -SECOND), plusMs(at, SECOND))].some((state) => state !== 'enabled');
  const untruths: string[] = [];
  const claim = (isTrue: boolean, text: string) => {
    if (!isTrue) untruths.push(`${truth.objectId}: ${text}; seen ${JSON.stringify(facts.stretches)}`);
  };
  for (const { state, from, to } of facts.stretches) {
    if (state === 'vanished') continue;
    claim(was(state, from, state === 'soft_deleted' ? SECOND : 0), `${state} at ${from}`);
    if (to !== null) claim(was(state, to, SECOND), `${state} until ${to}`);
  }
  for (const timing of timings) {
    if (timing === null) continue;
    const { firstProvenUnusable, lastProvenUsable, provenUsableAgain } = timing;
    if (firstProvenUnusable !== null) claim(wasUnusable(firstProvenUnusable), `unusable at ${firstProvenUnusable}`);
    if (lastProvenUsable !== null) claim(wasUsable(lastProvenUsable, ALLOWANCE), `usable at ${lastProvenUsable}`);
    if (provenUsableAgain !== null) claim(wasUsable(provenUsableAgain), `usable again at ${provenUsableAgain}`);
  }
  return untruths;
}
