import type { TokenDeps, TokenSource } from './access-token.ts';
import type { Answered } from './answered.ts';
import { accept, askMicrosoft, type GraphAnswer, type GraphRefusal, ownLink } from './ask-microsoft.ts';
import { GraphFailure } from './graph-failure.ts';
import { asObject, type JsonObject, listAt } from './json-shape.ts';
import { workloadOf } from './workload-queues.ts';

export interface GraphPage extends Answered {
  readonly items: readonly JsonObject[];
  /** The address of the next page; undefined on the last. */
  readonly next: string | undefined;
  /** Where the next delta query goes on; only on the last page of one. */
  readonly deltaLink: string | undefined;
}

/**
 * Reads Microsoft Graph. There is no way to write with it: no method, no body (I7). Paths start at the version, such as
 * `/v1.0/users?$select=id`; a link is an address that Graph gave, and is refused when it leads to another host. All throw
 * GraphFailure, and GraphPause when the tenant asks for more patience than one has in place.
 */
export interface GraphClient {
  get(path: string): Promise<GraphAnswer>;
  /** As `get`, but an answer about this one object, such as that it is not there, is returned with its instants. */
  look(path: string): Promise<GraphAnswer | GraphRefusal>;
  /** One page of a listing: the first by its path, the others by the link of the page before. */
  page(pathOrLink: string): Promise<GraphPage>;
}

export function createGraphClient(deps: TokenDeps, tokens: TokenSource): GraphClient {
  const root = new URL(deps.hosts.graph).origin;
  const read = (url: string) => askMicrosoft({ deps, tokens }, { url, workload: workloadOf(new URL(url).pathname) });
  const look = (path: string) => read(`${root}${path}`);
  return {
    look,
    get: async (path) => accept(await look(path)),
    page: async (pathOrLink) => {
      const url = pathOrLink.startsWith('/') ? `${root}${pathOrLink}` : ownLink(pathOrLink, root);
      return pageOf(accept(await read(url)), { root, url });
    },
  };
}

function pageOf({ body, ...answered }: GraphAnswer, { root, url }: { root: string; url: string }): GraphPage {
  const next = linkOf(body, '@odata.nextLink', root);
  if (next === url) throw new GraphFailure('unexpected-answer', { said: 'next-link' });
  return { items: itemsOf(body), next, deltaLink: linkOf(body, '@odata.deltaLink', root), ...answered };
}

/** A listing without a `value` is no empty listing (I8). */
export function itemsOf(body: JsonObject): readonly JsonObject[] {
  if (!Array.isArray(body['value'])) throw new GraphFailure('unexpected-answer', { said: 'no-value' });
  return listAt(body, 'value').map((item) => asObject(item) ?? fail());
}

function fail(): never {
  throw new GraphFailure('unexpected-answer', { said: 'item-is-no-object' });
}

/** The link under that name, on the same host; undefined where there is none. */
export function linkOf(body: JsonObject, name: string, root: string): string | undefined {
  const link = body[name];
  if (link === undefined || link === null) return undefined;
  if (typeof link !== 'string') throw new GraphFailure('unexpected-answer', { said: 'link' });
  return ownLink(link, root);
}
