import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DAY_MS, HOUR_MS, type Instant, plusMs } from '../../src/kernel/index.ts';
import { type AuditedTurn, type DirectorySighting, directoryWindow, judgeTiming, withAuditedUse } from '../../src/verdict/index.ts';

/** Hours after the end of the employment; access had to be gone a day later. */
const end = '2026-03-07T00:00:00.000Z' as Instant;
const at = (hour: number) => plusMs(end, hour * HOUR_MS);
const LAST = 96;

interface Entry {
  readonly hour: number;
  readonly ledTo: AuditedTurn['ledTo'];
}
interface Look {
  readonly hour: number;
  readonly state: Exclude<DirectorySighting['state'], 'restored'>;
}

/** What looks of no length saw, one of them at the end of all. */
function sightingsOf(looks: readonly Look[]): readonly DirectorySighting[] {
  const inOrder = looks.toSorted((a, b) => a.hour - b.hour);
  const turns = inOrder.filter(({ state }, index) => index === 0 || inOrder[index - 1]?.state !== state);
  return turns.map(({ hour, state }, index) => {
    const next = turns[index + 1];
    const last = next === undefined ? undefined : inOrder[inOrder.indexOf(next) - 1];
    return { state, from: at(hour), seenFrom: at(hour), to: last === undefined ? null : at(last.hour), isExact: false };
  });
}

function turnOf({ hour, ledTo }: Entry, looks: readonly Look[]): AuditedTurn {
  const next = looks.toSorted((a, b) => a.hour - b.hour).find((look) => look.hour >= hour);
  const isShown = ledTo !== 'off' && next !== undefined;
  return { at: at(hour), ledTo, shownNext: isShown ? { seenFrom: at(next.hour), from: at(next.hour) } : null };
}

function judged(looks: readonly Look[], entries: readonly Entry[]) {
  const parts = withAuditedUse(
    sightingsOf(looks),
    entries.map((entry) => turnOf(entry, looks)),
  );
  const range = { earliest: end, latest: end };
  const deadline = plusMs(end, DAY_MS);
  const window = directoryWindow(
    parts.map(({ sighting }) => sighting),
    range,
    { until: at(LAST), confirmedUntil: at(LAST) },
  );
  const { outcome } = judgeTiming({
    neverHadAccount: false,
    end: range,
    deadline: { earliest: deadline, latest: deadline },
    ...window,
    evaluatedAt: at(LAST),
    covered: true,
  });
  return { window, side: sides[outcome] ?? 'doubt' };
}

const sides: Readonly<Record<string, 'pass' | 'fail'>> = {
  EARLY: 'pass',
  IN_TIME: 'pass',
  REACTIVATED: 'fail',
  LATE: 'fail',
  OVERDUE: 'fail',
};

const hours = fc.integer({ min: -72, max: LAST - 1 });
const states = fc.constantFrom<Look['state']>('enabled', 'disabled', 'soft_deleted', 'vanished');
const looksAtAll = fc
  .tuple(fc.uniqueArray(fc.record({ hour: hours, state: states }), { selector: ({ hour }) => hour, maxLength: 6 }), states)
  .map(([looks, state]): readonly Look[] => [...looks, { hour: LAST, state }]);
/** Half an hour away from every look, so that none is as close as clocks may differ. */
const half = hours.map((hour) => hour + 0.5);
const entriesOf = (...ledTo: readonly AuditedTurn['ledTo'][]) =>
  fc.array(fc.record({ hour: half, ledTo: fc.constantFrom(...ledTo) }), { maxLength: 4 });
const RUNS = { numRuns: 4_000, seed: 1 };

describe('an entry of the audit log that an account was restored', () => {
  it('never turns what is no pass into a pass, nor what is no failure into a failure: it makes doubt (I10)', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(looksAtAll, entriesOf('use', 'off', 'restored'), half, (looks, entries, hour) => {
        const [before, after] = [judged(looks, entries).side, judged(looks, [...entries, { hour, ledTo: 'restored' }]).side];
        seen.add(`${before} ${after}`);
        expect(after === before || after === 'doubt').toBe(true);
      }),
      {
        ...RUNS,
        examples: [
          [
            [
              { hour: -40, state: 'enabled' },
              { hour: -20, state: 'soft_deleted' },
              { hour: LAST, state: 'soft_deleted' },
            ],
            [
              { hour: 5.5, ledTo: 'use' },
              { hour: 8.5, ledTo: 'off' },
            ],
            -3.5,
          ],
        ],
      },
    );
    // The property says something only where each of them comes about.
    expect([...seen].sort()).toEqual(['doubt doubt', 'fail doubt', 'fail fail', 'pass doubt', 'pass pass']);
  });

  it('leaves beside the window the one that there was without it', () => {
    const seen = { doubted: 0 };
    fc.assert(
      fc.property(looksAtAll, entriesOf('use', 'off'), entriesOf('restored'), (looks, entries, restored) => {
        const [without, withIt] = [judged(looks, entries).window, judged(looks, [...entries, ...restored]).window];
        const { mayBeBack } = withIt;
        if (mayBeBack?.because !== 'restored') return;
        seen.doubted += 1;
        const { firstProvenUnusable, lastProvenUsable, provenUsableAgain } = without.mayBeBack ?? without;
        expect(mayBeBack).toMatchObject({ firstProvenUnusable, lastProvenUsable, provenUsableAgain });
      }),
      RUNS,
    );
    expect(seen.doubted).toBeGreaterThan(50);
  });
});

describe('an entry of the audit log that an account was enabled', () => {
  const off = (hour: number): Look => ({ hour, state: 'disabled' });
  const goneInTime = [{ hour: -40, state: 'enabled' }, off(-2), off(8)] as const;
  const use = (hour: number): Entry => ({ hour, ledTo: 'use' });

  it.each<{ what: string; looks: readonly Look[]; entries: readonly Entry[]; side: string; because?: string }>([
    { what: 'is a doubt where no look came since', looks: goneInTime, entries: [use(30.5)], side: 'doubt', because: 'enabled' },
    {
      what: 'is a doubt where the next look showed it off, and the log does not say since when',
      looks: [...goneInTime, off(40), off(60)],
      entries: [use(30.5)],
      side: 'doubt',
      because: 'enabled',
    },
    {
      what: 'is a doubt while the account has vanished',
      looks: [...goneInTime, { hour: 20, state: 'vanished' }],
      entries: [use(30.5)],
      side: 'doubt',
      because: 'enabled',
    },
    {
      what: 'is a return where the log itself ends it',
      looks: [...goneInTime, off(40)],
      entries: [use(30.5), { hour: 32.5, ledTo: 'off' }],
      side: 'fail',
    },
    {
      what: 'is a return where the next look showed it enabled, which says so itself',
      looks: [...goneInTime, { hour: 40, state: 'enabled' }],
      entries: [use(30.5)],
      side: 'fail',
    },
    {
      what: 'is no matter where a look showed it off by the deadline',
      looks: [...goneInTime, off(20)],
      entries: [use(12.5)],
      side: 'pass',
      because: 'enabled',
    },
    {
      what: 'is no use that went on over a look that showed it off, whatever ended another one later',
      looks: [...goneInTime, off(20)],
      entries: [use(12.5), { hour: 30.5, ledTo: 'off' }],
      side: 'pass',
      because: 'enabled',
    },
  ])('$what', ({ looks, entries, side, because }) => {
    const told = judged(looks, entries);
    expect({ side: told.side, because: told.window.mayBeBack?.because }).toEqual({ side, because });
  });

  it('never makes a pass of what is none (I10)', () => {
    const seen = new Set<string>();
    const law = fc.property(looksAtAll, entriesOf('use', 'restored'), half, (looks, entries, hour) => {
      const [before, after] = [judged(looks, entries).side, judged(looks, [...entries, { hour, ledTo: 'use' }]).side];
      seen.add(`${before} ${after}`);
      expect(before === 'pass' || after !== 'pass').toBe(true);
    });
    fc.assert(law, RUNS);
    expect([...seen]).toEqual(expect.arrayContaining(['pass pass', 'pass doubt', 'doubt doubt', 'fail fail']));
  });
});
