import type { ReportUnit } from '../reconciliation/index.ts';
import { type Html, html } from './html.ts';
import { type ReportDocument, wantsResponse } from './report-document.ts';
import { shownInstant } from './shown-instant.ts';
import { namedActor } from './shown-named.ts';

/** What management said of a finding; of a final report's finding that is no pass also that it said nothing. */
export function responseTo(unit: ReportUnit, { actors, kind, responses }: ReportDocument): Html | null {
  const said = responses.find(({ findingId }) => findingId === unit.id);
  if (said !== undefined) {
    return html`<p>Management’s response: ${said.response}<br><small>by ${namedActor(said.respondedBy, { actors })}, ${shownInstant(said.respondedAt)}</small></p>`;
  }
  return kind === 'FINAL' && wantsResponse(unit) ? html`<p>Management has not responded.</p>` : null;
}
