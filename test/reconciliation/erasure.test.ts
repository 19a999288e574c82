import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DAY_MS, type Instant, newId } from '../../src/kernel/index.ts';
import { scopes } from '../../src/platform/index.ts';
import { reconcile, reconciliationRoutes, setPolicy } from '../../src/reconciliation/index.ts';
import { ANN, BEN, type RosterServer, rosterServer } from '../roster/roster-server.ts';
import { type SteppingClock, steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { administrationServer, type LoopbackServer } from '../support/loopback.ts';

let db: TestDatabase;
let clock: SteppingClock;
let roster: RosterServer;
let server: LoopbackServer;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

beforeEach(async () => {
  clock = steppingClock('2026-03-01T08:00:00.000Z' as Instant);
  roster = await rosterServer(db, clock);
  server = await administrationServer({
    clock,
    workspaceId: roster.workspaceId,
    routers: [reconciliationRoutes({ database: db.database, clock })],
  });
  const deps = { database: db.database, clock };
  await setPolicy(deps, roster.workspaceId, { slaHours: 24, actor: 'system' });
  await roster.post('mode=import', [ANN.replace(',,,', ',2026-02-20,,'), BEN]);
  clock.advance(DAY_MS);
  await reconcile(deps, roster.workspaceId, 'system');
});
afterEach(async () => {
  await server.close();
  await roster.close();
});

async function erase(personId: string, { url } = server): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  const response = await fetch(`${url}/people/${personId}/erasure`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function personOf(employeeId: string): Promise<string> {
  const { rows } = await db.owner.query<{ id: string }>('select id from person where workspace_id = $1 and employee_id = $2', [
    roster.workspaceId,
    employeeId,
  ]);
  return rows[0]?.id ?? '';
}

/** What the ledger still discloses, as text. */
async function disclosed(): Promise<string> {
  const { rows } = await db.owner.query<{ value: unknown }>(
    'select value from ledger_disclosure where workspace_id = $1 and erased_at is null',
    [roster.workspaceId],
  );
  return JSON.stringify(rows.map(({ value }) => value));
}

async function verdicts(): Promise<unknown> {
  const { rows } = await db.owner.query('select id, rule, sentence, evidence from finding where workspace_id = $1 order by id', [
    roster.workspaceId,
  ]);
  return rows;
}

describe('POST /people/{id}/erasure', () => {
  it('takes what the ledger discloses about one person, and says how much it was', async () => {
    const before = await disclosed();
    expect(before).toMatch(/ann@contoso\.example.*ben@contoso\.example|ben@contoso\.example.*ann@contoso\.example/i);
    const { status, body } = await erase(await personOf('1'));
    expect(status).toBe(200);
    expect(body).toEqual({ values: expect.any(Number), records: expect.any(Number) });
    const after = await disclosed();
    expect(after).not.toMatch(/ann@contoso\.example|Ann Adler/i);
    expect(after).toMatch(/ben@contoso\.example/i);
  });

  it('is a record that names nobody, and leaves every other record and every verdict as it was (I11)', async () => {
    const [leaves, said] = [await roster.leaves(), await verdicts()];
    const ann = await personOf('1');
    await erase(ann);
    const now = await roster.leaves();
    expect(now.slice(0, -1)).toEqual(leaves);
    expect(JSON.parse(now.at(-1) ?? '')).toMatchObject({ type: 'ledger.erased', subject: { kind: 'person', id: ann } });
    expect(now.at(-1)).not.toMatch(/ann/i);
    expect(await verdicts()).toEqual(said);
  });

  it('finds nothing the second time, nobody under an unknown id, and nobody of another workspace (I12)', async () => {
    const ann = await personOf('1');
    const there = await rosterServer(db, clock);
    const theirs = await administrationServer({
      clock,
      workspaceId: there.workspaceId,
      routers: [reconciliationRoutes({ database: db.database, clock })],
    });
    expect((await erase(ann, theirs)).status).toBe(404);
    expect(await disclosed()).toMatch(/ann@contoso\.example/i);
    expect((await erase(ann)).status).toBe(200);
    expect(await erase(ann)).toMatchObject({ status: 404, body: { detail: 'The ledger discloses nothing about them.' } });
    for (const id of [newId(clock.now()), 'nobody']) {
      expect(await erase(id)).toMatchObject({ status: 404, body: { detail: 'There is no such person.' } });
    }
    await theirs.close();
    await there.close();
  });

  it('is refused without the scope of evidence', async () => {
    const actor = { kind: 'administrator' as const, id: newId<'administrator'>(clock.now()), actor: 'administrator:x' };
    const reader = await administrationServer({
      clock,
      workspaceId: roster.workspaceId,
      routers: [reconciliationRoutes({ database: db.database, clock })],
      principal: { ...actor, scopes: scopes.filter((scope) => scope !== 'evidence') },
    });
    expect((await erase(await personOf('1'), reader)).status).toBe(403);
    expect(await disclosed()).toMatch(/ann@contoso\.example/i);
    await reader.close();
  });
});
