import { describe, expect, it } from '@jest/globals';
import { eachTest } from './each-test.ts';
import { type AuditGiven, LONG_AGO, march, type StretchGiven } from './facts.ts';
import { inTime, leaverAndColleague } from './leaver-and-colleague.ts';

const given = eachTest(leaverAndColleague);

const onLeave: readonly StretchGiven[] = [
  { state: 'enabled', from: LONG_AGO, to: march(1) },
  { state: 'disabled', from: march(2) },
];

/** Ann's employment ended with the 6th; access had to be gone at midnight after the 7th. */
describe('an account that the audit log says was enabled between two looks that show it disabled', () => {
  it.each<{
    readonly name: string;
    readonly stretches: readonly StretchGiven[];
    readonly entries: readonly AuditGiven[];
    readonly expected: string;
  }>([
    {
      name: 'was used again after it was off in time',
      stretches: inTime,
      entries: [
        { at: march(8, 9), ledTo: 'enabled' },
        { at: march(8, 11), ledTo: 'disabled' },
      ],
      expected: 'L01 FAIL',
    },
    {
      name: 'ended with the second time where the first was before the end',
      stretches: onLeave,
      entries: [
        { at: march(4, 9), ledTo: 'enabled' },
        { at: march(7, 11), ledTo: 'disabled' },
      ],
      expected: 'L12 PASS',
    },
    {
      name: 'ended too late where the second time was behind the deadline',
      stretches: onLeave,
      entries: [
        { at: march(4, 9), ledTo: 'enabled' },
        { at: march(9, 11), ledTo: 'disabled' },
      ],
      expected: 'L05 FAIL',
    },
    {
      name: 'was off before the end where both were before it',
      stretches: onLeave,
      entries: [
        { at: march(4, 9), ledTo: 'enabled' },
        { at: march(4, 11), ledTo: 'disabled' },
      ],
      expected: 'L11 PASS',
    },
    {
      name: 'was not where nothing ended it, and the looks went on to show it disabled',
      stretches: inTime,
      entries: [{ at: march(8, 9), ledTo: 'enabled' }],
      expected: 'L12 PASS',
    },
    {
      name: 'was not where that was as close to the look as clocks may differ',
      stretches: inTime,
      entries: [
        { at: march(7, 2), ledTo: 'enabled' },
        { at: march(7, 2), ledTo: 'disabled' },
      ],
      expected: 'L12 PASS',
    },
  ])('$name', async ({ stretches, entries, expected }) => {
    await given.world.annLeft(stretches);
    const accounts = await given.db.owner.query<{ id: string }>('select object_id as id from directory_account where workspace_id = $1', [
      given.world.facts.workspaceId,
    ]);
    expect(await given.world.verdictsOf('1')).toHaveLength(1);
    await given.world.facts.audited(accounts.rows[0]?.id ?? '', entries);
    expect(await given.world.verdictsOf('1')).toEqual([expected]);
  });
});
