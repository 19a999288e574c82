import type { Instant } from '../kernel/index.ts';
import type { ReportSystem, ReportUnit } from '../reconciliation/index.ts';
import { type Html, html, join } from './html.ts';
import { accountName, type FactsAround, factsOf, type LeaverFact, matchWords, placesOfEnd, placesOfPolicies } from './leaver-facts.ts';
import { type LedgerPlaces, placesOfInstant } from './ledger-telling.ts';
import { leaversOf, type ReportDocument } from './report-document.ts';
import { leafPlaces } from './report-tables.ts';
import { sectionHeading } from './report-sections.ts';
import { responseTo } from './response-to.ts';
import { plainInstant, withPlainInstants } from './shown-instant.ts';
import { shownName } from './shown-name.ts';
import { arithmeticSinceTold, deadlineArithmetic, timingArithmetic, timingSinceTold } from './spell-arithmetic.ts';
import { groupUnits, nameOf, type NumberedUnit } from './unit-groups.ts';

/** A page per leaver: every fact in order of time, the arithmetic, what management says. */
export function* leaversPage(report: ReportDocument, places: LedgerPlaces): Generator<Html> {
  const groups = groupUnits(leaversOf(report));
  yield html`<section class="leavers">${sectionHeading('timelines')}
<p>Every fact with its time, its source and its place in the ledger (<code>log/records.jsonl</code>), and how the verdict follows from them. A number in square brackets is the place of the record that a figure comes from.</p>
${groups.length === 0 ? html`<p>None.</p>` : null}
</section>`;
  for (const { name, number, units } of groups) {
    yield html`<div class="group">`;
    if (name !== null) yield html`<section class="leavers"><h3 id="timelines-${number}">${name}</h3></section>`;
    for (const each of units) yield leaver(each, { report, places, level: name === null ? 3 : 4 });
    yield html`</div>`;
  }
}

interface Within {
  readonly report: ReportDocument;
  readonly places: LedgerPlaces;
  readonly level: number;
}

function leaver({ unit, number }: NumberedUnit, { report, places, level }: Within): Html {
  const around = { ...places, policies: report.policies, actors: report.actors };
  const { person, period } = unit;
  return html`<section class="leaver" id="l${number}">
<h${level}>${shownName(nameOf(unit))}: ${unit.effect}, ${unit.verdict}</h${level}>
<p>${withPlainInstants(unit.sentence)}</p>
<p><small>${person?.employeeId ?? null}${period === null ? null : `, ${period.workerType}`}. ${join(unit.systems.map(account), ' ')}</small> <a class="screen" href="#r${number}">Back to the table</a></p>
<table class="timeline">
<thead><tr><th scope="col">When</th><th scope="col">What</th><th scope="col">Source</th><th scope="col">Ledger</th></tr></thead>
<tbody>
${join(factsOf(unit, around).map(factRow))}
</tbody>
</table>
<ul>
${join(arithmeticOf(unit, around).map((line) => html`<li>${line}</li>`))}
</ul>
${responseTo(unit, report)}
</section>`;
}

function account(system: ReportSystem): Html {
  const { accountId, state, grade, standing } = system;
  const name = `${system.system}:`;
  if (accountId === null) return html`${name} ${state === 'NEVER' ? 'no account' : 'none linked'}, ${state}.`;
  const whose = standing === 'candidate' ? 'perhaps theirs, ' : standing === 'released' ? 'no longer theirs at the end, ' : '';
  return html`${name} <code>${shownName(system.account ?? accountId)}</code>, ${whose}by ${matchWords(system)}, ${state}, grade ${grade}.`;
}

function factRow({ at, until, what, source, places }: LeaverFact): Html {
  const when = until === null || until === at ? plainInstant(at) : `${plainInstant(at)} to ${plainInstant(until)}`;
  return html`<tr><td>${when}</td><td>${what}</td><td>${source}</td><td>${places.join(' ')}</td></tr>`;
}

/** How the deadline and each account’s lateness come about, every instant with the places of the records that it comes from. */
function arithmeticOf(unit: ReportUnit, around: FactsAround): readonly string[] {
  const [end, policy] = [placesOfEnd(unit, around), placesOfPolicies(unit, around)];
  const cited = citing([
    [unit.end, end],
    [unit.deadline, policy],
    [unit.deadlineSinceTold, policy],
    [rangeAt(unit.period?.hrRecordedAt ?? null), end],
  ]);
  const general = [deadlineArithmetic(unit, around.policies), arithmeticSinceTold(unit, around.policies)];
  const accounts = unit.systems.flatMap((system) => accountArithmetic(unit, system, { around, end, policy }));
  const placesOf = (version: string) =>
    leafPlaces(
      around.policies.flatMap((each) => (String(each.version) === version ? [each.recordId] : [])),
      around.indexes,
    );
  const withPolicy = (line: string) =>
    line.replace(/policy version (\d+)/g, (said, version: string) => `${said}${bracketed(placesOf(version))}`);
  return [...general.flatMap((line) => (line === null ? [] : [withPolicy(withPlainInstants(line, cited))])), ...accounts];
}

interface Citing {
  readonly around: FactsAround;
  readonly end: readonly number[];
  readonly policy: readonly number[];
}

function accountArithmetic(unit: ReportUnit, system: ReportSystem, { around, end, policy }: Citing): readonly string[] {
  const { timing, judged, standing } = system;
  if (timing === null || judged === null || standing === 'candidate' || standing === 'barred') return [];
  const seen = [timing.lastProvenUsable, timing.firstProvenUnusable, timing.provenUsableAgain].flatMap((at) =>
    at === null ? [] : [[rangeAt(at), placesOfInstant(system, at, around)] as const],
  );
  const cited = citing([[timing.end, end], [timing.deadline, policy], [unit.deadlineSinceTold, policy], ...seen]);
  const lines = [
    timingArithmetic(timing, judged),
    ...(unit.deadlineSinceTold === null || system.accountId === null ? [] : [timingSinceTold(timing, unit.deadlineSinceTold)]),
  ];
  return lines.map((line) => withPlainInstants(`${accountName(unit, system)}: ${line}`, cited));
}

function rangeAt(at: Instant | null): ReportUnit['end'] {
  return at === null ? null : { earliest: at, latest: at };
}

/** What stands beside an instant: the places of the records that it comes from. */
function citing(known: readonly (readonly [ReportUnit['end'], readonly number[]])[]): (instant: Instant) => string {
  const places = new Map<Instant, Set<number>>();
  for (const [range, from] of known) {
    for (const instant of range === null ? [] : [range.earliest, range.latest]) {
      const sofar = places.get(instant) ?? new Set();
      for (const place of from) sofar.add(place);
      places.set(instant, sofar);
    }
  }
  return (instant) => bracketed([...(places.get(instant) ?? [])]);
}

function bracketed(places: readonly number[]): string {
  return places.length === 0 ? '' : ` [${places.join(' ')}]`;
}
