import type { Exchange, Reply } from './exchange.ts';

export type Handler = (exchange: Exchange) => Reply | Promise<Reply>;

/** Method, path and handler. `:name` in a path stands for one segment, or for the text between the quotes of an OData key. */
export type Route = readonly [method: string, path: string, handler: Handler];

export type Router = (exchange: Exchange) => Promise<Reply> | undefined;

/** The first route that fits answers; undefined when none does. */
export function routeTable(routes: readonly Route[]): Router {
  const compiled = routes.map(([method, path, handler]) => ({ method, pattern: patternOf(path), handler }));
  return (exchange) => {
    const path = decodedPath(exchange.url);
    for (const { method, pattern, handler } of compiled) {
      const found = method === exchange.method ? pattern.exec(path) : null;
      if (found !== null) return Promise.resolve(handler({ ...exchange, params: { ...found.groups } }));
    }
    return undefined;
  };
}

function patternOf(path: string): RegExp {
  const literal = path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replace(/:([A-Za-z]+)/g, "(?<$1>[^/']+)")}$`);
}

/** A path with a broken escape names nothing; it is matched as it stands. */
function decodedPath(url: URL): string {
  try {
    return decodeURIComponent(url.pathname);
  } catch {
    return url.pathname;
  }
}
