import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { exceptionsCsv } from '../../src/evidence/exceptions-table.ts';
import type { ReportDocument } from '../../src/evidence/report-document.ts';
import { coverageCsv, findingsCsv, populationCsv } from '../../src/evidence/report-tables.ts';
import { checkTables } from '../../src/verifier/check-tables.ts';
import { readTable } from '../../src/verifier/read-table.ts';
import { asOf, sampleLeaver, sampleReport } from '../evidence/sample-population.ts';
import { inPieces } from './verify-files.ts';

/** Whatever HR, the directory and people write. */
const words = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('=1+1', "'=1", '-x', '"', '""', 'a"b', 'a,b', 'a\r\nb', 'a\nb', 'a\rb', ' ', '', "'", '\t', '@', '\uFEFFx', '\uFF1D1'),
);

const leaver = fc.record({ name: words, employeeId: words, reason: words, lastUsable: fc.option(fc.nat(60)), isApproved: fc.boolean() });

function unitOf({ name, employeeId, reason, lastUsable, isApproved }: typeof leaver extends fc.Arbitrary<infer T> ? T : never) {
  const unusable = lastUsable === null ? null : lastUsable + 1.004;
  const approved = { approvedBy: 'administrator:b', approvedAt: asOf, isAfterDeadline: true };
  return {
    ...sampleLeaver({ name, employeeId, lastUsable, unusable, evidence: [] }),
    disposition: {
      id: '019cb2ec-f680-7a66-a6fe-f831c86e433b',
      kind: 'exception' as const,
      reason,
      ticket: reason,
      requestedBy: 'administrator:a',
      requestedAt: asOf,
      expiresAt: asOf,
      ...(isApproved ? approved : { approvedBy: null, approvedAt: null, isAfterDeadline: false }),
    },
  };
}

async function problemsOf(report: ReportDocument, change: (tables: Map<string, string>) => void = () => undefined) {
  const tables = {
    'population.csv': populationCsv(report, new Map()),
    'findings.csv': findingsCsv(report, new Map()),
    'exceptions.csv': exceptionsCsv(report),
    'coverage.csv': coverageCsv(report),
  };
  const texts = new Map(Object.entries(tables).map(([path, pieces]) => [path, [...pieces].join('')]));
  change(texts);
  const files = new Map([...texts].map(([path, text]) => [path, Buffer.from(text)]));
  return (await checkTables(inPieces(files), JSON.parse(JSON.stringify(report)))).problems;
}

describe('the tables of a bundle', () => {
  it('say what the report says, whatever people are called and reasons are given', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(leaver, { maxLength: 5 }), words, async (leavers, detail) => {
        const coverage = [{ source: 'directory', what: 'blind', ref: null, from: asOf, to: asOf, detail } as const];
        const actors = [
          { actor: 'administrator:a', name: detail },
          { actor: 'administrator:b', name: null },
        ];
        expect(await problemsOf({ ...sampleReport(leavers.map(unitOf), { coverage }), actors })).toEqual([]);
      }),
    );
  });

  it.each([
    {
      what: 'are all there',
      change: (tables: Map<string, string>) => void tables.delete('exceptions.csv'),
      says: ['exceptions.csv is missing'],
    },
    {
      what: 'have no column of their own',
      change: (tables: Map<string, string>) =>
        void tables.set(
          'findings.csv',
          (tables.get('findings.csv') ?? '').replace(/\r\n/g, ',PASS\r\n').replace(',PASS', ',final_verdict'),
        ),
      says: ['findings.csv has a column "final_verdict", of which report.json knows nothing'],
    },
    {
      what: 'hold no formula that a spreadsheet would run',
      change: (tables: Map<string, string>) =>
        void tables.set('population.csv', (tables.get('population.csv') ?? '').replaceAll("'=1+1", '=1+1')),
      says: [
        expect.stringMatching(/^population\.csv, row 2 /),
        expect.stringMatching(/^population\.csv, row 3 /),
        expect.stringMatching(/^population\.csv lacks 2 /),
      ],
    },
  ])('$what', async ({ change, says }) => {
    const report = sampleReport([sampleLeaver({ name: '=1+1', employeeId: '7', lastUsable: 1, unusable: 2, evidence: [] })]);
    expect(await problemsOf(report)).toEqual([]);
    expect((await problemsOf(report, change)).map(({ detail }) => detail)).toEqual(says);
  });

  it.each([
    { given: 'a quotation mark within a cell', text: 'a,b"c\r\n' },
    { given: 'a line feed within a cell', text: 'a,b\nc\r\n' },
    { given: 'something behind a quoted cell', text: 'a,"b"c\r\n' },
    { given: 'a quoted cell without an end', text: 'a,"b\r\n' },
    { given: 'a row that is not ended', text: 'a,b\r\nc,' },
    { given: 'a row of fewer cells', text: 'a,b\r\nc\r\n' },
    { given: 'a column twice', text: 'a,a\r\n' },
    { given: 'a byte that is no UTF-8', text: '\u00ff', as: 'latin1' as const },
  ])('are refused with $given', ({ text, as = 'utf8' as const }) => {
    expect(() => readTable(Buffer.from(text, as), 'x.csv')).toThrow();
  });
});
