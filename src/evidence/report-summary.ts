import { plural } from '../kernel/index.ts';
import type { ReportUnit } from '../reconciliation/index.ts';
import type { Effect } from '../verdict/index.ts';
import { leaversOf, type ReportDocument } from './report-document.ts';

/** How many have an effect, in words: `4 failed (FAIL)`. */
const effectWords: Readonly<Record<Effect, string>> = {
  FAIL: 'failed',
  INSUF: 'cannot be settled',
  PEND: 'not due yet',
  WARN: 'to be looked at',
  PASS: 'passed',
  OK: 'in order',
  INFO: 'for information',
  'N/A': 'outside the test',
};

/** What an effect means, for whoever reads the word for the first time; worst first. */
export const effectMeanings: Readonly<Record<Effect, string>> = {
  FAIL: 'access did not end in time, has not ended, or came back',
  INSUF: 'what was observed cannot settle it: not a pass',
  PEND: 'the deadline has not passed yet: not a pass',
  WARN: 'somebody who is still employed should look at it',
  PASS: 'access is proven to have ended in time',
  OK: 'nothing to do',
  INFO: 'nothing to do, but worth knowing',
  'N/A': 'outside the test: no account was found, or it belongs to nobody in person',
};

/** The counts in sentences, every leaver among them; never better than what is known (I10). */
export function summarize(report: ReportDocument): string {
  const leavers = leaversOf(report);
  const others = report.findings.filter((unit) => !leavers.includes(unit));
  return [
    leavers.length === 0
      ? `There were no leavers (${report.totals.employmentPeriods} employment periods were looked at): nothing was tested.`
      : `${plural(leavers.length, 'leaver')} in the period: ${countsOf(leavers, report)}.`,
    others.length === 0
      ? 'Nothing else needs attention.'
      : `Beside the leavers ${plural(others.length, 'finding')}: ${countsOf(others, report)}.`,
    ...takenFrom(leavers),
  ].join(' ');
}

/** A verdict that rests on what a human said after the end is never told without it. */
function takenFrom(leavers: readonly ReportUnit[]): readonly string[] {
  const some = (standing: ReportUnit['systems'][number]['standing']) =>
    leavers.flatMap(({ systems }) => systems.filter((system) => system.standing === standing)).length;
  const [barred, classed] = [some('barred'), some('classed')];
  if (barred + classed === 0) return [];
  return [
    `Of the leavers’ accounts, ${barred} ${barred === 1 ? 'was' : 'were'} taken from them by hand after the end and not counted, and ${classed} classed as nobody’s own since and counted.`,
  ];
}

function countsOf(units: readonly ReportUnit[], report: ReportDocument): string {
  return effectsOf(report)
    .map((effect) => [effect, units.filter((unit) => unit.effect === effect).length] as const)
    .filter(([, count]) => count > 0)
    .map(([effect, count]) => `${count} ${effectWords[effect]} (${effect})`)
    .join(', ');
}

/** Effects that occur in a report, worst first. */
export function effectsOf({ effects }: ReportDocument): readonly Effect[] {
  return Object.keys(effectMeanings).filter((effect): effect is Effect => Object.hasOwn(effects, effect));
}
