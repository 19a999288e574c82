import { plural } from '../kernel/index.ts';
import { type Html, html } from './html.ts';
import { htmlTable } from './html-table.ts';
import type { DirectoryInput, SentRequests } from './report-sources.ts';

/** What Microsoft was asked within the period, query by query, and the hashes by which the records of the looks name the lists. */
export function requestsPage(directories: readonly DirectoryInput[]): Html {
  return html`<h3>Requests</h3>
<p>Every request is a GET and changes nothing. What stands in braces differs from one request to the next: the host of the cloud, an id, an instant, the link by which Microsoft Graph goes on telling changes. Further pages are asked for by the link that the page before gave. That a query was sent does not say that the directory answered it: what takes a permission or a licence of its own may have been refused. Listed is what complete looks within the period asked; nothing is taken from a look that failed.</p>
${htmlTable(['Connection', 'Query', 'Asked by full looks', 'Asked by delta looks'], directories.flatMap(queryRows))}
${htmlTable(['Connection', 'Looks', 'SHA-256 of the list, as their records name it'], directories.flatMap(listRows))}`;
}

function queryRows({ connectionId, requests }: DirectoryInput) {
  const queries = new Set(requests.flatMap(({ queries: list }) => list ?? []));
  return [...queries]
    .toSorted()
    .map((query) => [
      html`<code>${connectionId}</code>`,
      html`<code>${query}</code>`,
      askedBy(requests, 'full', query),
      askedBy(requests, 'delta', query),
    ]);
}

/** By how many looks of a kind, of those whose queries were noted. */
function askedBy(requests: readonly SentRequests[], kind: SentRequests['kind'], query: string): string {
  const ofKind = requests.filter((each) => each.kind === kind && each.queries !== null);
  const asked = ofKind.filter(({ queries }) => queries?.includes(query));
  return `${looksIn(asked)} of ${looksIn(ofKind)}`;
}

function looksIn(requests: readonly SentRequests[]): number {
  return requests.reduce((sum, { looks }) => sum + looks, 0);
}

function listRows({ connectionId, requests }: DirectoryInput) {
  return requests.map(({ kind, looks, sha256 }) => [
    html`<code>${connectionId}</code>`,
    plural(looks, `${kind} look`),
    sha256 === null ? 'not recorded: made before lists were' : html`<code>${sha256}</code>`,
  ]);
}
