import { describe, expect, it } from '@jest/globals';
import { worstDirectoryState, worstScimState } from '../../src/verdict/index.ts';

describe('of several accounts of one person', () => {
  it.each([
    { states: ['DISABLED', 'ENABLED', 'UNKNOWN'], counts: 'ENABLED' },
    { states: ['DISABLED', 'VANISHED', 'UNKNOWN'], counts: 'UNKNOWN' },
    { states: ['HARD_DELETED', 'VANISHED', 'DISABLED'], counts: 'VANISHED' },
    { states: ['HARD_DELETED', 'SOFT_DELETED'], counts: 'SOFT_DELETED' },
    { states: [], counts: 'NEVER' },
  ] as const)(
    'what may let somebody in counts, then doubt, then what keeps them out: $counts of $states in the directory',
    ({ states, counts }) => {
      expect(worstDirectoryState(states)).toBe(counts);
    },
  );

  it.each([
    { states: ['INACTIVE', 'ACTIVE', 'UNKNOWN'], counts: 'ACTIVE' },
    { states: ['INACTIVE', 'UNKNOWN'], counts: 'UNKNOWN' },
    { states: ['DELETED', 'INACTIVE'], counts: 'INACTIVE' },
    { states: [], counts: 'NEVER' },
  ] as const)(
    'what may let somebody in counts, then doubt, then what keeps them out: $counts of $states over SCIM',
    ({ states, counts }) => {
      expect(worstScimState(states)).toBe(counts);
    },
  );
});
