import { plural } from '../kernel/index.ts';
import { type Html, html } from './html.ts';
import { htmlTable } from './html-table.ts';
import type { SetAside } from '../verdict/index.ts';
import type { Actor } from './actors-of.ts';
import { shownActor } from './report-actors-page.ts';
import type { ReportDocument } from './report-document.ts';
import { sectionHeading } from './report-sections.ts';
import { withInstants } from './shown-instant.ts';

/** Reports that the page lists; report.json has all. */
const MAX_SEALS = 50;

/** What else was sealed over this period before, or frozen and never sealed: of two reports the reader may have been shown the friendlier one. */
export function sealsPage({ actors, earlierSeals, setAside }: ReportDocument): Html {
  return html`${sectionHeading('seals')}
${sealsPart(earlierSeals)}
${setAsidePart(setAside, actors)}`;
}

function sealsPart(earlierSeals: ReportDocument['earlierSeals']): Html {
  if (earlierSeals.length === 0) return html`<p>The ledger tells of no report that was sealed before this one over any of its period.</p>`;
  const shown = earlierSeals.slice(-MAX_SEALS).toReversed();
  const cut = shown.length < earlierSeals.length ? ` ${shown.length} of them are shown, latest first; report.json has all.` : '';
  return html`<p>By the records of the ledger, ${plural(earlierSeals.length, 'report')} over some of this period came before this one. Each stays what it was; one that is not superseded was never corrected.${cut}</p>
${htmlTable(['Sealed', 'Report', 'Period', 'Concluded', 'Superseded by', 'Ledger index'], shown.map(rowOf))}`;
}

function setAsidePart(setAside: ReportDocument['setAside'], actors: ReportDocument['actors']): Html {
  if (setAside.length === 0) return html`<p>Nor does it tell of any whose content had been fixed by then and that was not sealed.</p>`;
  const shown = setAside.slice(-MAX_SEALS).toReversed();
  const cut = shown.length < setAside.length ? ` ${shown.length} of them are shown, latest first; report.json has all.` : '';
  return html`<p>Of ${plural(setAside.length, 'report')} over some of this period the content had been fixed by then, so that the conclusion was known, and none of them was sealed. Ask why.${cut}</p>
${htmlTable(
  ['Frozen', 'Report', 'Period', 'Concluded', 'Given up', 'Ledger index'],
  shown.map((each) => setAsideRow(each, actors)),
)}`;
}

function setAsideRow(
  { conclusion, discarded, frozenAt, frozenBy, index, periodEnd, periodStart, reportId }: SetAside,
  actors: readonly Actor[],
) {
  return [
    html`${withInstants(frozenAt ?? 'not said')}${frozenBy === null ? null : html`<br>by ${shownActor(frozenBy, actors)}`}`,
    html`<code>${reportId ?? 'not said'}</code>`,
    withInstants(`${periodStart ?? 'not said'} to ${periodEnd ?? 'not said'}`),
    conclusion ?? 'not said',
    discarded === null
      ? 'no: it waits still'
      : html`${withInstants(discarded.at ?? 'not said')}${discarded.by === null ? null : html`<br>by ${shownActor(discarded.by, actors)}`}`,
    discarded === null ? index : `${index}, ${discarded.index}`,
  ];
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
