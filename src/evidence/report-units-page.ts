import { plural } from '../kernel/index.ts';
import { confidenceOf, matchRuleMeanings, type ReportUnit } from '../reconciliation/index.ts';
import { type Html, html, join } from './html.ts';
import { leaversOf, type ReportDocument } from './report-document.ts';
import { sectionHeading } from './report-sections.ts';
import { effectMeanings, effectsOf } from './report-summary.ts';
import { type LeafIndexes, leafIndexes } from './report-tables.ts';
import { causeLine, remediesPage } from './report-remedies-page.ts';
import { responseTo } from './response-to.ts';
import { decidedWords, takenMeanings } from './report-taken-page.ts';
import { plainInstant, plainRange, shownInstant, withPlainInstants } from './shown-instant.ts';
import { shownName } from './shown-name.ts';
import { namedActor } from './shown-named.ts';
import { groupUnits, nameOf, type NumberedUnit } from './unit-groups.ts';

type System = ReportUnit['systems'][number];

/** Every leaver, what is no pass first, and every other finding. */
export function* unitsPage(report: ReportDocument, indexes: LeafIndexes): Generator<Html> {
  const leavers = leaversOf(report);
  const among = new Set(leavers);
  const others = report.findings.filter((unit) => !among.has(unit));
  yield html`${sectionHeading('leavers', leavers.length)}
<p>Everybody whose employment ended in the period, those who passed included; what is no pass comes first. Each name leads to the leaver’s page.</p>`;
  yield* tables('leavers', leavers, { report, indexes });
  yield html`${sectionHeading('others', others.length)}
<p>Accounts that nobody on the roster answers for, and people whose employment goes on or ended outside the period.${lateWords(report)}</p>`;
  yield* tables('others', others, { report, indexes });
  yield remediesPage(report.findings);
  yield legend(report);
}

interface Within {
  readonly report: ReportDocument;
  readonly indexes: LeafIndexes;
}

function* tables(section: 'leavers' | 'others', units: readonly ReportUnit[], within: Within): Generator<Html> {
  if (units.length === 0) yield html`<p>None.</p>`;
  for (const group of groupUnits(units)) {
    yield html`<div class="group">${group.name === null ? null : html`<h3 id="${section}-${group.number}">${group.name}</h3>`}
<table class="units">
<thead><tr><th scope="col" class="result">Result</th><th scope="col" class="who">Who</th><th scope="col" class="due">Employment ended; access had to end by</th><th scope="col">What was observed</th></tr></thead>
<tbody>`;
    for (const each of group.units) yield section === 'leavers' ? leaverRow(each, within) : otherRow(each.unit, within);
    yield html`</tbody>
</table></div>`;
  }
}

/** What was seen of each account, and when, stands on the leaver's page. */
function leaverRow({ unit, number }: NumberedUnit, { report }: Within): Html {
  return html`<tr id="r${number}"><td>${result(unit)}</td>
<th scope="row"><a href="#l${number}">${shownName(nameOf(unit))}</a>${whoBeside(unit)}</th>
<td>${ending(unit)}</td>
<td><p>${withPlainInstants(unit.sentence)}</p>
${causeLine(unit)}${disposition(unit, report)}${responseTo(unit, report)}</td></tr>`;
}

function otherRow(unit: ReportUnit, { report, indexes }: Within): Html {
  return html`<tr><td>${result(unit)}</td>
<th scope="row">${unit.person === null ? 'nobody on the roster' : html`${shownName(nameOf(unit))}${whoBeside(unit)}`}</th>
<td>${ending(unit)}${lateMark(unit, report)}</td>
<td><p>${withPlainInstants(unit.sentence)}</p>
<ul class="facts">
${join(unit.systems.map((system) => account(system, report)))}
</ul>
${causeLine(unit)}${disposition(unit, report)}${responseTo(unit, report)}<small>Ledger records ${leafIndexes(unit.evidence, indexes)}</small></td></tr>`;
}

/** Whom no other report has. */
function lateWords({ toldAfterSeal }: ReportDocument): string {
  if (toldAfterSeal.length === 0) return '';
  return ` Among them ${plural(toldAfterSeal.length, 'person', 'people')} of whose end HR told only after the final report over its time had been sealed; they are no leavers of that report, pass or not.`;
}

function lateMark({ id }: ReportUnit, { toldAfterSeal }: ReportDocument): Html | null {
  const late = toldAfterSeal.find(({ findingId }) => findingId === id);
  if (late === undefined) return null;
  return html`<br><small><strong>told after the seal of its period</strong>: ${plainInstant(late.knownAt)}, after report <code>${late.reportId ?? 'not said'}</code></small>`;
}

function result(unit: ReportUnit): Html {
  return html`<span class="effect ${classOf(unit)}">${unit.effect}</span><br>${wrappable(unit.verdict)} (${unit.rule})`;
}

/** What is decided about it, never instead of the verdict. */
function disposition({ disposition: decided }: ReportUnit, { actors }: ReportDocument): Html | null {
  if (decided === null) return null;
  const { kind, reason, ticket, requestedBy, approvedBy, expiresAt, isAfterDeadline } = decided;
  const approved =
    approvedBy === null
      ? html`approved by nobody yet`
      : html`approved by ${namedActor(approvedBy, { actors })}${isAfterDeadline ? ', after the deadline' : ''}`;
  return html`<p>Disposition: ${kind}${ticket === null ? '' : ` (${ticket})`}: ${reason}<br><small>asked for by ${namedActor(requestedBy, { actors })}${kind === 'exception' ? html`, ${approved}` : null}${expiresAt === null ? '' : html`, until ${shownInstant(expiresAt)}`}</small></p>`;
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

function whoBeside({ person, period }: ReportUnit): Html | null {
  if (person === null) return null;
  return html`<br><small>${person.employeeId}${period === null ? '' : `, ${period.workerType}`}<br>${shownName(person.workEmail)}</small>`;
}

function ending({ period, end, deadline }: ReportUnit): Html {
  if (period === null) return html`<small>no employment</small>`;
  if (end === null) return html`<small>has not ended</small>`;
  return html`${period.lastDay ?? period.endDate} <small>(end of that day, ${period.timeZone})</small><br>${plainRange(end)}
${deadline === null ? null : html`<p>by ${plainRange(deadline)}</p>`}
${period.backdated && period.hrRecordedAt !== null ? html`<small>HR told us only afterwards: ${plainInstant(period.hrRecordedAt)}</small>` : null}`;
}

function account({ system, account: name, accountId, blind, standing, state, grade, taken, timing }: System, report: ReportDocument): Html {
  if (accountId === null) return html`<li>${system}: ${state === 'NEVER' ? 'no account' : 'none linked'}, ${state}${gaps(blind)}</li>`;
  const facts = [
    html`<code>${shownName(name ?? accountId)}</code>`,
    html`${state}`,
    ...(timing === null ? [] : window(timing)),
    html`grade ${grade}`,
  ];
  const doubt = standing === 'candidate' ? html`, <strong>a candidate: whose it is has not been settled</strong>` : null;
  return html`<li>${system}: ${join(facts, ', ')}${doubt}${taken === null ? null : html`, ${takenWords(taken, report)}`}${gaps(blind)}</li>`;
}

/** As coverage.csv calls them; the sentence says when. */
function gaps(blind: System['blind']): Html | null {
  return blind === undefined ? null : html`, <small>nobody was looking: ${blind.map(({ gapId }) => gapId).join(', ')}</small>`;
}

/** Never without saying who decided it: it is a word, and no observation. */
function takenWords(taken: NonNullable<System['taken']>, report: ReportDocument): Html {
  return html`<strong>${takenMeanings[taken.because]}</strong>: ${taken.reason} <small>(${shownInstant(taken.at)}; ${decidedWords(taken, report)})</small>`;
}

function window({ lastProvenUsable, firstProvenUnusable, provenUsableAgain }: NonNullable<System['timing']>): readonly Html[] {
  return [
    lastProvenUsable === null ? html`never proven usable` : html`last proven usable ${shownInstant(lastProvenUsable)}`,
    firstProvenUnusable === null ? html`not proven unusable` : html`first proven unusable ${shownInstant(firstProvenUnusable)}`,
    ...(provenUsableAgain === null ? [] : [html`usable again ${shownInstant(provenUsableAgain)}`]),
  ];
}

/** The rules of matching, surest first. */
function rulesText(): string {
  const rules = Object.entries(matchRuleMeanings) as [keyof typeof matchRuleMeanings, string][];
  return rules.map(([rule, meaning]) => `${rule} ${meaning} (${confidenceOf({ rule, standing: 'linked' })})`).join('; ');
}

/** The words of the tables above; effects that do not occur are left out. */
function legend(report: ReportDocument): Html {
  return html`${sectionHeading('reading')}
<dl>
${join(effectsOf(report).map((effect) => html`<dt>${effect}</dt><dd>${effectMeanings[effect]}</dd>`))}
<dt>directory</dt><dd>the account in the connected Entra directory, read through Microsoft Graph</dd>
<dt>scim</dt><dd>the account in this product, which Entra provisions over SCIM</dd>
<dt>last proven usable</dt><dd>the last instant at which the account is known to have been usable; a look at the directory proves it up to five minutes before the look, since a replica may have answered</dd>
<dt>first proven unusable</dt><dd>the first instant at which it is known to have been unusable. Access ended between the two; only when both lie on one side of the deadline is the matter settled</dd>
<dt>by M0 to M5</dt><dd>why an account is held to be this person’s, and how sure that is: ${rulesText()}</dd>
<dt>grade</dt><dd>how well the instants are known: A our own receipt, exact; B the directory’s own exact time; C between two looks; X nothing was observed</dd>
</dl>`;
}
