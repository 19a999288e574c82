import { describe, expect, it } from '@jest/globals';
import { readAuditEntry } from '../../src/directory/read-audit-entry.ts';

const USER = '84360E8B-3321-4E37-B9EC-10FCCD0263B8';

function entry(activity: string, more: object = {}, modified: readonly object[] = []): Record<string, unknown> {
  return {
    id: 'Directory_x_1',
    activityDisplayName: activity,
    activityDateTime: '2026-09-03T15:02:45.8516049Z',
    result: 'success',
    targetResources: [{ id: USER, type: 'User', modifiedProperties: modified }],
    ...more,
  };
}

const enabledTo = (newValue: unknown) => [{ displayName: 'AccountEnabled', oldValue: null, newValue }];

describe('an entry of the audit log', () => {
  it.each([
    { activity: 'Disable account', ledTo: 'disabled' },
    { activity: 'Enable account', ledTo: 'enabled' },
    { activity: 'Delete user', ledTo: 'soft_deleted' },
    { activity: 'Hard Delete user', ledTo: 'hard_deleted' },
    { activity: 'Restore user', ledTo: 'restored' },
  ])('"$activity" leads to $ledTo, to the millisecond', ({ activity, ledTo }) => {
    expect(readAuditEntry(entry(activity))).toMatchObject({ ledTo, at: '2026-09-03T15:02:45.851Z', objectId: USER.toLowerCase() });
  });

  it.each([
    { newValue: '[false]', ledTo: 'disabled' },
    { newValue: '"False"', ledTo: 'disabled' },
    { newValue: '["False"]', ledTo: 'disabled' },
    { newValue: 'false', ledTo: 'disabled' },
    { newValue: '[true]', ledTo: 'enabled' },
    { newValue: '"True"', ledTo: 'enabled' },
  ])('"Update user" with AccountEnabled $newValue leads to $ledTo (microsoft-graph §10 #18)', ({ newValue, ledTo }) => {
    expect(readAuditEntry(entry('Update user', {}, enabledTo(newValue)))).toMatchObject({ ledTo });
  });

  it.each([
    { name: 'an update of something else', given: entry('Update user', {}, [{ displayName: 'Department', newValue: '["Sales"]' }]) },
    { name: 'an update whose value is not understood', given: entry('Update user', {}, enabledTo('[]')) },
    { name: 'an update whose value is no text', given: entry('Update user', {}, enabledTo(false)) },
    { name: 'what did not succeed', given: entry('Disable account', { result: 'failure' }) },
    { name: 'what nobody knows', given: entry('Bless user') },
    { name: 'an entry about a group', given: entry('Delete user', { targetResources: [{ id: USER, type: 'Group' }] }) },
    { name: 'an entry without a time', given: entry('Disable account', { activityDateTime: 'soon' }) },
    { name: 'an entry about nobody', given: entry('Disable account', { targetResources: [] }) },
  ])('says nothing when it is $name', ({ given }) => {
    expect(readAuditEntry(given)).toBeUndefined();
  });

  it('finds the kind of its target under either spelling', () => {
    expect(readAuditEntry(entry('Disable account', { targetResources: [{ id: USER, Type: 'User' }] }))).toMatchObject({
      ledTo: 'disabled',
    });
  });
});
