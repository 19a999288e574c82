import { type Html, html, join } from './html.ts';
import { htmlTable } from './html-table.ts';
import type { AuthorityInForce, ReportSources, ScopeInForce, ScopeList } from './report-sources.ts';
import { shownActor } from './report-actors-page.ts';
import { shownInstant } from './shown-instant.ts';
import { type Naming, shownNamed } from './shown-named.ts';

/** Entries of a list that the page names; report.json has all. */
const MAX_NAMED = 10;

/** Who was let in, within the period: the settings as they were in force, each with who set it and its record. */
export function filtersPage({ authority, scopes }: Pick<ReportSources, 'authority' | 'scopes'>, naming: Naming): Html {
  return html`<h3>Filters</h3>
<p>Whom to sync is decided by the scope settings of a connection, or by SCIM alone while that is on: then they have no effect. An account that was in scope once is watched until its end is proven, whatever they say later, so that no filter takes a leaver out of this report.</p>
${htmlTable(
  ['Who decided', 'From', 'Until', 'Turned by', 'Record'],
  authority.map((each) => authorityRow(each, naming)),
)}
${htmlTable(
  ['Connection', 'Included', 'Excluded', 'From', 'Until', 'Set by', 'Record'],
  scopes.map((each) => scopeRow(each, naming)),
)}`;
}

function authorityRow({ authority, by, from, recordId, to }: AuthorityInForce, naming: Naming) {
  return [
    authority === 'scim' ? 'SCIM alone' : 'the scope settings',
    shownInstant(from),
    untilCell(to),
    byCell(by, naming),
    recordCell(recordId),
  ];
}

function scopeRow(scope: ScopeInForce, naming: Naming) {
  const { connectionId, excludeGroups, excludeNames, excludeUsers, from, includeGroups, includeUsers, recordId, setBy, to } = scope;
  const list = (of: Listed, given: ScopeList) => listCell(of, given, naming);
  return [
    html`<code>${connectionId}</code>`,
    listsCell([list('group', includeGroups), list('account', includeUsers)]) ?? 'everybody',
    listsCell([list('group', excludeGroups), list('account', excludeUsers), list('pattern', excludeNames)]) ?? 'nobody',
    shownInstant(from),
    untilCell(to),
    byCell(setBy, naming),
    recordCell(recordId),
  ];
}

type Listed = 'group' | 'account' | 'pattern';

const nouns: Readonly<Record<Listed, readonly [string, string]>> = {
  group: ['group', 'groups'],
  account: ['user', 'users'],
  pattern: ['pattern of names', 'patterns of names'],
};

/** Each list below the other. */
function listsCell(lists: readonly (Html | null)[]): Html | null {
  const given = lists.filter((each) => each !== null);
  return given.length === 0 ? null : join(given, '<br>');
}

function listCell(of: Listed, { count, values }: ScopeList, naming: Naming): Html | null {
  if (count === 0) return null;
  const [one, many] = nouns[of];
  const said = `${count} ${count === 1 ? one : many}`;
  if (values === null) return html`${said} (erased)`;
  const named = values.slice(0, MAX_NAMED).map((id) => (of === 'pattern' ? html`${id}` : shownNamed({ kind: of, id }, naming)));
  return html`${said}: ${join(named, ', ')}${values.length > MAX_NAMED ? ' …' : ''}`;
}

function untilCell(to: ScopeInForce['to']) {
  return to === null ? 'still' : shownInstant(to);
}

function byCell(by: string | null, { actors }: Naming): Html {
  return by === null ? html`nobody: so from the beginning` : shownActor(by, actors);
}

function recordCell(recordId: string | null): Html | null {
  return recordId === null ? null : html`<code>${recordId}</code>`;
}
