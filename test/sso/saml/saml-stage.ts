import { afterAll, beforeAll, beforeEach, expect } from '@jest/globals';
import { DAY_MS, type Instant, plusMs, type WorkspaceId } from '../../../src/kernel/index.ts';
import { createWorkspace } from '../../../src/workspace/index.ts';
import { type SteppingClock, steppingClock } from '../../support/clock.ts';
import { type TestDatabase, testDatabase } from '../../support/database.ts';
import { browser, type Visit } from '../browser.ts';
import { type SsoServer, ssoServer } from '../sso-server.ts';
import { type Asked, askedIn, type Craft, craftedResponse, metadataOf, type Signer, signer, TENANT_ID } from './crafted-response.ts';

export const START = '2026-03-03T09:00:00.000Z' as Instant;
/** Signs now, for a month to come. */
export const present = signer(plusMs(START, -DAY_MS), plusMs(START, 30 * DAY_MS));
/** Is in the metadata too, for a year to come. */
export const next = signer(plusMs(START, -DAY_MS), plusMs(START, 365 * DAY_MS));
/** Is nobody's. */
export const foreign = signer(plusMs(START, -DAY_MS));

/** A candidate by SAML whose provider answers whatever a test makes up; each test begins at START, with nobody signed in. */
export interface SamlStage {
  readonly clock: SteppingClock;
  db(): TestDatabase;
  server(): SsoServer;
  workspaceId(): WorkspaceId;
  /** Begins a sign-in and answers with what it was asked. */
  begin(): Promise<Asked>;
  /** Begins a sign-in and answers with that, in Base64. */
  answerWith(response: (asked: Asked) => string): Promise<Visit>;
  comeBack(craft: Craft, key?: Signer): Promise<Visit>;
  sessions(): Promise<number>;
  expectRefusal(visit: Promise<Visit>, because: RegExp): Promise<void>;
}

const LOGIN = 'http://127.0.0.1:9';

export function samlStage(): SamlStage {
  const clock = steppingClock(START);
  let db: TestDatabase;
  let workspaceId: WorkspaceId;
  let server: SsoServer;
  let connectionId: string;

  beforeAll(async () => {
    db = await testDatabase();
    const names = { slug: 'acme', name: 'Acme', timeZone: 'UTC', ownerName: 'Olive' };
    const created = await createWorkspace({ database: db.database, clock }, names);
    workspaceId = created.workspaceId;
    server = await ssoServer({ database: db.database, clock, workspaceId, login: LOGIN });
    const metadata = metadataOf(LOGIN, [present, next]);
    const { body } = await server.ask('POST', '/sso', { protocol: 'saml', tenantId: TENANT_ID, metadata });
    connectionId = String(body['id']);
    await server.invite(created.owner.credential, 'ada@contoso.example');
  });
  afterAll(async () => {
    await server.close();
    await db.drop();
  });
  beforeEach(async () => {
    clock.set(START);
    await db.owner.query('delete from session');
    await db.owner.query('delete from sso_assertion');
  });

  const begin = async () => {
    const person = browser();
    const { body } = await server.ask('POST', '/sso/verifications', { connectionId });
    const { location } = await person.open(String(body['signInUrl']));
    return { person, asked: askedIn(location) };
  };
  const answerWith = async (response: (asked: Asked) => string) => {
    const { asked, person } = await begin();
    return person.submit(asked.acsUrl, { SAMLResponse: response(asked), RelayState: asked.relayState });
  };
  const sessions = async () => (await db.owner.query('select 1 from session')).count;
  return {
    clock,
    db: () => db,
    server: () => server,
    workspaceId: () => workspaceId,
    begin: async () => (await begin()).asked,
    answerWith,
    comeBack: (craft, key = present) => answerWith((asked) => craftedResponse(asked, clock.now(), key, craft)),
    sessions,
    expectRefusal: async (visit, because) => {
      const { page, status } = await visit;
      expect(page).toMatch(/did not succeed/);
      expect(page).toMatch(because);
      expect(status).toBe(403);
      expect(await sessions()).toBe(0);
    },
  };
}

/** One change that has to hit, so that no row tests an honest answer. */
export function change(from: string | RegExp, to: string): (xml: string) => string {
  return (xml) => {
    const changed = xml.replace(from, () => to);
    if (changed === xml) throw new Error(`nothing in the answer is ${String(from)}`);
    return changed;
  };
}
