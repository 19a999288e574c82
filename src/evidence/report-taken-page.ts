import type { DecidedBy, TakenFromPerson } from '../reconciliation/index.ts';
import { type Html, html } from './html.ts';
import { htmlTable } from './html-table.ts';
import { sectionHeading } from './report-sections.ts';
import type { ReportContent } from './report-document.ts';
import { shownInstant } from './shown-instant.ts';
import { shownName } from './shown-name.ts';
import { type Naming, namedActor, shownNamed } from './shown-named.ts';

/** What became of an account that a human took from somebody. */
export const takenMeanings: Readonly<Record<TakenFromPerson['because'], string>> = {
  barred: 'said by hand not to be this person’s',
  moved: 'given to somebody else by hand',
  classed: 'classed as nobody’s own',
};

/** Who asked for it and who agreed. */
export function decidedWords({ approvedAt, approvedBy, requestedBy, requestedAt }: DecidedBy, { actors }: Pick<Naming, 'actors'>): Html {
  const asked = html`asked for by ${namedActor(requestedBy, { actors })} at ${shownInstant(requestedAt)}`;
  return approvedBy === null || approvedAt === null
    ? html`${asked}, approved by nobody`
    : html`${asked}, approved by ${namedActor(approvedBy, { actors })} at ${shownInstant(approvedAt)}`;
}

/** Every account that was taken from somebody by hand within the period, and what waits: no such word makes a failure a pass. */
export function takenPage({ takenAccounts, ...naming }: Naming & Pick<ReportContent, 'takenAccounts'>): Html {
  if (takenAccounts.length === 0) {
    return html`${sectionHeading('taken')}
<p>None within the period, and none waits to be.</p>`;
  }
  return html`${sectionHeading('taken', takenAccounts.length)}
<p>From the beginning of the period to the as-of, whether or not the person has left. After the employment has ended it takes two people. An account that was classed since counts for the leaver as it did at the end; one that was said not to be theirs, and is not proven to have ended in time, leaves the leaver in doubt.</p>
${htmlTable(
  ['Taken', 'From', 'Account', 'How', 'By', 'Why'],
  takenAccounts.map((taken) => row(taken, naming)),
)}`;
}

function row(taken: TakenFromPerson, naming: Naming) {
  const { account, accountId, because, matchRule, movedTo, person, reason, system, takenAt } = taken;
  return [
    takenAt === null ? 'not yet: it waits for a second person' : shownInstant(takenAt),
    html`${shownName(person.displayName ?? person.workEmail)}<br><small>${person.employeeId}</small>`,
    html`${system}: <code>${shownName(account ?? accountId)}</code>${matchRule === null ? null : html` <small>(theirs by ${matchRule})</small>`}`,
    html`${takenMeanings[because]}${movedTo === null ? null : html`: ${shownNamed({ kind: 'person', id: movedTo }, naming)}`}`,
    decidedWords(taken, naming),
    reason,
  ];
}
