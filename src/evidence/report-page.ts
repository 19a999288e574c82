import { type Html, html, join, joined } from './html.ts';
import { htmlTable } from './html-table.ts';
import { actorsPage, shownActor } from './report-actors-page.ts';
import { chartsPage } from './report-charts-page.ts';
import { type LedgerPlaces, type LedgerTelling, nothingTold } from './ledger-telling.ts';
import { contents } from './report-contents.ts';
import { sectionHeading } from './report-sections.ts';
import { coveragePage } from './report-coverage-page.ts';
import type { ReportDocument } from './report-document.ts';
import { exceptionsPage } from './report-exceptions-page.ts';
import { leaversPage } from './report-leavers-page.ts';
import { reportLimits } from './report-limits.ts';
import { sourcesPage } from './report-sources-page.ts';
import { sealsPage } from './report-seals-page.ts';
import { reportStyle } from './report-style.ts';
import { summarize } from './report-summary.ts';
import type { LeafIndexes } from './report-tables.ts';
import { takenPage } from './report-taken-page.ts';
import { testsPage } from './report-tests-page.ts';
import { unitsPage } from './report-units-page.ts';
import { plainInstant, shownInstant, withInstants } from './shown-instant.ts';
import { styleSource } from './style-source.ts';

/**
 * `report.html`: one page that opens offline and prints; no script, nothing loaded from anywhere. Piece by piece, a leaver at a time. Where the records are
 * not at hand, a fact names all those of its account.
 */
export function reportPage(report: ReportDocument, indexes: LeafIndexes, telling: LedgerTelling = nothingTold): Iterable<string> {
  return joined(parts(report, { indexes, telling }));
}

function* parts(report: ReportDocument, places: LedgerPlaces): Generator<Html> {
  const { indexes } = places;
  const style = reportStyle(report);
  yield html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${styleSource(style)}">
<title>${report.kind} deprovisioning evidence, ${report.workspace.name}, as of ${plainInstant(report.asOf)}</title>
<style>${{ html: style }}</style>
</head>
<body>
<header>
${notice(report)}
<div class="conclusion">
<p>${report.kind === 'INTERIM' ? 'Conclusion so far' : 'Conclusion'}: ${report.conclusion} – ${withInstants(report.concludedBecause)}</p>
<p>${summarize(report)}</p>
</div>
<h1>Deprovisioning evidence: ${report.workspace.name}</h1>
${header(report)}
</header>
${contents(report)}
<main id="main" tabindex="-1">`;
  yield chartsPage(report);
  yield* unitsPage(report, indexes);
  yield exceptionsPage(report);
  yield testsPage(report);
  yield takenPage(report);
  yield population(report);
  yield sourcesPage(report);
  yield actorsPage(report);
  yield policies(report);
  yield coveragePage(report);
  yield* leaversPage(report, places);
  yield sealsPage(report);
  yield html`${checking(report)}
${sectionHeading('limits')}
<ul>
${join(reportLimits(report).map((limit) => html`<li>${limit}</li>`))}
</ul>
</main>
<footer>
${notice(report)}
</footer>
</body>
</html>
`;
}

/** On top and at the end: what kind of report this is, so that a single sheet of it cannot be taken for another. */
function notice({ kind, asOf, version, frozen, supersedes }: ReportDocument): Html {
  if (kind === 'INTERIM') {
    return html`<p class="notice INTERIM"><strong>INTERIM</strong> – as of ${shownInstant(asOf)}. Not a final result: verdicts may still change.</p>`;
  }
  const corrects = supersedes === null ? null : html` It corrects and replaces report <code>${supersedes.reportId}</code>.`;
  return html`<p class="notice"><strong>FINAL</strong>, version ${version} – as of ${shownInstant(asOf)}${frozen === null ? null : html`, frozen ${shownInstant(frozen.at)}`}.${corrects}</p>`;
}

function header(report: ReportDocument): Html {
  return html`<dl>
<dt>Period</dt><dd>${shownInstant(report.periodStart)} to ${shownInstant(report.periodEnd)}, the end not included</dd>
<dt>As of</dt><dd>${shownInstant(report.asOf)}: nothing that was observed later is in this report</dd>
<dt>Times</dt><dd>All times are UTC, to the millisecond. Dates of employment are HR’s, in the time zone given beside them</dd>
<dt>Workspace</dt><dd>${report.workspace.name}, <code>${report.workspace.id}</code></dd>
<dt>Report</dt><dd><code>${report.reportId}</code>, written ${shownInstant(report.createdAt)} by ${shownActor(report.createdBy, report.actors)} from reconciliation run <code>${report.reconciliationRunId}</code></dd>
</dl>`;
}

function population({ totals }: ReportDocument): Html {
  const rows = [
    ['Ended in the reporting period (leavers)', totals.leavers],
    ['Ended outside the reporting period', totals.endedOutsidePeriod],
    ['Ended, with another employment beginning before access had to be gone', totals.continued],
    ['Employed', totals.active],
    ['Not yet begun', totals.prehire],
    ['Sum: the employment periods of the roster', totals.employmentPeriods],
  ] as const;
  return html`${sectionHeading('population')}
<p>Taken from HR’s roster, never from the directory or from SCIM: those could only show who was found there.</p>
<table class="counts">
<tbody>
${join(rows.map(([name, count]) => html`<tr><th scope="row">${name}</th><td class="number">${count}</td></tr>`))}
</tbody>
</table>
<p>Beside the roster: accounts that nobody answers for: ${totals.unmatchedAccounts}; excluded as nobody’s own, each with a person who answers for it: ${totals.excludedAccounts}.</p>`;
}

function policies(report: ReportDocument): Html {
  const rows = report.policies.map(({ version, sites, privileged, effectiveFrom, supersededAt, ...general }) => [
    version,
    allowanceCell(general),
    sites.length === 0 ? 'the same' : sites.map((each) => `${each.site}: ${allowanceCell(each)}`).join('; '),
    privileged === null ? 'no other' : `${privileged.slaHours} h: ${privileged.roles.join(', ')}`,
    shownInstant(effectiveFrom),
    supersededAt === null ? 'in force' : shownInstant(supersededAt),
  ]);
  return html`${sectionHeading('policy')}
<p>The time runs from the end of the employment as HR gives it, not from when anybody noticed.</p>
${htmlTable(['Version', 'From the end of employment until access must be gone', 'At sites of their own', 'For privileged roles, at the most', 'Effective from', 'Until'], rows)}`;
}

function allowanceCell({ slaHours, businessDays, holidays }: Omit<ReportDocument['policies'][number]['sites'][number], 'site'>): string {
  if (slaHours !== null) return `${slaHours} h`;
  return `${businessDays} × Monday to Friday${holidays.length === 0 ? '' : `, but for ${holidays.join(', ')}`}`;
}

function checking({ log }: ReportDocument): Html {
  return html`${sectionHeading('checking')}
<p>Do not take this page’s word. It is one file of a bundle: <code>manifest.json</code> there holds the SHA-256 of every file, a record of the ledger <code>${log}</code> holds the SHA-256 of the manifest, and a signed tree holds the record. <code>node verify.mjs</code> checks all of it offline and decides every verdict again; <code>README.txt</code> says how, with and without that program.</p>`;
}
