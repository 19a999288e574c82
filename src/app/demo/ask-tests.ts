import type { AdministrationClient } from './administration-client.ts';
import { expectThat } from './narrator.ts';
import type { Stage } from './story.ts';

interface ComplianceTest {
  readonly title: string;
  readonly verdict: 'PASS' | 'FAIL' | 'INSUFFICIENT';
  readonly passed: number;
  readonly of: number;
  readonly effects: Readonly<Record<string, number>>;
  readonly sentence: string;
  readonly diagnoses: readonly { readonly cause: string; readonly count: number }[];
}

/** After the findings: what each compliance test comes to over its whole population, a line each, and what is most often behind it. */
export async function askTests({ narrator }: Stage, administrator: AdministrationClient): Promise<void> {
  const { tests } = await administrator.get<{ tests: readonly ComplianceTest[] }>('/tests');
  narrator.line('');
  for (const { diagnoses, effects, of, passed, sentence, title, verdict } of tests) {
    narrator.line(`${verdict.padEnd(12)} ${passed} of ${of}  ${title}`);
    narrator.line(`             ${sentence}`);
    const [most] = diagnoses;
    if (most !== undefined) narrator.line(`             most often (${most.count}): ${most.cause}`);
    const members = Object.values(effects).reduce((sum, count) => sum + count, 0);
    expectThat(`nobody is left out of "${title}"`, members === of);
    const isSettled = ['FAIL', 'INSUF', 'PEND'].every((effect) => effects[effect] === undefined);
    expectThat(`"${title}" passes only where everything is settled`, verdict !== 'PASS' || isSettled);
  }
  expectThat('somebody of the cast fails the test of leavers', tests[0]?.verdict === 'FAIL');
}
