import { ruleTable } from '../../verdict/index.ts';
import { expectThat } from './narrator.ts';
import { type Finding, whoOf } from './reconcile.ts';
import type { Stage } from './story.ts';

/** Full story, after chapter 9: each rule of the decision table with whomever it befell. Fails when a rule befell nobody. */
export function showEveryRule(stage: Pick<Stage, 'narrator'>, findings: readonly Finding[]): void {
  stage.narrator.chapter('9b  Every rule of the decision table');
  const rows = ruleTable.map(({ rule, verdict }) => {
    const first = findings.find((finding) => finding.verdict === verdict) ?? findings.findLast(({ all }) => all.some(named(verdict)));
    expectThat(`${rule} ${verdict} befalls somebody`, first !== undefined);
    const effect = first.all.find(named(verdict))?.effect ?? '';
    return [rule, effect, verdict, whoOf(first)];
  });
  stage.narrator.table([['rule', 'effect', 'verdict', 'for example'], ...rows]);
  stage.narrator.line(`${rows.length} of ${ruleTable.length} rules`);
}

function named(verdict: string): (match: { readonly verdict: string }) => boolean {
  return (match) => match.verdict === verdict;
}
