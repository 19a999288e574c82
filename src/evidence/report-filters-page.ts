import { type Html, html } from './html.ts';
import { htmlTable } from './html-table.ts';
import type { AuthorityInForce, ReportSources, ScopeInForce, ScopeList } from './report-sources.ts';
import { shownInstant } from './shown-instant.ts';

/** Entries of a list that the page names; report.json has all. */
const MAX_NAMED = 10;

/** Who was let in, within the period: the settings as they were in force, each with who set it and its record. */
export function filtersPage({ authority, scopes }: Pick<ReportSources, 'authority' | 'scopes'>): Html {
  return html`<h3>Filters</h3>
<p>Whom to sync is decided by the scope settings of a connection, or by SCIM alone while that is on: then they have no effect. An account that was in scope once is watched until its end is proven, whatever they say later, so that no filter takes a leaver out of this report.</p>
${htmlTable(['Who decided', 'From', 'Until', 'Turned by', 'Record'], authority.map(authorityRow))}
${htmlTable(['Connection', 'Included', 'Excluded', 'From', 'Until', 'Set by', 'Record'], scopes.map(scopeRow))}`;
}

function authorityRow({ authority, by, from, recordId, to }: AuthorityInForce) {
  return [authority === 'scim' ? 'SCIM alone' : 'the scope settings', shownInstant(from), untilCell(to), byCell(by), recordCell(recordId)];
}

function scopeRow(scope: ScopeInForce) {
  const { connectionId, excludeGroups, excludeNames, excludeUsers, from, includeGroups, includeUsers, recordId, setBy, to } = scope;
  const included = [listCell('group', includeGroups), listCell('user', includeUsers)].filter((each) => each !== null);
  const excluded = [
    listCell('group', excludeGroups),
    listCell('user', excludeUsers),
    listCell('pattern of names', excludeNames, 'patterns of names'),
  ];
  return [
    html`<code>${connectionId}</code>`,
    included.length === 0 ? 'everybody' : included.join('; '),
    excluded.filter((each) => each !== null).join('; ') || 'nobody',
    shownInstant(from),
    untilCell(to),
    byCell(setBy),
    recordCell(recordId),
  ];
}

function listCell(noun: string, { count, values }: ScopeList, nouns = `${noun}s`): string | null {
  if (count === 0) return null;
  const named = values === null ? 'erased' : `${values.slice(0, MAX_NAMED).join(', ')}${values.length > MAX_NAMED ? ' …' : ''}`;
  return `${count} ${count === 1 ? noun : nouns} (${named})`;
}

function untilCell(to: ScopeInForce['to']) {
  return to === null ? 'still' : shownInstant(to);
}

function byCell(by: string | null): Html {
  return by === null ? html`nobody: so from the beginning` : html`<code>${by}</code>`;
}

function recordCell(recordId: string | null): Html | null {
  return recordId === null ? null : html`<code>${recordId}</code>`;
}
