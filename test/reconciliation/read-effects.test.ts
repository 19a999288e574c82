import { describe, expect, it } from '@jest/globals';
import { type FindingFilter, isSelective, type ReadEffects, readEffects, readEffectsOf } from '../../src/reconciliation/finding-filter.ts';
import {
  assignments,
  classifications,
  decide,
  directoryStates,
  effects,
  employments,
  isOfRoles,
  matches,
  propagations,
  roleStandings,
  rosterStandings,
  ruleTable,
  scimStates,
  type StateVector,
  timingOutcomes,
} from '../../src/verdict/index.ts';

const every = { effects };

describe('the effects that are read for a filter', () => {
  it('miss no verdict under which one of the rules stands, in any state', () => {
    const seen = new Set<string>();
    let states = 0;
    for (const vector of everyVector()) {
      states += 1;
      const { all, primary } = decide(vector);
      const roleEffect = all.find(isOfRoles)?.effect ?? 'none';
      for (const { rule } of all) seen.add(`${rule} ${primary.effect} ${roleEffect}`);
    }
    expect(states).toBeGreaterThan(200_000);
    const reads = new Map<string, ReadEffects>(ruleTable.map((row) => [row.rule, readEffectsOf(row)]));
    const missed = [...seen].filter((state) => {
      const [rule = '', effect, roleEffect] = state.split(' ');
      const { byRole = [], own = [] } = reads.get(rule) ?? {};
      return !own.some((each) => each === effect) && !byRole.some((each) => each === roleEffect);
    });
    expect(seen.size).toBeGreaterThan(ruleTable.length);
    expect(missed).toEqual([]);
  });

  it.each<{ name: string; filter: FindingFilter; own: readonly string[]; byRole: readonly string[] }>([
    { name: 'all for nothing in particular', filter: every, own: effects, byRole: [] },
    { name: 'those that are asked for', filter: { effects: ['FAIL'], rules: [['S16']] }, own: ['FAIL'], byRole: ['FAIL'] },
    { name: 'failures for what is overdue', filter: { ...every, rules: [['L02', 'L03']] }, own: ['FAIL'], byRole: [] },
    {
      name: 'nobody who is well for an orphan',
      filter: { ...every, rules: [['S05']] },
      own: ['FAIL', 'INSUF', 'PEND', 'N/A', 'PASS'],
      byRole: [],
    },
    { name: 'doubts and failures for whom a roster dropped', filter: { ...every, rules: [['X04']] }, own: ['FAIL', 'INSUF'], byRole: [] },
    { name: 'what is said of roles for a drift', filter: { ...every, rules: [['R01']] }, own: [], byRole: ['FAIL', 'PEND'] },
    { name: 'the fewest of several', filter: { ...every, rules: [['S05', 'L05'], ['L05']] }, own: ['FAIL'], byRole: [] },
  ])('are $name', ({ byRole, filter, own }) => {
    expect(readEffects(filter)).toEqual({ own, byRole });
  });

  it.each<{ filter: FindingFilter; is: boolean }>([
    { filter: { effects: ['FAIL'], personId: undefined, rules: [], status: 'open' }, is: false },
    { filter: { ...every, status: 'closed' }, is: true },
    { filter: { ...every, site: 'Berlin' }, is: true },
    { filter: { ...every, rules: [['L01']] }, is: true },
  ])('are told by the index alone unless more is asked for: $filter', ({ filter, is }) => {
    expect(isSelective(filter)).toBe(is);
  });
});

/** Of accounts that are nobody's own nothing else is said, whatever is known of them. */
function* everyVector(): Generator<StateVector> {
  for (const classification of classifications)
    for (const match of classification === 'HUMAN' ? matches : matches.slice(0, 1))
      for (const roster of rosterStandings)
        for (const directory of directoryStates)
          for (const scim of scimStates)
            for (const assigned of assignments)
              for (const propagation of propagations) {
                const standing = { classification, match, roster, directory, scim, assigned, propagation, privileged: 'NO' } as const;
                yield* everyEmployment(standing);
              }
}

type Standing = Omit<StateVector, 'directoryTiming' | 'employment' | 'role' | 'scimTiming'>;

function* everyEmployment(standing: Standing): Generator<StateVector> {
  for (const employment of employments)
    for (const role of roleStandings)
      if (employment !== 'ENDED') yield { ...standing, role, employment, directoryTiming: null, scimTiming: null };
  for (const directoryTiming of timingOutcomes)
    for (const scimTiming of timingOutcomes)
      yield { ...standing, role: 'NONE', privileged: 'YES', employment: 'ENDED', directoryTiming, scimTiming };
}
