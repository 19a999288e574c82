import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { exceptionsCsv } from '../../src/evidence/exceptions-table.ts';
import { bytesOf, PIECE_CHARACTERS } from '../../src/evidence/in-pieces.ts';
import { canonicalPieces, jsonFile } from '../../src/evidence/json-pieces.ts';
import { oscalResults } from '../../src/evidence/oscal-results.ts';
import { frozenBytes, type ReportDocument } from '../../src/evidence/report-document.ts';
import { reportPage } from '../../src/evidence/report-page.ts';
import { findingsCsv, populationCsv } from '../../src/evidence/report-tables.ts';
import { canonicalJson } from '../../src/kernel/index.ts';
import { sampleLeaver, sampleReport } from './sample-population.ts';

/** Of the band in which the leavers are drawn together: two lines' two corners, from one leaver to the next. */
const CHARACTERS_OF_A_STEP = 60;

/** Late, all of them, so that every file has something to say of each; of how many there are nothing else depends. */
function reportOn(leavers: number): ReportDocument {
  return sampleReport(
    Array.from({ length: leavers }, (_, n) =>
      sampleLeaver({ name: 'Grace Sample', employeeId: String(1000 + n), lastUsable: 30, unusable: 31.5, evidence: [] }),
    ),
  );
}

/** How often others had their turn while something was done. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  const done = work().then(() => 'done' as const);
  let turns = 0;
  while ((await Promise.race([done, turn('turn' as const)])) === 'turn') turns += 1;
  return turns;
}

const texts: readonly (readonly [string, (report: ReportDocument) => Iterable<string>])[] = [
  ['report.html', (report) => reportPage(report, new Map())],
  ['report.json', (report) => jsonFile(report, 2)],
  ['population.csv', (report) => populationCsv(report, new Map())],
  ['findings.csv', (report) => findingsCsv(report, new Map())],
  ['exceptions.csv', exceptionsCsv],
  ['oscal/assessment-results.json', (report) => oscalResults(report, new Map(), new Map())],
  ['what is frozen', canonicalPieces],
];

describe('a text that is made piece by piece', () => {
  it('is the same text, however it is cut', async () => {
    const pieces = Array.from({ length: 3000 }, (_, n) => `${'é–李😀'.repeat(n % 50)}\n`);
    expect((await bytesOf(pieces)).toString('utf8')).toBe(pieces.join(''));
  });

  it('lets others have their turn after every so many characters', async () => {
    const pieces = Array.from({ length: 40 }, () => 'x'.repeat(PIECE_CHARACTERS / 4));
    expect(await turnsDuring(async () => await bytesOf(pieces))).toBeGreaterThanOrEqual(10);
  });

  it('lets others have their turn while a report is frozen', async () => {
    const report = reportOn(200);
    const { length } = await frozenBytes(report);
    expect(await turnsDuring(async () => await frozenBytes(report))).toBeGreaterThan(length / PIECE_CHARACTERS / 2);
  });

  it.each(texts)('%s has no longer pieces where there are more leavers, but for a step in the drawing of them all', (_, made) => {
    const longest = (leavers: number) => Math.max(...Array.from(made(reportOn(leavers)), ({ length }) => length));
    expect(longest(600) - longest(200)).toBeLessThan(400 * CHARACTERS_OF_A_STEP);
  });
});

describe('JSON that is written piece by piece', () => {
  it('is what JSON.stringify says of the same value, at any depth, a line feed after it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue())), fc.nat(6), (value, depth) => {
        expect([...jsonFile(value, depth)].join('')).toBe(`${JSON.stringify(value, null, 1)}\n`);
      }),
    );
  });

  it('leaves out what is undefined, as JSON does, and takes any iterable for a list', () => {
    const value = { a: undefined, b: new Set([1, { c: undefined }]), d: [undefined] };
    expect([...jsonFile(value, 3)].join('')).toBe(`${JSON.stringify({ b: [1, {}], d: [null] }, null, 1)}\n`);
  });

  it('is canonical where that is asked for', () => {
    const canonical = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constant(null),
        fc.boolean(),
        fc.maxSafeInteger(),
        fc.string(),
        tie('list'),
        tie('object'),
      ),
      list: fc.array(tie('value')),
      object: fc.dictionary(fc.string(), tie('value')),
    })).object as fc.Arbitrary<Parameters<typeof canonicalJson>[0] & object>;
    fc.assert(
      fc.property(canonical, (value) => {
        expect([...canonicalPieces(value)].join('')).toBe(canonicalJson(value));
      }),
    );
  });
});
