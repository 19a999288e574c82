import { describe, expect, it } from '@jest/globals';
import { type LedgerTelling, lookKey, nothingTold, placesOfInstant, type ToldRecord } from '../../src/evidence/ledger-telling.ts';
import { HOUR_MS, type Instant, type LedgerRecordId, newId, plusMs } from '../../src/kernel/index.ts';
import type { ReportSystem } from '../../src/reconciliation/index.ts';
import { asOf, sampleLeaver } from './sample-population.ts';

const hours = (count: number): Instant => plusMs('2026-02-10T23:00:00.000Z' as Instant, count * HOUR_MS);
const connection = '0198c0de-7b1a-7c3d-9abc-0123456789ad';

const [link, seen, disabled, audited, restored, created, deactivated] = Array.from({ length: 7 }, () => newId<'ledger-record'>(asOf)) as [
  LedgerRecordId,
  LedgerRecordId,
  LedgerRecordId,
  LedgerRecordId,
  LedgerRecordId,
  LedgerRecordId,
  LedgerRecordId,
];
const indexes = new Map([link, seen, disabled, audited, restored, created, deactivated].map((id, index) => [id, (index + 1) * 10]));

const told = (type: string, recordedAt: Instant, observed: readonly Instant[] = []): ToldRecord => ({
  type,
  recordedAt,
  observed,
  connection: type.startsWith('graph.') ? connection : null,
});
const telling: LedgerTelling = {
  records: new Map([
    [link, told('match.linked', hours(40))],
    [seen, told('graph.account.first_seen', hours(-9), [hours(-10)])],
    [disabled, told('graph.account.disabled', hours(5), [hours(3), hours(4)])],
    [audited, told('graph.account.audited', hours(6), [hours(3.5)])],
    [restored, told('graph.account.enabled', hours(20), [hours(18), hours(19)])],
    [created, told('scim.user.created', hours(-100))],
    [deactivated, told('scim.user.deactivated', hours(2))],
  ]),
  looks: new Map([
    [lookKey(connection, hours(2.5)), [25]],
    [lookKey(connection, hours(30)), [99]],
    [lookKey('of another directory', hours(2.5)), [7]],
  ]),
  endedSessions: new Map(),
};

function accountOf(system: 'directory' | 'scim', evidence: readonly LedgerRecordId[]): ReportSystem {
  const [directory, scim] = sampleLeaver({ name: 'Ada', employeeId: '1', lastUsable: 1, unusable: 2, evidence }).systems;
  const found = system === 'directory' ? directory : scim;
  if (found === undefined) throw new Error('a leaver has two accounts');
  return found;
}

const all = [link, seen, disabled, audited, restored];

describe('where in the ledger an instant of an account stands', () => {
  it.each([
    { name: 'an end that an observation names, at that observation', system: 'directory', at: hours(4), places: [30] },
    { name: 'an end that the audit log names, at its entry', system: 'directory', at: hours(3.5), places: [40] },
    { name: 'use until the observation of the end, at that', system: 'directory', at: hours(3), places: [30] },
    {
      name: 'use that a look confirmed, at what was last seen before it and at the look',
      system: 'directory',
      at: hours(2.5),
      places: [20, 25],
    },
    {
      name: 'use that goes on, at the observation that began it and at the last look',
      system: 'directory',
      at: hours(30),
      places: [50, 99],
    },
    {
      name: 'what no record names, at every observation of the account and not at its link',
      system: 'directory',
      at: hours(77),
      places: [20, 30, 40, 50],
    },
    { name: 'an end by our own receipt, at that', system: 'scim', at: hours(2), places: [70] },
    { name: 'use until the moment before a receipt, at that', system: 'scim', at: plusMs(hours(2), -1), places: [70] },
    { name: 'use that goes on, at the receipt that began it', system: 'scim', at: hours(50), places: [60] },
    { name: 'what came before every receipt, at all of them', system: 'scim', at: hours(-200), places: [60, 70] },
  ] as const)('cites $name', ({ system, at, places }) => {
    const evidence = system === 'directory' ? all : [link, created, deactivated];
    expect(placesOfInstant(accountOf(system, evidence), at, { indexes, telling })).toEqual(places);
  });

  it('cites every record of the account where the records are not at hand', () => {
    const system = accountOf('directory', all);
    expect(placesOfInstant(system, hours(4), { indexes, telling: nothingTold })).toEqual([10, 20, 30, 40, 50]);
  });
});
