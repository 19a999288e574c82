import { describe, expect, it } from '@jest/globals';
import {
  assignments,
  type Behind,
  behinds,
  classifications,
  decide,
  directoryStates,
  employments,
  isOfRoles,
  matches,
  privileges,
  propagations,
  roleStandings,
  rosterStandings,
  type RuleMatch,
  ruleTable,
  type StateVector,
  scimStates,
  sentenceFor,
  timingOutcomes,
} from '../../src/verdict/index.ts';
import { employee } from './employee.ts';

const everything = {
  classifications,
  matches,
  rosterStandings,
  directoryStates,
  scimStates,
  assignments,
  propagations,
  timingOutcomes,
} as const satisfies Record<string, readonly string[]>;

/** Every vector, or those with the words that are named. */
function* everyVector(
  narrowed: { readonly [Name in keyof typeof everything]?: readonly (typeof everything)[Name][number][] } = {},
): Generator<StateVector> {
  const of = { ...everything, ...narrowed };
  for (const classification of of.classifications)
    for (const match of of.matches)
      for (const directory of of.directoryStates)
        for (const scim of of.scimStates)
          for (const assigned of of.assignments)
            for (const [roster, propagation] of pairs(of.rosterStandings, of.propagations)) {
              const standing = {
                classification,
                match,
                roster,
                directory,
                scim,
                assigned,
                propagation,
                role: 'NONE',
                privileged: 'NO',
              } as const;
              for (const employment of employments) {
                if (employment !== 'ENDED') yield { ...standing, employment, directoryTiming: null, scimTiming: null };
              }
              for (const directoryTiming of of.timingOutcomes)
                for (const scimTiming of of.timingOutcomes) yield { ...standing, employment: 'ENDED', directoryTiming, scimTiming };
            }
}

function pairs<A, B>(some: readonly A[], others: readonly B[]): readonly (readonly [A, B])[] {
  return some.flatMap((a) => others.map((b) => [a, b] as const));
}

function sameRules(some: readonly RuleMatch[], others: readonly RuleMatch[]): boolean {
  const rules = (all: readonly RuleMatch[]) =>
    all
      .map(({ rule, effect }) => `${rule} ${effect}`)
      .toSorted()
      .join();
  return rules(some) === rules(others);
}

describe('every state', () => {
  it('decides every state vector, reaches every rule as primary, and never passes beside a doubt or a failure (I10)', () => {
    let vectors = 0;
    const primaries = new Set<string>();
    for (const vector of everyVector()) {
      const { primary, all } = decide(vector);
      vectors += 1;
      primaries.add(primary.rule);
      if (all[0] !== primary) throw new Error(`the primary rule does not lead ${JSON.stringify(vector)}`);
      const doubts = [vector.directoryTiming, vector.scimTiming].filter(
        (t) => t !== null && !['IN_TIME', 'EARLY', 'NO_ACCOUNT'].includes(t),
      );
      if (all.some(({ effect }) => effect === 'PASS') && (doubts.length > 0 || vector.match !== 'ONE')) {
        throw new Error(`a pass beside a doubt: ${JSON.stringify(vector)}`);
      }
      const isWell = all.some(({ effect }) => effect === 'OK' || effect === 'INFO');
      if (isWell && all.some(({ effect }) => effect === 'INSUF')) throw new Error(`all is well beside a doubt: ${JSON.stringify(vector)}`);
    }
    expect(vectors).toBe(5 * 3 * 4 * 7 * 5 * 3 * 2 * (5 + 100));
    // Of somebody with several directory accounts alone.
    primaries.add(decide({ ...employee, behind: 'UNSETTLED' }).primary.rule);
    expect([...primaries].sort()).toEqual(
      ruleTable
        .filter((row) => !isOfRoles(row))
        .map(({ rule }) => rule)
        .sort(),
    );
  });

  it('decides whatever is behind an active SCIM user, and never says that all is well beside a doubt or a failure of it (I10)', () => {
    const failures: Partial<Record<Behind, string>> = { DELETED: 'S03', DISABLED: 'S04', UNASSIGNED: 'S06' };
    const doubts: Partial<Record<Behind, string>> = { UNKNOWN: 'S01', VANISHED: 'S02', UNSETTLED: 'S18' };
    for (const plain of everyVector({ scimStates: ['ACTIVE'], classifications: ['HUMAN'], timingOutcomes: ['PENDING', 'IN_TIME'] })) {
      for (const behind of behinds) {
        const vector = { ...plain, behind };
        const { all } = decide(vector);
        const said = [failures[behind] ?? [], doubts[behind] ?? []].flat();
        if (!said.every((rule) => all.some((each) => each.rule === rule))) throw new Error(`not said: ${JSON.stringify(vector)}`);
        const isWell = all.some(({ effect, rule }) => rule.startsWith('S') && (effect === 'OK' || effect === 'INFO'));
        if (isWell && (said.length > 0 || behind === 'IN_FLIGHT')) throw new Error(`all is well beside it: ${JSON.stringify(vector)}`);
      }
    }
  });

  it('fails by what was proven, whosever other accounts are, and keeps the open match beside it (I10)', () => {
    for (const vector of everyVector({ classifications: ['HUMAN'], propagations: ['SETTLED'], assignments: ['YES'] })) {
      const { primary, all } = decide(vector);
      const isProven = [vector.directoryTiming, vector.scimTiming].some((t) => t === 'REACTIVATED' || t === 'OVERDUE' || t === 'LATE');
      const isOpen = all.some(({ rule }) => rule === 'X03');
      if (isOpen !== (vector.match === 'AMBIGUOUS')) throw new Error(`an open match is not told: ${JSON.stringify(vector)}`);
      const fails = primary.effect === 'FAIL' && /^L0[1-5]$/.test(primary.rule);
      if (isProven !== fails) throw new Error(`a proven failure is outweighed, or was not proven: ${JSON.stringify(vector)}`);
      if (isOpen && !isProven && primary.rule !== 'X03') throw new Error(`an open match is outweighed: ${JSON.stringify(vector)}`);
      const before = decide(vector, 'before-3');
      if (before.primary.rule !== (isOpen ? 'X03' : primary.rule)) throw new Error(`not as it was: ${JSON.stringify(vector)}`);
      if (!sameRules(before.all, all)) throw new Error(`other rules apply than did: ${JSON.stringify(vector)}`);
    }
  });

  it('says of roles what is to be said beside every verdict, and changes none by it', () => {
    const reached = new Set<string>();
    // Of the words that no rule of roles looks at, few will do.
    const few = { assignments: ['YES'], propagations: ['SETTLED'], directoryStates: ['ENABLED', 'DISABLED'] } as const;
    for (const vector of everyVector(few)) {
      const plain = decide(vector);
      for (const [role, privileged] of pairs(roleStandings, privileges)) {
        const { primary, all } = decide({ ...vector, role, privileged });
        const ofRoles = all.filter(isOfRoles);
        if (ofRoles.length > 1) throw new Error(`two things said of one role: ${JSON.stringify(vector)}`);
        for (const { rule, effect } of ofRoles) reached.add(`${rule} ${effect}`);
        if (primary.rule !== plain.primary.rule || all.length - ofRoles.length !== plain.all.length) {
          throw new Error(`a role changed a verdict: ${JSON.stringify({ ...vector, role, privileged })}`);
        }
      }
    }
    expect([...reached].sort()).toEqual(['R01 FAIL', 'R01 PEND', 'R02 INSUF', 'R03 INFO']);
  });

  it('has a sentence for every rule', () => {
    const seen = new Set<string>();
    // What the rules of timing say has figures, and tests of its own.
    for (const vector of everyVector({ timingOutcomes: ['NO_ACCOUNT'] })) {
      const { rule } = decide(vector).primary;
      seen.add(sentenceFor(rule, { vector, directory: [], scim: [] }));
    }
    expect([...seen].every((sentence) => /^[A-Z].*[a-z]\.$/.test(sentence))).toBe(true);
    // X04, S01, S04, S15 and S16 each have two ways to say it, S12 and S14 four. S18 is only where several accounts are.
    expect(seen.size).toBe(26 + 5 * 1 + 3 + 3);
  });
});
