import { expect } from '@jest/globals';
import type { WorkspaceId } from '../../src/kernel/index.ts';
import { type Config, systemClock } from '../../src/platform/index.ts';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { createWorkspace } from '../../src/workspace/index.ts';
import type { SteppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { answerProvider, type Browser, type Visit } from './browser.ts';
import { type SsoServer, ssoServer } from './sso-server.ts';

/** Contoso's tenant, where Ada is invited to administer and Mallory's mail attribute names Ada, with one database under all workspaces. */
export interface Contoso {
  readonly db: TestDatabase;
  readonly entra: Simulator;
  readonly ada: { readonly id: string };
  /** A workspace of its own, into which nobody has signed in yet. */
  newWorkspace(): Promise<ContosoWorkspace>;
  /** Another workspace on the same database, which no server is for. */
  newWorkspaceId(): Promise<WorkspaceId>;
  close(): Promise<void>;
}

export interface ContosoWorkspace {
  readonly workspaceId: WorkspaceId;
  readonly server: SsoServer;
  /** The secret of the application that the last `configure` named. */
  clientSecret(): string;
  /** Registers an application that sends people back there; the next `configure` names it. */
  register(redirectUri: string): Promise<void>;
  /** Adds a candidate; answers with its id. */
  configure(): Promise<string>;
  /** The same by SAML: our addresses are registered in the tenant, and its metadata read from there. */
  configureSaml(): Promise<string>;
  /** Opens a candidate for sign-ins; answers with the address. */
  openForSignIn(id: string): Promise<string>;
  /** Begins at the address and signs in at the provider; ends where the browser is sent back to. */
  goToProvider(person: Browser, address: string, username?: string): Promise<string>;
  signIn(person: Browser, address: string, username?: string): Promise<Visit>;
  counted(table: 'session' | 'sso_verification' | 'sso_attempt'): Promise<number>;
}

const ADA = 'ada@contoso.example';

export async function contoso(given: { readonly clock: SteppingClock; readonly adapter: Config['oidcAdapter'] }): Promise<Contoso> {
  const db = await testDatabase();
  const entra = await startSimulator({ now: () => systemClock.now() });
  const { users } = await control(entra, '/control/users', [
    { userPrincipalName: ADA, displayName: 'Ada <b>Lovelace</b>', mail: 'root@contoso.example' },
    { userPrincipalName: 'mallory@contoso.example', displayName: 'Mallory', mail: ADA },
  ]);
  const ada = (users as { id: string }[])[0] as { id: string };
  let made = 0;
  const found = () => {
    made += 1;
    const names = { slug: `acme-${made}`, name: 'Acme', timeZone: 'UTC', ownerName: 'Olive' };
    return createWorkspace({ database: db.database, clock: given.clock }, names);
  };
  return {
    db,
    entra,
    ada,
    newWorkspace: async () => {
      const { owner, workspaceId } = await found();
      const server = await ssoServer({ ...given, database: db.database, workspaceId, login: entra.url });
      await server.invite(owner.credential, 'Ada@contoso.example');
      const workspace = workspaceIn({ db, entra }, workspaceId, server);
      await workspace.register(`${server.url}/sign-in/${workspaceId}/callback`);
      return workspace;
    },
    newWorkspaceId: async () => (await found()).workspaceId,
    close: async () => {
      await entra.close();
      await db.drop();
    },
  };
}

function workspaceIn({ db, entra }: Pick<Contoso, 'db' | 'entra'>, workspaceId: WorkspaceId, server: SsoServer): ContosoWorkspace {
  let application = { appId: '', clientSecret: '' };
  const goToProvider = async (person: Browser, address: string, username = ADA) => {
    const started = await person.open(address);
    expect(started.status).toBe(302);
    return (await answerProvider(person, started.location, { username })).location;
  };
  return {
    workspaceId,
    server,
    clientSecret: () => application.clientSecret,
    register: async (redirectUri) => {
      const created = await control(entra, '/control/applications', { displayName: 'Rollcall', redirectUris: [redirectUri] });
      application = created as typeof application;
    },
    configure: async () => {
      const { appId: clientId, clientSecret } = application;
      const { body } = await server.ask('POST', '/sso', { protocol: 'oidc', tenantId: entra.tenantId, clientId, clientSecret });
      return String(body['id']);
    },
    configureSaml: async () => {
      const { body } = await server.ask('GET', '/sso');
      const { acsUrl, entityId } = body['addresses'] as { acsUrl: string; entityId: string };
      await control(entra, '/control/applications', { displayName: 'Rollcall', redirectUris: [acsUrl], identifierUris: [entityId] });
      const metadataUrl = `${entra.url}/${entra.tenantId}/federationmetadata/2007-06/federationmetadata.xml`;
      const configured = await server.ask('POST', '/sso', { protocol: 'saml', tenantId: entra.tenantId, metadataUrl });
      if (configured.status !== 201) throw new Error(JSON.stringify(configured.body));
      return String(configured.body['id']);
    },
    openForSignIn: async (id) => {
      const { body } = await server.ask('POST', '/sso/verifications', { connectionId: id });
      return String(body['signInUrl']);
    },
    goToProvider,
    signIn: async (person, address, username) => person.open(await goToProvider(person, address, username)),
    counted: async (table) => (await db.owner.query(`select 1 from ${table} where workspace_id = $1`, [workspaceId])).count,
  };
}

async function control(entra: Simulator, path: string, body: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(`${entra.url}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}
