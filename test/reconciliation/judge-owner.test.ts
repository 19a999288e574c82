import { describe, expect, it } from '@jest/globals';
import type { Instant, LedgerRecordId, OwnerId } from '../../src/kernel/index.ts';
import { seenDirectories } from '../../src/reconciliation/directory-freshness.ts';
import { judgeOwner } from '../../src/reconciliation/judge-owner.ts';
import type { OwnerPeriodFacts } from '../../src/reconciliation/owner-facts.ts';
import { LocalCalendar } from '../../src/verdict/index.ts';
import { NOW } from './facts.ts';

const RECORD = 'record' as LedgerRecordId;

interface Row {
  readonly from?: string;
  readonly to?: string;
  readonly zone?: string;
  readonly status?: string;
  readonly dropped?: Instant | null;
}

const periodOf = ({ dropped = null, from = '2020-01-01', status = 'active', to, zone }: Row): OwnerPeriodFacts => ({
  id: from,
  startDate: from,
  endDate: to ?? null,
  lastDay: null,
  timeZone: zone ?? null,
  site: null,
  status,
  workerType: 'employee',
  endedBetween: null,
  recordId: RECORD,
  droppedAt: dropped,
  droppedRecordId: dropped === null ? null : RECORD,
});

/** By HR alone, on 2026-03-10 at noon by UTC. */
function standingOf(rows: readonly Row[]) {
  const facts = {
    ownerId: 'owner' as OwnerId,
    namingId: 'naming',
    namingRecordId: RECORD,
    scim: [],
    directory: [],
    periods: rows.map(periodOf),
  };
  const context = { at: NOW, workspaceZone: 'UTC', calendar: new LocalCalendar(), directories: seenDirectories([], NOW), isScimOn: true };
  const { sentence, standing, testimonies } = judgeOwner(facts, context);
  return { standing, states: testimonies.map(({ state }) => state), sentence };
}

describe('by the roster the person behind an owner', () => {
  it.each<{ readonly name: string; readonly rows: readonly Row[]; readonly is: string; readonly state: string }>([
    { name: 'is employed', rows: [{}], is: 'present', state: 'employed' },
    { name: 'has left', rows: [{ to: '2026-03-06' }], is: 'left', state: 'ended' },
    { name: 'is to come', rows: [{ from: '2026-04-01', status: 'prehire' }], is: 'unknown', state: 'not-employed-yet' },
    {
      name: 'may have left, in a time zone that is not known (I10)',
      rows: [{ to: '2026-03-10', zone: 'Nowhere/Nowhere' }],
      is: 'unknown',
      state: 'ending',
    },
    {
      name: 'may have begun, in a time zone that is not known (I10)',
      rows: [{ from: '2026-03-11', zone: 'Nowhere/Nowhere' }],
      is: 'unknown',
      state: 'awaited',
    },
    {
      name: 'is to come still, although the first day is there (I10)',
      rows: [{ from: '2026-03-02', status: 'prehire' }],
      is: 'unknown',
      state: 'awaited',
    },
    {
      name: 'left, and is to come back still, although that day is there (I10)',
      rows: [{ to: '2026-02-06' }, { from: '2026-03-02', status: 'prehire' }],
      is: 'unknown',
      state: 'awaited',
    },
    {
      name: 'left, and is to come back',
      rows: [{ to: '2026-02-06' }, { from: '2026-04-01', status: 'prehire' }],
      is: 'left',
      state: 'ended',
    },
    {
      name: 'goes on from the day after, which begins hours later where they go',
      rows: [
        { to: '2026-03-10', zone: 'Pacific/Auckland' },
        { from: '2026-03-11', zone: 'America/New_York', status: 'prehire' },
      ],
      is: 'present',
      state: 'employed',
    },
    {
      name: 'was to go on from the day after, and a roster leaves them out (I10)',
      rows: [
        { to: '2026-03-10', zone: 'Pacific/Auckland', dropped: '2026-03-09T12:00:00.000Z' as Instant },
        { from: '2026-03-11', zone: 'America/New_York', status: 'prehire', dropped: '2026-03-09T12:00:00.000Z' as Instant },
      ],
      is: 'unknown',
      state: 'unlisted',
    },
    {
      name: 'was to go on from the day after, which was withdrawn',
      rows: [
        { to: '2026-03-10', zone: 'Pacific/Auckland' },
        { from: '2026-03-11', to: '2026-03-10', zone: 'America/New_York' },
      ],
      is: 'left',
      state: 'ended',
    },
    { name: 'is left out of a roster (I10)', rows: [{ dropped: '2026-03-09T12:00:00.000Z' as Instant }], is: 'unknown', state: 'unlisted' },
  ])('$name: $is', ({ is, rows, state }) => {
    expect(standingOf(rows)).toEqual({ standing: is, states: [state], sentence: expect.any(String) });
  });

  it('says why it is not known whether an employment has begun', () => {
    expect(standingOf([{ from: '2026-03-02', status: 'prehire' }]).sentence).toBe(
      'Nothing shows whether the person named as this owner is here: whether their employment has begun is not known: its first day is there at 2026-03-02T00:00:00.000Z or before, and HR calls it to come still, or its time zone is not known.',
    );
  });
});
