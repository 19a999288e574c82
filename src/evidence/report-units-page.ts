import type { ReportUnit } from '../reconciliation/index.ts';
import { type Html, html, join } from './html.ts';
import { leaversOf, type ReportDocument, worstFirst } from './report-document.ts';
import { effectMeanings, effectsOf } from './report-summary.ts';
import { type LeafIndexes, leafIndexes } from './report-tables.ts';
import { causeLine, remediesPage } from './report-remedies-page.ts';
import { responseTo } from './response-to.ts';
import { decidedWords, takenMeanings } from './report-taken-page.ts';
import { shownInstant, shownRange, withInstants } from './shown-instant.ts';
import { shownName } from './shown-name.ts';

type System = ReportUnit['systems'][number];

/** Every leaver, what is no pass first, and every other finding. */
export function* unitsPage(report: ReportDocument, indexes: LeafIndexes): Generator<Html> {
  const leavers = leaversOf(report);
  const among = new Set(leavers);
  const others = report.findings.filter((unit) => !among.has(unit));
  yield html`<h2>Leavers of the period (${leavers.length})</h2>
<p>Everybody whose employment ended in the period, those who passed included; what is no pass comes first.</p>`;
  yield* table(leavers, report, indexes);
  yield html`<h2>Beside the leavers (${others.length})</h2>
<p>Accounts that nobody on the roster answers for, and people whose employment goes on or ended outside the period.</p>`;
  yield* table(others, report, indexes);
  yield remediesPage(report.findings);
  yield legend(report);
}

function* table(units: readonly ReportUnit[], report: ReportDocument, indexes: LeafIndexes): Generator<Html> {
  if (units.length === 0) {
    yield html`<p>None.</p>`;
    return;
  }
  yield html`<table class="units">
<thead><tr><th class="result">Result</th><th class="who">Who</th><th class="due">Employment ended; access had to end by</th><th>What was observed</th></tr></thead>
<tbody>`;
  for (const unit of worstFirst(units)) yield row(unit, report, indexes);
  yield html`</tbody>
</table>`;
}

function row(unit: ReportUnit, report: ReportDocument, indexes: LeafIndexes): Html {
  return html`<tr><td><span class="effect ${classOf(unit)}">${unit.effect}</span><br>${wrappable(unit.verdict)} (${unit.rule})</td>
<td>${who(unit)}</td>
<td>${ending(unit)}</td>
<td><p>${withInstants(unit.sentence)}</p>
<ul class="facts">
${join(unit.systems.map(account))}
</ul>
${causeLine(unit)}${disposition(unit)}${responseTo(unit, report)}<small>Ledger records ${leafIndexes(unit.evidence, indexes)}</small></td></tr>`;
}

/** What is decided about it, never instead of the verdict. */
function disposition({ disposition: decided }: ReportUnit): Html | null {
  if (decided === null) return null;
  const { kind, reason, ticket, requestedBy, approvedBy, expiresAt, isAfterDeadline } = decided;
  const approved =
    approvedBy === null ? 'approved by nobody yet' : `approved by ${approvedBy}${isAfterDeadline ? ', after the deadline' : ''}`;
  return html`<p>Disposition: ${kind}${ticket === null ? '' : ` (${ticket})`}: ${reason}<br><small>asked for by ${requestedBy}${kind === 'exception' ? `, ${approved}` : ''}${expiresAt === null ? '' : html`, until ${shownInstant(expiresAt)}`}</small></p>`;
}

function classOf({ effect }: ReportUnit): string {
  return effect.replace('/', '');
}

/** A long name may break before the mark at which its words meet. */
function wrappable(name: string): Html {
  return join(
    name.split(/(?=[_@])/).map((part) => html`${part}`),
    '<wbr>',
  );
}

function who({ person, period }: ReportUnit): Html {
  if (person === null) return html`nobody on the roster`;
  return html`${shownName(person.displayName ?? person.workEmail)}<br><small>${person.employeeId}${period === null ? '' : `, ${period.workerType}`}<br>${shownName(person.workEmail)}</small>`;
}

function ending({ period, end, deadline }: ReportUnit): Html {
  if (period === null) return html`<small>no employment</small>`;
  if (end === null) return html`<small>has not ended</small>`;
  return html`${period.lastDay ?? period.endDate} <small>(end of that day, ${period.timeZone})</small><br>${shownRange(end)}
${deadline === null ? null : html`<p>by ${shownRange(deadline)}</p>`}
${period.backdated && period.hrRecordedAt !== null ? html`<small>HR told us only afterwards: ${shownInstant(period.hrRecordedAt)}</small>` : null}`;
}

function account({ system, account: name, accountId, standing, state, grade, taken, timing }: System): Html {
  if (accountId === null) return html`<li>${system}: ${state === 'NEVER' ? 'no account' : 'none linked'}, ${state}</li>`;
  const facts = [
    html`<code>${shownName(name ?? accountId)}</code>`,
    html`${state}`,
    ...(timing === null ? [] : window(timing)),
    html`grade ${grade}`,
  ];
  const doubt = standing === 'candidate' ? html`, <strong>a candidate: whose it is has not been settled</strong>` : null;
  return html`<li>${system}: ${join(facts, ', ')}${doubt}${taken === null ? null : html`, ${takenWords(taken)}`}</li>`;
}

/** Never without saying who decided it: it is a word, and no observation. */
function takenWords(taken: NonNullable<System['taken']>): Html {
  return html`<strong>${takenMeanings[taken.because]}</strong>: ${taken.reason} <small>(${shownInstant(taken.at)}; ${decidedWords(taken)})</small>`;
}

function window({ lastProvenUsable, firstProvenUnusable, provenUsableAgain }: NonNullable<System['timing']>): readonly Html[] {
  return [
    lastProvenUsable === null ? html`never proven usable` : html`last proven usable ${shownInstant(lastProvenUsable)}`,
    firstProvenUnusable === null ? html`not proven unusable` : html`first proven unusable ${shownInstant(firstProvenUnusable)}`,
    ...(provenUsableAgain === null ? [] : [html`usable again ${shownInstant(provenUsableAgain)}`]),
  ];
}

/** The words of the tables above; effects that do not occur are left out. */
function legend(report: ReportDocument): Html {
  return html`<h2>How to read the tables</h2>
<dl>
${join(effectsOf(report).map((effect) => html`<dt>${effect}</dt><dd>${effectMeanings[effect]}</dd>`))}
<dt>directory</dt><dd>the account in the connected Entra directory, read through Microsoft Graph</dd>
<dt>scim</dt><dd>the account in this product, which Entra provisions over SCIM</dd>
<dt>last proven usable</dt><dd>the last instant at which the account is known to have been usable; a look at the directory proves it up to five minutes before the look, since a replica may have answered</dd>
<dt>first proven unusable</dt><dd>the first instant at which it is known to have been unusable. Access ended between the two; only when both lie on one side of the deadline is the matter settled</dd>
<dt>grade</dt><dd>how well the instants are known: A our own receipt, exact; B the directory’s own exact time; C between two looks; X nothing was observed</dd>
</dl>`;
}
