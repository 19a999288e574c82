import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type WorkspaceId } from '../../src/kernel/index.ts';
import { steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type ActivationServer, activationServer } from './activation-server.ts';
import { type Rows } from './rows.ts';

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

describe('who is synced', () => {
  const synced = async (query = '') => (await ask('GET', `/people/synced${query}`)).body;

  it('is told with the authority by which, its bands in time, and page by page (I6)', async () => {
    await meetEverything();
    const directory = await rows.directory();
    const [inScope] = [await directory.account('Ada', { inScope: true }), await directory.account('Bo')];
    await rows.scimUser(inScope);
    await rows.scimUser(randomUUID());
    await rows.scimUser(randomUUID(), { active: false });
    const before = await synced();
    expect(before).toMatchObject({ authority: 'scope', total: 1, people: [{ kind: 'directory-account', name: 'Ada' }], next: null });
    const on = clock.advance(1000);
    await turn('on', (await preview()).digest);
    const first = await synced('?limit=1');
    const second = await synced(`?limit=1&after=${first.next}`);
    expect([first.total, first.people.length, second.people.length]).toEqual([2, 1, 1]);
    expect(first.people[0].id < second.people[0].id).toBe(true);
    expect((await synced(`?after=${second.people[0].id}`)).people).toEqual([]);
    const off = clock.advance(1000);
    await turn('off', (await preview()).digest);
    expect((await synced()).bands).toMatchObject([
      { authority: 'scope', from: before.since, to: on, changedBy: 'system' },
      { authority: 'scim', from: on, to: off },
      { authority: 'scope', from: off, to: null },
    ]);
    expect((await ask('GET', '/people/synced?after=x')).status).toBe(400);
  });
});

describe('the diagnosis', () => {
  const diagnosis = async () => {
    const { status, body } = await ask('GET', '/scim/diagnosis');
    expect(status).toBe(200);
    return body as { firstProblem: string | null; checks: { check: string; state: string; evidence: Record<string, unknown> }[] };
  };
  const problems = async () => (await diagnosis()).checks.flatMap(({ check, state }) => (state === 'problem' ? [check] : []));
  const evidenceOf = async (check: string) => (await diagnosis()).checks.find((one) => one.check === check)?.evidence;

  it('of an empty workspace begins with the switch, and sees no assignments', async () => {
    const { checks, firstProblem } = await diagnosis();
    expect(firstProblem).toBe('switch-is-on');
    expect(checks.find(({ check }) => check === 'assignments-exist')?.state).toBe('unseen');
    expect(await problems()).toEqual(['switch-is-on', 'credential-is-live', 'requests-arrive']);
  });

  it('counts who is assigned, in which way, and what became of them', async () => {
    await rows.credential();
    const directory = await rows.directory();
    const [direct, inGroup, nested, both, off, left] = await Promise.all(
      ['Direct', 'Ingo', 'Nele', 'Bo', 'Otis', 'Lea'].map((name) => directory.account(name, name === 'Otis' ? { state: 'disabled' } : {})),
    );
    const people = [direct, inGroup, nested, both, off, left].map((id) => id ?? '');
    const [directId = '', inGroupId = '', nestedId = '', bothId = '', offId = '', leftId = ''] = people;
    const deepest = await directory.group([nestedId, bothId]);
    const inner = await directory.group([deepest]);
    await directory.assign(await directory.group([inGroupId, bothId, inner]), { type: 'Group' });
    await directory.assign(directId);
    await directory.assign(offId);
    await rows.scimUser(directId);
    await rows.scimUser(leftId);
    await rows.scimUser(offId);
    await rows.scimUser('mailnickname');
    expect(await evidenceOf('assignments-exist')).toEqual({
      assignments: 3,
      people: 4,
      nestedOnly: 1,
      disabled: 1,
      notProvisioned: 2,
      notAssigned: 1,
    });
    expect(await problems()).toEqual([
      'switch-is-on',
      'requests-arrive',
      'no-nested-groups',
      'assigned-are-enabled',
      'assigned-are-provisioned',
      'unassigned-are-inactive',
      'leavers-are-inactive',
      'external-id-is-object-id',
    ]);
  });

  it('ends where groups hold one another in a circle', async () => {
    const directory = await rows.directory();
    const nele = await directory.account('Nele');
    const outer = await directory.group([]);
    const inner = await directory.group([nele, outer]);
    await db.owner.query('insert into directory_group_member (workspace_id, connection_id, group_id, member_id) values ($1, $2, $3, $4)', [
      workspaceId,
      directory.connectionId,
      outer,
      inner,
    ]);
    await directory.assign(outer, { type: 'Group' });
    expect(await evidenceOf('no-nested-groups')).toMatchObject({ people: 0, nestedOnly: 1 });
  });

  it('reviews a pasted schema and an expression by the catalogue', async () => {
    await db.owner.query(
      `insert into role (workspace_id, id, name, rank, created_at, directory_may_grant)
       values ($1, 'staff', 'S', 1, $2, true), ($1, 'boss', 'B', 0, $2, false)`,
      [workspaceId, clock.now()],
    );
    const { body: linted } = await ask('POST', '/scim/mapping/lint', { expression: 'IIF([x]="a","boss","nobody")' });
    expect(linted.findings.map(({ code }: { code: string }) => code)).toEqual(['role-not-grantable', 'unknown-role']);
    const rule = {
      sourceDirectoryName: 'Microsoft Entra ID',
      targetDirectoryName: 't',
      objectMappings: [
        { sourceObjectName: 'User', targetObjectName: 'User', enabled: true, flowTypes: 'Add,Update,Delete', attributeMappings: [] },
      ],
    };
    const { status, body } = await ask('POST', '/scim/mapping/review', { schema: { synchronizationRules: [rule] } });
    expect(status).toBe(200);
    expect(JSON.stringify(body.mended)).toContain('"defaultValue":"staff"');
    expect(await ask('POST', '/scim/mapping/review', { schema: {} })).toMatchObject({ status: 400 });
  });
});
