import { expect, it } from '@jest/globals';
import { REPLICATION_ALLOWANCE_MS } from '../../src/directory/index.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/kernel/index.ts';
import { provableMinutes } from '../../src/verdict/index.ts';

it('what a report calls provable counts the lag of replicas that observations allow for', () => {
  expect(provableMinutes(HOUR_MS) - 60).toBe(REPLICATION_ALLOWANCE_MS / MINUTE_MS);
});
