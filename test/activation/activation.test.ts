import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DAY_MS, HOUR_MS, type WorkspaceId } from '../../src/kernel/index.ts';
import { readSwitch } from '../../src/workspace/index.ts';
import { steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type ActivationServer, activationServer } from './activation-server.ts';
import type { Rows } from './rows.ts';

const clock = steppingClock();
let db: TestDatabase;
let server: ActivationServer;
let workspaceId: WorkspaceId;
let rows: Rows;
let connectionId: string;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(async () => {
  await db.drop();
});
beforeEach(async () => {
  server = await activationServer(db, clock);
  ({ rows, workspaceId } = server);
});
afterEach(async () => {
  await server.close();
});

const ask: ActivationServer['ask'] = (method, path, body) => server.ask(method, path, body);
const turn: ActivationServer['turn'] = (state, previewDigest) => server.turn(state, previewDigest);
const preview = () => server.preview();
const meetEverything = async () => {
  connectionId = await server.meetEverything();
};

const recorded = (type: string) => server.recorded(type);

const codes = (body: { refusals: { code: string }[] }) => body.refusals.map(({ code }) => code);

describe('turning the switch on', () => {
  it('is refused while single sign-on is missing, with all that is missing and what to do (I4)', async () => {
    const { status, body } = await turn('on');
    expect(status).toBe(409);
    expect(body.type).toMatch(/activation-blocked$/);
    expect(codes(body)).toEqual(['sso-not-verified', 'owner-not-proven', 'scim-credential-missing', 'preview-missing']);
    expect(body.refusals.every(({ next }: { next: string }) => next.length > 0)).toBe(true);
  });

  it('is refused with a configuration that no sign-in has verified (I4)', async () => {
    await meetEverything();
    await db.owner.transaction(async (tx) => {
      await tx.query('alter table sso_verification disable trigger sso_verification_append_only');
      await tx.query('delete from sso_verification where workspace_id = $1', [workspaceId]);
      await tx.query('alter table sso_verification enable trigger sso_verification_append_only');
    });
    const { body } = await turn('on', (await preview()).digest);
    expect(codes(body)).toEqual(['sso-not-verified']);
  });

  it.each([
    { what: 'the last sign-in', days: 'ssoVerificationDays', code: 'sso-not-verified' },
    { what: "the last use of an owner's credential", days: 'ownerDrillDays', code: 'owner-not-proven' },
  ])('is refused when $what is older than the access policy allows, and an old one turns nothing off', async ({ days, code }) => {
    await meetEverything();
    const column = { ssoVerificationDays: 'sso_verification_days', ownerDrillDays: 'owner_drill_days' }[days];
    await db.owner.query(`update workspace set ${column} = 10 where workspace_id = $1`, [workspaceId]);
    clock.advance(10 * DAY_MS);
    const { digest } = await preview();
    expect((await turn('on', digest)).status).toBe(200);
    await turn('off', (await preview()).digest);
    clock.advance(1);
    const { status, body } = await turn('on', (await preview()).digest);
    expect([status, codes(body)]).toEqual([409, [code]]);
  });

  it('is refused an hour after the preview was made, although nothing has changed (I6)', async () => {
    await meetEverything();
    const { digest } = await preview();
    clock.advance(HOUR_MS);
    const { status, body } = await turn('on', digest);
    expect([status, codes(body)]).toEqual([409, ['preview-stale']]);
    expect((await preview()).digest).toBe(digest);
    expect((await turn('on', digest)).status).toBe(200);
  });

  it('goes through the gate, and is recorded with who, why and which preview (I3, I6)', async () => {
    await meetEverything();
    const { digest, id } = await preview();
    const at = clock.advance(1000);
    const { status, body } = await turn('on', digest);
    expect(status).toBe(200);
    expect(body).toMatchObject({ state: 'on', since: at, changedBy: expect.stringMatching(/^owner:/), gate: { turnTo: 'off' } });
    expect(await readSwitch(db.database, workspaceId)).toMatchObject({ state: 'on', ssoConnectionId: connectionId });
    expect(await recorded('scim.enabled')).toMatchObject([
      { detail: { previewDigest: digest, previewId: id, ssoConnectionId: connectionId } },
    ]);
    expect(await recorded('scope.authority.changed')).toMatchObject([{ before: { authority: 'scope' }, after: { authority: 'scim' } }]);
    expect(JSON.stringify(await recorded('scim.enabled'))).not.toContain('Go-live');
  });

  it('does nothing when it is on already', async () => {
    await meetEverything();
    const { digest } = await preview();
    expect((await turn('on', digest)).status).toBe(200);
    expect((await turn('on')).status).toBe(200);
    expect(await recorded('scim.enabled')).toHaveLength(1);
  });

  it('happens once when it is asked for twice at the same time', async () => {
    await meetEverything();
    const { digest } = await preview();
    const answers = await Promise.all([turn('on', digest), turn('on', digest)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await recorded('scim.enabled')).toHaveLength(1);
  });

  it('and removing single sign-on at the same time do not both succeed (I4)', async () => {
    await meetEverything();
    const { digest } = await preview();
    const answers = await Promise.all([turn('on', digest), ask('DELETE', `/sso/${connectionId}`)]);
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
  });

  it.each([
    { name: 'no reason', body: { state: 'on' } },
    { name: 'an unknown state', body: { state: 'maybe', reason: 'x' } },
    { name: 'a digest that is none', body: { state: 'on', reason: 'x', previewDigest: 'zz' } },
    { name: 'an unknown member', body: { state: 'on', reason: 'x', force: true } },
  ])('is not understood with $name', async ({ body }) => {
    expect((await ask('PUT', '/activation', body)).status).toBe(400);
  });
});

describe('while the switch is on', () => {
  beforeEach(async () => {
    await meetEverything();
    await turn('on', (await preview()).digest);
  });

  it('the active single sign-on is not removed (I4)', async () => {
    const { status, body } = await ask('DELETE', `/sso/${connectionId}`);
    expect(status).toBe(409);
    expect(body.type).toMatch(/sso-in-use$/);
  });

  it('a candidate may be dropped', async () => {
    expect((await ask('DELETE', `/sso/${await rows.ssoConnection('candidate')}`)).status).toBe(204);
  });
});
