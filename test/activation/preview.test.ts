import { createHash, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type CanonicalObject, canonicalJson, type WorkspaceId } from '../../src/kernel/index.ts';
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
const meetEverything = () => server.meetEverything();

const recorded = (type: string) => server.recorded(type);

const codes = (body: { refusals: { code: string }[] }) => body.refusals.map(({ code }) => code);
const names = (people: { name: string }[]) => people.map(({ name }) => name);

const codesOf = (limits: { code: string }[]) => limits.map(({ code }) => code);
const reasonsOf = (accounts: Account[]) => accounts.map(({ because }) => because);
const notesOf = (accounts: Account[]) => Object.fromEntries(accounts.map(({ name, notes }) => [name, notes]));
const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');

interface Account {
  readonly change: string;
  readonly connectionId: string;
  readonly objectId: string;
  readonly name: string;
  readonly because: string;
  readonly notes: readonly string[];
  readonly appRoles: readonly string[];
  readonly role: unknown;
}

describe('the preview', () => {
  let directory: Directory;

  beforeEach(async () => {
    await meetEverything();
    directory = await rows.directory();
    await rows.person({});
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
    expect(reasonsOf(disappears)).toEqual(['nested-group-only', 'not-assigned']);
    expect(reasonsOf(appears)).toEqual(['assigned', 'group-member']);
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
      `select content::text || kept::text as text from activation_preview left join activation_preview_account kept on kept.preview_id = id
       where activation_preview.workspace_id = $1`,
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
    expect(shown.next).toMatch(/^Pause provisioning in Entra first/);
    expect((await turn('off')).status).toBe(409);
    expect((await turn('off', shown.digest)).status).toBe(200);
    expect(await recorded('scim.disabled')).toHaveLength(1);
    expect(await readSwitch(db.database, workspaceId)).toMatchObject({ state: 'off', ssoConnectionId: null });
  });

  it('calls out everybody whom only nested groups would bring, synced now or not, however deep and in circles', async () => {
    const deep = await directory.account('Dan Deep');
    const near = await directory.account('Nora Near', { inScope: true });
    const both = await directory.account('Bo Both');
    const innermost = await directory.group([deep]);
    const inner = await directory.group([innermost, near, both]);
    await db.owner.query('insert into directory_group_member (workspace_id, connection_id, group_id, member_id) values ($1, $2, $3, $4)', [
      workspaceId,
      directory.connectionId,
      innermost,
      inner,
    ]);
    await directory.assign(await directory.group([inner, both]), { type: 'Group' });
    const { appears, disappears, nestedOnly, reasons } = await preview();
    expect([names(appears), names(disappears), nestedOnly]).toEqual([['Bo Both'], ['Nora Near'], 2]);
    expect(reasons).toEqual([
      { change: 'appears', what: 'group-member', accounts: 1 },
      { change: 'disappears', what: 'nested-group-only', accounts: 1 },
    ]);
  });

  it('points at a leaver whom HR told by leaving them out of a roster of everybody', async () => {
    await rows.person({ employeeId: '007', endedBetween: ['2026-03-01T09:00:00.000Z', '2026-03-02T09:00:00.000Z'] });
    await rows.person({ employeeId: '008' });
    await directory.account('Lea Leaver', { inScope: true, employeeId: '007' });
    await directory.account('Stan Stays', { inScope: true, employeeId: '008' });
    expect(notesOf((await preview()).disappears)).toEqual({ 'Lea Leaver': ['left-employment'], 'Stan Stays': [] });
  });

  it("points at leavers who vanish from view, at accounts that are nobody's, and at guests", async () => {
    await rows.person({ employeeId: '007', endDate: '2026-03-02' });
    await rows.person({ mail: 'Tess@Contoso.example', endDate: '2026-03-03' });
    await directory.account('Lea Leaver', { inScope: true, state: 'disabled', employeeId: '007' });
    await directory.account('Tess Today', { inScope: true, addresses: ['tess@contoso.example'] });
    await directory.assign(await directory.account('Scanner', { userType: 'Member' }));
    await directory.assign(await directory.account('Gus Guest', { userType: 'guest' }));
    const { appears, disappears, notes } = await preview();
    expect(notesOf(disappears)).toEqual({ 'Lea Leaver': ['left-employment'], 'Tess Today': [] });
    expect(notesOf(appears)).toEqual({ 'Gus Guest': ['no-person', 'guest'], Scanner: ['no-person'] });
    expect(notes).toEqual([
      { change: 'appears', what: 'guest', accounts: 1 },
      { change: 'appears', what: 'no-person', accounts: 2 },
      { change: 'disappears', what: 'left-employment', accounts: 1 },
    ]);
  });

  it('says that it cannot tell leavers before HR has named anybody, and guesses none', async () => {
    await db.owner.query('delete from employment_period where workspace_id = $1', [workspaceId]);
    await db.owner.query('delete from person where workspace_id = $1', [workspaceId]);
    await directory.assign(await directory.account('Scanner'));
    const { appears, limits } = await preview();
    expect([notesOf(appears), codesOf(limits)]).toEqual([{ Scanner: [] }, ['roster-missing']]);
  });

  it('says which role each would get, and why', async () => {
    const direct = await directory.account('Dora Direct');
    await directory.assign(direct, { role: 'admin' });
    await directory.assign(direct, { role: 'king' });
    await directory.assign(await directory.account('Kim King'), { role: 'king' });
    await directory.account('Uma Unassigned', { inScope: true });
    const { appears, disappears } = await preview();
    expect(appears.map(({ appRoles, role }: Account) => ({ appRoles, role }))).toEqual([
      { appRoles: ['admin', 'king'], role: { roleId: 'admin', because: 'granted' } },
      { appRoles: ['king'], role: { roleId: 'employee', because: 'unknown-role' } },
    ]);
    expect(disappears).toMatchObject([{ appRoles: [], role: null }]);
  });

  it('is paged to the last account, as it was shown and whatever has happened since', async () => {
    for (const name of ['Ann', 'Ben', 'Cem', 'Dan', 'Eva']) await directory.assign(await directory.account(name));
    await directory.account('Zoe', { inScope: true });
    const { id } = await preview();
    await db.owner.query(`update directory_account set state = 'vanished' where workspace_id = $1`, [workspaceId]);
    const seen: string[] = [];
    let next: string | null = '0';
    for (let page = 0; next !== null && page < 9; page += 1) {
      const { status, body } = await ask('GET', `/activation/previews/${id}/accounts?limit=2&after=${next}`);
      expect(status).toBe(200);
      seen.push(...names(body.accounts));
      next = body.next;
    }
    expect(seen).toEqual(['Ann', 'Ben', 'Cem', 'Dan', 'Eva', 'Zoe']);
    const dropped = await ask('GET', `/activation/previews/${id}/accounts?change=disappears&note=no-person`);
    expect(names(dropped.body.accounts)).toEqual(['Zoe']);
  });

  it.each([
    { name: 'an unknown change', path: '?change=leaves', status: 400 },
    { name: 'an unknown note', path: '?note=nice', status: 400 },
    { name: 'a position that is none', path: '?after=x', status: 400 },
    { name: 'a position behind all that there can be', path: '?after=99999999999999', status: 200 },
  ])('is not paged by $name', async ({ path, status }) => {
    const { id } = await preview();
    expect((await ask('GET', `/activation/previews/${id}/accounts${path}`)).status).toBe(status);
  });

  it('is found by its id alone, and not from another workspace (I12)', async () => {
    const other = await activationServer(db, clock);
    const { id } = await other.preview();
    await other.close();
    expect((await ask('GET', `/activation/previews/${id}/accounts`)).status).toBe(404);
    expect((await ask('GET', '/activation/previews/x/accounts')).status).toBe(404);
  });

  it('comes as CSV with every account, in which no name is a formula', async () => {
    await directory.assign(await directory.account('=HYPERLINK("x")'), { role: 'admin' });
    await directory.account('Zoe', { inScope: true });
    const { id } = await preview();
    const { status, text, contentType } = await server.askText(`/activation/previews/${id}/accounts`, 'text/csv');
    expect([status, contentType]).toEqual([200, 'text/csv; charset=utf-8']);
    const [head, first, second, ...rest] = text.split('\r\n');
    expect(head).toMatch(/^change,name,user_principal_name,because,notes,app_roles,role_id,role_because/);
    expect(first).toMatch(/^appears,"'=HYPERLINK\(""x""\)",.*,assigned,no-person,admin,admin,granted,true,/);
    expect(second).toMatch(/^disappears,Zoe,.*,not-assigned,no-person,,,,true,/);
    expect(rest).toEqual(['']);
  });

  it('has a digest that anybody can compute again from what was answered and kept', async () => {
    await directory.assign(await directory.account('Ann'));
    await directory.account('Zoe', { inScope: true });
    const { id, digest, appears: _a, disappears: _d, next: _n, ...claim } = await preview();
    const { body } = await ask('GET', `/activation/previews/${id}/accounts`);
    const lines = body.accounts.map(
      ({ change, connectionId: connection, objectId, because, notes }: Account) =>
        `${change} ${connection}/${objectId} ${because} ${notes.join(',')}`,
    );
    const { rows: kept } = await db.owner.query<{ content: { accountsSha256: string } & CanonicalObject }>(
      'select content from activation_preview where workspace_id = $1 and id = $2',
      [workspaceId, id],
    );
    expect(kept[0]?.content.accountsSha256).toBe(sha256(lines.sort().join('\n')));
    expect(digest).toBe(sha256(canonicalJson(kept[0]?.content ?? {})));
    expect(claim).toEqual(kept[0]?.content);
  });
});

describe('what came of turning on', () => {
  let directory: Directory;

  beforeEach(async () => {
    await meetEverything();
    directory = await rows.directory();
  });

  it('is not asked while SCIM is off', async () => {
    await rows.scimUser(randomUUID());
    expect((await ask('GET', '/activation/outcome')).status).toBe(404);
    expect((await ask('GET', '/activation/outcome/accounts?difference=provisioned-not-predicted')).status).toBe(404);
  });

  it('is not made up for a preview whose accounts were not kept (I8)', async () => {
    const { digest } = await preview();
    await turn('on', digest);
    const former = randomUUID();
    await db.owner.query(
      `insert into activation_preview (workspace_id, id, turn_to, digest, content, created_at, created_by)
       values ($1, $2, 'on', sha256('former'), '{"appears": [], "disappears": [], "stays": 0}', $3, 'system')`,
      [workspaceId, former, clock.now()],
    );
    await db.owner.query(
      `insert into authority_change (workspace_id, id, authority, changed_at, changed_by, preview_id, preview_digest, reason)
       values ($1, $2, 'scim', $3::timestamptz + interval '1 second', 'system', $4, sha256('former'), 'before')`,
      [workspaceId, randomUUID(), clock.now(), former],
    );
    const answer = await ask('GET', '/activation/outcome');
    expect([answer.status, answer.body.detail]).toEqual([404, expect.stringMatching(/kept no accounts/)]);
    expect((await ask('GET', `/activation/previews/${former}/accounts`)).status).toBe(404);
  });

  it('names who was predicted and is not provisioned, and who is provisioned and was not predicted', async () => {
    const [ann, ben, cem] = await Promise.all(['Ann', 'Ben', 'Cem'].map((name) => directory.account(name)));
    for (const account of [ann, ben, cem]) await directory.assign(String(account));
    const dropped = await directory.account('Zoe', { inScope: true });
    const { digest, id } = await preview();
    await turn('on', digest);
    await rows.scimUser(String(ann));
    await rows.scimUser(String(ben), { active: false });
    await rows.scimUser(dropped);
    const { body } = await ask('GET', '/activation/outcome');
    expect(body).toEqual({
      previewId: id,
      since: clock.now(),
      predicted: 3,
      provisioned: 2,
      predictedNotProvisioned: 2,
      provisionedNotPredicted: 1,
      limits: [expect.objectContaining({ code: 'roster-missing' })],
    });
    const missing = await ask('GET', '/activation/outcome/accounts?difference=predicted-not-provisioned');
    expect(missing.body.accounts).toMatchObject([
      { name: 'Ben', objectId: ben, scimUser: 'inactive' },
      { name: 'Cem', objectId: cem, scimUser: 'none', scimUserId: null },
    ]);
    const first = await ask('GET', '/activation/outcome/accounts?difference=predicted-not-provisioned&limit=1');
    const second = await ask('GET', `/activation/outcome/accounts?difference=predicted-not-provisioned&limit=1&after=${first.body.next}`);
    expect(names([...first.body.accounts, ...second.body.accounts])).toEqual(['Ben', 'Cem']);
    const unforeseen = await ask('GET', '/activation/outcome/accounts?difference=provisioned-not-predicted&limit=1');
    expect(unforeseen.body.accounts).toMatchObject([{ objectId: dropped, scimUser: 'active' }]);
    expect(unforeseen.body.next).toBeNull();
    const last = unforeseen.body.accounts[0].scimUserId;
    const behind = await ask('GET', `/activation/outcome/accounts?difference=provisioned-not-predicted&after=${last}`);
    expect(behind.body).toEqual({ accounts: [], next: null });
  });

  it.each([{ query: '' }, { query: '?difference=other' }, { query: '?difference=provisioned-not-predicted&after=1' }])(
    'is not listed with "$query"',
    async ({ query }) => {
      expect((await ask('GET', `/activation/outcome/accounts${query}`)).status).toBe(400);
    },
  );
});
