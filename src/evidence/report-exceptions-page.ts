import type { ReportUnit } from '../reconciliation/index.ts';
import { type Html, html } from './html.ts';
import { htmlTable } from './html-table.ts';
import type { ReportDocument } from './report-document.ts';
import { shownInstant } from './shown-instant.ts';
import { shownName } from './shown-name.ts';

const headings = ['What', 'Of whom or what', 'Result', 'Reason', 'Asked for by', 'Approved by', 'Until'];

/** Whatever somebody decided to be no matter of a test, with who else agreed: what stands in exceptions.csv. */
export function exceptionsPage({ findings }: ReportDocument): Html {
  const rows = findings.flatMap((unit) => [...exceptionRow(unit), ...exclusionRow(unit)]);
  return html`<h2>Exceptions and exclusions (${rows.length})</h2>
<p>None of them alters a verdict. Excluded are accounts that are nobody’s own, each with a person who answers for it.</p>
${htmlTable(headings, rows)}`;
}

type Cells = readonly (Html | string | null)[];

function exceptionRow(unit: ReportUnit): readonly Cells[] {
  const { disposition: decided } = unit;
  if (decided?.kind !== 'exception') return [];
  const approved = decided.approvedBy === null ? 'nobody yet' : html`<code>${decided.approvedBy}</code>`;
  const reason = decided.ticket === null ? decided.reason : `${decided.reason} (${decided.ticket})`;
  return [
    [
      `exception${decided.isAfterDeadline ? ', after the deadline' : ''}`,
      ...common(unit, { ...decided, reason }),
      approved,
      until(decided),
    ],
  ];
}

function exclusionRow(unit: ReportUnit): readonly Cells[] {
  const { exclusion } = unit;
  if (exclusion === null) return [];
  const what = html`exclusion: ${exclusion.class}<br><small>answered for by <code>${exclusion.ownerPersonId}</code></small>`;
  return [[what, ...common(unit, exclusion), html`<code>${exclusion.approvedBy}</code>`, until(exclusion)]];
}

function common(unit: ReportUnit, { reason, requestedBy }: { readonly reason: string; readonly requestedBy: string }): Cells {
  const accounts = unit.systems.flatMap(({ account, system }) => (account === null ? [] : [`${system}: ${account}`]));
  const whose = unit.person?.displayName ?? unit.person?.workEmail ?? accounts.join(', ');
  return [html`${shownName(whose)}`, unit.effect, reason, html`<code>${requestedBy}</code>`];
}

function until({ expiresAt }: { readonly expiresAt: Parameters<typeof shownInstant>[0] | null }): Html | null {
  return expiresAt === null ? null : html`${shownInstant(expiresAt)}`;
}
