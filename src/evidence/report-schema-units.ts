import type {
  DecidedBy,
  DecisionInForce,
  Exclusion,
  ReportPeriod,
  ReportPerson,
  ReportSystem,
  ReportUnit,
  TakenAccount,
  TakenFromPerson,
  UnitDisposition,
} from '../reconciliation/index.ts';
import {
  assignments,
  behinds,
  type BlindStretch,
  classifications,
  directoryStates,
  effects,
  employments,
  matches,
  privileges,
  propagations,
  roleStandings,
  rosterStandings,
  ruleTable,
  scimStates,
  type StateVector,
  type InstantRange,
  type Lateness,
  type MayBeBack,
  type TimingInput,
  type TimingVerdict,
  timingOutcomes,
} from '../verdict/index.ts';
import { closed, count, listOf, named, nothing, nullable, oneOf, type Properties, type Schema, text, truth } from './schema-shapes.ts';

const outcomeOrNull = oneOf(timingOutcomes);

const ofEveryVector = {
  employment: oneOf(employments),
  classification: oneOf(classifications),
  match: oneOf(matches),
  roster: oneOf(rosterStandings),
  directory: oneOf(directoryStates),
  scim: oneOf(scimStates),
  assigned: oneOf(assignments),
  propagation: oneOf(propagations),
  role: oneOf(roleStandings),
  privileged: oneOf(privileges),
  directoryTiming: nullable(outcomeOrNull),
  scimTiming: nullable(outcomeOrNull),
};

/** What the decision table looks at. Timings are there where the employment has ended, and only there; what is behind SCIM users, of somebody with several directory accounts. */
const vector = closed<StateVector>(
  { ...ofEveryVector, behind: oneOf(behinds) },
  {
    required: Object.keys(ofEveryVector),
    if: { properties: { employment: { const: 'ENDED' } } },
    // oxlint-disable-next-line unicorn/no-thenable -- a word of JSON Schema
    then: { properties: { directoryTiming: outcomeOrNull, scimTiming: outcomeOrNull } },
    else: { properties: { directoryTiming: nothing, scimTiming: nothing } },
  },
);

const instants = {
  lastProvenUsable: nullable(named('instant')),
  firstProvenUnusable: nullable(named('instant')),
  provenUsableAgain: nullable(named('instant')),
};

const judgedBy = {
  neverHadAccount: truth,
  end: named('range'),
  deadline: named('range'),
  ...instants,
  evaluatedAt: named('instant'),
  covered: truth,
};

const timing = closed<TimingInput>(
  {
    ...judgedBy,
    mayBeEmployedFrom: named('instant'),
    isContradicted: { const: true },
    mayBeBack: closed<MayBeBack>({ because: oneOf(['restored', 'enabled', 'vanished']), since: named('instant'), ...instants }),
  },
  // Only there where it is known no closer when the person was employed again, where an end that the directory names is contradicted by use, and where access may have
  // come back unseen.
  { required: Object.keys(judgedBy) },
);

const decidedBy: Readonly<Record<keyof DecidedBy, Schema>> = {
  requestedBy: named('actor'),
  requestedAt: named('instant'),
  approvedBy: nullable(named('actor')),
  approvedAt: nullable(named('instant')),
  reason: text,
};

const takenBecause = oneOf(['barred', 'moved', 'classed']);
const matchRule = oneOf(['M0', 'M1', 'M2', 'M3', 'M4', 'M5']);

const blind = closed<BlindStretch>({
  gapId: text,
  connectionId: nullable(named('id')),
  from: named('instant'),
  to: nullable(named('instant')),
  because: text,
});

const ofEverySystem = {
  system: oneOf(['directory', 'scim']),
  accountId: nullable(named('id')),
  standing: oneOf(['linked', 'classed', 'candidate', 'barred', 'released', 'none']),
  matchRule: nullable(matchRule),
  taken: nullable(closed<TakenAccount & DecidedBy>({ because: takenBecause, by: named('id'), at: named('instant'), ...decidedBy })),
  state: text,
  grade: oneOf(['A', 'B', 'C', 'X']),
  timing: nullable(timing),
  judged: nullable(
    closed<TimingVerdict>({
      outcome: oneOf(timingOutcomes),
      late: nullable(closed<Lateness>({ atLeastMs: count, atMostMs: nullable(count) })),
    }),
  ),
  evidence: named('records'),
  account: nullable(text),
  externalId: nullable(text),
};

const system = closed<ReportSystem>(
  {
    ...ofEverySystem,
    behind: oneOf(behinds),
    role: oneOf(roleStandings),
    connectionId: named('id'),
    blind: listOf(blind, { minItems: 1 }),
  },
  {
    // Only there of one of several accounts, of an account that a directory shows, and where nobody looked.
    required: Object.keys(ofEverySystem),
    if: { properties: { system: { const: 'directory' } } },
    // oxlint-disable-next-line unicorn/no-thenable -- a word of JSON Schema
    then: { properties: { state: oneOf(directoryStates) } },
    else: { properties: { state: oneOf(scimStates) } },
  },
);

const person = closed<ReportPerson>({ id: named('id'), employeeId: text, displayName: nullable(text), workEmail: text });

const period = closed<ReportPeriod>({
  id: named('id'),
  startDate: named('day'),
  endDate: nullable(named('day')),
  lastDay: nullable(named('day')),
  timeZone: text,
  site: nullable(text),
  workerType: text,
  hrRecordedAt: nullable(named('instant')),
  backdated: truth,
});

const accountClass = oneOf(['service', 'shared', 'break-glass']);

const exclusion = closed<Exclusion>({
  id: named('id'),
  class: accountClass,
  ownerPersonId: named('id'),
  reason: text,
  requestedBy: named('actor'),
  approvedBy: named('actor'),
  expiresAt: named('instant'),
});

const disposition = closed<UnitDisposition>({
  id: named('id'),
  kind: oneOf(['remediate', 'exception', 'dispute']),
  reason: text,
  ticket: nullable(text),
  requestedBy: named('actor'),
  requestedAt: named('instant'),
  approvedBy: nullable(named('actor')),
  approvedAt: nullable(named('instant')),
  expiresAt: nullable(named('instant')),
  isAfterDeadline: truth,
});

/** Rows of the decision table, whole: no rule with the verdict of another. What is on its way yet is PEND where it would FAIL. */
const rows = ruleTable.flatMap(({ rule, verdict, effect }) =>
  (typeof effect === 'string' ? [effect] : ['FAIL', 'PEND']).map((each) => ({ rule, verdict, effect: each })),
);

const finding = closed<ReportUnit>({
  id: named('id'),
  kind: oneOf(['employment_period', 'account']),
  person: nullable(person),
  period: nullable(period),
  end: nullable(named('range')),
  deadline: nullable(named('range')),
  deadlineSinceTold: nullable(named('range')),
  policyId: nullable(named('id')),
  policyVersion: nullable(count),
  vector,
  systems: listOf(system),
  exclusion: nullable(exclusion),
  disposition: nullable(disposition),
  rule: oneOf(ruleTable.map(({ rule: name }) => name)),
  verdict: oneOf(ruleTable.map(({ verdict }) => verdict)),
  effect: oneOf(effects),
  all: listOf({ enum: rows }, { minItems: 1 }),
  sentence: text,
  openedAt: named('instant'),
  evidence: named('records'),
});

const takenAccount = closed<TakenFromPerson>({
  id: named('id'),
  because: takenBecause,
  person,
  system: oneOf(['directory', 'scim']),
  accountId: named('id'),
  account: nullable(text),
  externalId: nullable(text),
  matchRule: nullable(matchRule),
  movedTo: nullable(named('id')),
  takenAt: nullable(named('instant')),
  ...decidedBy,
  recordIds: named('records'),
});

const decision = closed<DecisionInForce>({
  id: named('id'),
  kind: oneOf(['exception', 'exclusion']),
  findingId: nullable(named('id')),
  test: nullable(text),
  system: nullable(oneOf(['directory', 'scim'])),
  accountId: nullable(named('id')),
  account: nullable(text),
  externalId: nullable(text),
  person: nullable(person),
  class: nullable(accountClass),
  ownerPersonId: nullable(named('id')),
  reason: text,
  ticket: nullable(text),
  requestedBy: named('actor'),
  requestedAt: named('instant'),
  approvedBy: named('actor'),
  approvedAt: named('instant'),
  expiresAt: named('instant'),
  endedAt: nullable(named('instant')),
  endedBecause: nullable(oneOf(['withdrawn', 'expired'])),
  recordIds: named('records'),
});

/** Parts of the schema of a report that tell of one unit of it, or of one account. */
export const unitDefinitions: Properties = {
  finding,
  takenAccount,
  decision,
  range: closed<InstantRange>({ earliest: named('instant'), latest: named('instant') }),
  records: listOf(named('id')),
};
