import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { oscalResults } from '../../src/evidence/oscal-results.ts';
import { DAY_MS, newId, plusMs } from '../../src/kernel/index.ts';
import { diagnosisCodeOf, diagnosisOf, type ReportUnit } from '../../src/reconciliation/index.ts';
import { decide, type StateVector } from '../../src/verdict/index.ts';
import { asOf, sampleGap, sampleLeaver, sampleReport, sampleTest } from './sample-population.ts';

const schema = JSON.parse(readFileSync('test/evidence/captures/oscal-assessment-results-1.1.3.schema.json', 'utf8')) as object;
const ajv = new Ajv({ strict: false, allErrors: true });
addFormats.default(ajv);
const validate = ajv.compile(schema);

function resultsOf(...given: Parameters<typeof oscalResults>): object {
  return JSON.parse([...oscalResults(...given)].join('')) as object;
}

function problemsOf(results: object): readonly string[] {
  validate(results);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`);
}

const evidence = [newId<'ledger-record'>(asOf)];
const indexes = new Map(evidence.map((id) => [id, 17]));
const files = new Map([['population.csv', Buffer.from('x')]]);
const late = sampleLeaver({ name: 'Grace Sample', employeeId: 'E-0008', lastUsable: 30, unusable: 31.5, evidence });
const inTime = sampleLeaver({ name: 'Ada Example', employeeId: 'E-0007', lastUsable: 1, unusable: 2, evidence });
const doubtful = sampleLeaver({ name: 'Alan Specimen', employeeId: 'E-0009', lastUsable: 20, unusable: 27, evidence: [] });
const many = Array.from({ length: 500 }, (_, n) =>
  sampleLeaver({ name: `Person ${n}`, employeeId: `${n}`, lastUsable: n % 50, unusable: (n % 50) + 1, evidence: [] }),
);
const gap = sampleGap(plusMs(asOf, -3 * DAY_MS), asOf);
const response = {
  findingId: late.id,
  response: 'We know.',
  respondedAt: asOf,
  respondedBy: 'owner:x',
  recordId: newId<'ledger-record'>(asOf),
};

const tests = [
  sampleTest('directory-accounts-have-people', { PASS: 38, FAIL: 2 }),
  sampleTest('scim-users-are-assigned', { PASS: 12, INSUF: 1 }),
  sampleTest('roles-match', { PASS: 12, 'N/A': 1 }),
  sampleTest('owners-are-here', { PASS: 2 }),
  sampleTest('mfa-on-azure', {}),
];

interface Finding {
  readonly title: string;
  readonly description: string;
  readonly props: readonly { readonly name: string; readonly value: string }[];
  readonly target: { readonly 'target-id': string; readonly status: { readonly state: string; readonly reason: string } };
  readonly 'related-observations': readonly { readonly 'observation-uuid': string }[];
  readonly 'related-risks'?: readonly { readonly 'risk-uuid': string }[];
}

interface Result {
  readonly findings: readonly Finding[];
  readonly observations: readonly { readonly uuid: string }[];
  readonly risks: readonly { readonly uuid: string; readonly remediations?: readonly object[] }[];
  readonly 'reviewed-controls': {
    readonly 'control-selections': readonly [{ readonly 'include-controls': readonly { readonly 'control-id': string }[] }];
  };
}

interface Results {
  readonly 'assessment-results': { readonly results: readonly [Result] };
}

function findingsOf(results: object): readonly Finding[] {
  return (results as Results)['assessment-results'].results.flatMap(({ findings }) => findings);
}

function valueOf(props: Finding['props'], name: string): string | undefined {
  return props.find((each) => each.name === name)?.value;
}

/** An account for which nobody answers, judged as the reconciliation would. */
function accountUnit(states: Pick<StateVector, 'directory' | 'scim'>): ReportUnit {
  const { systems, vector, ...leaver } = sampleLeaver({ name: 'No Body', employeeId: '0', lastUsable: null, unusable: null, evidence: [] });
  const free: StateVector = { ...vector, ...states, employment: 'NONE', match: 'ONE', directoryTiming: null, scimTiming: null };
  const { all, primary } = decide(free);
  const isSeen = ({ system }: (typeof systems)[number]) => free[system] !== 'NEVER';
  return {
    ...leaver,
    kind: 'account',
    person: null,
    period: null,
    end: null,
    deadline: null,
    vector: free,
    systems: systems
      .filter(isSeen)
      .map((system) => ({ ...system, standing: 'none', matchRule: null, timing: null, judged: null, state: free[system.system] })),
    rule: primary.rule,
    verdict: primary.verdict,
    effect: primary.effect,
    all,
  };
}

describe('oscal/assessment-results.json', () => {
  it.each([
    { name: 'nobody left', units: [] },
    { name: 'one left in time', units: [inTime] },
    { name: 'some failed, are in doubt, passed', units: [late, doubtful, inTime] },
    { name: '500 left', units: many },
  ])('is valid by NIST’s schema where $name', ({ units }) => {
    const report = sampleReport(units, { coverage: [gap], responses: units.includes(late) ? [response] : [], tests });
    expect(problemsOf(resultsOf(report, indexes, files))).toEqual([]);
  });

  it.each([
    { name: 'an empty list', change: (it: Record<string, unknown>) => ({ ...it, results: [] }) },
    { name: 'an id that is time-ordered', change: (it: Record<string, unknown>) => ({ ...it, uuid: newId(asOf) }) },
    { name: 'an unknown member', change: (it: Record<string, unknown>) => ({ ...it, verdict: 'PASS' }) },
  ])('is held to a schema that refuses $name', ({ change }) => {
    const results = resultsOf(sampleReport([late]), indexes, files) as { 'assessment-results': Record<string, unknown> };
    expect(problemsOf({ 'assessment-results': change(results['assessment-results']) })).not.toEqual([]);
  });

  it.each([
    { units: [inTime], state: 'satisfied', reason: 'pass' },
    { units: [inTime, doubtful], state: 'not-satisfied', reason: 'other' },
    { units: [inTime, doubtful, late], state: 'not-satisfied', reason: 'fail' },
  ])('says $state, $reason of the leavers, and doubt is no pass (I10)', ({ units, state, reason }) => {
    const [leavers] = findingsOf(resultsOf(sampleReport(units, { doubts: [] }), indexes, files));
    expect(leavers?.target).toEqual({ type: 'objective-id', 'target-id': 'ps-4_obj.a', status: { state, reason } });
    expect(leavers?.['related-risks'] ?? []).toHaveLength(units.length - 1);
  });

  it.each([
    { test: 'terminated-people-are-deactivated', target: 'ps-4_obj.a', state: 'not-satisfied', reason: 'fail', passed: '1', of: '3' },
    { test: 'directory-accounts-have-people', target: 'ac-2.3_obj.b', state: 'not-satisfied', reason: 'fail', passed: '38', of: '40' },
    { test: 'scim-users-are-assigned', target: 'ac-2_obj.i.1', state: 'not-satisfied', reason: 'other', passed: '12', of: '13' },
    { test: 'roles-match', target: 'ps-5_obj.c', state: 'satisfied', reason: 'pass', passed: '12', of: '13' },
    { test: 'owners-are-here', target: 'ac-2_obj.b', state: 'satisfied', reason: 'pass', passed: '2', of: '2' },
    { test: 'mfa-on-azure', target: 'ia-2.2_obj', state: 'satisfied', reason: 'other', passed: '0', of: '0' },
  ])('has a finding for the test $test: $target is $state, $passed of $of', ({ of, passed, reason, state, target, test }) => {
    const report = sampleReport([late, doubtful, inTime], { doubts: [], tests });
    const found = findingsOf(resultsOf(report, indexes, files)).filter(({ props }) => valueOf(props, 'test') === test);
    expect(found).toHaveLength(1);
    const [{ description, props, target: about }] = found as [Finding];
    expect(about).toEqual({ type: 'objective-id', 'target-id': target, status: { state, reason } });
    expect({ passed: valueOf(props, 'passed'), of: valueOf(props, 'of') }).toEqual({ passed, of });
    expect(description).toMatch(of === '0' ? /0 of 0 is no evidence/ : new RegExp(`^${passed} of ${of} `));
  });

  it('leads from a test to the findings that do not pass it, and every reference leads somewhere', () => {
    const unowned = accountUnit({ directory: 'ENABLED', scim: 'NEVER' });
    const orphan = accountUnit({ directory: 'NEVER', scim: 'ACTIVE' });
    const results = resultsOf(sampleReport([late, inTime, unowned, orphan], { tests }), indexes, files);
    const [{ observations, risks }] = (results as Results)['assessment-results'].results;
    const risksOf = (test: string) =>
      findingsOf(results)
        .filter(({ props }) => valueOf(props, 'test') === test)
        .flatMap((finding) => finding['related-risks'] ?? [])
        .map((each) => risks.findIndex(({ uuid }) => uuid === each['risk-uuid']));
    expect(risks).toHaveLength(3);
    expect(risksOf('terminated-people-are-deactivated')).toEqual([0]);
    expect(risksOf('directory-accounts-have-people')).toEqual([1]);
    expect(risksOf('scim-users-are-assigned')).toEqual([2]);
    expect(risksOf('owners-are-here')).toEqual([]);
    const known = new Set(observations.map(({ uuid }) => uuid));
    const named = findingsOf(results).flatMap((finding) => finding['related-observations'].map((each) => each['observation-uuid']));
    expect(named.filter((uuid) => !known.has(uuid))).toEqual([]);
  });

  it('selects each control and objective once', () => {
    const [result] = (resultsOf(sampleReport([], { tests }), indexes, files) as Results)['assessment-results'].results;
    const [controls] = result['reviewed-controls']['control-selections'];
    expect(controls['include-controls'].map((each) => each['control-id'])).toEqual(['ps-4', 'ac-2.3', 'ac-2', 'ps-5', 'ia-2.2']);
  });

  it('does not say satisfied where it is in doubt who left, and says why (I9, I10)', () => {
    const doubts = [{ code: 'roster-never-imported', detail: 'No roster had been imported.', remedy: 'Import one.' }] as const;
    const roles = sampleTest('roles-match', { PASS: 1 });
    const results = resultsOf(sampleReport([inTime], { head: { kind: 'FINAL' }, doubts, tests: [roles] }), indexes, files);
    const [leavers, others] = findingsOf(results);
    expect(leavers?.target.status).toEqual({ state: 'not-satisfied', reason: 'other' });
    expect(others?.target.status).toEqual({ state: 'satisfied', reason: 'pass' });
    expect(JSON.stringify(results)).toContain('Who left is in doubt: No roster had been imported.');
    expect(problemsOf(results)).toEqual([]);
  });

  it('recommends what mends a finding, and nothing for one that nobody can diagnose', () => {
    const risksOf = (results: object) => (results as Results)['assessment-results'].results[0].risks;
    const { cause, code, steps } = diagnosisOf(diagnosisCodeOf(late.all) ?? 'nobody-answers');
    const [first, second] = risksOf(resultsOf(sampleReport([late, { ...doubtful, all: [] }]), indexes, files));
    expect(first?.remediations).toMatchObject([
      { lifecycle: 'recommendation', title: cause, description: expect.stringContaining(`1. ${steps[0]}`), props: [{ value: code }] },
    ]);
    expect(second).not.toHaveProperty('remediations');
  });

  it('names nobody, and is the same bytes each time', () => {
    const report = sampleReport([late, doubtful, inTime]);
    const text = [...oscalResults(report, indexes, files)].join('');
    expect(text).toBe([...oscalResults(report, indexes, files)].join(''));
    expect(text).not.toMatch(/Grace|Alan|Ada|contoso\.example|E-000/);
  });
});
