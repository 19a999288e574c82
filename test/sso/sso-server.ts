import { randomBytes } from 'node:crypto';
import express from 'express';
import type { WorkspaceId } from '../../src/kernel/index.ts';
import { type Config, createOutboundHttp, createSecretBox, type Database, type OutboundHttp } from '../../src/platform/index.ts';
import type { ScimUser } from '../../src/sso/finish-sign-in.ts';
import { chooseOidcAdapter, signInRoutes, ssoRoutes } from '../../src/sso/index.ts';
import { authenticate, type Entry, type MayEnter, workspaceRoutes } from '../../src/workspace/index.ts';
import type { SteppingClock } from '../support/clock.ts';
import { silentLog } from '../support/log.ts';
import { administrationServer } from '../support/loopback.ts';

/** All that there are: the contract of a sign-in is asked of each. */
export const oidcAdapters: readonly Config['oidcAdapter'][] = ['openid-client', 'passport-azure-ad'];

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
  /** Left out: the one that serves by default. */
  readonly adapter?: Config['oidcAdapter'];
  /** How long this side waits for the next answer at most, whatever it would wait otherwise; undefined: as long. */
  readonly patience?: () => number | undefined;
}): Promise<SsoServer> {
  let entry: Entry = { kind: 'yes', roleId: null, graceEndsAt: null, scimUser: null };
  let scimUser: ScimUser | null = null;
  const { database, clock, login } = given;
  const outbound = withPatience(createOutboundHttp({ allowedOrigins: [login] }), given.patience);
  const deps = {
    database,
    clock,
    log: silentLog,
    secrets: createSecretBox(randomBytes(32)),
    outbound,
    oidc: await chooseOidcAdapter(given.adapter ?? 'openid-client', { outbound, allowInsecure: true }),
    microsoft: { login },
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

/** The same way out for somebody in a hurry: a request that names no limit of its own waits as long as it would. */
function withPatience(outbound: OutboundHttp, patience: () => number | undefined = () => undefined): OutboundHttp {
  return {
    fetch: (url, request = {}) => {
      const { timeoutMs = Number.POSITIVE_INFINITY } = request;
      const atMost = patience();
      return outbound.fetch(
        url,
        atMost !== undefined && timeoutMs <= 10_000 ? { ...request, timeoutMs: Math.min(timeoutMs, atMost) } : request,
      );
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
