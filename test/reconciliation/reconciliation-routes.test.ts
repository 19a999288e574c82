import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { WorkspaceId } from '../../src/kernel/index.ts';
import { approveLink } from '../../src/reconciliation/approve-link.ts';
import { reconciliationRoutes } from '../../src/reconciliation/index.ts';
import { type SteppingClock, steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { administrationServer, type LoopbackServer } from '../support/loopback.ts';
import { insertWorkspace } from '../support/workspace.ts';
import { ann, annsAccount, type Facts, givenFacts, LONG_AGO, leavesOf, NOW } from './facts.ts';

let db: TestDatabase;
let clock: SteppingClock;
let facts: Facts;
let server: LoopbackServer;

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

const serverFor = (workspaceId: WorkspaceId) =>
  administrationServer({ clock, workspaceId, routers: [reconciliationRoutes({ database: db.database, clock })] });

async function post(path: string, body: unknown): Promise<Answer> {
  const response = await fetch(server.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function get(path: string, url = server.url): Promise<Answer> {
  const response = await fetch(url + path);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

beforeEach(async () => {
  clock = steppingClock(LONG_AGO);
  facts = await givenFacts({ database: db.database, owner: db.owner, clock });
  server = await serverFor(facts.workspaceId);
});
afterEach(() => server.close());

/** Another person approves the only decision that waits. */
async function approveWaiting(): Promise<string> {
  const { requests } = (await get('/account-links/requests')).body as { requests: readonly { id: string }[] };
  const id = requests[0]?.id ?? '';
  await approveLink({ database: db.database, clock }, facts.workspaceId, { id, actor: 'administrator:two' });
  return id;
}

describe('policies', () => {
  it('follow one another as versions, each with its record', async () => {
    expect(await post('/policies', { slaHours: 24 })).toMatchObject({
      status: 201,
      body: { version: 1, slaHours: 24, effectiveFrom: LONG_AGO },
    });
    const later = clock.advance(1000);
    expect(await post('/policies', { slaHours: 4 })).toMatchObject({ status: 201, body: { version: 2 } });
    expect((await get('/policies')).body).toMatchObject({
      policies: [
        { version: 2, slaHours: 4, supersededAt: null },
        { version: 1, slaHours: 24, supersededAt: later },
      ],
    });
    expect(await leavesOf(db.owner, facts.workspaceId, 'policy.')).toMatchObject([
      { after: { version: 1, sla_hours: 24 } },
      { before: { version: 1, sla_hours: 24 }, after: { version: 2, sla_hours: 4 } },
    ]);
  });

  it('list what holds at sites, in order, beside the sites that HR names', async () => {
    await facts.roster(ann(''), '2,ben@contoso.example,2020-01-01,', '3,cem@contoso.example,2020-01-01,');
    await db.owner.query(
      "update employment_period set site = case row_number when 2 then 'Berlin' when 3 then 'Austin' end where workspace_id = $1",
      [facts.workspaceId],
    );
    const sites = [
      { site: 'Berlin', businessDays: 2, holidays: ['2026-12-26', '2026-12-25'] },
      { site: 'Austin', slaHours: 4 },
    ];
    const made = [
      { site: 'Austin', slaHours: 4, businessDays: null, holidays: [] },
      { site: 'Berlin', slaHours: null, businessDays: 2, holidays: ['2026-12-25', '2026-12-26'] },
    ];
    expect(await post('/policies', { slaHours: 24, sites })).toMatchObject({ status: 201, body: { sites: made } });
    expect((await get('/policies')).body).toMatchObject({ policies: [{ sites: made }], sites: ['Austin', 'Berlin'] });
  });

  it.each<{ sites: unknown }>([
    { sites: 'Berlin' },
    { sites: ['Berlin'] },
    { sites: [[]] },
    { sites: [{ slaHours: 4 }] },
    { sites: [{ site: 'Berlin' }] },
    { sites: [{ site: 'Berlin', slaHours: 4, businessDays: 1 }] },
    { sites: [{ site: 'Berlin', slaHours: 4, zone: 'UTC' }] },
    { sites: [{ site: 'x'.repeat(101), slaHours: 4 }] },
    { sites: Array.from({ length: 101 }, (_, n) => ({ site: `${n}`, slaHours: 4 })) },
  ])('refuse %j', async ({ sites }) => {
    expect((await post('/policies', { slaHours: 24, sites })).status).toBe(400);
  });

  it.each([{ slaHours: -1 }, { slaHours: 1.5 }, { slaHours: '24' }, {}, { slaHours: 24, presets: true }])('refuse %p', async (body) => {
    expect((await post('/policies', body)).status).toBe(400);
  });
});

describe('runs and findings over HTTP', () => {
  beforeEach(async () => {
    await facts.roster(ann('2026-03-06'), '2,ben@contoso.example,2020-01-01,');
    await facts.account({ ...annsAccount, stretches: [{ state: 'enabled', from: LONG_AGO }] });
  });

  it('refuses a run while no policy says by when access must be gone', async () => {
    expect(await post('/reconciliation/runs', {})).toMatchObject({ status: 409, body: { detail: expect.stringContaining('policy') } });
  });

  it('shows who, which system, since when and by which evidence', async () => {
    await post('/policies', { slaHours: 24 });
    clock.set(NOW);
    await facts.looked(NOW);
    const run = await post('/reconciliation/runs', {});
    expect(run).toMatchObject({
      status: 201,
      body: {
        asOf: NOW,
        counts: { byVerdict: { TERMINATED_ACTIVE_DIR: 1, ACTIVE_EMPLOYEE_NO_ACCESS: 1 }, byEffect: { FAIL: 1, INFO: 1 } },
        opened: 1,
        changed: 0,
        closed: 0,
      },
    });
    expect((await get('/reconciliation/runs')).body).toMatchObject({ runs: [{ id: run.body['id'] }] });
    const { findings } = (await get('/findings?effect=FAIL,INSUF')).body;
    expect(findings).toMatchObject([
      {
        rule: 'L03',
        verdict: 'TERMINATED_ACTIVE_DIR',
        effect: 'FAIL',
        all: [{ rule: 'L03' }],
        person: { name: 'Person 1', employeeId: '1' },
        period: { startDate: '2020-01-01', endDate: '2026-03-06', timeZone: 'UTC', backdated: false },
        systems: [
          {
            system: 'directory',
            account: 'ann@contoso.example',
            state: 'ENABLED',
            lastProvenUsable: '2026-03-10T11:55:00.000Z',
            firstProvenUnusable: null,
            grade: 'C',
          },
          { system: 'scim', account: null, state: 'NEVER' },
        ],
        deadline: { earliest: '2026-03-08T00:00:00.000Z', latest: '2026-03-08T00:00:00.000Z' },
        sentence: expect.stringContaining('after the deadline'),
        since: NOW,
      },
    ]);
    expect((findings as { evidence: string[] }[])[0]?.evidence.length).toBeGreaterThanOrEqual(4);
    const everything = (await get('/findings')).body['findings'] as { effect: string }[];
    expect(everything.map(({ effect }) => effect)).toEqual(['FAIL', 'INFO']);
    expect((await get('/findings?limit=1')).body['findings']).toHaveLength(1);
    expect((await get('/findings?effect=BAD')).status).toBe(400);
  });

  it('shows every finding to who reads page by page, also behind one that a reconciliation has moved meanwhile', async () => {
    await facts.roster('3,cem@contoso.example,2020-01-01,2026-03-07', '4,dan@contoso.example,2020-01-01,2026-03-07');
    for (const [employeeId, name] of Object.entries({ 3: 'cem', 4: 'dan' }))
      await facts.account({ upn: `${name}@contoso.example`, employeeId, stretches: [{ state: 'enabled', from: LONG_AGO }] });
    await post('/policies', { slaHours: 24 });
    clock.set(NOW);
    await facts.looked(NOW);
    await post('/reconciliation/runs', {});
    const page = async (after: string) => {
      const { body } = await get(`/findings?limit=1${after}`);
      const [found] = body['findings'] as { person: { employeeId: string } }[];
      return { employeeId: found?.person.employeeId, next: String(body['next']) };
    };
    const first = await page('');
    await facts.roster(ann(''));
    await post('/reconciliation/runs', {});
    const second = await page(`&after=${first.next}`);
    const third = await page(`&after=${second.next}`);
    expect(first.employeeId).toBe('1');
    expect(new Set([second.employeeId, third.employeeId])).toEqual(new Set(['3', '4']));
    expect((await get('/findings?after=last.never.ffffffff-ffff-ffff-ffff-ffffffffffff')).body['findings']).toEqual([]);
    expect((await get(`/findings?after=${randomUUID()}`)).status).toBe(400);
  });

  it('shows nothing of one workspace to another (I12)', async () => {
    await post('/policies', { slaHours: 24 });
    await post('/reconciliation/runs', {});
    const stranger = await serverFor(await insertWorkspace(db.owner, clock.now()));
    try {
      expect((await get('/findings', stranger.url)).body).toEqual({ findings: [], next: null, urgent: [], asOf: null });
      expect((await get('/policies', stranger.url)).body).toMatchObject({ policies: [], provable: [] });
      expect((await get('/reconciliation/runs', stranger.url)).body).toEqual({ runs: [], next: null });
    } finally {
      await stranger.close();
    }
  });

  it('runs once at a time and comes to one row per unit', async () => {
    await post('/policies', { slaHours: 24 });
    const runs = await Promise.all([1, 2, 3].map(() => post('/reconciliation/runs', {})));
    expect(runs.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(runs.reduce((sum, { body }) => sum + Number(body['opened']), 0)).toBe(
      Number(runs.find(({ body }) => body['opened'] !== 0)?.body['opened'] ?? 0),
    );
    expect((await get('/findings')).body['findings']).toHaveLength(2);
  });
});

describe('linking by hand', () => {
  it('settles an ambiguity: one account linked, the other barred, both recorded, the reason in a disclosure alone (I11)', async () => {
    await post('/policies', { slaHours: 24 });
    await facts.roster(ann('2026-03-06'));
    clock.set(NOW);
    await facts.looked(NOW);
    const mine = await facts.account({ ...annsAccount, stretches: [{ state: 'disabled', from: LONG_AGO }] });
    const twin = await facts.account({ upn: 'robot@contoso.example', employeeId: '1', stretches: [{ state: 'enabled', from: LONG_AGO }] });
    await post('/reconciliation/runs', {});
    const [ambiguous] = (await get('/findings')).body['findings'] as {
      rule: string;
      person: { id: string };
      systems: { account: string; standing: string }[];
    }[];
    expect(ambiguous).toMatchObject({ rule: 'X03' });
    expect(ambiguous?.systems.filter(({ standing }) => standing === 'candidate')).toHaveLength(2);
    const personId = ambiguous?.person.id;
    const reason = 'Ann told us so';
    expect(
      await post('/account-links', { personId, system: 'directory', accountId: mine.accountId, action: 'link', reason }),
    ).toMatchObject({
      status: 201,
      body: { personId, system: 'directory', accountId: mine.accountId, standing: 'linked', rule: 'M0', linkedAt: NOW },
    });
    expect(
      await post('/account-links', { personId, system: 'directory', accountId: twin.accountId, action: 'unlink', reason }),
    ).toMatchObject({
      status: 202,
      body: { action: 'unlink', approvedAt: null },
    });
    await approveWaiting();
    expect(await post('/reconciliation/runs', {})).toMatchObject({
      body: { counts: { byVerdict: { DEPROVISIONED_BEFORE_END: 1, UNMATCHED_ACCOUNT: 1 } } },
    });
    const leaves = await leavesOf(db.owner, facts.workspaceId, 'match.');
    expect(leaves.filter(({ detail }) => (detail as { rule: string }).rule === 'M0')).toMatchObject([
      { type: 'match.linked' },
      { type: 'match.unlinked' },
    ]);
    expect(JSON.stringify(leaves)).not.toContain(reason);
  });

  it('keeps an unlinked account away from every rule until it is linked again', async () => {
    await post('/policies', { slaHours: 24 });
    await facts.roster(ann('2026-03-06'));
    clock.set(NOW);
    await facts.looked(NOW);
    const { accountId } = await facts.account({ ...annsAccount, stretches: [{ state: 'enabled', from: LONG_AGO }] });
    await post('/reconciliation/runs', {});
    const { rows } = await db.owner.query<{ id: string }>('select id from person where workspace_id = $1', [facts.workspaceId]);
    const pair = { personId: rows[0]?.id, system: 'directory', accountId, reason: 'a mix-up' };
    await post('/account-links', { ...pair, action: 'unlink' });
    expect((await post('/account-links', { ...pair, action: 'unlink' })).status).toBe(409);
    const id = await approveWaiting();
    expect((await get('/account-links/requests')).body).toMatchObject({ requests: [{ id, approvedBy: 'administrator:two' }], next: null });
    expect(await post('/reconciliation/runs', {})).toMatchObject({
      body: { counts: { byVerdict: { ACCOUNT_DISOWNED_AFTER_END: 1, UNMATCHED_ACCOUNT: 1 } } },
    });
    expect((await post('/account-links', { ...pair, action: 'unlink' })).status).toBe(409);
    await post('/account-links', { ...pair, action: 'link' });
    expect(await post('/reconciliation/runs', {})).toMatchObject({ body: { counts: { byVerdict: { TERMINATED_ACTIVE_DIR: 1 } } } });
  });

  it.each([
    { story: 'no such person', body: { personId: randomUUID() }, status: 404 },
    { story: 'no such account', body: { accountId: randomUUID() }, status: 404 },
    { story: 'no reason', body: { reason: ' ' }, status: 400 },
    { story: 'a system that is none', body: { system: 'payroll' }, status: 400 },
  ])('answers $status for $story', async ({ body, status }) => {
    await facts.roster(ann(''));
    const { accountId } = await facts.account({ ...annsAccount, stretches: [{ state: 'enabled', from: LONG_AGO }] });
    const { rows } = await db.owner.query<{ id: string }>('select id from person where workspace_id = $1', [facts.workspaceId]);
    const sound = { personId: rows[0]?.id, system: 'directory', accountId, action: 'link', reason: 'known' };
    expect((await post('/account-links', { ...sound, ...body })).status).toBe(status);
  });
});
