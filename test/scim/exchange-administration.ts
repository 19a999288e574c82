import type { WorkspaceId } from '../../src/kernel/index.ts';
import { exchangeRoutes } from '../../src/scim/index.ts';
import { administrationServer } from '../support/loopback.ts';
import type { ScimServer } from './scim-server.ts';

export const WIRE_LOG_DAYS = 400;

export interface WireLogReader {
  /** What a GET below the workspace answers. */
  get(path: string): Promise<{ readonly status: number; readonly body: any }>; // oxlint-disable-line typescript/no-explicit-any -- whatever the server answers; each test says what it expects
  /** All pages of a list, from the newest on. */
  walk(path: string, list: 'exchanges' | 'cycles'): Promise<readonly any[]>; // oxlint-disable-line typescript/no-explicit-any -- as above
  close(): Promise<void>;
}

/** Somebody who may read a workspace, at its wire log. */
export async function wireLogReader({ clock, database }: ScimServer, workspaceId: WorkspaceId): Promise<WireLogReader> {
  const principal = { kind: 'administrator', id: 'a', actor: 'administrator:a', scopes: ['read'] } as const;
  const routers = [exchangeRoutes({ database, wireLogDays: WIRE_LOG_DAYS })];
  const { url, close } = await administrationServer({ clock, workspaceId, routers, principal });
  const get: WireLogReader['get'] = async (path) => {
    const response = await fetch(`${url}${path}`);
    return { status: response.status, body: await response.json() };
  };
  const walk: WireLogReader['walk'] = async (path, list) => {
    const rows: unknown[] = [];
    let after = '';
    do {
      const { body } = await get(`${path}${after}`);
      rows.push(...body[list]);
      after = body.next === null ? '' : `&after=${body.next}`;
    } while (after !== '');
    return rows;
  };
  return { get, walk, close };
}
