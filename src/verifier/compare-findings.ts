import type { Comparison } from './compare-identities.ts';
import { objectsOf } from './compare-sources.ts';
import { isObject, type JsonObject, listAt, objectAt } from './json-shape.ts';
import { named } from './ledger-facts.ts';
import { madeAt } from './read-report.ts';
import { same } from './same-value.ts';
import type { LaterRun, ToldFinding, ToldFindings } from './told-findings.ts';

/**
 * Holds the findings against what the runs recorded of them when they judged: each that is listed says what its last record says, and none that was open
 * with something wrong in it is left out, whoever it is about. A later look that changes no verdict has no record, so neither when an account was last seen in use
 * nor when it was judged is asked.
 */
export function compareFindings(document: JsonObject, told: ToldFindings): Comparison {
  return {
    name: 'findings that are listed, and that none is left out, from the records of the runs that judged',
    outcomes: [
      ...objectsOf(document['findings'], 'findings').map((unit) => compareFinding(unit, told.of(String(unit['id'])))),
      ...[...told.leftOut()].map(({ id, last }) => [
        `${named(last)} tells of finding ${id}, in which something is wrong, and it is not listed`,
      ]),
      ...(told.later === undefined ? [] : [laterThan(document, told.later)]),
    ],
  };
}

/** Whoever may choose by which run a report speaks could leave out what a later one found. */
function laterThan(document: JsonObject, { at, record }: LaterRun): readonly string[] {
  return [
    `${named(record)} tells of a run that judged at ${at}; the report speaks as of ${String(document['asOf'])} and was made at ${String(madeAt(document))}`,
  ];
}

function compareFinding(unit: JsonObject, told: ToldFinding | undefined): readonly string[] {
  const what = `finding ${String(unit['id'])}`;
  if (told === undefined) return [`${what}: no record tells of it`];
  const { last, leaf, openedAt } = told;
  if (leaf === undefined) return [`${what}: ${named(last)} tells that it was closed`];
  const given = { ...ofVerdict(unit), openedAt: unit['openedAt'] };
  const recorded = { ...ofRecord(leaf), openedAt };
  return Object.entries(recorded)
    .filter(([name, value]) => !same(given[name as keyof typeof given] ?? null, value ?? null))
    .map(
      ([name, value]) => `${what}: ${name} is given as ${shown(given[name as keyof typeof given])}; ${named(last)} gives ${shown(value)}`,
    );
}

function shown(value: unknown): string {
  return JSON.stringify(value ?? null).slice(0, 400);
}

/** What makes a finding this one and no other, as a report has it: whatever of this changes, a run records. */
function ofVerdict(unit: JsonObject) {
  const { deadline, effect, kind, period, person, policyId, rule, vector } = unit;
  const systems = objectsOf(unit['systems'], 'systems');
  return {
    rule,
    effect,
    all: rulesOf(unit['all']),
    unit: { kind, id: isObject(period) ? period['id'] : systems.find(({ accountId }) => accountId !== null)?.['accountId'] },
    person: isObject(person) ? person['id'] : null,
    policyId,
    deadline,
    vector,
    accounts: systems.map((system) => accountOf(system, system['accountId'])),
  };
}

/** The same, as the record of the run has it. */
function ofRecord(leaf: JsonObject): ReturnType<typeof ofVerdict> {
  const { all, effect, rule } = objectAt(leaf['after'], 'what a finding came to');
  const { person, policy, systems, unit, vector } = objectAt(leaf['detail'], 'the detail of a finding');
  const recorded = objectsOf(systems, 'systems');
  const { id, kind } = objectAt(unit, 'the unit of a finding');
  const timing = recorded.map((each) => each['timing']).find(isObject);
  return {
    rule,
    effect,
    all: rulesOf(all),
    unit: { kind, id },
    person,
    policyId: policy,
    deadline: timing?.['deadline'] ?? null,
    vector,
    accounts: recorded.map((system) => accountOf(system, system['account'])),
  };
}

/** The words of a rule may have been others when it was recorded. */
function rulesOf(all: unknown): readonly unknown[] {
  return listAt(all, 'all').map((each) => {
    const { effect, rule } = objectAt(each, 'a rule');
    return { rule, effect };
  });
}

function accountOf({ standing, state, system, timing }: JsonObject, accountId: unknown) {
  const { firstProvenUnusable = null, provenUsableAgain = null } = isObject(timing) ? timing : {};
  return { system, accountId, standing, state, firstProvenUnusable, provenUsableAgain };
}
