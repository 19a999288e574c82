import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DAY_MS, HOUR_MS, type WorkspaceId } from '../../src/kernel/index.ts';
import { readSwitch } from '../../src/workspace/index.ts';
import { steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { insertWorkspace } from '../support/workspace.ts';
import { type ActivationServer, activationServer } from './activation-server.ts';
import { type Directory, type Rows, rowsOf } from './rows.ts';

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

async function recorded(type: string) {
  const { rows } = await db.owner.query<{ leaf: Buffer }>('select leaf from ledger_record where workspace_id = $1 and type = $2', [
    workspaceId,
    type,
  ]);
  return rows.map(({ leaf }) => JSON.parse(leaf.toString('utf8')) as Record<string, unknown>);
}

const codes = (body: { refusals: { code: string }[] }) => body.refusals.map(({ code }) => code);
const names = (people: { name: string }[]) => people.map(({ name }) => name);

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

describe('the preview', () => {
  let directory: Directory;

  beforeEach(async () => {
    await meetEverything();
    directory = await rows.directory();
  });

  it('names who appears and who disappears, and counts who stays (I6)', async () => {
    const direct = await directory.account('Dora Direct');
    await directory.assign(direct, { role: 'admin' });
    await directory.assign(direct, { role: 'king' });
    const member = await directory.account('Mia Member');
    const stays = await directory.account('Sven Stays', { inScope: true });
    await directory.assign(await directory.group([member, stays]), { type: 'Group' });
    const nested = await directory.account('Nora Nested', { inScope: true });
    await directory.assign(await directory.group([await directory.group([nested])]), { type: 'Group' });
    await directory.account('Uma Unassigned', { inScope: true });
    await directory.account('Otto Outside');
    const { appears, disappears, counts, limits, turnTo, roles } = await preview();
    expect(turnTo).toBe('on');
    expect(names(appears)).toEqual(['Dora Direct', 'Mia Member']);
    expect(appears[0]).toMatchObject({ userPrincipalName: 'dora direct@contoso.example', objectId: direct, accountEnabled: true });
    expect(names(disappears)).toEqual(['Nora Nested', 'Uma Unassigned']);
    expect(counts).toEqual({ appears: 2, disappears: 2, stays: 1 });
    expect(limits).toEqual([]);
    expect(roles).toEqual([
      { appRole: 'admin', roleId: 'admin', because: 'granted', people: 1 },
      { appRole: 'king', roleId: 'employee', because: 'unknown-role', people: 1 },
      { appRole: null, roleId: 'employee', because: 'no-role', people: 2 },
    ]);
  });

  it('does not promise a role that the directory may not grant, and is another one for it', async () => {
    const direct = await directory.account('Dora Direct');
    await directory.assign(direct, { role: 'admin' });
    const before = await preview();
    await db.owner.query("update role set directory_may_grant = false where workspace_id = $1 and id = 'admin'", [workspaceId]);
    const after = await preview();
    expect(after.roles).toEqual([{ appRole: 'admin', roleId: 'employee', because: 'not-grantable', people: 1 }]);
    expect(after.digest).not.toBe(before.digest);
  });

  it('lets disabled accounts disappear, which Entra does not create, and leaves out those that are gone', async () => {
    const disabled = await directory.account('Dis Abled', { inScope: true, state: 'disabled' });
    const deleted = await directory.account('Del Eted', { inScope: true, state: 'soft_deleted' });
    await directory.assign(disabled);
    await directory.assign(deleted);
    const { appears, disappears } = await preview();
    expect([names(appears), names(disappears)]).toEqual([[], ['Dis Abled']]);
    expect(disappears[0].accountEnabled).toBe(false);
  });

  it('does not count through a group that is gone', async () => {
    const member = await directory.account('Mia Member');
    await directory.assign(await directory.group([member], { isGone: true }), { type: 'Group' });
    expect((await preview()).appears).toEqual([]);
  });

  it.each([
    { name: 'was never read completely', given: { isRead: false }, code: 'directory-never-read' },
    { name: 'does not know its enterprise application', given: { knowsApplication: false }, code: 'assignments-unknown' },
  ])('guesses nothing about a directory that $name (I8)', async ({ given, code }) => {
    const other = await rows.directory(given);
    await other.account('Uma Unassigned', { inScope: true });
    const { appears, disappears, limits } = await preview();
    expect([appears, disappears]).toEqual([[], []]);
    expect(limits).toMatchObject([{ code, connectionId: other.connectionId }]);
  });

  it('says that it cannot know when no directory is connected, and may be acknowledged as such', async () => {
    await db.owner.query('update directory_connection set removed_at = $2 where workspace_id = $1', [workspaceId, clock.now()]);
    const { limits, digest } = await preview();
    expect(limits).toMatchObject([{ code: 'no-directory', connectionId: null }]);
    expect((await turn('on', digest)).status).toBe(200);
  });

  it('is stale as soon as one person more would appear, and good again for a sync that finds the same (I6)', async () => {
    const { digest } = await preview();
    const late = await directory.account('Lara Late');
    await directory.assign(late);
    const { status, body } = await turn('on', digest);
    expect([status, codes(body)]).toEqual([409, ['preview-stale']]);
    expect(body.type).toMatch(/preview-stale$/);
    expect((await ask('GET', '/activation')).body.gate).toMatchObject({ allowed: false, refusals: [{ code: 'preview-stale' }] });
    const present = await preview();
    await db.owner.query(`update directory_account set display_name = 'Lara Renamed' where object_id = $1`, [late]);
    expect((await turn('on', present.digest)).status).toBe(200);
  });

  it('cannot be made up: a digest that nobody was shown is stale', async () => {
    const { status, body } = await turn('on', 'ab'.repeat(32));
    expect([status, codes(body)]).toEqual([409, ['preview-stale']]);
  });

  it('keeps no names as evidence (I11)', async () => {
    await directory.assign(await directory.account('Dora Direct'));
    await preview();
    const { rows: kept } = await db.owner.query<{ text: string }>(
      'select content::text as text from activation_preview where workspace_id = $1',
      [workspaceId],
    );
    expect(kept[0]?.text).not.toContain('Dora');
    expect(await recorded('activation.previewed')).toMatchObject([{ detail: { appears: 1, disappears: 0, stays: 0, turnTo: 'on' } }]);
  });

  it('does not see another workspace (I12)', async () => {
    const other = rowsOf(db.owner, await insertWorkspace(db.owner, clock.now()), clock.now());
    const foreign = await other.directory();
    await foreign.assign(await foreign.account('Fred Foreign'));
    expect((await preview()).appears).toEqual([]);
  });

  it('shows for turning off whom the scope takes over (I6)', async () => {
    const both = await directory.account('Bo Both', { inScope: true });
    const scim = await directory.account('Sam Scim');
    const scoped = await directory.account('Sia Scope', { inScope: true });
    await directory.assign(both);
    await turn('on', (await preview()).digest);
    await rows.scimUser(both);
    await rows.scimUser(scim);
    await rows.scimUser(scoped, { active: false });
    await rows.scimUser(randomUUID());
    const shown = await preview();
    expect([shown.turnTo, names(shown.appears), names(shown.disappears), shown.counts.stays]).toEqual([
      'off',
      ['Sia Scope'],
      ['Sam Scim'],
      1,
    ]);
    expect(shown.limits).toMatchObject([{ code: 'scim-users-without-account' }]);
    expect((await turn('off')).status).toBe(409);
    expect((await turn('off', shown.digest)).status).toBe(200);
    expect(await recorded('scim.disabled')).toHaveLength(1);
    expect(await readSwitch(db.database, workspaceId)).toMatchObject({ state: 'off', ssoConnectionId: null });
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
