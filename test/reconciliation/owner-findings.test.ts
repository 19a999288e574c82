import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DAY_MS, type OwnerId, plusMs, type WorkspaceId } from '../../src/kernel/index.ts';
import { createIntegrator } from '../../src/ledger/index.ts';
import type { Principal } from '../../src/platform/index.ts';
import { reconcile, reconciliationRoutes, reviewOwnersTask, setPolicy } from '../../src/reconciliation/index.ts';
import { createOwner, recordOwnerAttempt, workspaceRoutes } from '../../src/workspace/index.ts';
import { type SteppingClock, steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { freshSigner } from '../support/fresh-signer.ts';
import { recordingLog, silentLog } from '../support/log.ts';
import { administrationServer } from '../support/loopback.ts';
import { type AccountGiven, type Facts, givenFacts, LONG_AGO, leavesOf, march, NOW, type ScimGiven, switchOn } from './facts.ts';

let db: TestDatabase;
let clock: SteppingClock;
let facts: Facts;
let tenantId: string;
let log: ReturnType<typeof recordingLog>;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

beforeEach(async () => {
  clock = steppingClock(LONG_AGO);
  facts = await givenFacts({ database: db.database, owner: db.owner, clock });
  const asked = 'select tenant_id as id from directory_connection where workspace_id = $1';
  tenantId = (await db.owner.query<{ id: string }>(asked, [facts.workspaceId])).rows[0]?.id ?? '';
  log = recordingLog();
  clock.set(NOW);
  await facts.looked(NOW);
});

/** The minute passes: the job runs. */
function review(): Promise<void> {
  return reviewOwnersTask({ database: db.database, clock, log }).run({}, { signal: new AbortController().signal });
}

interface Answer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- an answer's shape is what the test asserts
  readonly body: any;
}

const everything: Principal = {
  kind: 'owner',
  id: '00000000-0000-7000-8000-000000000001',
  actor: 'owner:00000000-0000-7000-8000-000000000001',
  scopes: ['read', 'workspace', 'reconciliation'],
};

async function ask(
  method: string,
  path: string,
  body?: unknown,
  at: { principal?: Principal; workspaceId?: WorkspaceId } = {},
): Promise<Answer> {
  const { principal = everything, workspaceId = facts.workspaceId } = at;
  const deps = { database: db.database, clock, log: silentLog, publicUrl: 'http://127.0.0.1:1' };
  const routers = [workspaceRoutes(deps), reconciliationRoutes(deps)];
  const server = await administrationServer({ clock, workspaceId, principal, routers });
  try {
    const json = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(server.url + path, { method, ...json });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  } finally {
    await server.close();
  }
}

const findings = async (query = '') => (await ask('GET', `/owner-findings${query}`)).body.findings;
const standings = async () => (await ask('GET', '/owners/standings')).body.standings;

const objectId = '22222222-2222-4222-8222-222222222222';

/** Olive, who is named as an owner by her identity, unless told otherwise. */
async function olive(person: Readonly<Record<string, string>> = { tenantId, objectId }): Promise<OwnerId> {
  const { id } = await createOwner({ database: db.database, clock }, facts.workspaceId, { name: 'Olive Owner', person });
  return id;
}

async function personId(employeeId: string): Promise<string> {
  const asked = 'select id from person where workspace_id = $1 and employee_id = $2';
  return (await db.owner.query<{ id: string }>(asked, [facts.workspaceId, employeeId])).rows[0]?.id ?? '';
}

const scimUser = (...states: ScimGiven['states']): ScimGiven => ({ userName: 'olive@contoso.example', externalId: objectId, states });
const account = (...stretches: AccountGiven['stretches']): AccountGiven => ({ upn: 'olive@contoso.example', objectId, stretches });

describe('the person named as an owner', () => {
  it.each<{ story: string; scim?: ScimGiven; account?: AccountGiven; isOff?: true; standing: string; says: RegExp }>([
    {
      story: 'an active SCIM user',
      scim: scimUser({ at: LONG_AGO, is: 'active' }),
      standing: 'present',
      says: /is here: their SCIM user is active/,
    },
    {
      story: 'an active SCIM user whom nobody may deactivate, since SCIM is off',
      scim: scimUser({ at: LONG_AGO, is: 'active' }),
      isOff: true,
      standing: 'unknown',
      says: /Nothing is known of the person/,
    },
    {
      story: 'a SCIM user that was deactivated',
      scim: scimUser({ at: LONG_AGO, is: 'active' }, { at: march(9), is: 'inactive' }),
      standing: 'left',
      says: /has left: their SCIM user was deactivated at 2026-03-09T00:00:00.000Z\. The credential still works/,
    },
    {
      story: 'a SCIM user that was deleted',
      scim: scimUser({ at: LONG_AGO, is: 'active' }, { at: march(9), is: 'deleted' }),
      standing: 'left',
      says: /their SCIM user was deleted at/,
    },
    {
      story: 'a SCIM user that came back',
      scim: scimUser({ at: LONG_AGO, is: 'active' }, { at: march(5), is: 'inactive' }, { at: march(9), is: 'active' }),
      standing: 'present',
      says: /active since 2026-03-09/,
    },
    {
      story: 'an account that a fresh look shows enabled',
      account: account({ state: 'enabled', from: LONG_AGO }),
      standing: 'present',
      says: /seen enabled/,
    },
    {
      story: 'an account that was disabled',
      account: account({ state: 'enabled', from: LONG_AGO, to: march(8) }, { state: 'disabled', from: march(9) }),
      standing: 'left',
      says: /their directory account was seen disabled, first at 2026-03-09/,
    },
    {
      story: 'an account that was deleted',
      account: account({ state: 'enabled', from: LONG_AGO, to: march(8) }, { state: 'soft_deleted', from: march(9), exact: true }),
      standing: 'left',
      says: /seen deleted, first/,
    },
    {
      story: 'an account that is not shown any more, unexplained (I8)',
      account: account({ state: 'enabled', from: LONG_AGO, to: march(8) }, { state: 'vanished', from: march(9) }),
      standing: 'unknown',
      says: /nobody has explained why/,
    },
    {
      story: 'an enabled account beside a deactivated SCIM user',
      scim: scimUser({ at: LONG_AGO, is: 'active' }, { at: march(9), is: 'inactive' }),
      account: account({ state: 'enabled', from: LONG_AGO }),
      standing: 'left',
      says: /deactivated/,
    },
    {
      story: 'a SCIM user that is known by the name of the account alone, as the default mapping has it',
      scim: { userName: 'Olive@contoso.example', externalId: 'olive', states: [{ at: LONG_AGO, is: 'inactive' }] },
      account: account({ state: 'enabled', from: LONG_AGO }),
      standing: 'left',
      says: /deactivated/,
    },
    { story: 'nothing at all', standing: 'unknown', says: /Nothing is known of the person/ },
  ])('is $standing by $story', async ({ scim, account: given, isOff, standing, says }) => {
    const id = await olive();
    if (isOff !== true) await switchOn(db.owner, facts.workspaceId);
    if (scim !== undefined) await facts.scim(scim);
    if (given !== undefined) await facts.account(given);
    expect(await standings()).toMatchObject([{ owner: { id, name: 'Olive Owner' }, standing, sentence: expect.stringMatching(says) }]);
    await review();
    expect(await findings()).toHaveLength(standing === 'left' ? 1 : 0);
  });

  it.each([
    { story: 'employed', row: '7,olive@contoso.example,2020-01-01,', standing: 'present' },
    { story: 'employed to a day to come', row: '7,olive@contoso.example,2020-01-01,2026-03-31', standing: 'present' },
    { story: 'whose employment ended', row: '7,olive@contoso.example,2020-01-01,2026-03-06', standing: 'left' },
    {
      story: 'who ended today in a zone that nobody knows (I10)',
      row: '7,olive@contoso.example,2020-01-01,2026-03-10,,,Nowhere/Land',
      standing: 'unknown',
    },
    { story: 'who is to begin', row: '7,olive@contoso.example,2026-04-01,', standing: 'unknown' },
  ])('is $standing as somebody of the roster $story', async ({ row, standing }) => {
    await facts.roster(row);
    await olive({ personId: await personId('7') });
    expect(await standings()).toMatchObject([{ standing }]);
  });

  it('is known to HR through the account that the roster is matched with (I9)', async () => {
    await setPolicy({ database: db.database, clock }, facts.workspaceId, { slaHours: 24, actor: 'system' });
    await facts.roster('7,olive@contoso.example,2020-01-01,2026-03-06');
    await facts.account({ ...account({ state: 'enabled', from: LONG_AGO }), employeeId: '7' });
    await olive();
    expect(await standings()).toMatchObject([{ standing: 'present' }]);
    await reconcile({ database: db.database, clock }, facts.workspaceId, 'system');
    expect(await findings()).toMatchObject([{ kind: 'person-left', sentence: expect.stringContaining('employment ended') }]);
  });

  it('is not here because they were enabled a week ago (I8)', async () => {
    await olive();
    await facts.account(account({ state: 'enabled', from: LONG_AGO }));
    clock.advance(7 * DAY_MS);
    expect(await standings()).toMatchObject([{ standing: 'unknown' }]);
  });

  it('is nobody where nobody is named, which is no all-clear', async () => {
    await createOwner({ database: db.database, clock }, facts.workspaceId, { name: 'Otto' });
    expect(await standings()).toMatchObject([{ standing: 'nobody-named', sentence: expect.stringContaining('nobody will be told') }]);
  });

  it('of one tenant is not the one of another tenant with the same object id (I12)', async () => {
    await olive({ tenantId: randomUUID(), objectId });
    await facts.account(account({ state: 'disabled', from: LONG_AGO }));
    expect(await standings()).toMatchObject([{ standing: 'unknown' }]);
  });
});

describe('an urgent finding about an owner', () => {
  async function oliveLeaves() {
    const id = await olive();
    const { records, userId } = await facts.scim(scimUser({ at: LONG_AGO, is: 'active' }, { at: march(9), is: 'inactive' }));
    await review();
    return { id, records, userId };
  }

  it('opens by itself within a minute, among all findings, with its record and the alarm; the owner stays as they were (I5)', async () => {
    const { id, records } = await oliveLeaves();
    expect((await ask('GET', '/findings')).body).toMatchObject({
      findings: [],
      urgent: [
        {
          kind: 'person-left',
          owner: { id, name: 'Olive Owner' },
          sentence: expect.stringContaining('make another owner and end this one'),
          attempt: null,
          since: NOW,
          closed: null,
          evidence: expect.arrayContaining([records[1]]),
        },
      ],
    });
    const [leaf] = await leavesOf(db.owner, facts.workspaceId, 'finding.');
    expect(leaf).toMatchObject({
      type: 'finding.opened',
      actor: 'system',
      subject: { kind: 'owner-finding' },
      after: { kind: 'person-left' },
      detail: { owner: id, facts: { testimonies: [{ system: 'scim', says: 'left', state: 'inactive', since: march(9) }] } },
    });
    expect(JSON.stringify(leaf)).not.toMatch(new RegExp(`olive|${objectId}`, 'i'));
    expect(log.events.filter(({ fields }) => fields['workspaceId'] === facts.workspaceId)).toMatchObject([
      { level: 'error', event: 'owner.finding.opened', fields: { opened: 1 } },
    ]);
    expect((await ask('GET', '/owners')).body.owners).toMatchObject([{ id, endedAt: null }]);
  });

  it('does not wait for a reconciliation that is under way, which looks itself', async () => {
    await olive();
    await facts.scim(scimUser({ at: march(9), is: 'inactive' }));
    await db.owner.transaction(async (tx) => {
      await tx.query(`select pg_advisory_xact_lock(hashtextextended('reconciliation:' || $1::text, 0))`, [facts.workspaceId]);
      await review();
      expect(await findings()).toEqual([]);
    });
    await setPolicy({ database: db.database, clock }, facts.workspaceId, { slaHours: 24, actor: 'system' });
    await reconcile({ database: db.database, clock }, facts.workspaceId, 'system');
    expect(await findings()).toHaveLength(1);
  });

  it('is one finding however often it is looked at, and changes with what is known', async () => {
    await oliveLeaves();
    await review();
    await review();
    expect(await leavesOf(db.owner, facts.workspaceId, 'finding.')).toHaveLength(1);
    clock.advance(60_000);
    await facts.account(account({ state: 'disabled', from: march(9) }));
    await review();
    expect(await findings()).toMatchObject([{ since: NOW, changedAt: clock.now(), sentence: expect.stringContaining('seen disabled') }]);
    expect((await leavesOf(db.owner, facts.workspaceId, 'finding.')).map(({ type }) => type)).toEqual([
      'finding.opened',
      'finding.changed',
    ]);
  });

  it('closes when somebody who is here is named, and stays in the list', async () => {
    const { id } = await oliveLeaves();
    const other = await facts.account({ upn: 'otto@contoso.example', stretches: [{ state: 'enabled', from: LONG_AGO }] });
    const named = await ask('PUT', `/owners/${id}/person`, { tenantId, objectId: other.objectId, reason: 'Otto took it over' });
    expect(named.status).toBe(204);
    clock.advance(60_000);
    await review();
    expect(await findings('?state=open')).toEqual([]);
    expect(await findings('?state=closed')).toMatchObject([{ closed: { at: clock.now(), because: 'present', by: null } }]);
    expect((await leavesOf(db.owner, facts.workspaceId, 'finding.closed')).map(({ detail }) => detail)).toEqual([
      { kind: 'person-left', owner: id, because: 'present' },
    ]);
  });

  it('stands while nothing shows that whoever took over is here (I10)', async () => {
    const { id } = await oliveLeaves();
    await ask('PUT', `/owners/${id}/person`, { tenantId, objectId: randomUUID(), reason: 'somebody, perhaps' });
    await review();
    expect(await findings('?state=open')).toMatchObject([{ sentence: expect.stringMatching(/Nothing is known .* It stands until/) }]);
  });

  it('closes when the person is back', async () => {
    const { userId } = await oliveLeaves();
    await switchOn(db.owner, facts.workspaceId);
    await db.owner.query('update scim_user set active = true where workspace_id = $1 and id = $2', [facts.workspaceId, userId]);
    await review();
    expect(await findings()).toMatchObject([{ closed: { because: 'present' } }]);
  });

  it('closes with the owner, whom another one takes the place of', async () => {
    const { id } = await oliveLeaves();
    await createOwner({ database: db.database, clock }, facts.workspaceId, { name: 'Otto' });
    expect((await ask('DELETE', `/owners/${id}`)).status).toBe(204);
    await review();
    expect(await findings()).toMatchObject([{ closed: { because: 'owner-ended' } }]);
  });

  it('cannot be waved away', async () => {
    await oliveLeaves();
    const [{ id }] = await findings();
    expect((await ask('POST', `/owner-findings/${id}/acknowledgement`, { reason: 'fine' })).status).toBe(409);
  });

  it('is of its workspace alone (I12)', async () => {
    await oliveLeaves();
    const at = { workspaceId: (await givenFacts({ database: db.database, owner: db.owner, clock })).workspaceId };
    expect((await ask('GET', '/owner-findings', undefined, at)).body).toEqual({ findings: [], next: null });
    const [{ id }] = await findings();
    expect((await ask('POST', `/owner-findings/${id}/acknowledgement`, { reason: 'x' }, at)).status).toBe(404);
  });

  it('opens in one workspace although another fails', async () => {
    await olive();
    await facts.scim(scimUser({ at: march(9), is: 'inactive' }));
    const other = await givenFacts({ database: db.database, owner: db.owner, clock });
    await createOwner({ database: db.database, clock }, other.workspaceId, { name: 'Otto', person: { tenantId, objectId } });
    await other.scim(scimUser({ at: march(9), is: 'inactive' }));
    const [first = '', last] = [facts.workspaceId, other.workspaceId].sort();
    await db.owner.query(`alter table owner_finding add constraint broken check (workspace_id <> '${first}')`);
    await expect(review()).rejects.toMatchObject({ constraint: 'broken' });
    await db.owner.query('alter table owner_finding drop constraint broken');
    const asked = 'select workspace_id as id from owner_finding where workspace_id in ($1, $2)';
    const { rows } = await db.owner.query<{ id: string }>(asked, [facts.workspaceId, other.workspaceId]);
    expect(rows).toEqual([{ id: last }]);
  });

  it.each(['?state=ajar', '?limit=0'])('refuses %s', async (query) => {
    expect((await ask('GET', `/owner-findings${query}`)).status).toBe(400);
  });
});

describe('attempts on an owner', () => {
  const actor = 'scim-credential:00000000-0000-7000-8000-0000000000aa';

  async function attempt(times: number, by = actor): Promise<OwnerId> {
    const id = await olive();
    for (let n = 0; n < times; n += 1) {
      clock.advance(1000);
      const attempted = { attempt: 'scim-target', at: clock.now(), actor: by, subject: { kind: 'owner', id } } as const;
      await recordOwnerAttempt({ database: db.database, log: silentLog }, facts.workspaceId, attempted);
    }
    return id;
  }

  /** Gives the records their leaves, in whose order attempts are counted; waits for whoever writes in other databases meanwhile. */
  async function sequence(): Promise<void> {
    await createIntegrator({ database: db.database, clock, log: silentLog, signer: freshSigner() }).settle(facts.workspaceId);
  }

  it('are one finding for whoever makes them, with how often and when, until somebody acknowledges them', async () => {
    const id = await attempt(3);
    await sequence();
    await review();
    const [found] = await findings();
    expect(found).toMatchObject({
      kind: 'attempt',
      owner: { id },
      attempt: { how: 'scim-target', actor, count: 3, firstAt: plusMs(NOW, 1000), lastAt: plusMs(NOW, 3000) },
      sentence: expect.stringMatching(/SCIM wrote to an owner's address 3 times .* it had no effect/),
    });
    expect(found.evidence).toHaveLength(3);
    await review();
    expect((await findings())[0].attempt.count).toBe(3);
    expect((await ask('POST', `/owner-findings/${found.id}/acknowledgement`, { reason: 'the consultant tried' })).status).toBe(204);
    expect(await findings()).toMatchObject([
      { id: found.id, closed: { because: 'acknowledged', by: everything.actor, reason: 'the consultant tried' } },
    ]);
    const [leaf] = await leavesOf(db.owner, facts.workspaceId, 'finding.closed');
    expect(leaf).toMatchObject({ actor: everything.actor, disclosures: { reason: expect.stringMatching(/^d:/) } });
    await review();
    expect(await findings('?state=open')).toEqual([]);
    expect((await ask('POST', `/owner-findings/${found.id}/acknowledgement`, { reason: 'again' })).status).toBe(404);
  });

  it('that go on are counted by the same finding, and after it was acknowledged by another', async () => {
    const id = await attempt(2);
    const again = async () => {
      clock.advance(1000);
      const attempted = { attempt: 'scim-target', at: clock.now(), actor, subject: { kind: 'owner', id } } as const;
      await recordOwnerAttempt({ database: db.database, log: silentLog }, facts.workspaceId, attempted);
      await sequence();
      await review();
    };
    await again();
    const [found] = await findings();
    await again();
    expect(await findings()).toMatchObject([{ id: found.id, attempt: { count: 4, firstAt: plusMs(NOW, 1000) } }]);
    await ask('POST', `/owner-findings/${found.id}/acknowledgement`, { reason: 'seen' });
    await again();
    expect(await findings()).toMatchObject([
      { closed: null, attempt: { count: 1 } },
      { id: found.id, attempt: { count: 4 } },
    ]);
  });

  it('of two actors are two findings, and count once they have their place in the ledger', async () => {
    await attempt(1);
    await attempt(1, 'scim-user:00000000-0000-7000-8000-0000000000bb');
    await review();
    expect(await findings()).toEqual([]);
    await sequence();
    await review();
    expect(await findings()).toHaveLength(2);
  });

  it('are not acknowledged by a role that the directory pushed', async () => {
    await attempt(1);
    await sequence();
    await review();
    const [{ id }] = await findings();
    const principal = { ...everything, isDirectoryGranted: true };
    expect((await ask('POST', `/owner-findings/${id}/acknowledgement`, { reason: 'it was me' }, { principal })).status).toBe(403);
    expect((await ask('POST', `/owner-findings/${id}/acknowledgement`, {})).status).toBe(400);
  });
});
