import { msBetween } from '../kernel/index.ts';
import type { CoverageRow } from './coverage.ts';
import { type Html, html } from './html.ts';
import { htmlTable } from './html-table.ts';
import type { ReportDocument } from './report-document.ts';
import { plural } from './report-summary.ts';
import { shownDuration, shownInstant } from './shown-instant.ts';

/** Stretches and files that the page lists; a quarter of hourly looks has two thousand, and all of them are in coverage.csv. */
const MAX_ROWS = 20;

/** When we looked and, the longest first, when nobody did. */
export function coveragePage(report: ReportDocument): Html {
  const looks = report.coverage.filter(({ what }) => what === 'looked').length;
  const failed = report.coverage.filter(({ what }) => what === 'failed').length;
  const missing = report.coverage.filter(({ what }) => what !== 'looked' && what !== 'imported').sort(longestFirst);
  return html`<h2>Coverage</h2>
<p>${plural(looks, 'complete look')} at the directory; ${failed} did not finish and so prove nothing. Every stretch between two complete looks counts as one in which nobody looked. ${cut(missing, 'longest first')}</p>
${htmlTable(['Source', 'What', 'From', 'To', 'Length', 'Detail'], missing.slice(0, MAX_ROWS).map(stretch))}`;
}

function stretch({ source, what, from, to, detail }: CoverageRow) {
  return [source, what, shownInstant(from), shownInstant(to), shownDuration(from, to), detail];
}

/** HR's files, the latest first: what the population was taken from. */
export function importsPage(report: ReportDocument): Html {
  const imports = report.coverage.filter(({ what }) => what === 'imported').toReversed();
  return html`<h3>Roster files (${imports.length})</h3>
<p>Each file’s SHA-256 and who imported it are in the ledger record <code>hr.import.completed</code> of that instant. ${cut(imports, 'latest first')}</p>
${htmlTable(['Imported', 'What was in it', 'Import'], imports.slice(0, MAX_ROWS).map(rosterFile))}`;
}

function rosterFile({ from, detail, ref }: CoverageRow) {
  return [shownInstant(from), detail, html`<code>${ref}</code>`];
}

function cut(rows: readonly CoverageRow[], order: string): string {
  return rows.length > MAX_ROWS ? `${MAX_ROWS} of ${rows.length} are shown, ${order}; coverage.csv has all.` : '';
}

function longestFirst(a: CoverageRow, b: CoverageRow): number {
  return msBetween(b.from, b.to) - msBetween(a.from, a.to);
}
