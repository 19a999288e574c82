import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { frozenBytes } from '../../src/evidence/report-document.ts';
import { reportSchemaText } from '../../src/evidence/report-schema.ts';
import { newId, plusMs } from '../../src/kernel/index.ts';
import { asOf, sampleGap, sampleLeaver, sampleReport } from './sample-population.ts';
import { schemaProblems } from './schema-problems.ts';
import { unzip } from './sealed-sample.ts';

type Json = Record<string, unknown>;

if (process.env['ROLLCALL_TEST_WRITE_SCHEMA'] === '1') writeFileSync('docs/report.schema.json', reportSchemaText());

const evidence = [newId<'ledger-record'>(asOf)];
const late = sampleLeaver({ name: 'Grace Sample', employeeId: '0008', lastUsable: 30, unusable: 31, evidence });
const many = Array.from({ length: 500 }, (_, n) =>
  sampleLeaver({ name: `Person ${n}`, employeeId: `${n}`, lastUsable: n % 50, unusable: (n % 50) + 1, evidence }),
);
const frozen = { at: asOf, by: 'owner:x', recordId: newId<'ledger-record'>(asOf), sha256: 'ab'.repeat(32) };
const coverage = [sampleGap(plusMs(asOf, -1), asOf)];

/** As it is written into the bundle. */
function written(report: object): Json {
  return JSON.parse(JSON.stringify(report)) as Json;
}

const sample = await unzip(readFileSync('docs/sample/final-report.zip'));
const textOf = (path: string) => sample.get(path)?.toString('utf8') ?? '';
const sealed = JSON.parse(textOf('report.json')) as Json;

/** Every object within a value, with where it stands. */
function* objectsIn(value: unknown, at = ''): Generator<{ readonly at: string; readonly object: Json }> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield { at, object: value as Json };
  for (const [name, inner] of Object.entries(value)) yield* objectsIn(inner, `${at}/${name}`);
}

describe('docs/report.schema.json', () => {
  it('is the schema that every bundle carries', () => {
    expect(readFileSync('docs/report.schema.json', 'utf8')).toBe(reportSchemaText());
  });

  it.each([
    { name: 'an interim report on nobody', report: sampleReport([]) },
    { name: 'an interim report on one leaver', report: sampleReport([late], { coverage }) },
    { name: 'an interim report on 500 leavers', report: sampleReport(many) },
    { name: 'a final report on nobody', report: { ...sampleReport([], { head: { kind: 'FINAL' }, frozen }), conclusion: 'PASS' } },
    { name: 'a final report on 500 leavers', report: sampleReport(many, { head: { kind: 'FINAL' }, frozen }) },
  ])('takes $name', ({ report }) => {
    expect(schemaProblems(written(report))).toEqual([]);
  });

  it('takes the sealed report of docs/sample', () => {
    expect(schemaProblems(sealed)).toEqual([]);
  });

  it('takes what is frozen, by a definition of its own', async () => {
    const {
      createdAt: _at,
      createdBy: _by,
      frozen: _frozen,
      responses: _responses,
      leavesOpen: _open,
      earlierSeals: _earlier,
      setAside: _setAside,
      actors: _actors,
      names: _names,
      ...content
    } = sampleReport(many, {
      head: { kind: 'FINAL' },
    });
    expect(schemaProblems(JSON.parse((await frozenBytes(content)).toString('utf8')), 'content')).toEqual([]);
    expect(schemaProblems({ ...content, frozen }, 'content')).toEqual([': must NOT have additional properties']);
  });

  it('refuses a member too many, wherever it is planted', () => {
    const kinds = new Set<string>();
    for (const { at, object } of objectsIn(sealed)) {
      const kind = at.replaceAll(/\d+/g, 'n');
      if (kinds.has(kind) || kind.includes('/mapping')) continue;
      kinds.add(kind);
      object['planted'] = 'by somebody';
      expect({ at, problems: schemaProblems(sealed) }).toEqual({ at, problems: expect.arrayContaining([expect.any(String)]) });
      delete object['planted'];
    }
    expect(kinds.size).toBeGreaterThan(25);
    expect(schemaProblems(sealed)).toEqual([]);
  });

  it.each([
    { name: 'a final report that nobody froze', change: { frozen: null } },
    { name: 'an interim report that was frozen', change: { kind: 'INTERIM' } },
    { name: 'a final report that leaves something pending (I10)', change: { conclusion: 'PENDING' } },
    { name: 'an instant without milliseconds', change: { asOf: '2026-01-01T00:00:00Z' } },
    { name: 'an effect that is none', change: { effects: { GOOD: 1 } } },
    { name: 'a report without findings', change: { findings: undefined } },
    {
      name: 'a rule with the verdict of another',
      change: { findings: [{ ...late, all: [{ rule: 'L12', verdict: 'DEPROVISIONED_LATE', effect: 'PASS' }] }] },
    },
    {
      name: 'a vector that has a timing and no end',
      change: { findings: [{ ...late, vector: { ...late.vector, employment: 'ACTIVE' } }] },
    },
  ])('refuses $name', ({ change }) => {
    const final = { ...sampleReport(many, { head: { kind: 'FINAL' }, frozen }), conclusion: 'FAIL' };
    expect(schemaProblems(written(final))).toEqual([]);
    expect(schemaProblems(written({ ...final, ...change }))).not.toEqual([]);
  });

  it('refuses an interim report that passes (I10)', () => {
    expect(schemaProblems({ ...written(sampleReport([])), conclusion: 'PASS' })).toContain(
      '/conclusion: must be equal to one of the allowed values',
    );
  });
});
