import { describe, expect, it } from '@jest/globals';
import { anyBehind, behindOf, behinds, directoryStates, statesBehind } from '../../src/verdict/index.ts';

const account = { directory: 'ENABLED', assigned: 'YES', propagation: 'SETTLED' } as const;
const unassigned = { ...account, assigned: 'NO' } as const;
const unread = { ...account, assigned: 'UNKNOWN' } as const;
const disabled = { ...account, directory: 'DISABLED' } as const;
const inFlight = { ...disabled, propagation: 'IN_FLIGHT' } as const;
const deleted = { ...account, directory: 'SOFT_DELETED' } as const;
const gone = { ...account, directory: 'HARD_DELETED' } as const;
const vanished = { ...account, directory: 'VANISHED' } as const;
const unknown = { ...account, directory: 'UNKNOWN' } as const;

describe('what is behind a SCIM user', () => {
  it.each([
    { name: 'one that is assigned', accounts: [account], is: 'ASSIGNED' },
    { name: 'one that is not assigned', accounts: [unassigned], is: 'UNASSIGNED' },
    { name: 'one whose assignments are not read', accounts: [unread], is: 'UNREAD' },
    { name: 'one that is disabled', accounts: [disabled], is: 'DISABLED' },
    { name: 'one that was disabled a moment ago', accounts: [inFlight], is: 'IN_FLIGHT' },
    { name: 'one that is deleted', accounts: [deleted], is: 'DELETED' },
    { name: 'one that is deleted for good', accounts: [gone], is: 'DELETED' },
    { name: 'one that has vanished', accounts: [vanished], is: 'VANISHED' },
    { name: 'one of which nothing is known', accounts: [unknown], is: 'UNKNOWN' },
    { name: 'any of two that are alike', accounts: [account, account], is: 'ASSIGNED' },
    { name: 'any of two that are deleted, each in its way', accounts: [deleted, gone], is: 'DELETED' },
    { name: 'any of two that fail, each in its way: what fails first', accounts: [unassigned, disabled], is: 'DISABLED' },
    { name: 'any of three that fail', accounts: [unassigned, disabled, gone], is: 'DELETED' },
    { name: 'any of two of which one is well (I10)', accounts: [account, disabled], is: 'UNSETTLED' },
    { name: 'any of two of which one may still be followed (I10)', accounts: [inFlight, disabled], is: 'UNSETTLED' },
    { name: 'any of two of which one is not known (I10)', accounts: [unknown, unassigned], is: 'UNSETTLED' },
    { name: 'any of two of which one is not read (I10)', accounts: [unread, account], is: 'UNSETTLED' },
  ] as const)('is $is for $name, in whatever order', ({ accounts, is }) => {
    expect([anyBehind(accounts), anyBehind(accounts.toReversed())]).toEqual([is, is]);
  });

  it('is nothing where there is no account', () => {
    expect(anyBehind([])).toBeUndefined();
  });

  it('can be only what an account in one of its states can be', () => {
    for (const directory of directoryStates.filter((state) => state !== 'NEVER')) {
      for (const assigned of ['YES', 'NO', 'UNKNOWN'] as const) {
        for (const propagation of ['SETTLED', 'IN_FLIGHT'] as const) {
          const behind = anyBehind([{ directory, assigned, propagation }]);
          const could = behinds.filter((word) => word !== 'UNSETTLED' && statesBehind(word).includes(directory));
          expect(could).toContain(behind);
          expect(statesBehind('UNSETTLED')).toContain(directory);
        }
      }
    }
  });
});

it('is not known, perhaps, of what was deleted when its directory was last read', () => {
  expect(statesBehind('UNKNOWN')).toEqual(['UNKNOWN', 'SOFT_DELETED']);
});

describe('what a state vector says of it', () => {
  it.each([
    {
      name: 'the worst of several active users',
      users: [
        { state: 'ACTIVE', behind: 'ASSIGNED' },
        { state: 'ACTIVE', behind: 'UNASSIGNED' },
      ],
      says: { behind: 'UNASSIGNED' },
    },
    {
      name: 'what fails before what is not known',
      users: [
        { state: 'ACTIVE', behind: 'UNSETTLED' },
        { state: 'ACTIVE', behind: 'DISABLED' },
      ],
      says: { behind: 'DISABLED' },
    },
    {
      name: 'what is not known before what may be followed',
      users: [
        { state: 'ACTIVE', behind: 'IN_FLIGHT' },
        { state: 'ACTIVE', behind: 'VANISHED' },
      ],
      says: { behind: 'VANISHED' },
    },
    { name: 'nothing of a user who is not active', users: [{ state: 'INACTIVE', behind: 'DISABLED' }], says: {} },
    { name: 'nothing where nothing is said of a user', users: [{ state: 'ACTIVE' }], says: {} },
  ] as const)('is $name', ({ says, users }) => {
    expect(behindOf(users)).toStrictEqual(says);
  });
});
