import { plural } from '../kernel/index.ts';
import { anchorList, type AnchorsSince } from './auditor-anchors.ts';
import { conclusionMeanings, meaningBesideNobody } from '../verdict/index.ts';
import type { LiveAuditorSession } from './auditor-link-store.ts';
import { type Html, html, join } from './html.ts';
import type { Report } from './report-store.ts';
import { shownInstant, withInstants } from './shown-instant.ts';
import { styleSource } from './style-source.ts';

const style = `
  :root { color-scheme: light; }
  body { font: 16px/1.5 system-ui, "Liberation Sans", sans-serif; margin: 0 auto; max-width: 46rem; padding: 1.5rem; color: #1a1a1a; background: #fff; }
  h1 { font-size: 1.5rem; margin: 0 0 .6rem; } h2 { font-size: 1.15rem; margin: 1.8rem 0 .4rem; border-bottom: 1px solid #767676; } h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
  .notice { background: #26323d; color: #fff; padding: .6rem .9rem; margin: 0 0 1rem; } .notice.INTERIM, .notice.superseded { background: #5c3a00; }
  .notice a { color: #fff; } .conclusion { font-weight: 700; font-size: 1.1rem; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .6rem 0; } dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
  ul { padding-left: 1.2rem; } li { margin: .35rem 0; } a { color: #0b3d91; } code { font-size: 13px; overflow-wrap: anywhere; } time { white-space: nowrap; }
  pre { background: #f2f2f2; padding: .6rem .8rem; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 13px; }
  label { display: block; font-weight: 600; margin: .8rem 0 .2rem; } input { font: inherit; width: 100%; box-sizing: border-box; padding: .4rem; border: 1px solid #555; }
  button { font: inherit; font-weight: 600; margin: 1rem 0 0; padding: .5rem 1.1rem; border: 2px solid #26323d; background: #26323d; color: #fff; cursor: pointer; }
  button.plain { background: #fff; color: #26323d; } a:focus-visible, button:focus-visible, input:focus-visible { outline: 3px solid #0b3d91; outline-offset: 2px; }
  @media (max-width: 32rem) { dl { grid-template-columns: 1fr; } dd { margin: 0 0 .4rem; } time { white-space: normal; } }
`;

/** Takes the token out of the address into the form, where nothing but the button sends it. Whatever runs a page without a click opens nothing. */
const script = `
  const field = document.getElementById('token');
  if (location.hash.length > 1) {
    field.value = location.hash.slice(1);
    document.getElementById('by-hand').hidden = true;
    history.replaceState(null, '', location.pathname);
  }
`;

/** The headers of these pages: nothing is kept, nobody learns where the reader came from, and nothing runs but what is named. */
export const auditorPageHeaders = {
  'content-security-policy': `default-src 'none'; style-src ${styleSource(style)}; script-src ${styleSource(script)}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'cache-control': 'private, no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex, nofollow',
} as const;

/** What a link shows before it is opened: the same for every address, whether or not there is such a link. */
export function entryPage(path: string): string {
  return page(
    'A sealed report',
    html`<p>This link opens one sealed report for reading. That it is opened, and what is taken from it, is recorded in the ledger that the report stands in.</p>
<form method="post" action="${path}/session" autocomplete="off">
<div id="by-hand"><label for="token">What stands behind the # of the link</label><input id="token" name="token" required spellcheck="false" autocapitalize="off"></div>
<button>Open the report</button>
</form>
<script>${{ html: script }}</script>`,
  );
}

export function auditorFailurePage(problem: { readonly detail: string; readonly next: string | undefined }): string {
  return page('The report is not shown', html`<p>${problem.detail}</p>${problem.next === undefined ? null : html`<p>${problem.next}</p>`}`);
}

export interface AuditedReport {
  readonly path: string;
  readonly session: LiveAuditorSession;
  readonly report: Report;
  readonly workspaceName: string;
  /** The report that corrects this one. */
  readonly newer: Pick<Report, 'id' | 'version' | 'createdAt'> | undefined;
  /** Reports over some of the same period, earlier and later ones. */
  readonly others: readonly Pick<
    Report,
    'id' | 'kind' | 'version' | 'periodStart' | 'periodEnd' | 'conclusion' | 'createdAt' | 'supersededBy'
  >[];
  readonly anchors: AnchorsSince;
  /** Why it concludes so, in its own words; undefined where it was purged, or is older than such words. */
  readonly concludedBecause: string | undefined;
  /** How many people HR told of since, as having left within the period. */
  readonly leaversToldSince: number;
}

/** A report in which nobody left tested nothing: its pass must not read like one of many. */
function meaningOf({ conclusion, totals }: Report, concludedBecause: string | undefined): string {
  if (concludedBecause !== undefined) return concludedBecause;
  if (totals.leavers > 0) return `${conclusionMeanings[conclusion]}.`;
  return `nobody is known to have left within the period, so that nothing was tested; ${meaningBesideNobody(conclusion)}.`;
}

/** What a link opens: the report's files, how to check them, and until when. */
export function auditedReportPage(audited: AuditedReport): string {
  const { anchors, newer, others, path, report, session, workspaceName } = audited;
  const isStamped = anchors.made.some(({ kind }) => kind === 'rfc3161');
  const body = html`${kindNotice(report)}
${newer === undefined ? null : supersededNotice(newer)}
${audited.leaversToldSince === 0 ? null : toldSinceNotice(audited.leaversToldSince, report)}
<p class="conclusion">${report.kind === 'INTERIM' ? 'Conclusion so far' : 'Conclusion'}: ${report.conclusion} – ${withInstants(meaningOf(report, audited.concludedBecause))}</p>
<dl>
<dt>Period</dt><dd>${shownInstant(report.periodStart)} to ${shownInstant(report.periodEnd)}, the end not included</dd>
<dt>Sealed</dt><dd>${shownInstant(report.createdAt)}, under a ledger of ${report.checkpointSize} records</dd>
<dt>Report</dt><dd><code>${report.id}</code>, version ${report.version}</dd>
<dt>Manifest</dt><dd>SHA-256 <code>${report.manifestSha256.toString('hex')}</code></dd>
</dl>
<h2>Read it</h2>
<ul>
${fileItem(path, 'report.html', 'The report as a page', 'begin here')}
${fileItem(path, 'report.pdf', 'The same on sheets of A4', 'PDF')}
${fileItem(path, 'population.csv', 'Every leaver of the period', 'CSV: draw your sample from it')}
${fileItem(path, 'oscal/assessment-results.json', 'The result for tools', 'OSCAL Assessment Results')}
</ul>
<h2>Check it</h2>
<ul>
<li><a href="${path}/bundle">The bundle</a>: all of these, the ledger under them and the verifier, as one ZIP</li>
</ul>
<h3>Anchors since it was sealed</h3>
${anchors.made.length === 0 ? null : html`<p>Each is a file for <code>--anchor</code>, which may be given several times.</p>`}
${anchorList(path, anchors)}
<pre>node verify.mjs BUNDLE.zip --vkey KEY${anchors.made.length === 0 ? '' : ' --anchor ANCHOR.zip'}${isStamped ? ' --tsa-ca CERTIFICATES' : ''}</pre>
<p><code>KEY</code> is the ledger's verifier key as you were given it when the engagement began, and from nowhere on this page. The bundle's <code>README.txt</code> says how to check it without our program.</p>
<h2>Other reports over this period</h2>
${otherReports(others)}
<h2>Your access</h2>
<p>This link is made out to ${session.recipient ?? 'somebody who is not named any more'}. It opens this report alone until ${shownInstant(session.expiresAt)}; this window shows it until ${shownInstant(session.sessionEndsAt)}, and the link opens it again. Each file that you take is recorded.</p>
<form method="post" action="${path}/session/end"><button class="plain">Close it in this browser</button></form>`;
  return page(`Deprovisioning evidence: ${workspaceName}`, body);
}

/** Of several reports over one period somebody may show the friendliest: so each link names the others. */
function otherReports(others: AuditedReport['others']): Html {
  if (others.length === 0)
    return html`<p>No other report over any of it was sealed, says this server; the bundle proves it of those before this one.</p>`;
  const items = others.map(
    ({ conclusion, createdAt, id, kind, periodEnd, periodStart, supersededBy, version }) =>
      html`<li>${kind}${kind === 'FINAL' ? ` version ${version}` : ''}, concluded <strong>${conclusion}</strong>, sealed ${shownInstant(createdAt)}, over ${shownInstant(periodStart)} to ${shownInstant(periodEnd)}: <code>${id}</code>${supersededBy === null ? '' : html`, superseded by <code>${supersededBy}</code>`}</li>`,
  );
  return html`<p>The latest first. Those before this one are in its bundle, too, by the records of the ledger; this link opens none of them.</p>
<ul>
${join(items)}
</ul>`;
}

function kindNotice({ asOf, kind, version }: Report): Html {
  return kind === 'INTERIM'
    ? html`<p class="notice INTERIM"><strong>INTERIM</strong> – as of ${shownInstant(asOf)}. Not a final result: verdicts may still change.</p>`
    : html`<p class="notice"><strong>FINAL</strong>, version ${version} – as of ${shownInstant(asOf)}.</p>`;
}

function supersededNotice(newer: Pick<Report, 'id' | 'version' | 'createdAt'>): Html {
  return html`<p class="notice superseded"><strong>Superseded</strong>: version ${newer.version}, sealed ${shownInstant(newer.createdAt)} as report <code>${newer.id}</code>, corrects this report. What you see stays what was sealed; ask for a link to the newer one.</p>`;
}

/** Without names: the link shows what was sealed. */
function toldSinceNotice(count: number, { asOf }: Report): Html {
  return html`<p class="notice superseded"><strong>Told since</strong>: of ${plural(count, 'person', 'people')} whose employment ended within this period HR told, or told another end, only after the as-of of this report (${shownInstant(asOf)}), by what this server holds today. What you see stays what was sealed; ask for them, and for a corrected report.</p>`;
}

function fileItem(path: string, file: string, name: string, about: string): Html {
  return html`<li><a href="${path}/files/${file}">${name}</a> (${about})</li>`;
}

function page(title: string, body: Html): string {
  const whole = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${{ html: style }}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${join([body])}
</main>
</body>
</html>
`;
  return whole.html;
}
