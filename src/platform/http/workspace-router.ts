import { type Request, type RequestHandler, Router } from 'express';
import { refuse } from '../../kernel/index.ts';

/** Enough of a name to find it by in what was sent. */
const SHOWN_NAME = 64;

/**
 * A router of the administration API: a route names the parameters of the query that it takes behind its path (`/runs{?limit,after}`, after
 * RFC 6570 §3.2.8), and refuses any other: whoever filters by a misspelt name would take everything for what they asked for.
 */
export function workspaceRouter(): Router {
  const router = Router({ mergeParams: true });
  const declaring =
    (verb: 'get' | 'put' | 'post' | 'delete' | 'patch') =>
    (address: string, ...handlers: readonly RequestHandler[]): Router => {
      const { names, path } = readAddress(address);
      router.route(path)[verb](refuseUnknownQuery(names), ...handlers);
      return router;
    };
  return Object.assign(router, {
    get: declaring('get'),
    put: declaring('put'),
    post: declaring('post'),
    delete: declaring('delete'),
    patch: declaring('patch'),
  });
}

function readAddress(address: string): { readonly path: string; readonly names: readonly string[] } {
  const [path = '', names] = address.split('{?');
  if (names === undefined) return { path, names: [] };
  return { path, names: names.replace(/\}$/, '').split(',') };
}

/** Throws DomainError `invalid-request`, with the `parameters` that the route takes. */
function refuseUnknownQuery(names: readonly string[]): RequestHandler {
  return (request, _response, next) => {
    const unknown = unknownName(request, names);
    if (unknown !== undefined) {
      refuse('invalid-request', {
        detail: `This address takes no parameter "${unknown.slice(0, SHOWN_NAME)}".`,
        next: names.length === 0 ? 'It takes none.' : `It takes ${names.map((name) => `"${name}"`).join(', ')}.`,
        extra: { parameters: names },
      });
    }
    next();
  };
}

function unknownName({ query }: Request, names: readonly string[]): string | undefined {
  return Object.keys(query).find((name) => !names.includes(name));
}
