import { plural } from '../kernel/index.ts';
import type { Actor } from './actors-of.ts';
import { type Html, html, join } from './html.ts';
import { htmlTable } from './html-table.ts';
import { sectionHeading } from './report-sections.ts';
import { shownActor } from './report-actors-page.ts';
import { leaversOf, type ReportContent, type ReportDocument } from './report-document.ts';
import { filtersPage } from './report-filters-page.ts';
import { requestsPage } from './report-requests-page.ts';
import type { DirectoryInput, RosterInput } from './report-sources.ts';
import { shownInstant } from './shown-instant.ts';
import { shownName } from './shown-name.ts';

/** Files that the page lists; report.json has all. */
const MAX_FILES = 20;

/** Reasons that the page lists; report.json has all. */
const MAX_REJECTIONS = 40;

/** Where the information comes from, what was asked, and totals that tie: what makes it complete and accurate enough to rely on. */
export function sourcesPage(report: ReportDocument): Html {
  const { sources, totals } = report;
  const files = sources.roster.toReversed();
  const cut = files.length > MAX_FILES ? ` ${MAX_FILES} of ${files.length} are shown, latest first; report.json has all.` : '';
  return html`${sectionHeading('sources')}
<p>Made by ${sources.software.name} ${sources.software.version}. Nothing was filtered but by what stands here; what is not tested is under Limits.</p>
<h3>HR’s roster</h3>
<p>${latestWord(sources.roster)} ${sources.queries.roster} Rows in = added + changed + ended + re-hired + unchanged + rejected.${cut}</p>
${htmlTable(
  ['Imported', 'By', 'Rows', 'Became', 'The raw file: its name, and its SHA-256'],
  files.slice(0, MAX_FILES).map((file) => rosterRow(file, report.actors)),
)}
<p>Left out of it: rows that could not be taken, cell by cell.</p>
${htmlTable(['Import', 'Column', 'Why', 'Cells'], rejectionRows(files).slice(0, MAX_REJECTIONS))}
<h3>Directory</h3>
<p>${sources.queries.directory}</p>
${htmlTable(['Connection', 'Looked at', 'Last full look', 'Shortest allowance that could be proven'], sources.directories.map(directoryRow))}
<p>What was set and what happened are two things: an allowance that is shorter than the second cannot be proven to have been kept by everybody, whatever the schedule says.</p>
${requestsPage(sources.directories)}
${filtersPage(sources, report)}
<h3>SCIM</h3>
<p>${sources.queries.scim} Users ever provisioned: ${sources.scim.users}, of whom active: ${sources.scim.active}, as counted at ${shownInstant(sources.scim.countedAt)}.</p>
<h3>Population</h3>
<p>${sources.queries.population}</p>
<p>Which account is whose was decided by hand, against the rule that links it, for ${plural(report.takenAccounts.length, 'account')}: each is listed under “Accounts taken from people by hand”, with who decided it and why.</p>
<p>${rowsTie(report)}</p>
<p>${totals.employmentPeriods} employment periods = ${totals.leavers} leavers + ${totals.endedOutsidePeriod} ended outside the period + ${totals.continued} continued + ${totals.active} employed + ${totals.prehire} not yet begun. ${tie(report)}</p>`;
}

/** Whether the totals tie, in so many words: a reader must not have to add up, and a sum that does not must not be hidden. */
function tie(report: ReportContent): string {
  const { employmentPeriods, leavers, endedOutsidePeriod, continued, active, prehire } = report.totals;
  const sum = leavers + endedOutsidePeriod + continued + active + prehire;
  const listed = leaversOf(report).length;
  return sum === employmentPeriods && listed === leavers
    ? `The totals tie, and every leaver is listed (${listed}).`
    : `THE TOTALS DO NOT TIE: the parts add up to ${sum}, and ${plural(listed, 'leaver')} are listed.`;
}

/** From the rows of all imports to the employment periods that they began; and whether that adds up, in so many words. */
function rowsTie({ sources: { rosterTotals: all }, totals }: ReportContent): string {
  const parts = all.added + all.changed + all.ended + all.rehired + all.unchanged + all.rejected;
  const begun = all.added + all.rehired;
  return [
    `${plural(all.rows, 'row')} of ${plural(all.imports, 'import')} = ${all.added} added + ${all.changed} changed + ${all.ended} ended + ${all.rehired} re-hired + ${all.unchanged} unchanged + ${all.rejected} rejected.`,
    parts === all.rows ? '' : `THE ROWS DO NOT TIE: the parts add up to ${parts}.`,
    `${all.added} added + ${all.rehired} re-hired = ${begun} employment periods begun.`,
    begun === totals.employmentPeriods ? '' : `THE ROWS DO NOT TIE TO THE POPULATION, which has ${totals.employmentPeriods}.`,
  ]
    .filter((each) => each !== '')
    .join(' ');
}

/** Why rows were rejected: they are out of the population, and a doubt about who left until a later import takes them. */
function rejectionRows(files: readonly RosterInput[]) {
  return files.flatMap(({ importId, rejections }) =>
    rejections.map(({ cells, column, reason }) => [html`<code>${importId}</code>`, column ?? 'the row', reason, cells] as const),
  );
}

function rosterRow(file: RosterInput, actors: readonly Actor[]) {
  const { fileName, importedAt, importedBy, source, rows, sha256 } = file;
  return [
    html`${shownInstant(importedAt)}<br><small><code>${file.importId}</code>, record <code>${file.recordId}</code></small>`,
    shownActor(importedBy, actors),
    `${rows} in ${file.bytes} bytes (${source}, ${spokenOf(file)}; ${readAs(file)})`,
    `${file.added} added, ${file.changed} changed, ${file.ended} ended, ${file.rehired} re-hired, ${file.unchanged} unchanged, ${file.rejected} rejected; ${file.dropped} not named`,
    html`${fileName === null ? null : html`${shownName(fileName)}<br>`}<code>${sha256}</code>`,
  ];
}

/** How its bytes became rows. */
function readAs({ format, source }: RosterInput): string {
  if (source === 'push') return 'rows of JSON';
  if (format === null) return 'encoding and delimiter not recorded';
  const { delimiter, encoding, headerLine } = format;
  return `${encoding}, ${delimiter === '\t' ? 'tabs' : `“${delimiter}”`} between cells, columns named on line ${headerLine}`;
}

/** Of whom an import speaks. */
function spokenOf({ isFull, tells }: RosterInput): string {
  if (tells === 'changes') return 'changes alone';
  if (tells === 'changes-and-no-others') return 'changes, and nobody else by HR’s word';
  return isFull ? 'declared to hold everybody' : 'not declared to hold everybody';
}

/** Which import who left is known by. */
function latestWord(roster: readonly RosterInput[]): Html {
  const last = roster.filter(({ tells }) => tells !== 'changes').reduce<RosterInput | undefined>(later, undefined);
  return last === undefined
    ? html`No import speaks of everybody: who left is not known as a whole.`
    : html`HR’s latest word on everybody came at ${shownInstant(last.toldAt)}, by the import <code>${last.importId}</code>.`;
}

function later(a: RosterInput | undefined, b: RosterInput): RosterInput {
  return a === undefined || b.toldAt >= a.toldAt ? b : a;
}

function directoryRow(directory: DirectoryInput) {
  const { connectionId, cloud, tenantId, removedAt, schedules, completeLooks, failedLooks, lastFullLook } = directory;
  const every = join(
    schedules.map(({ from, syncEveryMinutes }) => html`every ${syncEveryMinutes} min since ${shownInstant(from)}`),
    '; ',
  );
  return [
    html`<code>${connectionId}</code><br>${cloud}, tenant <code>${tenantId}</code>`,
    html`${every}; ${completeLooks} complete, ${failedLooks} failed${removedAt === null ? null : html`; removed ${shownInstant(removedAt)}`}`,
    lastFullLook === null ? 'none' : html`${shownInstant(lastFullLook.requestedAt)}, ${lastFullLook.accounts} accounts`,
    provable(directory),
  ];
}

function provable({ isAudited, longestUnseen, promisedMinutes, provableMinutes }: DirectoryInput): Html {
  if (isAudited) return html`any: its audit log, which gives instants, was read throughout`;
  const worst =
    longestUnseen === null
      ? null
      : html`: from ${shownInstant(longestUnseen.from)} to ${shownInstant(longestUnseen.to)} a change could wait to be seen`;
  return html`${promisedMinutes} min by the schedule; ${provableMinutes} min by the looks as they happened${worst}`;
}
