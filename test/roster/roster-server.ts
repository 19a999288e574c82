import { randomBytes } from 'node:crypto';
import { newId, type WorkspaceId } from '../../src/kernel/index.ts';
import { createOutboundHttp, createSecretBox, scopes } from '../../src/platform/index.ts';
import { rosterRoutes } from '../../src/roster/index.ts';
import { answerOnce } from '../../src/workspace/index.ts';
import type { SteppingClock } from '../support/clock.ts';
import type { TestDatabase } from '../support/database.ts';
import { silentLog } from '../support/log.ts';
import { administrationServer, type LoopbackServer } from '../support/loopback.ts';
import { insertWorkspace } from '../support/workspace.ts';

export const HEADER = 'employee_id,work_email,display_name,start_date,end_date,last_day_worked,time_zone';
export const ANN = '1,Ann@contoso.example,Ann Adler,2020-01-01,,,';
export const BEN = '2,ben@contoso.example,Ben Baker,2021-05-01,,,Europe/Berlin';
export const CEM = '3,cem@contoso.example,Cem Celik,2022-05-01,,,';
export const secretBox = createSecretBox(randomBytes(32));

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** A workspace's roster over HTTP, for an owner with every scope. */
export interface RosterServer extends LoopbackServer {
  readonly workspaceId: WorkspaceId;
  /** Rows below the usual header, as a file. */
  post(query: string, rows: readonly string[], type?: string): Promise<Answer>;
  send(method: string, path: string, body: unknown): Promise<Answer>;
  get(path: string): Promise<Record<string, unknown>>;
  periods(): Promise<readonly Record<string, unknown>[]>;
  /** What the ledger says of HR, in order. */
  recordTypes(): Promise<readonly string[]>;
  leaves(): Promise<readonly string[]>;
}

export function routesOf({ database }: TestDatabase, clock: SteppingClock, hr: readonly string[] = []) {
  const outbound = createOutboundHttp({ allowedOrigins: hr });
  return rosterRoutes({ database, clock, outbound, secretBox, answerOnce: answerOnce({ database, clock, log: silentLog }) });
}

/** `other`: the roster of a workspace that is there, for somebody else who has every scope; `hr`: origins from which one may be fetched. */
export async function rosterServer(
  db: TestDatabase,
  clock: SteppingClock,
  other?: { readonly workspaceId: WorkspaceId; readonly actor: string },
  hr: readonly string[] = [],
): Promise<RosterServer> {
  const workspaceId = other?.workspaceId ?? (await insertWorkspace(db.owner, clock.now()));
  const principal = other && { kind: 'administrator' as const, id: newId<'administrator'>(clock.now()), actor: other.actor, scopes };
  const server = await administrationServer({ clock, workspaceId, routers: [routesOf(db, clock, hr)], ...(principal && { principal }) });
  const ask = async (method: string, path: string, sent?: { readonly type: string; readonly body: string }): Promise<Answer> => {
    const response = await fetch(`${server.url}${path}`, {
      method,
      ...(sent === undefined ? {} : { headers: { 'content-type': sent.type }, body: sent.body }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
  };
  const get: RosterServer['get'] = async (path) => (await ask('GET', path)).body;
  const leaves: RosterServer['leaves'] = async () => {
    const { rows } = await db.owner.query<{ leaf: Buffer }>('select leaf from ledger_record where workspace_id = $1 order by ord', [
      workspaceId,
    ]);
    return rows.map(({ leaf }) => leaf.toString('utf8'));
  };
  return {
    ...server,
    workspaceId,
    get,
    leaves,
    post: (query, rows, type = 'text/csv') => ask('POST', `/roster/imports?${query}`, { type, body: [HEADER, ...rows].join('\n') }),
    send: (method, path, body) =>
      ask(method, path, body === undefined ? undefined : { type: 'application/json', body: JSON.stringify(body) }),
    periods: async () => {
      const { people } = await get('/people');
      return (people as { periods: Record<string, unknown>[] }[]).flatMap((person) => person.periods);
    },
    recordTypes: async () =>
      (await leaves()).map((leaf) => (JSON.parse(leaf) as { type: string }).type).filter((type) => type.startsWith('hr.')),
  };
}
