import type { TokenDeps, TokenSource } from './access-token.ts';
import { accept, askMicrosoft, ownLink } from './ask-microsoft.ts';
import { linkOf } from './graph-client.ts';
import { GraphFailure } from './graph-failure.ts';
import { type JsonObject, readObject } from './json-shape.ts';
import { itemsOf } from './listing-items.ts';

/**
 * Reads Azure Resource Manager, and cannot write with it either (I7): no method, no body. A path carries its api-version; a page that leads
 * to another host is refused. Throws GraphFailure and GraphPause as a Graph client does.
 */
export interface ArmClient {
  /** Every item of a listing, page by page. */
  list(path: string): AsyncGenerator<JsonObject, void, undefined>;
}

/** A listing of so many pages is one that goes round in circles. */
const MOST_PAGES = 10_000;

export function createArmClient(deps: TokenDeps, tokens: TokenSource): ArmClient {
  const root = new URL(deps.hosts.arm).origin;
  return {
    async *list(path) {
      let url: string | undefined = ownLink(`${root}${path}`, root);
      for (let pages = 0; url !== undefined; pages += 1) {
        if (pages === MOST_PAGES) throw new GraphFailure('unexpected-answer', { said: 'next-link' });
        const { body } = accept(await askMicrosoft({ deps, tokens }, { url, workload: 'azure' }, readObject));
        yield* itemsOf(body);
        url = linkOf(body, 'nextLink', root);
      }
    },
  };
}
