import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { oscalResults } from '../../src/evidence/oscal-results.ts';
import { DAY_MS, newId, plusMs } from '../../src/kernel/index.ts';
import { diagnosisCodeOf, diagnosisOf } from '../../src/reconciliation/index.ts';
import { asOf, sampleGap, sampleLeaver, sampleReport } from './sample-population.ts';

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
const late = sampleLeaver({ name: 'Grace Sample', employeeId: '0008', lastUsable: 30, unusable: 31.5, evidence });
const inTime = sampleLeaver({ name: 'Ada Example', employeeId: '0007', lastUsable: 1, unusable: 2, evidence });
const doubtful = sampleLeaver({ name: 'Alan Specimen', employeeId: '0009', lastUsable: 20, unusable: 27, evidence: [] });
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

interface Finding {
  readonly target: { readonly 'target-id': string; readonly status: { readonly state: string; readonly reason: string } };
  readonly 'related-risks'?: readonly object[];
}

function findingsOf(results: object): readonly Finding[] {
  return (results as { 'assessment-results': { results: readonly { findings: readonly Finding[] }[] } })[
    'assessment-results'
  ].results.flatMap(({ findings }) => findings);
}

describe('oscal/assessment-results.json', () => {
  it.each([
    { name: 'nobody left', units: [] },
    { name: 'one left in time', units: [inTime] },
    { name: 'some failed, are in doubt, passed', units: [late, doubtful, inTime] },
    { name: '500 left', units: many },
  ])('is valid by NIST’s schema where $name', ({ units }) => {
    const report = sampleReport(units, { coverage: [gap], responses: units.includes(late) ? [response] : [] });
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

  it('does not say satisfied where it is in doubt who left, and says why (I9, I10)', () => {
    const doubts = [{ code: 'roster-never-imported', detail: 'No roster had been imported.', remedy: 'Import one.' }] as const;
    const results = resultsOf(sampleReport([inTime], { head: { kind: 'FINAL' }, doubts }), indexes, files);
    const [leavers, accounts] = findingsOf(results);
    expect(leavers?.target.status).toEqual({ state: 'not-satisfied', reason: 'other' });
    expect(accounts?.target.status).toEqual({ state: 'satisfied', reason: 'pass' });
    expect(JSON.stringify(results)).toContain('Who left is in doubt: No roster had been imported.');
    expect(problemsOf(results)).toEqual([]);
  });

  it('recommends what mends a finding, and nothing for one that nobody can diagnose', () => {
    const risksOf = (results: object) =>
      (results as { 'assessment-results': { results: readonly { risks: readonly { remediations?: readonly object[] }[] }[] } })[
        'assessment-results'
      ].results.flatMap(({ risks }) => risks);
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
    expect(text).not.toMatch(/Grace|Alan|Ada|contoso\.example|0008/);
  });
});
