import type { DecisionInForce, ReportUnit } from '../reconciliation/index.ts';
import { type Html, html } from './html.ts';
import { htmlTable } from './html-table.ts';
import { shownActor } from './report-actors-page.ts';
import { decisionsBeside, type ReportDocument } from './report-document.ts';
import { sectionHeading } from './report-sections.ts';
import { shownInstant } from './shown-instant.ts';
import { shownName } from './shown-name.ts';
import { type Naming, shownNamed } from './shown-named.ts';

const headings = ['What', 'Of whom or what', 'Result', 'Reason', 'Asked for by', 'Approved by', 'Until'];

/** Whatever somebody decided to be no matter of a test, with who else agreed: what stands in exceptions.csv. */
export function exceptionsPage(report: ReportDocument): Html {
  const rows = report.findings.flatMap((unit) => [...exceptionRow(unit, report), ...exclusionRow(unit, report)]);
  const beside = decisionsBeside(report);
  return html`${sectionHeading('exceptions', rows.length + beside.length)}
<p>None of them alters a verdict. Excluded are accounts that are nobody’s own, each with a person who answers for it.</p>
<h3>Beside the findings of this report (${rows.length})</h3>
${htmlTable(headings, rows)}
<h3>In force since the period began, and beside no finding of this report (${beside.length})</h3>
<p>Each held from its approval until it ended, and hid nothing: what it was about was judged all the while.</p>
${htmlTable(
  ['What', 'Of whom or what', 'In force', 'Reason', 'Asked for by', 'Approved by'],
  beside.map((decision) => decisionRow(decision, report)),
)}`;
}

function decisionRow(decision: DecisionInForce, naming: Naming): Cells {
  const { account, accountId, person, system, test, ticket } = decision;
  const whose = person?.displayName ?? person?.workEmail ?? `${system ?? 'account'}: ${account ?? accountId ?? 'unknown'}`;
  const what = test === null ? decision.kind : `${decision.kind} from the test ${test}`;
  const answering =
    decision.ownerPersonId === null
      ? null
      : html`<br><small>answered for by ${shownNamed({ kind: 'person', id: decision.ownerPersonId }, naming)}</small>`;
  return [
    html`${what}${decision.class === null ? null : `: ${decision.class}`}${answering}`,
    html`${shownName(whose)}`,
    html`from ${shownInstant(decision.approvedAt)} ${endOf(decision)}`,
    ticket === null ? decision.reason : `${decision.reason} (${ticket})`,
    html`${shownActor(decision.requestedBy, naming.actors)}, ${shownInstant(decision.requestedAt)}`,
    shownActor(decision.approvedBy, naming.actors),
  ];
}

function endOf({ endedAt, endedBecause, expiresAt }: DecisionInForce): Html {
  if (endedAt === null) return html`on, until ${shownInstant(expiresAt)} at the latest`;
  return html`until ${shownInstant(endedAt)}, when it ${endedBecause === 'expired' ? 'expired' : 'was withdrawn'}`;
}

type Cells = readonly (Html | string | null)[];

function exceptionRow(unit: ReportUnit, naming: Naming): readonly Cells[] {
  const { disposition: decided } = unit;
  if (decided?.kind !== 'exception') return [];
  const approved = decided.approvedBy === null ? 'nobody yet' : shownActor(decided.approvedBy, naming.actors);
  const reason = decided.ticket === null ? decided.reason : `${decided.reason} (${decided.ticket})`;
  return [
    [
      `exception${decided.isAfterDeadline ? ', after the deadline' : ''}`,
      ...common(unit, { ...decided, reason }, naming),
      approved,
      until(decided),
    ],
  ];
}

function exclusionRow(unit: ReportUnit, naming: Naming): readonly Cells[] {
  const { exclusion } = unit;
  if (exclusion === null) return [];
  const what = html`exclusion: ${exclusion.class}<br><small>answered for by ${shownNamed({ kind: 'person', id: exclusion.ownerPersonId }, naming)}</small>`;
  return [[what, ...common(unit, exclusion, naming), shownActor(exclusion.approvedBy, naming.actors), until(exclusion)]];
}

function common(
  unit: ReportUnit,
  { reason, requestedBy }: { readonly reason: string; readonly requestedBy: string },
  naming: Naming,
): Cells {
  const accounts = unit.systems.flatMap(({ account, system }) => (account === null ? [] : [`${system}: ${account}`]));
  const whose = unit.person?.displayName ?? unit.person?.workEmail ?? accounts.join(', ');
  return [html`${shownName(whose)}`, unit.effect, reason, shownActor(requestedBy, naming.actors)];
}

function until({ expiresAt }: { readonly expiresAt: Parameters<typeof shownInstant>[0] | null }): Html | null {
  return expiresAt === null ? null : html`${shownInstant(expiresAt)}`;
}
