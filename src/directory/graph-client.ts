import type { TokenDeps, TokenSource } from './access-token.ts';
import type { Answered } from './answered.ts';
import { accept, askMicrosoft, type GraphAnswer, type GraphRefusal, ownLink, type ReadBody } from './ask-microsoft.ts';
import { GraphFailure } from './graph-failure.ts';
import { type JsonObject, readObject } from './json-shape.ts';
import { itemsOf } from './listing-items.ts';
import { readFrame, type UnreadItem } from './unread-listing.ts';
import { workloadOf } from './workload-queues.ts';

export interface PageOf<Item> extends Answered {
  readonly items: readonly Item[];
  /** The address of the next page; undefined on the last. */
  readonly next: string | undefined;
  /** Where the next delta query goes on; only on the last page of one. */
  readonly deltaLink: string | undefined;
}

export type GraphPage = PageOf<JsonObject>;

/** A page whose items have not been understood yet. */
export type UnreadPage = PageOf<UnreadItem>;

/**
 * Reads Microsoft Graph. There is no way to write with it: no method, no body (I7). Paths start at the version, such as
 * `/v1.0/users?$select=id`; a link is an address that Graph gave, and is refused when it leads to another host. All throw
 * GraphFailure, and GraphPause when the tenant asks for more patience than one has in place.
 */
export interface GraphClient {
  get(path: string): Promise<GraphAnswer<JsonObject>>;
  /** As `get`, but an answer about this one object, such as that it is not there, is returned with its instants. */
  look(path: string): Promise<GraphAnswer<JsonObject> | GraphRefusal>;
  /** One page of a listing: the first by its path, the others by the link of the page before. */
  page(pathOrLink: string): Promise<GraphPage>;
  /** As `page`, with the items as they came. */
  unreadPage(pathOrLink: string): Promise<UnreadPage>;
}

export function createGraphClient(deps: TokenDeps, tokens: TokenSource): GraphClient {
  const root = new URL(deps.hosts.graph).origin;
  const ask = <Body>(url: string, read: ReadBody<Body>) =>
    askMicrosoft({ deps, tokens }, { url, workload: workloadOf(new URL(url).pathname) }, read);
  const look = (path: string) => ask(`${root}${path}`, readObject);
  const pageBy =
    <Item>(read: ReadBody<Listing<Item>>) =>
    async (pathOrLink: string) => {
      const url = pathOrLink.startsWith('/') ? `${root}${pathOrLink}` : ownLink(pathOrLink, root);
      return pageOf(accept(await ask(url, read)), { root, url });
    };
  return {
    look,
    get: async (path) => accept(await look(path)),
    page: pageBy(readListing),
    unreadPage: pageBy(readFrame),
  };
}

/** A page, with its items apart. */
interface Listing<Item> {
  readonly frame: JsonObject;
  readonly items: readonly Item[];
}

function readListing(bytes: Buffer): Listing<JsonObject> | undefined {
  const frame = readObject(bytes);
  return frame && { frame, items: itemsOf(frame) };
}

function pageOf<Item>({ body, ...answered }: GraphAnswer<Listing<Item>>, { root, url }: { root: string; url: string }): PageOf<Item> {
  const { frame, items } = body;
  const next = linkOf(frame, '@odata.nextLink', root);
  if (next === url) throw new GraphFailure('unexpected-answer', { said: 'next-link' });
  return { items, next, deltaLink: linkOf(frame, '@odata.deltaLink', root), ...answered };
}

/** The link under that name, on the same host; undefined where there is none. */
export function linkOf(body: JsonObject, name: string, root: string): string | undefined {
  const link = body[name];
  if (link === undefined || link === null) return undefined;
  if (typeof link !== 'string') throw new GraphFailure('unexpected-answer', { said: 'link' });
  return ownLink(link, root);
}
