import { plural } from '../kernel/index.ts';
import type { ReportUnit } from '../reconciliation/index.ts';
import { type AccessWindow, accessWindow, longestFirst } from './access-window.ts';
import { distributionChart, type Percentile, percentilesOf } from './distribution-chart.ts';
import { drawSvg, figuresLink } from './draw-svg.ts';
import { type Html, html, join } from './html.ts';
import { htmlTable } from './html-table.ts';
import { chartedWindows, intervalCharts } from './interval-chart.ts';
import { sectionHeading } from './report-sections.ts';
import { leaversOf, type ReportContent } from './report-document.ts';
import { boundedHours, shownHours } from './shown-hours.ts';

/** The leavers of a report of whom there was any account to be taken away, with the windows in which their access ended. */
export function windowsOf(report: ReportContent): readonly AccessWindow[] {
  return leaversOf(report).flatMap((unit) => accessWindow(unit) ?? []);
}

/** How long it took until access had ended, drawn and, below each drawing, in figures. */
export function chartsPage(report: ReportContent): Html {
  const windows = windowsOf(report);
  const undrawn = tellUndrawn(leaversOf(report).filter((unit) => accessWindow(unit) === undefined));
  if (windows.length === 0) {
    return html`${sectionHeading('how-long')}
<p>No leaver of the period has an account that is known to be theirs.${undrawn}</p>`;
  }
  const shown = chartedWindows(windows);
  const cut =
    shown.length === windows.length ? '' : ` ${shown.length} of ${windows.length} are drawn: those who are no pass, and the slowest.`;
  return html`${sectionHeading('how-long')}
<p>Each bar lies between the last instant at which somebody could still enter by any of their accounts and the first at which they could not: access ended within it, and a longer bar means less is known, not a longer time. The dark mark is the deadline. A bar with a point has not ended; one from the left edge has no proven beginning. Hours on a logarithmic scale.${cut}${undrawn}</p>
${join(intervalCharts(windows).map(drawSvg))}
${figuresLink('figures-how-long')}
${windowTable(shown)}
<h3>All leavers with an account together (n = ${windows.length})</h3>
<p>The band lies between the share of whom it is proven that access had ended, and the share of whom that is possible. Those who still have access, or of whom it is not proven, are among the n.</p>
${drawSvg(distributionChart(windows))}
${figuresLink('figures-together')}
<div id="figures-together">${htmlTable(['Share of the leavers', 'Access had ended'], percentilesOf(windows).map(percentileRow))}</div>`;
}

/** Whoever had no account had nothing to lose; of whom that is open, it must not be said (I10). */
function tellUndrawn(units: readonly ReportUnit[]): string {
  const without = units.filter(({ systems }) => systems.every(({ timing }) => timing?.neverHadAccount === true)).length;
  const open = units.length - without;
  return [
    without === 0 ? '' : ` ${plural(without, 'leaver')} without any account: nothing had to end, and they are not drawn.`,
    open === 0
      ? ''
      : ` ${plural(open, 'leaver')} of whom it is not settled whether there was an account, or which: not drawn either, and no pass.`,
  ].join('');
}

function percentileRow({ percent, low, high }: Percentile): readonly string[] {
  return [`${percent} %`, `after the end of employment: ${boundedHours(low, high)}`];
}

function windowTable(windows: readonly AccessWindow[]): Html {
  const rows = [...windows]
    .sort(longestFirst)
    .map(({ unit, lastUsable, firstUnusable, deadline }) => [
      unit.person?.displayName ?? unit.person?.employeeId ?? '',
      unit.effect,
      boundedHours(lastUsable, firstUnusable),
      deadline.earliest === deadline.latest
        ? shownHours(deadline.latest)
        : `${shownHours(deadline.earliest)} to ${shownHours(deadline.latest)}`,
    ]);
  return html`<details open id="figures-how-long"><summary>The same in figures, in hours after the end of employment</summary>
${htmlTable(['Leaver', 'Result', 'Access ended', 'Deadline'], rows)}
</details>`;
}
