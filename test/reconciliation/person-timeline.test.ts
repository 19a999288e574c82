import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DAY_MS, plusMs } from '../../src/kernel/index.ts';
import { decideDisposition } from '../../src/reconciliation/decide-disposition.ts';
import { approveLink } from '../../src/reconciliation/approve-link.ts';
import { decideLink, type LinkOutcome } from '../../src/reconciliation/decide-link.ts';
import { reconcile, reconciliationRoutes, setPolicy } from '../../src/reconciliation/index.ts';
import { type SteppingClock, steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { administrationServer, type LoopbackServer } from '../support/loopback.ts';
import { insertWorkspace } from '../support/workspace.ts';
import { type Facts, givenFacts, LONG_AGO, march, NOW } from './facts.ts';

interface Fact {
  readonly what: string;
  readonly source: string;
  readonly sentence: string;
  readonly from: string | null;
  readonly at: string;
  readonly grade: string | null;
  readonly by: string | null;
  readonly hr: Record<string, unknown> | null;
  readonly account: { readonly system: string; readonly account: string } | null;
  readonly record: { readonly id: string; readonly index: number | null } | null;
}

let db: TestDatabase;
let clock: SteppingClock;
let facts: Facts;
let server: LoopbackServer;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

beforeEach(async () => {
  clock = steppingClock(LONG_AGO);
  facts = await givenFacts({ database: db.database, owner: db.owner, clock });
  await setPolicy({ database: db.database, clock }, facts.workspaceId, { slaHours: 24, actor: 'system' });
  server = await administrationServer({ clock, workspaceId: facts.workspaceId, routers: [reconciliationRoutes(deps())] });
});
afterEach(() => server.close());

const deps = () => ({ database: db.database, clock });
const run = () => reconcile(deps(), facts.workspaceId, 'system');

async function get(path: string, url = server.url): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(url + path);
  return { status: response.status, body: await response.json() };
}

async function personOf(employeeId: string): Promise<string> {
  const { rows } = await db.owner.query<{ id: string }>('select id from person where workspace_id = $1 and employee_id = $2', [
    facts.workspaceId,
    employeeId,
  ]);
  return rows[0]?.id ?? '';
}

async function approved(outcome: LinkOutcome): Promise<void> {
  if (outcome.kind === 'decided') throw new Error('one person decided it');
  clock.advance(1000);
  await approveLink(deps(), facts.workspaceId, { id: outcome.request.id, actor: 'administrator:two' });
}

const timelineOf = async (employeeId: string, query = '') =>
  (await get(`/people/${await personOf(employeeId)}/timeline${query}`)).body as {
    readonly facts: readonly Fact[];
    readonly next: string | null;
  };

/** Ann leaves on the 6th, told on the 5th; her account is disabled between two looks on the 7th, SCIM follows at five. */
async function annLeaves() {
  await facts.roster('1,ann@contoso.example,2020-01-01,');
  const account = await facts.account({
    upn: 'ann@contoso.example',
    employeeId: '1',
    stretches: [
      { state: 'enabled', from: LONG_AGO, to: march(7, 2) },
      { state: 'disabled', from: march(7, 4) },
    ],
  });
  const user = await facts.scim({
    userName: 'ann@contoso.example',
    externalId: account.objectId,
    states: [
      { at: LONG_AGO, is: 'active' },
      { at: march(7, 5), is: 'inactive' },
    ],
  });
  clock.set(march(5));
  await facts.roster('1,ann@contoso.example,2020-01-01,2026-03-06');
  clock.set(NOW);
  await facts.looked(NOW);
  await run();
  return { account, user };
}

describe('the timeline of a person', () => {
  it('tells every fact in the order of time, with its source and how well it is known', async () => {
    await annLeaves();
    const { facts: told } = await timelineOf('1');
    expect(told.map(({ at }) => at)).toEqual(told.map(({ at }) => at).sort());
    expect(told.map(({ grade, source, what }) => `${source} ${what} ${grade ?? '-'}`)).toEqual([
      'roster hr.period.started D',
      'directory graph.account.enabled C',
      'scim scim.user.created A',
      'roster hr.period.end_set D',
      'roster employment.ended D',
      'directory graph.account.disabled C',
      'scim scim.user.deactivated A',
      'policy access.due -',
      'matching match.linked -',
      'matching match.linked -',
      'findings finding.opened -',
    ]);
  });

  it('says of an account that is synchronised from Active Directory that it may have been so there earlier (microsoft-graph §10 #24)', async () => {
    await annLeaves();
    await db.owner.query(`update directory_account set attributes = '{"onPremisesSyncEnabled": true}' where workspace_id = $1`, [
      facts.workspaceId,
    ]);
    const { facts: told } = await timelineOf('1');
    expect(told.find(({ what }) => what === 'graph.account.disabled')).toMatchObject({
      sentence: 'The directory showed the account disabled. It is synchronised from Active Directory, where it may have been so earlier.',
    });
  });

  it('keeps the two instants of what was seen between two looks, and one of what is exact', async () => {
    const { account, user } = await annLeaves();
    const { facts: told } = await timelineOf('1');
    expect(told.find(({ what }) => what === 'graph.account.disabled')).toMatchObject({
      from: march(7, 2),
      at: march(7, 4),
      account: { system: 'directory', accountId: account.accountId, account: 'ann@contoso.example', externalId: account.objectId },
      record: { id: account.records[1], index: null },
    });
    expect(told.find(({ what }) => what === 'scim.user.deactivated')).toMatchObject({
      from: march(7, 5),
      at: march(7, 5),
      account: { system: 'scim', accountId: user.userId },
      record: { id: user.records[1] },
    });
  });

  it('shows HR’s two clocks: when the end took effect, and when we were told', async () => {
    await annLeaves();
    const { facts: told } = await timelineOf('1');
    expect(told.find(({ what }) => what === 'hr.period.end_set')).toMatchObject({
      at: march(5),
      sentence: 'HR set the end of the employment to 2026-03-06.',
      hr: { told: march(5), effective: { earliest: march(7), latest: march(7) }, endDate: '2026-03-06', lastDay: null },
    });
    expect(told.find(({ what }) => what === 'hr.period.started')?.hr).toMatchObject({ startDate: '2020-01-01', told: LONG_AGO });
    expect(told.find(({ what }) => what === 'employment.ended')).toMatchObject({ from: march(7), at: march(7), hr: null });
    expect(told.find(({ what }) => what === 'access.due')).toMatchObject({ at: march(8) });
  });

  it('keeps an end that was changed and taken back, each as it was told', async () => {
    await facts.roster('1,ann@contoso.example,2020-01-01,2026-03-06');
    clock.advance(DAY_MS);
    await facts.roster('1,ann@contoso.example,2020-01-01,2026-04-30');
    clock.advance(DAY_MS);
    await facts.roster('1,ann@contoso.example,2020-01-01,');
    const { facts: told } = await timelineOf('1');
    expect(told.map(({ sentence }) => sentence).sort()).toEqual([
      'HR changed the end of the employment from 2026-03-06 to 2026-04-30.',
      'HR set the end of the employment to 2026-03-06.',
      'HR told of an employment that begins on 2020-01-01.',
      'HR took back the end of the employment on 2026-04-30.',
    ]);
  });

  it('keeps what HR changed of the employment besides its end, and that it names the person otherwise, which it does not repeat', async () => {
    await facts.roster('1,ann@contoso.example,2020-01-01,,,active,,contractor');
    clock.advance(DAY_MS);
    await facts.roster('1,ann.adler@contoso.example,2020-01-01,,,garden_leave,,employee');
    const { facts: told } = await timelineOf('1');
    expect(told.map(({ sentence }) => sentence).sort()).toEqual([
      'HR changed the kind of employment from contractor to employee.',
      'HR changed the status of the employment from active to garden leave.',
      'HR names the person otherwise than before: their work address.',
      'HR told of an employment that begins on 2020-01-01.',
    ]);
    expect(JSON.stringify(told)).not.toContain('adler');
  });

  it('gives the instant that the directory’s audit log tells, and the entry itself (B)', async () => {
    const { account } = await annLeaves();
    const [record] = await facts.audited(account.objectId, [{ at: march(7, 3), ledTo: 'disabled' }]);
    const { facts: told } = await timelineOf('1');
    expect(told.find(({ what }) => what === 'graph.account.audited')).toMatchObject({
      source: 'audit-log',
      from: march(7, 3),
      at: march(7, 3),
      grade: 'B',
      record: { id: record },
    });
    expect(told.find(({ what }) => what === 'graph.account.disabled')).toMatchObject({ from: march(7, 3), at: march(7, 3), grade: 'B' });
  });

  it('tells links by hand with their reason and what was decided about findings, as a human’s word (D)', async () => {
    await facts.roster('1,ann@contoso.example,2020-01-01,2026-03-06');
    const { accountId } = await facts.account({ upn: 'other@contoso.example', stretches: [{ state: 'enabled', from: LONG_AGO }] });
    clock.set(NOW);
    await facts.looked(NOW);
    const decision = { personId: await personOf('1'), system: 'directory', accountId, actor: 'administrator:one' } as const;
    await decideLink(deps(), facts.workspaceId, { ...decision, action: 'link', reason: 'asked her' });
    await run();
    const { rows } = await db.owner.query<{ id: string }>('select id from finding where workspace_id = $1 and effect = $2', [
      facts.workspaceId,
      'FAIL',
    ]);
    clock.advance(1000);
    await decideDisposition(deps(), facts.workspaceId, {
      findingId: rows[0]?.id ?? '',
      kind: 'dispute',
      reason: 'she is still here',
      ticket: 'OPS-1',
      expiresAt: null,
      actor: 'administrator:one',
    });
    clock.advance(1000);
    await approved(await decideLink(deps(), facts.workspaceId, { ...decision, action: 'unlink', reason: 'it is not hers' }));
    const { facts: told } = await timelineOf('1');
    expect(told.filter(({ grade, what }) => grade === 'D' && !what.startsWith('hr.') && what !== 'employment.ended')).toMatchObject([
      {
        what: 'match.linked',
        by: 'administrator:one',
        sentence: 'The account was linked to the person by a decision by hand (M0): asked her.',
      },
      { what: 'disposition.requested', sentence: 'Decided about the finding: dispute: she is still here (OPS-1).' },
      {
        what: 'match.decision.requested',
        by: 'administrator:one',
        sentence: 'Somebody asked that the account be said not to be the person’s: it is not hers.',
      },
      {
        what: 'match.unlinked',
        sentence: 'What had been decided by a decision by hand (M0) ended: the account was said by hand not to be the person’s.',
      },
      { what: 'match.barred', sentence: 'It was decided that the account is not the person’s: it is not hers.' },
      {
        what: 'match.decision.approved',
        by: 'administrator:two',
        sentence: 'Somebody else approved that the account be said not to be the person’s.',
      },
    ]);
    expect(told.find(({ what }) => what === 'finding.opened')?.sentence).toContain('TERMINATED_ACTIVE_DIR');
  });

  it('shows of an account that was taken away what was seen until then, and nothing later', async () => {
    await facts.roster('1,ann@contoso.example,2020-01-01,');
    const { accountId } = await facts.account({
      upn: 'ann@contoso.example',
      employeeId: '1',
      stretches: [
        { state: 'enabled', from: LONG_AGO, to: plusMs(NOW, DAY_MS) },
        { state: 'disabled', from: plusMs(NOW, 2 * DAY_MS) },
      ],
    });
    clock.set(NOW);
    await facts.looked(NOW);
    await run();
    await decideLink(deps(), facts.workspaceId, {
      personId: await personOf('1'),
      system: 'directory',
      accountId,
      action: 'unlink',
      reason: 'not hers',
      actor: 'administrator:one',
    });
    const told = (await timelineOf('1')).facts.map(({ what }) => what);
    expect(told).toContain('graph.account.enabled');
    expect(told).not.toContain('graph.account.disabled');
    expect(told).toContain('match.barred');
  });

  it('names the place of a record in the tree once it has one', async () => {
    await facts.roster('1,ann@contoso.example,2020-01-01,');
    expect((await timelineOf('1')).facts[0]?.record).toMatchObject({ id: expect.any(String), index: null });
    const { rows } = await db.owner.query<{ id: string }>(
      `insert into ledger_leaf (workspace_id, leaf_index, record_id, leaf_hash)
       select workspace_id, 0, id, sha256('x') from ledger_record where workspace_id = $1 and type = 'hr.period.started' returning record_id as id`,
      [facts.workspaceId],
    );
    expect((await timelineOf('1')).facts[0]?.record).toEqual({ id: rows[0]?.id, index: 0 });
  });

  it('comes by pages as it comes whole', async () => {
    await annLeaves();
    const whole = (await timelineOf('1')).facts;
    const read: Fact[] = [];
    let after = '';
    for (let page = 0; page <= whole.length; page += 1) {
      const answer = await timelineOf('1', `?limit=1${after}`);
      read.push(...answer.facts);
      if (answer.next === null) break;
      after = `&after=${answer.next}`;
    }
    expect(read).toEqual(whole);
  });

  it('holds nothing of another person, and is nobody’s in another workspace (I12)', async () => {
    await annLeaves();
    await facts.roster('2,ben@contoso.example,2020-01-01,');
    await facts.account({ upn: 'ben@contoso.example', employeeId: '2', stretches: [{ state: 'enabled', from: LONG_AGO }] });
    await run();
    expect(JSON.stringify(await timelineOf('2'))).not.toContain('ann@');
    const other = await insertWorkspace(db.owner, clock.now());
    const elsewhere = await administrationServer({ clock, workspaceId: other, routers: [reconciliationRoutes(deps())] });
    for (const path of ['', '/timeline']) expect((await get(`/people/${await personOf('1')}${path}`, elsewhere.url)).status).toBe(404);
    await elsewhere.close();
    expect((await get('/people/nobody')).status).toBe(404);
  });
});

describe('a person', () => {
  it('is shown with employments, accounts, how each was matched and since when, and findings', async () => {
    const { account } = await annLeaves();
    const { body } = await get(`/people/${await personOf('1')}`);
    expect(body).toMatchObject({
      person: {
        employeeId: '1',
        displayName: 'Person 1',
        workEmail: 'ann@contoso.example',
        listing: 'listed',
        periods: [{ startDate: '2020-01-01', endDate: '2026-03-06', hrRecordedAt: march(5) }],
      },
      findings: [{ rule: 'L12', effect: 'PASS', since: NOW, closedAt: null, diagnosis: null }],
    });
    const { accounts } = body as { accounts: readonly Record<string, unknown>[] };
    expect(accounts.find(({ system }) => system === 'directory')).toMatchObject({
      accountId: account.accountId,
      account: 'ann@contoso.example',
      externalId: account.objectId,
      state: 'disabled',
      scopeState: 'in_scope',
      standing: 'linked',
      rule: 'M3',
      reason: null,
      since: NOW,
      by: 'system',
      until: null,
      evidence: [{ id: expect.any(String), index: null }],
    });
    expect(accounts.find(({ system }) => system === 'scim')).toMatchObject({ state: 'inactive', rule: 'M1', scopeState: null });
  });

  it('keeps accounts that were taken away, and findings that were closed', async () => {
    await facts.roster('1,ann@contoso.example,2020-01-01,2026-03-06');
    const { accountId } = await facts.account({
      upn: 'x@contoso.example',
      employeeId: '1',
      stretches: [{ state: 'enabled', from: LONG_AGO }],
    });
    clock.set(NOW);
    await facts.looked(NOW);
    await run();
    const outcome = await decideLink(deps(), facts.workspaceId, {
      personId: await personOf('1'),
      system: 'directory',
      accountId,
      action: 'unlink',
      reason: 'not hers',
      actor: 'administrator:one',
    });
    await approved(outcome);
    clock.advance(1000);
    await facts.roster('1,ann@contoso.example,2020-01-01,');
    await run();
    const { accounts, findings } = (await get(`/people/${await personOf('1')}`)).body as {
      accounts: readonly { standing: string; until: string | null; evidence: readonly unknown[] }[];
      findings: readonly { closedAt: string | null; rule: string }[];
    };
    expect(accounts.map(({ evidence, standing, until }) => `${standing} ${until === null ? 'holds' : 'ended'} ${evidence.length}`)).toEqual(
      ['barred holds 1', 'linked ended 2'],
    );
    expect(findings.map(({ closedAt }) => closedAt === null)).toEqual([true, false]);
  });
});
