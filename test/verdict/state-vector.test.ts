import { describe, expect, it } from '@jest/globals';
import { worstDirectoryState, worstRole, worstScimState } from '../../src/verdict/index.ts';

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

  it.each([
    { roles: ['MATCH', 'UNKNOWN', 'DRIFTING', 'DRIFT'], counts: 'DRIFT' },
    { roles: ['MATCH', 'UNKNOWN', 'DRIFTING'], counts: 'DRIFTING' },
    { roles: ['NONE', 'MATCH', 'UNKNOWN'], counts: 'UNKNOWN' },
    { roles: ['NONE', 'MATCH'], counts: 'MATCH' },
    { roles: [], counts: 'NONE' },
  ] as const)(
    'a role that is proven wrong counts, then one that is not known, then whatever is right: $counts of $roles',
    ({ roles, counts }) => {
      expect(worstRole(roles)).toBe(counts);
    },
  );
});
