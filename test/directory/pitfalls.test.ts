import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

/** The pitfalls of reading a directory, ranked as microsoft-graph §10 ranks them, each in few words. */
const pitfalls: readonly (readonly [number: number, pitfall: string])[] = [
  [1, 'a walk through pages that broke off is taken for a whole one'],
  [2, 'absence is taken for deletion'],
  [3, 'a dead delta token is known in one of its shapes alone'],
  [4, 'the two meanings of @removed are mixed up'],
  [5, 'people are told apart by address'],
  [6, 'a missing accountEnabled is taken for true or false'],
  [7, 'the time of a look is taken for the time of a change'],
  [8, 'a deleted group of the scope is taken for nobody'],
  [9, 'missing and delegated consent are diagnosed by guessing, and an old token hides a new consent'],
  [10, 'the wrong cloud'],
  [11, 'what a permission keeps away comes as null'],
  [12, 'policies are throttled without saying for how long'],
  [13, 'one policy for all users is taken for MFA'],
  [14, 'a licence is said to be missing once'],
  [15, 'server errors are not tried again'],
  [16, 'a delta query brings an old state back'],
  [17, 'deleted users count as members'],
  [18, 'values of the audit log are taken for booleans'],
  [19, 'the end of a secret is learnt from an outage'],
  [20, 'a link leads the token to another host'],
  [21, 'a page size where none is taken'],
  [22, 'guests'],
  [23, 'links of delta queries outlive what they stand for, or the other way round'],
  [24, 'the time at Entra is taken for that at Active Directory'],
  [25, 'a licence is thought to bring the history of the audit log back'],
];

const TESTS = join(import.meta.dirname, '..');

/** Titles are texts, so a comment that names a pitfall is no test of it. */
const title = /(['"`])(?:(?!\1).)*microsoft-graph §10 #(\d+)\)(?:(?!\1).)*\1/;

/** By pitfall, the titles that name it, in files of tests. */
function titlesIn(files: readonly string[]): ReadonlyMap<number, readonly string[]> {
  const named = new Map<number, readonly string[]>();
  for (const line of files.flatMap((text) => text.split('\n'))) {
    if (/^\s*(\/\/|\/?\*)/.test(line)) continue;
    const [found, , number] = title.exec(line) ?? [];
    if (found !== undefined) named.set(Number(number), [...(named.get(Number(number)) ?? []), found]);
  }
  return named;
}

describe('every pitfall of reading a directory', () => {
  const files = readdirSync(TESTS, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.test.ts') && basename(name) !== 'pitfalls.test.ts',
  );
  const named = titlesIn(files.map((name) => readFileSync(join(TESTS, name), 'utf8')));

  it.each(pitfalls)('#%i, that %s, has a test that is named after it', (number) => {
    expect(named.get(number) ?? []).not.toEqual([]);
  });

  it('is listed here, and none is invented', () => {
    expect(pitfalls.map(([number]) => number)).toEqual(Array.from({ length: 25 }, (_, n) => n + 1));
    expect([...named.keys()].filter((number) => !pitfalls.some(([listed]) => listed === number))).toEqual([]);
  });

  it('is missed where its test is gone or is named in a comment alone', () => {
    const planted = [
      "  it('stays (microsoft-graph §10 #1)', () => {",
      '  // It goes (microsoft-graph §10 #2).',
      ' * Too (microsoft-graph §10 #3)',
    ];
    expect([...titlesIn([planted.join('\n')]).keys()]).toEqual([1]);
  });
});
