import type { ApiDescription } from './api-description.ts';
import type { Place, PlaceName } from './place.ts';

/** A call as a row states it. */
export interface Ask {
  readonly operation: string;
  /** Which thing of the place a path parameter names. */
  readonly parameters?: Readonly<Record<string, PlaceName>>;
  /** Names of things in braces stand for their ids. */
  readonly query?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** As `body`, where it names things of the place. */
  readonly fill?: (place: Place) => unknown;
  /** Sent as a form. */
  readonly form?: (place: Place) => Readonly<Record<string, string>>;
  /** Sent as it is. */
  readonly raw?: { readonly type: string; readonly text: string } | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly credential?: Credential;
  /** The workspace; the living one unless it is said. */
  readonly at?: Where;
}

/** The administrator's token with every scope, unless a row says otherwise; in the quiet workspace its owner's credential. */
export type Credential = 'administrator' | 'owner' | 'none' | { readonly token: string };

/** `dark`, `busy`, `secure`: the same workspace on another of the living servers. */
export type Where = 'living' | 'quiet' | 'unknown' | 'dark' | 'busy' | 'secure';

/** A well-formed id of nothing. */
const NOBODY = '00000000-0000-4000-8000-00000000dead';

export interface Answer {
  readonly status: number;
  readonly type: string | null;
  // oxlint-disable-next-line typescript/no-explicit-any -- an answer's shape is what the description asserts
  readonly body: any;
}

/** Calls an operation by its address in openapi.yaml; path parameters that a row leaves out name nothing. */
export async function ask(description: ApiDescription, place: Place, row: Ask): Promise<Answer> {
  const { method, path, scope } = description.operation(row.operation);
  const token = scope === undefined ? undefined : tokenOf(place, row);
  const sent = row.raw ?? formOf(row.form?.(place)) ?? jsonOf(row.fill?.(place) ?? row.body);
  const response = await fetch(`${originAt(place, row.at)}${filled(path, place, row)}${queryOf(place, row)}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(sent === undefined ? {} : { 'content-type': sent.type }),
      ...row.headers,
    },
    ...(sent === undefined ? {} : { body: sent.text }),
  });
  const type = response.headers.get('content-type');
  const text = await response.text();
  return { status: response.status, type, body: type?.includes('json') ? JSON.parse(text) : text };
}

function jsonOf(body: unknown): Ask['raw'] {
  return body === undefined ? undefined : { type: 'application/json', text: JSON.stringify(body) };
}

function formOf(fields: Readonly<Record<string, string>> | undefined): Ask['raw'] {
  return fields && { type: 'application/x-www-form-urlencoded', text: new URLSearchParams(fields).toString() };
}

function filled(path: string, place: Place, { parameters, at }: Ask): string {
  return path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => {
    if (name === 'workspaceId') return workspaceAt(place, at);
    const thing = parameters?.[name];
    return thing === undefined ? NOBODY : place.ids[thing];
  });
}

function queryOf({ ids }: Place, { query }: Ask): string {
  return query === undefined ? '' : `?${query.replaceAll(/\{(\w+)\}/g, (_match, thing: PlaceName) => ids[thing])}`;
}

function workspaceAt({ workspaceId, quiet }: Place, at: Where | undefined): string {
  if (at === 'quiet') return quiet.workspaceId;
  return at === 'unknown' ? NOBODY : workspaceId;
}

function originAt({ servers }: Place, at: Where | undefined): string {
  if (at === 'dark' || at === 'busy') return servers[at];
  return at === 'secure' ? servers.secure.listens : servers.url;
}

function tokenOf(place: Place, { at, credential = 'administrator' }: Ask): string | undefined {
  if (credential === 'none') return undefined;
  if (typeof credential === 'object') return credential.token;
  return at === 'quiet' ? place.quiet.owner : place[credential];
}
