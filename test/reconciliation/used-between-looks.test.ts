import { describe, expect, it } from '@jest/globals';
import { HOUR_MS, type Instant, MINUTE_MS, plusMs } from '../../src/kernel/index.ts';
import { eachTest } from './each-test.ts';
import { type AuditGiven, LONG_AGO, march, NOW, type StretchGiven } from './facts.ts';
import { inTime, late, leaverAndColleague } from './leaver-and-colleague.ts';

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
      name: 'may have been used until a look showed it disabled, where the log does not say what ended it',
      stretches: inTime,
      entries: [{ at: march(8, 9), ledTo: 'enabled' }],
      expected: 'L08 INSUF',
    },
    {
      name: 'may be in use, where nobody looked since',
      stretches: inTime,
      entries: [{ at: plusMs(NOW, -2 * MINUTE_MS), ledTo: 'enabled' }],
      expected: 'L06 INSUF',
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
    expect(await verdictAfter(stretches, entries)).toEqual([expected]);
  });
});

/** Of Ann, by what the audit log tells after a first run. */
async function verdictAfter(stretches: readonly StretchGiven[], entries: readonly AuditGiven[]): Promise<readonly string[]> {
  await given.world.annLeft(stretches);
  const accounts = await given.db.owner.query<{ id: string }>('select object_id as id from directory_account where workspace_id = $1', [
    given.world.facts.workspaceId,
  ]);
  expect(await given.world.verdictsOf('1')).toHaveLength(1);
  await given.world.facts.audited(accounts.rows[0]?.id ?? '', entries);
  return given.world.verdictsOf('1');
}

describe('an account that the audit log says was restored between two looks that show it off', () => {
  const deletedInTime = (to?: Instant): readonly StretchGiven[] => [
    { state: 'enabled', from: LONG_AGO, to: march(6, 20) },
    { state: 'soft_deleted', from: march(7, 2), ...(to !== undefined && { to }) },
  ];
  const restored = (day: number, hour: number): AuditGiven => ({ at: march(day, hour), ledTo: 'restored' });

  it.each<{
    readonly name: string;
    readonly stretches: readonly StretchGiven[];
    readonly entries: readonly AuditGiven[];
    /** Complete looks besides the last one. */
    readonly looks?: readonly Instant[];
    readonly expected: string;
  }>([
    {
      name: 'and deleted again after the deadline is in doubt',
      stretches: deletedInTime(),
      entries: [restored(8, 9), { at: march(8, 11), ledTo: 'soft_deleted' }],
      expected: 'L08 INSUF',
    },
    {
      name: 'and seen deleted anew is in doubt',
      stretches: [...deletedInTime(march(8, 8)), { state: 'soft_deleted', from: march(8, 11), exact: true }],
      entries: [restored(8, 9)],
      expected: 'L08 INSUF',
    },
    {
      name: 'and seen disabled next is in doubt',
      stretches: [...deletedInTime(march(8, 8)), { state: 'disabled', from: march(8, 11) }],
      entries: [restored(8, 9)],
      expected: 'L08 INSUF',
    },
    {
      name: 'and shown deleted by the next look is in doubt',
      stretches: deletedInTime(),
      entries: [restored(8, 9)],
      looks: [march(8, 10)],
      expected: 'L08 INSUF',
    },
    {
      name: 'and not looked at since is past its deadline, and not proven off',
      stretches: deletedInTime(),
      entries: [{ at: plusMs(NOW, -2 * MINUTE_MS), ledTo: 'restored' }],
      expected: 'L06 INSUF',
    },
    {
      name: 'and shown deleted before the deadline is in time',
      stretches: deletedInTime(),
      entries: [restored(7, 9)],
      looks: [march(7, 8), march(7, 10)],
      expected: 'L12 PASS',
    },
    {
      name: 'and seen enabled next came back',
      stretches: [...deletedInTime(march(8, 8)), { state: 'enabled', from: march(8, 11) }],
      entries: [restored(8, 9)],
      expected: 'L01 FAIL',
    },
    {
      name: 'and was used past the deadline before is late as it was',
      stretches: late,
      entries: [restored(9, 9), { at: march(9, 11), ledTo: 'disabled' }],
      expected: 'L05 FAIL',
    },
    {
      name: 'as close to the look as clocks may differ was not',
      stretches: deletedInTime(),
      entries: [restored(7, 2)],
      expected: 'L12 PASS',
    },
  ])('$name', async ({ stretches, entries, looks = [], expected }) => {
    for (const at of [...looks, NOW]) await given.world.facts.looked(at);
    expect(await verdictAfter(stretches, entries)).toEqual([expected]);
  });

  it('is settled no more by later looks than by the next one, and cites the entry', async () => {
    await given.world.facts.looked(NOW);
    const [verdict] = await verdictAfter(deletedInTime(), [{ at: plusMs(NOW, -2 * MINUTE_MS), ledTo: 'restored' }]);
    expect(verdict).toBe('L06 INSUF');
    await given.world.lookAt(plusMs(NOW, HOUR_MS));
    expect(await given.world.verdictsOf('1')).toEqual(['L08 INSUF']);
    await given.world.lookAt(plusMs(NOW, 5 * HOUR_MS));
    expect(await given.world.verdictsOf('1')).toEqual(['L08 INSUF']);
    const { sentence, systems } = await given.world.annsUnit();
    expect(sentence).toContain(
      'was restored at 2026-03-10T11:58:00.000Z by the directory’s audit log, which does not say whether it was enabled, and was proven unusable again at 2026-03-10T13:00:00.000Z.',
    );
    const { rows } = await given.db.owner.query<{ record: string }>(
      'select record_id as record from directory_audit_event where workspace_id = $1',
      [given.world.facts.workspaceId],
    );
    expect(systems.flatMap(({ evidence }) => evidence)).toContain(rows[0]?.record);
  });
});
