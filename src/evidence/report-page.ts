import type { ReportUnit } from '../reconciliation/index.ts';
import { type Html, html, join } from './html.ts';
import { leaversOf, type ReportDocument, worstFirst } from './report-document.ts';
import { reportLimits } from './report-limits.ts';
import { rangeText } from './report-tables.ts';

const style = `
  :root { color-scheme: light; }
  body { font: 15px/1.45 system-ui, sans-serif; margin: 0 auto; max-width: 72rem; padding: 1.5rem; color: #1a1a1a; }
  .interim { background: #7a4a00; color: #fff; padding: .5rem .8rem; font-weight: 700; letter-spacing: .06em; }
  h1 { font-size: 1.5rem; margin: 1rem 0 .3rem; } h2 { font-size: 1.1rem; margin: 1.8rem 0 .4rem; border-bottom: 1px solid #999; }
  table { border-collapse: collapse; width: 100%; font-size: 13px; } th, td { text-align: left; vertical-align: top; padding: .3rem .5rem; border-bottom: 1px solid #ddd; }
  th { border-bottom: 2px solid #666; } dt { font-weight: 600; } dd { margin: 0 0 .4rem; overflow-wrap: anywhere; } code { font-size: 12px; overflow-wrap: anywhere; }
  .FAIL { color: #a40000; font-weight: 700; } .INSUF, .PEND, .WARN { color: #7a4a00; font-weight: 700; } .PASS, .OK { color: #14532d; }
  @media print { body { max-width: none; padding: 0; font-size: 11px; } table { font-size: 10px; } tr { break-inside: avoid; } thead { display: table-header-group; } .interim { print-color-adjust: exact; } }
`;

/** `report.html`: one page that opens offline and prints; no script, nothing loaded from anywhere. */
export function reportPage(report: ReportDocument): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>INTERIM deprovisioning evidence, ${report.workspace.name}</title>
<style>${{ html: style }}</style>
</head>
<body>
<p class="interim">INTERIM – as of ${report.asOf}</p>
<h1>Deprovisioning evidence: ${report.workspace.name}</h1>
<p>${summary(report)}</p>
${header(report)}
${population(report)}
${join([section('Findings that are no pass', notPassed(report)), section('Leavers of the period', leaversOf(report))])}
${policies(report)}
${coverage(report)}
<h2>How to check this report</h2>
<p>The hash of every file of this bundle is in <code>manifest.json</code>; the manifest’s hash is in a record of the log <code>${report.log}</code>, whose tree is signed. <code>README.txt</code> says how to check that offline.</p>
<h2>Limits</h2>
<ul>
${join(reportLimits.map((limit) => html`<li>${limit}</li>`))}
</ul>
<p class="interim">INTERIM – as of ${report.asOf}</p>
</body>
</html>
`;
  return page.html;
}

/** The counts in a sentence; never a verdict over the whole that is better than what is known (I10). */
function summary(report: ReportDocument): string {
  const { leavers } = report.totals;
  const counts = Object.entries(report.effects).map(([effect, count]) => `${count} ${effect}`);
  const people = leavers === 0 ? `no leavers (${report.totals.employmentPeriods} employment periods were looked at)` : `${leavers} leavers`;
  const findings = counts.length === 0 ? 'no findings' : counts.join(', ');
  return `${people} in the period; ${report.findings.length} findings: ${findings}. Conclusion so far: ${report.conclusion}.`;
}

function header(report: ReportDocument): Html {
  return html`<dl>
<dt>Period</dt><dd>${report.periodStart} to ${report.periodEnd}, the end not included</dd>
<dt>Workspace</dt><dd>${report.workspace.name} <code>${report.workspace.id}</code></dd>
<dt>Report</dt><dd><code>${report.reportId}</code>, written ${report.createdAt} by <code>${report.createdBy}</code> from reconciliation run <code>${report.reconciliationRunId}</code></dd>
</dl>`;
}

function population({ totals }: ReportDocument): Html {
  return html`<h2>Population</h2>
<p>From HR’s roster, never from the directory. The lines add up to the employment periods of the roster.</p>
<table>
<tbody>
<tr><th>Employment periods</th><td>${totals.employmentPeriods}</td></tr>
<tr><th>Ended in the reporting period (leavers)</th><td>${totals.leavers}</td></tr>
<tr><th>Ended outside the reporting period</th><td>${totals.endedOutsidePeriod}</td></tr>
<tr><th>Ended, with another employment beginning before access had to be gone</th><td>${totals.continued}</td></tr>
<tr><th>Employed</th><td>${totals.active}</td></tr>
<tr><th>Not yet begun</th><td>${totals.prehire}</td></tr>
<tr><th>Beside the roster: accounts that nobody answers for</th><td>${totals.unmatchedAccounts}</td></tr>
</tbody>
</table>`;
}

function notPassed(report: ReportDocument): readonly ReportUnit[] {
  return worstFirst(report.findings).filter(({ effect }) => effect !== 'PASS' && effect !== 'OK');
}

function section(title: string, units: readonly ReportUnit[]): Html {
  if (units.length === 0) return html`<h2>${title}</h2><p>None.</p>`;
  return html`<h2>${title} (${units.length})</h2>
<table>
<thead><tr><th>Effect</th><th>Verdict</th><th>Who</th><th>Employment ended</th><th>Deadline</th><th>Accounts</th><th>Why</th></tr></thead>
<tbody>
${join(units.map(row))}
</tbody>
</table>`;
}

function row(unit: ReportUnit): Html {
  return html`<tr><td class="${unit.effect.replace('/', '')}">${unit.effect}</td><td>${unit.verdict} (${unit.rule})</td><td>${who(unit)}</td><td>${rangeText(unit.end)}</td><td>${rangeText(unit.deadline)}</td><td>${accounts(unit)}</td><td>${unit.sentence}</td></tr>`;
}

function who({ person }: ReportUnit): string {
  return person === null ? 'nobody' : `${person.displayName ?? person.workEmail} (${person.employeeId})`;
}

function accounts({ systems }: ReportUnit): string {
  return systems.map(({ system, account, state, grade }) => `${system}: ${account ?? 'none'}, ${state}, grade ${grade}`).join('; ');
}

function policies(report: ReportDocument): Html {
  const rows = report.policies.map(
    ({ version, slaHours, effectiveFrom, supersededAt }) =>
      html`<tr><td>${version}</td><td>${slaHours}</td><td>${effectiveFrom}</td><td>${supersededAt ?? 'in force'}</td></tr>`,
  );
  return html`<h2>Policy</h2>
<table>
<thead><tr><th>Version</th><th>Hours until access must be gone</th><th>From</th><th>Until</th></tr></thead>
<tbody>
${join(rows)}
</tbody>
</table>`;
}

/** The looks that proved something are many and all in coverage.csv; the page shows where there was none. */
function coverage(report: ReportDocument): Html {
  const looked = report.coverage.filter(({ what }) => what === 'looked').length;
  const rows = report.coverage
    .filter(({ what }) => what !== 'looked')
    .map(
      ({ source, what, from, to, detail }) =>
        html`<tr><td>${source}</td><td>${what}</td><td>${from}</td><td>${to}</td><td>${detail}</td></tr>`,
    );
  return html`<h2>Coverage</h2>
<p>${looked} complete looks at the directory. Otherwise:</p>
<table>
<thead><tr><th>Source</th><th>What</th><th>From</th><th>To</th><th>Detail</th></tr></thead>
<tbody>
${join(rows)}
</tbody>
</table>`;
}
