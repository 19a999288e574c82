import { msBetween, plural } from '../kernel/index.ts';
import type { CoverageRow } from './coverage.ts';
import { type Html, html } from './html.ts';
import { htmlTable } from './html-table.ts';
import { sectionHeading } from './report-sections.ts';
import type { ReportDocument } from './report-document.ts';
import { coverageChart } from './coverage-chart.ts';
import { drawSvg, figuresLink } from './draw-svg.ts';
import { shownDuration, shownInstant } from './shown-instant.ts';

/** Stretches and files that the page lists; a quarter of hourly looks has two thousand, and all of them are in coverage.csv. */
const MAX_ROWS = 20;

/** When we looked and, the longest first, when nobody did. */
export function coveragePage(report: ReportDocument): Html {
  const looks = report.coverage.filter(({ to, what }) => what === 'looked' && to >= report.periodStart).length;
  const failed = report.coverage.filter(({ to, what }) => what === 'failed' && to >= report.periodStart).length;
  const missing = report.coverage.filter(({ what }) => what !== 'looked' && what !== 'imported').sort(longestFirst);
  return html`${sectionHeading('coverage')}
<p>${plural(looks, 'complete look')} at the directory; ${failed} did not finish and so ${failed === 1 ? 'proves' : 'prove'} nothing. Every stretch between two complete looks counts as one in which nobody looked. ${cut(missing)}</p>
<p>A mark is a look or a file, or several that lie close together; dark is a stretch of more than a day without a look at a directory, or without any call of SCIM.</p>
${drawSvg(coverageChart(report))}
${figuresLink('figures-coverage')}
<div id="figures-coverage">${htmlTable(['Source', 'What', 'From', 'To', 'Length', 'Detail', 'Why'], missing.slice(0, MAX_ROWS).map(stretch))}</div>
<p>Who decided who is synced:</p>
${htmlTable(['Authority', 'From', 'To'], report.sources.authority.map(authority))}`;
}

function authority({ authority: who, from, to }: ReportDocument['sources']['authority'][number]) {
  const named = who === 'scim' ? 'SCIM, whatever the scope says' : 'the scope of the directory connection';
  return [named, shownInstant(from), to === null ? 'as of the report' : shownInstant(to)];
}

function stretch({ because, detail, from, source, to, what }: CoverageRow) {
  return [source, what, shownInstant(from), shownInstant(to), shownDuration(from, to), detail, because ?? ''];
}

function cut(rows: readonly CoverageRow[]): string {
  return rows.length > MAX_ROWS ? `${MAX_ROWS} of ${rows.length} are shown, longest first; coverage.csv has all.` : '';
}

function longestFirst(a: CoverageRow, b: CoverageRow): number {
  return msBetween(b.from, b.to) - msBetween(a.from, a.to);
}
