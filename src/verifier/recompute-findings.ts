import { type InstantRange, LocalCalendar, type RuleEdition, type TimingInput } from '../verdict/index.ts';
import type { ProvenRecord } from './proven-record.ts';
import { type JsonObject, listAt, objectAt } from './json-shape.ts';
import { type LedgerFacts, ledgerFacts } from './ledger-facts.ts';
import { type Problem, problem } from './problem.ts';
import { type CitingSystem, type CitingUnit, readCitingUnit } from './read-citing-unit.ts';
import type { CompleteLook } from './read-observations.ts';
import { instantAt } from './read-report.ts';
import { type DerivedAccount, recomputeAccount } from './recompute-account.ts';
import { editionOf, FORMATS, isSince, LEAVERS } from './check-conclusion.ts';
import { compareIdentities } from './compare-identities.ts';
import { compareLateEnds } from './compare-late-ends.ts';
import { untoldNames } from './compare-names.ts';
import { compareReport } from './compare-report.ts';
import { recomputeDoubts, toldDoubts } from './recompute-doubts.ts';
import { recomputeDeadline } from './recompute-deadline.ts';
import { recomputeEnd } from './recompute-end.ts';
import { recomputePopulation } from './recompute-population.ts';
import { recomputeTotals } from './recompute-totals.ts';
import { recomputeUnowned } from './recompute-unowned.ts';
import { recomputeTaken } from './recompute-taken.ts';
import { type DerivedSystem, recomputeVerdict } from './recompute-verdict.ts';
import { COVERAGE, type StateFiles } from './state-files.ts';
import type { LedgerNotes } from './wanted-records.ts';

/** One kind of thing that was derived: of how many it held, and what is wrong with the others. */
export interface RecomputedPart {
  readonly name: string;
  readonly held: number;
  readonly of: number;
  readonly problems: readonly Problem[];
}

export interface Recomputation {
  readonly parts: readonly RecomputedPart[];
  /** What the verdicts rest on besides, in a line each. */
  readonly notRecomputed: readonly string[];
}

/** In the order in which one rests on the other. */
const names = {
  end: 'ends of employment, from the records of HR',
  deadline: 'deadlines, from the policies and the ends',
  access: 'ends of access, from the observations',
  use: 'last proven uses, from the observations and the complete looks',
  verdict: 'verdicts and sentences, from all of these',
} as const;
type Part = keyof typeof names;
const parts = ['end', 'deadline', 'access', 'use', 'verdict'] as const satisfies readonly Part[];

/** What nothing in the bundle says, so that it is the report's word, or that of the run that recorded it. */
const unproven = [
  'matching: what made a rule match, for which the records match.* say which account is whose',
  'whether the audit log of the directory was read without a hole: an entry that is cited is taken to say when',
  'that a leaver has no account in a system, and whether somebody was looking then (covered); of somebody who was employed more than once, when each finding was judged (evaluatedAt)',
  'assignments and roles, privileged ones among them, as the runs recorded them in finding.*; and where HR had told an end, whether a roster left the person out before it',
  'that nobody answers for an account, or that it is excluded as nobody’s own, as the runs recorded it; of employments whose person has another, whether it goes on from the first',
  'the compliance tests but the one about leavers: which members pass, and of the one about MFA any; and how many stand under an exception',
  'of how many employments HR has taken an end back since a run judged by it, which the sentence of the test about leavers says',
  'when SCIM was silent, why a look failed, and what the ledger’s anchors leave open (leavesOpen), of which --tsa-ca and --witness ask',
  'the workspace’s name; the program’s version; in which words the report says what each source is asked (sources.queries)',
];

/** Of reports before the fifth format, which were not held to what the runs recorded of their findings. */
const unprovenBefore5 = [
  'matching: which account is whose, as the cited records match.* have it',
  'whether the audit log of the directory was read without a hole: an entry that is cited is taken to say when',
  'that a leaver has no account in a system, when each finding was judged (evaluatedAt), whether somebody was looking then (covered), and from when on the person may have been employed again (mayBeEmployedFrom)',
  'assignments and roles, privileged ones among them, as the state vector has them; and where HR had told an end, whether a roster left the person out before it',
  'that nobody answers for an account, or that it is excluded as nobody’s own, and how many such accounts there are that are not listed; of employments whose person has another, whether it goes on from the first',
  'the compliance tests but the one about leavers: their members are not in the report; and of that one the doubts that the imports of HR do not tell',
  'worker types, what was undisputed from when HR told it (deadlineSinceTold), and each finding’s opening (openedAt)',
  'when SCIM was silent, why a look failed, whether the audit log was read throughout, when a connection was removed, the mapping of rosters and when one that was held came (toldAt), how many users SCIM has',
  'the workspace’s name; the program’s version; in which words the report says what each source is asked (sources.queries)',
];

/** What formats from 5 on say, too. */
const unprovenNames = 'what groups that are named by an id are called (names), and the file names of rosters whose value is not shown';

/** From format 4 on the lists of what looks asked are compared; those of the looks of before that was recorded are not there. */
const unprovenRequests =
  'that a list of what the looks at a directory asked (sources.directories[].requests), which is the one whose SHA-256 their records name, is all that was sent, and that the directory answered it';

/** What the ledger was read for. */
export interface LedgerRead extends LedgerNotes {
  /** Those that tell of the report's people. */
  readonly records: readonly ProvenRecord[];
}

interface Basis {
  readonly facts: LedgerFacts;
  readonly calendar: LocalCalendar;
  readonly edition: RuleEdition;
  /** Reports before the fifth format are not asked how well an instant is known. */
  readonly isGraded: boolean;
}

/** What is wrong with one derived thing of a finding; nothing where it holds. */
interface Derivation {
  readonly part: Part;
  readonly wrong: readonly string[];
}

/**
 * Derives the inputs of every finding on an employment period again from the ledger records that it cites: when it ended, by when access had to
 * be gone, what was observed of each account, and so the verdict. Throws a TypeError for a report that cannot be read at all.
 */
export function recomputeFindings(document: JsonObject, ledger: LedgerRead): Recomputation {
  const { records, states } = ledger;
  const { asOf, findings, format } = document;
  const basis: Basis = {
    facts: ledgerFacts(records, instantAt(asOf, 'asOf')),
    calendar: new LocalCalendar(),
    edition: editionOf(format),
    isGraded: isSince(format, 5),
  };
  const derived = listAt(findings, 'findings').flatMap((finding, index) => deriveFinding(finding, index, basis));
  const identities = compareIdentities(document, { facts: basis.facts, records });
  const compared = compareReport(document, { ...ledger, ...basis });
  const zonesOfReport = derived.filter(({ isZoneOfReport }) => isZoneOfReport).length;
  return {
    parts: [
      partOf('leavers of the period, by the records of HR, have a finding', populationOf(document, basis)),
      ...totalsOf(document, basis),
      ...doubtsOf(document, basis),
      ...takenOf(document, basis),
      ...lateOf(document, basis),
      ...parts.map((part) => {
        const ofPart = derived.flatMap(({ id, derivations }) =>
          derivations.filter((each) => each.part === part).map(({ wrong }) => wrong.map((what) => `finding ${id}: ${what}`)),
        );
        return partOf(names[part], ofPart);
      }),
      ...unownedOf(document, basis),
      partOf('complete looks that these rest on, line by line, from the observations of all accounts', looksOf(derived, states)),
      ...[...identities.comparisons, ...compared].map(({ name, outcomes }) => partOf(name, outcomes)),
    ],
    notRecomputed: [
      ...(zonesOfReport === 0 ? [] : [zoneLine(zonesOfReport)]),
      ...identities.left,
      ...(isSince(format, 5) ? unproven : unprovenBefore5),
      ...(isSince(format, 4) ? [unprovenRequests] : []),
      ...(isSince(format, 5) ? [unprovenNames, ...namesOf(document, ledger)] : []),
    ],
  };
}

/** `outcomes`: for each thing what is wrong with it, in sentences. */
function partOf(name: string, outcomes: readonly (readonly string[])[]): RecomputedPart {
  return {
    name,
    held: outcomes.filter((wrong) => wrong.length === 0).length,
    of: outcomes.length,
    problems: outcomes.flat().map((what) => problem('recomputed', what)),
  };
}

function populationOf({ format, periodStart, periodEnd, findings }: JsonObject, basis: Basis): readonly (readonly string[])[] {
  const found = listAt(findings, 'findings').map((value) => {
    const { period } = objectAt(value, 'the finding');
    return period === null ? null : objectAt(period, 'period')['id'];
  });
  const { value, wrong } = attempt(() => ({
    value: recomputePopulation(
      {
        periodStart: instantAt(periodStart, 'periodStart'),
        periodEnd: instantAt(periodEnd, 'periodEnd'),
        found: new Set(found),
        isByDays: isSince(format, 5),
      },
      basis,
    ),
    wrong: [],
  }));
  return value ?? [wrong];
}

/** Reports before the fourth format are not asked whether their totals add up. */
function totalsOf({ format, periodEnd, periodStart, totals }: JsonObject, basis: Basis): readonly RecomputedPart[] {
  if (!isSince(format, 4)) return [];
  const { value, wrong } = attempt(() => ({
    value: recomputeTotals(
      {
        periodStart: instantAt(periodStart, 'periodStart'),
        periodEnd: instantAt(periodEnd, 'periodEnd'),
        totals: objectAt(totals, 'totals'),
      },
      basis,
    ),
    wrong: [],
  }));
  return [partOf('totals of employments, by the records of HR', value ?? [wrong])];
}

/** Of the accounts that nobody answers for, or that are excluded as nobody's own; nothing where the report lists none. */
function unownedOf({ findings }: JsonObject, { edition, facts }: Basis): readonly RecomputedPart[] {
  const derived = listAt(findings, 'findings').map((finding) =>
    attempt(() => ({ value: recomputeUnowned(finding, facts, edition), wrong: [] })),
  );
  const units = derived.flatMap(({ value }) => value ?? []);
  const of = (id: string, wrong: readonly string[]) => wrong.map((what) => `finding ${id}: ${what}`);
  const states = units.flatMap(({ id, states: each }) => each.map((wrong) => of(id, wrong)));
  const verdicts = [
    ...units.map(({ id, verdict }) => of(id, verdict)),
    ...derived.flatMap(({ wrong }) => (wrong.length > 0 ? [wrong] : [])),
  ];
  return verdicts.length === 0
    ? []
    : [
        partOf('states of accounts that nobody answers for, from the observations', states),
        partOf('verdicts on accounts that nobody answers for, from these', verdicts),
      ];
}

/** Reports of the first format are not concluded by these doubts, and may be older than they are. */
function doubtsOf({ format, periodEnd, tests }: JsonObject, { facts }: Basis): readonly RecomputedPart[] {
  if (format === FORMATS[0]) return [];
  const { value, wrong } = attempt(() => ({
    value: recomputeDoubts(
      { periodEnd: instantAt(periodEnd, 'periodEnd'), told: toldDoubts(tests, LEAVERS), isStrict: isSince(format, 3) },
      facts,
    ),
    wrong: [],
  }));
  return [partOf('answers to whether HR was heard of all who left, from the records of its imports', value ?? [wrong])];
}

/** Of each look that a finding rests on, in the ledger's order: whether its state file is the one that the records before it give. */
function looksOf(derived: readonly DerivedFinding[], states: StateFiles): readonly (readonly string[])[] {
  const looks = new Map(derived.flatMap(({ looks: each }) => each.map((look) => [look.index, look])));
  return [...looks.values()]
    .toSorted((a, b) => a.index - b.index)
    .map(({ index, connectionId, statesSha256 }) => {
      const given = states.digestAt(connectionId, index);
      const look = `record ${index} (${COVERAGE})`;
      return given === statesSha256
        ? []
        : [`${look} has ${statesSha256} as the hash of its lines, one for each account and its state; the records before it give ${given}`];
    });
}

/** Reports before the fifth format do not list them; where there are none, there is nothing to say. */
function lateOf(document: JsonObject, basis: Basis): readonly RecomputedPart[] {
  if (!isSince(document['format'], 5)) return [];
  const { value, wrong } = attempt(() => ({ value: compareLateEnds(document, basis), wrong: [] }));
  const outcomes = value ?? [wrong];
  return outcomes.length === 0 ? [] : [partOf('leavers told after the seal of their period, by the records of HR and of seals', outcomes)];
}

/** Reports of before say nothing of it; where nothing was taken, there is nothing to say. */
function takenOf({ findings, periodStart, takenAccounts }: JsonObject, { facts }: Basis): readonly RecomputedPart[] {
  if (takenAccounts === undefined) return [];
  const { value, wrong } = attempt(() => ({
    value: recomputeTaken({ periodStart: instantAt(periodStart, 'periodStart'), taken: takenAccounts, findings }, facts),
    wrong: [],
  }));
  const outcomes = value ?? [wrong];
  return outcomes.length === 0
    ? []
    : [partOf('accounts that were taken from people by hand, by the records of matching, are listed', outcomes)];
}

/** What cannot be read is said as a line, too. */
function namesOf(document: JsonObject, { names: told }: LedgerRead): readonly string[] {
  const { value, wrong } = attempt(() => ({ value: untoldNames(document, told), wrong: [] }));
  return value ?? wrong;
}

function zoneLine(count: number): string {
  return `the time zone of ${count} ${count === 1 ? 'end' : 'ends'} of employment: neither the cited record nor that of the workspace names one`;
}

interface DerivedFinding {
  readonly id: string;
  readonly derivations: readonly Derivation[];
  readonly isZoneOfReport: boolean;
  readonly looks: readonly CompleteLook[];
}

function deriveFinding(value: unknown, index: number, basis: Basis): readonly DerivedFinding[] {
  const read = attempt(() => ({ value: readCitingUnit(value), wrong: [] }));
  if (read.wrong.length > 0) {
    return [{ id: `number ${index + 1}`, derivations: [{ part: 'end', wrong: read.wrong }], isZoneOfReport: false, looks: [] }];
  }
  return read.value === undefined ? [] : [deriveUnit(read.value, basis)];
}

function deriveUnit(unit: CitingUnit, basis: Basis): DerivedFinding {
  const { value, wrong } = attempt(() => recomputeEnd(unit, basis));
  const found = { id: unit.id, isZoneOfReport: value?.isZoneOfReport ?? false, looks: [] };
  const ofEnd: Derivation = { part: 'end', wrong };
  if (unit.vector.employment !== 'ENDED') return { ...found, derivations: [ofEnd] };
  const end = value?.end;
  if (value === undefined || end === undefined) return { ...found, derivations: [ofEnd, underived('deadline'), underived('verdict')] };
  const deadline = attempt(() => recomputeDeadline(unit, { ...value, end }, basis));
  const systems = unit.systems.map((system) => deriveSystem(system, { ...basis, end, deadline: deadline.value }));
  const isWhole = deadline.value !== undefined && systems.every(({ derived }) => derived !== undefined);
  return {
    ...found,
    looks: systems.flatMap(({ looks }) => looks ?? []),
    derivations: [
      ofEnd,
      { part: 'deadline', wrong: deadline.wrong },
      ...systems.flatMap(({ derivations }) => derivations),
      isWhole ? { part: 'verdict', wrong: attempt(() => verdictOf(unit, systems, basis.edition)).wrong } : underived('verdict'),
    ],
  };
}

function underived(part: Part): Derivation {
  return { part, wrong: [`its ${part} cannot be derived, since what it rests on cannot`] };
}

interface SystemDerivation {
  readonly derivations: readonly Derivation[];
  /** Undefined where the records do not say it. */
  readonly derived?: DerivedSystem;
  readonly looks?: readonly CompleteLook[];
}

interface Leaving extends Omit<Basis, 'calendar'> {
  readonly end: InstantRange;
  readonly deadline: InstantRange | undefined;
}

/** A line that says that there is no account keeps the report's word; a candidate is not judged. */
function deriveSystem(system: CitingSystem, { end, deadline, facts, edition, isGraded }: Leaving): SystemDerivation {
  const { timing, accountId } = system;
  if (timing === null) return { derivations: [], derived: system };
  const { isContradicted: _contradicted, mayBeBack: _back, ...instants } = timing;
  const due = { ...instants, end, deadline: deadline ?? timing.deadline };
  if (accountId === null) return { derivations: [], derived: { ...system, timing: due } };
  const { value: account, wrong } = attempt(() => ({
    value: recomputeAccount({ ...system, timing, accountId }, { end, facts, edition }),
    wrong: [],
  }));
  if (account === undefined) return { derivations: [{ part: 'access', wrong }] };
  const derivedTiming: TimingInput = { ...due, ...account.window, neverHadAccount: false };
  return {
    derivations: [
      { part: 'access', wrong: [...account.wrongEnd, ...(isGraded ? misgraded(system, account) : [])] },
      { part: 'use', wrong: account.wrongUse },
    ],
    derived: { ...system, state: account.state, timing: derivedTiming },
    looks: account.looks,
  };
}

function misgraded({ accountId, grade: given, system }: CitingSystem, { grade }: DerivedAccount): readonly string[] {
  return given === grade
    ? []
    : [`its ${system} account ${String(accountId)} is given the grade ${String(given)}; its observations give ${grade}`];
}

function verdictOf(unit: CitingUnit, systems: readonly SystemDerivation[], edition: RuleEdition): { readonly wrong: readonly string[] } {
  return {
    wrong: recomputeVerdict(
      unit,
      systems.flatMap(({ derived }) => derived ?? []),
      edition,
    ),
  };
}

interface Attempt<Value> {
  readonly value?: Value | undefined;
  readonly wrong: readonly string[];
}

/** What a record does not hold as it should is wrong with the finding that rests on it, and stops no other. */
function attempt<Value>(derive: () => Attempt<Value>): Attempt<Value> {
  try {
    return derive();
  } catch (error) {
    return { wrong: [`it cannot be derived again: ${error instanceof Error ? error.message : String(error)}`] };
  }
}
