import type { CountedPopulation } from './counted-population.ts';
import { createMemory, type Memory } from './memory.ts';
import { createMfaMemory, type MfaMemory } from './mfa-memory.ts';
import type { AccountTally } from './test-population-read-model.ts';
import type { TestResult } from './test-result.ts';

/** How many populations a process remembers: each is a few hundred lines at most. */
const MAX_POPULATIONS = 200;

/** What compliance tests need not work out anew for every page. What is decided about findings meanwhile is never remembered. */
export interface TestMemory {
  /** Populations as they were counted after a run of reconciliation: verdicts change with a run alone. */
  readonly tallies: Memory<CountedPopulation>;
  /** Of which kinds their accounts are. */
  readonly kinds: Memory<readonly AccountTally[]>;
  readonly mfa: MfaMemory;
  /** Tests that are judged when they are asked, as the first page of a reading counted them, for its other pages. */
  readonly readings: Memory<TestResult>;
}

export function createTestMemory(): TestMemory {
  const limits = { most: MAX_POPULATIONS, weigh: () => 1 };
  return { tallies: createMemory(limits), kinds: createMemory(limits), mfa: createMfaMemory(), readings: createMemory(limits) };
}
