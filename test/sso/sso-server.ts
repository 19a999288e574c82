import { randomBytes } from 'node:crypto';
import express from 'express';
import type { WorkspaceId } from '../../src/kernel/index.ts';
import { createOutboundHttp, createSecretBox, type Database } from '../../src/platform/index.ts';
import type { ScimUser } from '../../src/sso/finish-sign-in.ts';
import { signInRoutes, ssoRoutes } from '../../src/sso/index.ts';
import { authenticate, type Entry, type MayEnter, workspaceRoutes } from '../../src/workspace/index.ts';
import type { SteppingClock } from '../support/clock.ts';
import { silentLog } from '../support/log.ts';
import { administrationServer } from '../support/loopback.ts';

export interface SsoServer {
  readonly url: string;
  /** What the server believes to be its public address; tests may set it to an https one. */
  setPublicUrl(url: string): void;
  /** How the port of whoever knows the authority answers. */
  setMayEnter(answer: Entry): void;
  /** Whom SCIM knows everybody as. */
  setScimUser(answer: ScimUser | null): void;
  ask(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly body: Record<string, unknown> }>;
  /** Invites an administrator with that owner's credential. */
  invite(credential: string, email: string): Promise<void>;
  close(): Promise<void>;
}

/** The rooms that a sign-in needs, behind one loopback server; administration as an owner, `/session/…` as whoever has a cookie. */
export async function ssoServer(given: {
  readonly database: Database;
  readonly clock: SteppingClock;
  readonly workspaceId: WorkspaceId;
  readonly login: string;
  /** Left out: what `setMayEnter` says. */
  readonly mayEnter?: MayEnter;
}): Promise<SsoServer> {
  let entry: Entry = { kind: 'yes', roleId: null, graceEndsAt: null, scimUser: null };
  let scimUser: ScimUser | null = null;
  const { database, clock, login } = given;
  const deps = {
    database,
    clock,
    log: silentLog,
    secrets: createSecretBox(randomBytes(32)),
    outbound: createOutboundHttp({ allowedOrigins: [login] }),
    microsoft: { login },
    allowInsecure: true,
    publicUrl: '',
    mayEnter: given.mayEnter ?? (() => Promise.resolve(entry)),
    findScimUser: () => Promise.resolve(scimUser),
  };
  const router = express.Router();
  router.use('/session', (request, response, next) => authenticate(deps)(request, response, next), workspaceRoutes(deps));
  router.use('/sign-in', signInRoutes(deps));
  router.use(ssoRoutes(deps));
  const server = await administrationServer({ clock, workspaceId: given.workspaceId, routers: [router] });
  deps.publicUrl = server.url;
  return {
    ...server,
    setPublicUrl: (url) => {
      deps.publicUrl = url;
    },
    setMayEnter: (answer) => {
      entry = answer;
    },
    setScimUser: (answer) => {
      scimUser = answer;
    },
    ask: (method, path, body) => ask(`${server.url}${path}`, method, { body }),
    invite: async (credential, email) => {
      const { status } = await ask(`${server.url}/session/administrators`, 'POST', { body: { email, roleId: 'admin' }, credential });
      if (status !== 201) throw new Error(`the invitation was answered with ${status}`);
    },
  };
}

async function ask(url: string, method: string, { body, credential }: { readonly body: unknown; readonly credential?: string }) {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (credential !== undefined) headers['authorization'] = `Bearer ${credential}`;
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
}
