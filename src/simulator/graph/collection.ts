import type { Exchange } from '../http/exchange.ts';
import { type GraphQuery, graphQuery, refuseFilter, skipToken } from './graph-query.ts';
import { type Properties, project, type ResourceType } from './project.ts';

/** One item of a collection: where it stands, and how it is shown. */
export interface Item {
  readonly ordinal: number;
  show(select: readonly string[] | undefined): Properties;
}

export interface Collection {
  /** The part of `@odata.context` after `$metadata#`. */
  readonly context: string;
  /** In ascending order of their ordinals. */
  readonly items: readonly Item[];
  /** Its own reader has understood the filter. */
  readonly isFiltered?: boolean;
  /** The one `$expand` that its own reader has understood. */
  readonly expandable?: string;
}

/** One page of a collection, with a nextLink while more follows (microsoft-graph §2.2). */
export function page(url: string, exchange: Exchange, collection: Collection): unknown {
  const parameters = exchange.url.searchParams;
  const query = graphQuery(parameters, collection.expandable);
  const filter = parameters.get('$filter');
  if (filter !== null && collection.isFiltered !== true) refuseFilter(filter);
  const rest = collection.items.filter((item) => item.ordinal > query.after);
  const shown = rest.slice(0, query.top);
  return {
    '@odata.context': `${url}/v1.0/$metadata#${collection.context}${selectedSuffix(query.select)}`,
    ...(wantsCount(exchange) && query.after === 0 && { '@odata.count': collection.items.length }),
    ...(rest.length > shown.length && { '@odata.nextLink': nextLink(url, exchange, query, shown.at(-1)) }),
    value: shown.map((item) => item.show(query.select)),
  };
}

/** A single object. */
export function entity<T>(url: string, exchange: Exchange, shown: { context: string; type: ResourceType<T>; object: T }): unknown {
  const { select } = graphQuery(exchange.url.searchParams);
  return {
    '@odata.context': `${url}/v1.0/$metadata#${shown.context}${selectedSuffix(select)}/$entity`,
    ...project(shown.type, shown.object, select),
  };
}

export function itemsOf<T extends { readonly ordinal: number }>(type: ResourceType<T>, objects: readonly T[]): readonly Item[] {
  return objects.map((object) => ({ ordinal: object.ordinal, show: (select) => project(type, object, select) }));
}

function selectedSuffix(select: readonly string[] | undefined): string {
  return select === undefined ? '' : `(${select.join(',')})`;
}

/** Counting is an advanced query: it takes the header as well. */
function wantsCount(exchange: Exchange): boolean {
  return exchange.url.searchParams.get('$count') === 'true' && exchange.headers['consistencylevel'] === 'eventual';
}

function nextLink(url: string, exchange: Exchange, query: GraphQuery, last: Item | undefined): string {
  const carried = query.carried === '' ? '' : `${query.carried}&`;
  return `${url}${exchange.url.pathname}?${carried}$skiptoken=${skipToken(last?.ordinal ?? 0)}`;
}
