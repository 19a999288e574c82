import { describe, expect, it } from '@jest/globals';
import { StoryFailed } from '../../src/app/demo/narrator.ts';
import { showEveryRule } from '../../src/app/demo/show-every-rule.ts';
import { ruleTable } from '../../src/verdict/index.ts';

/** A finding of somebody for each verdict. */
const befallen = ruleTable.map(({ rule, verdict }) => ({
  verdict,
  effect: 'FAIL',
  all: [{ verdict, effect: 'FAIL' }],
  person: { name: `Whom ${rule} befell`, employeeId: rule },
  systems: [],
  sentence: '',
  deadline: null,
  since: '',
  evidence: [],
}));

function told(findings: typeof befallen): readonly string[] {
  const lines: string[] = [];
  const narrator = {
    chapter: (title: string) => lines.push(title),
    line: (text: string) => lines.push(text),
    table: (rows: readonly (readonly string[])[]) => lines.push(...rows.map((row) => row.join(' '))),
  };
  showEveryRule({ narrator }, findings);
  return lines;
}

describe('the table of the full story', () => {
  it('names for each rule whom it befell', () => {
    expect(told(befallen)).toEqual(expect.arrayContaining(['L05 FAIL DEPROVISIONED_LATE Whom L05 befell (L05)', '41 of 41 rules']));
  });

  it('takes a rule that stands beside a verdict for one that befell somebody', () => {
    const [drift, ...others] = befallen.toReversed();
    const beside = others.map((finding, index) => (index > 0 ? finding : { ...finding, all: [...finding.all, ...(drift?.all ?? [])] }));
    expect(told(beside)).toContain(`R03 FAIL PRIVILEGED_LEAVER Whom R02 befell (R02)`);
  });

  it.each(ruleTable)('fails where $rule befell nobody', ({ verdict }) => {
    expect(() => told(befallen.filter((finding) => finding.verdict !== verdict))).toThrow(StoryFailed);
  });
});
