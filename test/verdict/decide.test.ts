import { describe, expect, it } from '@jest/globals';
import {
  assignments,
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
  ruleTable,
  type StateVector,
  scimStates,
  sentenceFor,
  sentenceOf,
  timingOutcomes,
} from '../../src/verdict/index.ts';

type Named = Partial<Omit<StateVector, 'employment'>> & { readonly employment: StateVector['employment'] };

/** An ordinary employee, unless said otherwise. */
function vectorOf(named: Named): StateVector {
  const ended = named.employment === 'ENDED';
  return {
    classification: 'HUMAN',
    match: 'ONE',
    roster: 'LISTED',
    directory: ended ? 'DISABLED' : 'ENABLED',
    scim: ended ? 'INACTIVE' : 'ACTIVE',
    assigned: ended ? 'NO' : 'YES',
    propagation: 'SETTLED',
    role: 'NONE',
    privileged: 'NO',
    directoryTiming: ended ? 'IN_TIME' : null,
    scimTiming: ended ? 'IN_TIME' : null,
    ...named,
  } as StateVector;
}

function* everyVector(): Generator<StateVector> {
  for (const classification of classifications)
    for (const match of matches)
      for (const directory of directoryStates)
        for (const scim of scimStates)
          for (const assigned of assignments)
            for (const [roster, propagation] of pairs(rosterStandings, propagations)) {
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
              for (const directoryTiming of timingOutcomes)
                for (const scimTiming of timingOutcomes) yield { ...standing, employment: 'ENDED', directoryTiming, scimTiming };
            }
}

function pairs<A, B>(some: readonly A[], others: readonly B[]): readonly (readonly [A, B])[] {
  return some.flatMap((a) => others.map((b) => [a, b] as const));
}

describe('the decision table', () => {
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
    expect(vectors).toBe(3 * 2 * 3 * 7 * 5 * 3 * 2 * (5 + 100));
    expect([...primaries].sort()).toEqual(
      ruleTable
        .filter((row) => !isOfRoles(row))
        .map(({ rule }) => rule)
        .sort(),
    );
  });

  it('says of roles what is to be said beside every verdict, and changes none by it', () => {
    const reached = new Set<string>();
    for (const vector of everyVector()) {
      // Of the states that no rule of roles looks at, one each will do.
      if (vector.propagation !== 'SETTLED' || vector.assigned !== 'YES' || vector.directory === 'SOFT_DELETED') continue;
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

  it('has 36 rules, each with its own id and verdict', () => {
    expect(ruleTable).toHaveLength(36);
    expect(new Set(ruleTable.map(({ rule }) => rule)).size).toBe(36);
    expect(new Set(ruleTable.map(({ verdict }) => verdict)).size).toBe(36);
  });

  it('refuses a vector with a word that the table does not know', () => {
    expect(() => decide({ ...vectorOf({ employment: 'ENDED' }), directoryTiming: 'FINE' } as unknown as StateVector)).toThrow(RangeError);
  });

  it.each<{ story: string; vector: StateVector; primary: string; effect: string; all?: string[] }>([
    {
      story: 'excluded, owner employed',
      vector: vectorOf({ employment: 'NONE', classification: 'EXCLUDED' }),
      primary: 'X01',
      effect: 'N/A',
      all: ['X01'],
    },
    {
      story: 'excluded, owner left',
      vector: vectorOf({ employment: 'NONE', classification: 'EXCLUDED_OWNER_LEFT' }),
      primary: 'X02',
      effect: 'FAIL',
    },
    {
      story: 'two candidates for a leaver whose linked account is overdue',
      vector: vectorOf({ employment: 'ENDED', match: 'AMBIGUOUS', directory: 'ENABLED', directoryTiming: 'OVERDUE' }),
      primary: 'X03',
      effect: 'INSUF',
      all: ['X03', 'L03'],
    },
    {
      story: 'employed, and no longer on the roster',
      vector: vectorOf({ employment: 'ACTIVE', roster: 'DROPPED' }),
      primary: 'X04',
      effect: 'INSUF',
      all: ['X04'],
    },
    {
      story: 'an active contractor without an end date',
      vector: vectorOf({ employment: 'ACTIVE', roster: 'OPEN_ENDED' }),
      primary: 'C01',
      effect: 'WARN',
      all: ['C01', 'S16'],
    },
    { story: 'back after the end', vector: vectorOf({ employment: 'ENDED', scimTiming: 'REACTIVATED' }), primary: 'L01', effect: 'FAIL' },
    {
      story: 'active in both',
      vector: vectorOf({
        employment: 'ENDED',
        directory: 'ENABLED',
        scim: 'ACTIVE',
        assigned: 'YES',
        directoryTiming: 'OVERDUE',
        scimTiming: 'OVERDUE',
      }),
      primary: 'L02',
      effect: 'FAIL',
      all: ['L02'],
    },
    {
      story: 'active in the directory',
      vector: vectorOf({ employment: 'ENDED', directory: 'ENABLED', directoryTiming: 'OVERDUE' }),
      primary: 'L03',
      effect: 'FAIL',
    },
    {
      story: 'active in SCIM, disabled in the directory',
      vector: vectorOf({ employment: 'ENDED', scim: 'ACTIVE', scimTiming: 'OVERDUE' }),
      primary: 'L04',
      effect: 'FAIL',
      all: ['L04', 'S04'],
    },
    {
      story: 'late in one system',
      vector: vectorOf({ employment: 'ENDED', directoryTiming: 'LATE' }),
      primary: 'L05',
      effect: 'FAIL',
      all: ['L05'],
    },
    {
      story: 'late in one, doubtful in the other',
      vector: vectorOf({ employment: 'ENDED', directoryTiming: 'LATE', scimTiming: 'INDETERMINATE' }),
      primary: 'L05',
      effect: 'FAIL',
      all: ['L05', 'L08'],
    },
    {
      story: 'overdue, unproven',
      vector: vectorOf({ employment: 'ENDED', directory: 'ENABLED', directoryTiming: 'OVERDUE_UNPROVEN' }),
      primary: 'L06',
      effect: 'INSUF',
    },
    {
      story: 'vanished, past the deadline',
      vector: vectorOf({ employment: 'ENDED', directory: 'VANISHED', directoryTiming: 'NO_COVERAGE' }),
      primary: 'L07',
      effect: 'INSUF',
      all: ['L07', 'S02'],
    },
    {
      story: 'blind over the deadline',
      vector: vectorOf({ employment: 'ENDED', directoryTiming: 'INDETERMINATE' }),
      primary: 'L08',
      effect: 'INSUF',
    },
    {
      story: 'not due yet',
      vector: vectorOf({ employment: 'ENDED', directory: 'ENABLED', directoryTiming: 'PENDING' }),
      primary: 'L09',
      effect: 'PEND',
    },
    {
      story: 'no account anywhere',
      vector: vectorOf({ employment: 'ENDED', directory: 'NEVER', scim: 'NEVER', directoryTiming: 'NO_ACCOUNT', scimTiming: 'NO_ACCOUNT' }),
      primary: 'L10',
      effect: 'N/A',
      all: ['L10'],
    },
    {
      story: 'gone before the end',
      vector: vectorOf({ employment: 'ENDED', directoryTiming: 'EARLY', scimTiming: 'NO_ACCOUNT' }),
      primary: 'L11',
      effect: 'PASS',
    },
    { story: 'in time', vector: vectorOf({ employment: 'ENDED', scimTiming: 'EARLY' }), primary: 'L12', effect: 'PASS', all: ['L12'] },
    {
      story: 'directory never read',
      vector: vectorOf({ employment: 'ACTIVE', directory: 'UNKNOWN' }),
      primary: 'S01',
      effect: 'INSUF',
      all: ['S01'],
    },
    {
      story: 'employed, vanished',
      vector: vectorOf({ employment: 'ACTIVE', directory: 'VANISHED' }),
      primary: 'S02',
      effect: 'INSUF',
      all: ['S02'],
    },
    {
      story: 'deleted, SCIM active',
      vector: vectorOf({ employment: 'ACTIVE', directory: 'SOFT_DELETED' }),
      primary: 'S03',
      effect: 'FAIL',
    },
    { story: 'disabled, SCIM active', vector: vectorOf({ employment: 'ACTIVE', directory: 'DISABLED' }), primary: 'S04', effect: 'FAIL' },
    {
      story: 'disabled a moment ago',
      vector: vectorOf({ employment: 'ACTIVE', directory: 'DISABLED', propagation: 'IN_FLIGHT' }),
      primary: 'S04',
      effect: 'PEND',
    },
    { story: 'orphan of a person', vector: vectorOf({ employment: 'ACTIVE', directory: 'NEVER' }), primary: 'S05', effect: 'FAIL' },
    {
      story: 'orphan of nobody',
      vector: vectorOf({ employment: 'NONE', directory: 'NEVER' }),
      primary: 'S05',
      effect: 'FAIL',
      all: ['S05', 'S07'],
    },
    { story: 'unassigned, active', vector: vectorOf({ employment: 'ACTIVE', assigned: 'NO' }), primary: 'S06', effect: 'FAIL' },
    { story: 'nobody answers for it', vector: vectorOf({ employment: 'NONE' }), primary: 'S07', effect: 'FAIL', all: ['S07'] },
    { story: 'before the start', vector: vectorOf({ employment: 'PREHIRE' }), primary: 'S08', effect: 'WARN' },
    { story: 'on leave', vector: vectorOf({ employment: 'LEAVE' }), primary: 'S09', effect: 'WARN' },
    { story: 'joiner gap', vector: vectorOf({ employment: 'ACTIVE', scim: 'NEVER' }), primary: 'S10', effect: 'WARN' },
    { story: 'assigned, inactive', vector: vectorOf({ employment: 'ACTIVE', scim: 'INACTIVE' }), primary: 'S11', effect: 'WARN' },
    {
      story: 'unassigned, deactivated',
      vector: vectorOf({ employment: 'NOTICE', scim: 'INACTIVE', assigned: 'NO' }),
      primary: 'S12',
      effect: 'OK',
    },
    {
      story: 'employed without access',
      vector: vectorOf({ employment: 'ACTIVE', directory: 'NEVER', scim: 'NEVER' }),
      primary: 'S13',
      effect: 'INFO',
    },
    {
      story: 'idle record',
      vector: vectorOf({ employment: 'NONE', directory: 'HARD_DELETED', scim: 'DELETED' }),
      primary: 'S14',
      effect: 'OK',
    },
    { story: 'directory only', vector: vectorOf({ employment: 'ACTIVE', scim: 'NEVER', assigned: 'NO' }), primary: 'S15', effect: 'OK' },
    {
      story: 'a role that was taken away in the directory',
      vector: vectorOf({ employment: 'ACTIVE', role: 'DRIFT' }),
      primary: 'S16',
      effect: 'OK',
      all: ['S16', 'R01'],
    },
    {
      story: 'a role that cannot be compared',
      vector: vectorOf({ employment: 'LEAVE', role: 'UNKNOWN' }),
      primary: 'S09',
      effect: 'WARN',
      all: ['S09', 'S16', 'R02'],
    },
    {
      story: 'a leaver with a privileged role',
      vector: vectorOf({ employment: 'ENDED', privileged: 'YES', role: 'DRIFT' }),
      primary: 'L12',
      effect: 'PASS',
      all: ['L12', 'R03'],
    },
    { story: 'consistent', vector: vectorOf({ employment: 'ACTIVE' }), primary: 'S16', effect: 'OK', all: ['S16'] },
  ])('judges $story as $primary ($effect)', ({ vector, primary, effect, all }) => {
    const decision = decide(vector);
    expect(decision.primary).toMatchObject({ rule: primary, effect });
    if (all !== undefined) expect(decision.all.map(({ rule }) => rule)).toEqual(all);
  });

  it('comes to the same decision after a journey through JSON', () => {
    const vector = vectorOf({ employment: 'ENDED', directoryTiming: 'LATE' });
    expect(decide(JSON.parse(JSON.stringify(vector)) as StateVector)).toEqual(decide(vector));
  });

  it.each<{ name: string; vector: StateVector; says: RegExp }>([
    {
      name: 'drift',
      vector: vectorOf({ employment: 'ACTIVE', role: 'DRIFT' }),
      says: /both in use\. .* role .* longer than provisioning needs/,
    },
    { name: 'drift in flight', vector: vectorOf({ employment: 'ACTIVE', role: 'DRIFTING' }), says: /provisioning has time to follow\.$/ },
    { name: 'doubt', vector: vectorOf({ employment: 'ACTIVE', role: 'UNKNOWN' }), says: /cannot be held against the directory/ },
    { name: 'privilege', vector: vectorOf({ employment: 'ENDED', privileged: 'YES' }), says: /tighter deadline/ },
    { name: 'nothing', vector: vectorOf({ employment: 'ACTIVE', role: 'MATCH' }), says: /^The person is employed, and .* both in use\.$/ },
  ])('says after the verdict what is to be said of roles: $name', ({ vector, says }) => {
    expect(sentenceOf(decide(vector), { vector, directory: [], scim: [] })).toMatch(says);
  });

  it('has a sentence for every rule', () => {
    const seen = new Set<string>();
    for (const vector of everyVector()) {
      const { rule } = decide(vector).primary;
      if (rule.startsWith('L') && rule !== 'L10') continue;
      seen.add(sentenceFor(rule, { vector, directory: [], scim: [] }));
    }
    expect([...seen].every((sentence) => /^[A-Z].*[a-z]\.$/.test(sentence))).toBe(true);
    // S01 and S04 each have two ways to say it.
    expect(seen.size).toBe(22 + 2);
  });
});
