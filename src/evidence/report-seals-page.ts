import { plural } from '../kernel/index.ts';
import { type Html, html } from './html.ts';
import { htmlTable } from './html-table.ts';
import type { ReportDocument } from './report-document.ts';
import { sectionHeading } from './report-sections.ts';
import { withInstants } from './shown-instant.ts';

/** Reports that the page lists; report.json has all. */
const MAX_SEALS = 50;

/** What else was sealed over this period before: of two reports the reader may have been shown the friendlier one. */
export function sealsPage({ earlierSeals }: ReportDocument): Html {
  const head = sectionHeading('seals');
  if (earlierSeals.length === 0)
    return html`${head}
<p>The ledger tells of no report that was sealed before this one over any of its period.</p>`;
  const shown = earlierSeals.slice(-MAX_SEALS).toReversed();
  const cut = shown.length < earlierSeals.length ? ` ${shown.length} of them are shown, latest first; report.json has all.` : '';
  return html`${head}
<p>By the records of the ledger, ${plural(earlierSeals.length, 'report')} over some of this period came before this one. Each stays what it was; one that is not superseded was never corrected.${cut}</p>
${htmlTable(['Sealed', 'Report', 'Period', 'Concluded', 'Superseded by', 'Ledger index'], shown.map(rowOf))}`;
}

function rowOf({
  conclusion,
  index,
  kind,
  periodEnd,
  periodStart,
  reportId,
  sealedAt,
  supersededBy,
  version,
}: ReportDocument['earlierSeals'][number]) {
  return [
    withInstants(sealedAt ?? 'not said'),
    html`<code>${reportId ?? 'not said'}</code> (${kind ?? 'of no kind'}${kind === 'FINAL' && version !== null ? `, version ${version}` : ''})`,
    withInstants(`${periodStart ?? 'not said'} to ${periodEnd ?? 'not said'}`),
    conclusion ?? 'not said',
    supersededBy === null ? 'none' : html`<code>${supersededBy}</code>`,
    index,
  ];
}
