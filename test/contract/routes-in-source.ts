import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A route as the code declares it, with its parameters' names left out: `GET /api/v1/workspaces/{}/owners`. */
export type Route = string;

const WORKSPACE = '/api/v1/workspaces/{}';

/** Where the composition root mounts routers that are not a workspace's. */
const mounts: Readonly<Record<string, string>> = {
  'sign-in-routes.ts': '/sign-in',
  'health-routes.ts': '',
  'metrics-routes.ts': '',
  'token-routes.ts': '',
  'tile-routes.ts': '',
  'auditor-routes.ts': '',
  'verifier-page-routes.ts': '',
};

const declaration = /\brouter\s*\.\s*(get|put|post|delete|patch)\(\s*'([^']+)'/g;

/** Every route that a `*-routes.ts` of `src` declares. */
export function routesInSource(): readonly Route[] {
  const root = join(import.meta.dirname, '../../src');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('-routes.ts'));
  return files.flatMap((file) => routesIn(file.split(/[\\/]/).at(-1) ?? '', readFileSync(join(root, file), 'utf8')));
}

export function routesIn(fileName: string, source: string): readonly Route[] {
  const mount = mounts[fileName] ?? WORKSPACE;
  return [...source.matchAll(declaration)].map(([, method = '', path = '']) => routeOf(method, `${mount}${path === '/' ? '' : path}`));
}

/** One name for a route however it is written: Express's `:id` and `*path`, or `{id}` as openapi.yaml has it; without its query. */
export function routeOf(method: string, path: string): Route {
  return `${method.toUpperCase()} ${path.replace(/\{\?[^}]*\}$/, '').replaceAll(/[:*][A-Za-z]+|\{[^}]*\}/g, '{}')}`;
}
