import type { AccountKinds } from './account-kinds.ts';
import { createMemory, type Memory } from './memory.ts';
import type { NamedStanding } from './mfa-read-model.ts';

/** Of how many accounts a process remembers the kind: twenty bytes each. */
const MAX_ACCOUNTS = 2_000_000;

const MAX_STANDINGS = 200;

/** What is known of a tenant changes with a look and with nothing else, so it is worked out once for each. */
export interface MfaMemory {
  readonly standings: Memory<NamedStanding>;
  readonly kinds: Memory<AccountKinds>;
}

export function createMfaMemory(): MfaMemory {
  return {
    standings: createMemory({ most: MAX_STANDINGS, weigh: () => 1 }),
    kinds: createMemory({ most: MAX_ACCOUNTS, weigh: ({ kindOf }) => kindOf.length + 1 }),
  };
}
