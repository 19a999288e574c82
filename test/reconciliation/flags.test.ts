import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HOUR_MS, type Instant, plusMs } from '../../src/kernel/index.ts';
import { reconcile, reconciliationRoutes, setPolicy } from '../../src/reconciliation/index.ts';
import { type SteppingClock, steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { administrationServer, type LoopbackServer } from '../support/loopback.ts';
import { type Facts, givenFacts, LONG_AGO, NOW } from './facts.ts';

interface Finding {
  readonly id: string;
  readonly verdict: string;
  readonly flags: readonly { kind: string; accountId: string; at: Instant; endedAt: Instant | null; entry: string | null }[];
}

const OBJECT = '7b0c3c62-9f0e-4d0c-8a30-5d7a3f0e9a11';
const DISABLED = plusMs(NOW, -48 * HOUR_MS);

let db: TestDatabase;
let clock: SteppingClock;
let facts: Facts;
let server: LoopbackServer;
let accountId: string;
let userId: string;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  clock = steppingClock(LONG_AGO);
  facts = await givenFacts({ database: db.database, owner: db.owner, clock });
  server = await administrationServer({
    clock,
    workspaceId: facts.workspaceId,
    routers: [reconciliationRoutes({ database: db.database, clock })],
  });
  await setPolicy({ database: db.database, clock }, facts.workspaceId, { slaHours: 24, actor: 'system' });
  await facts.roster('1,ann@contoso.example,2020-01-01,');
  ({ accountId } = await facts.account({
    upn: 'ann@contoso.example',
    mail: 'ann@contoso.example',
    objectId: OBJECT,
    employeeId: '1',
    stretches: [
      { state: 'enabled', from: LONG_AGO, to: DISABLED },
      { state: 'disabled', from: DISABLED },
    ],
  }));
  ({ userId } = await facts.scim({ userName: 'ann@contoso.example', externalId: OBJECT, states: [{ at: LONG_AGO, is: 'active' }] }));
  await facts.looked(NOW);
  clock.set(NOW);
});
afterEach(() => server.close());

async function findings(): Promise<readonly Finding[]> {
  await reconcile({ database: db.database, clock }, facts.workspaceId, 'system');
  const response = await fetch(`${server.url}/findings`);
  return ((await response.json()) as { findings: readonly Finding[] }).findings;
}

const flags = async () => (await findings()).flatMap((finding) => finding.flags);
const withoutFlags = (found: readonly Finding[]) => found.map(({ flags: _flags, ...rest }) => rest);

const signedIn = (at: Instant) =>
  db.owner.query(
    `insert into directory_sign_in (workspace_id, connection_id, object_id, last_successful_at, observed_at, run_id)
     values ($1, $2, $3, $4, $5, gen_random_uuid())`,
    [facts.workspaceId, facts.connectionId, OBJECT, at, NOW],
  );
const logged = (entry: { id: string; contradiction: string; targetId?: string; objectId?: string }) =>
  db.owner.query(
    `insert into directory_provisioning_event
       (workspace_id, connection_id, id, at, action, status, object_id, target_id, raw_sha256, run_id, contradiction)
     values ($1, $2, $3, $4, 'disable', 'success', $5, $6, '\\x00', gen_random_uuid(), $7)`,
    [facts.workspaceId, facts.connectionId, entry.id, DISABLED, entry.objectId ?? null, entry.targetId ?? null, entry.contradiction],
  );

describe('flags beside a finding', () => {
  it('are none where the witnesses say nothing else', async () => {
    await signedIn(plusMs(DISABLED, -1));
    expect(await flags()).toEqual([]);
  });

  it('show a sign-in after the proven end of access, with both instants', async () => {
    const at = plusMs(DISABLED, HOUR_MS);
    await signedIn(at);
    expect(await flags()).toEqual([{ kind: 'signed-in-after-end', accountId, at, endedAt: DISABLED, entry: null }]);
  });

  it('stand with the person, too', async () => {
    await findings();
    await signedIn(plusMs(DISABLED, HOUR_MS));
    const { rows } = await db.owner.query<{ id: string }>('select id from person where workspace_id = $1', [facts.workspaceId]);
    const response = await fetch(`${server.url}/people/${rows[0]?.id}`);
    expect(await response.json()).toMatchObject({ flags: [{ kind: 'signed-in-after-end', accountId, endedAt: DISABLED }] });
  });

  it("show what Entra's provisioning log contradicts, by the SCIM user and by the user of the directory", async () => {
    await logged({ id: 'one', contradiction: 'success-without-request', targetId: userId });
    await logged({ id: 'two', contradiction: 'request-despite-failure', objectId: OBJECT });
    const shown = (await flags()).map(({ kind, accountId: of, entry }) => [kind, of, entry]);
    expect(shown).toEqual(
      expect.arrayContaining([
        ['success-without-request', userId, 'one'],
        ['request-despite-failure', accountId, 'two'],
      ]),
    );
    expect(shown).toHaveLength(2);
  });

  it('never move a verdict, nor write anything to a finding', async () => {
    const before = await findings();
    await signedIn(plusMs(DISABLED, HOUR_MS));
    await logged({ id: 'one', contradiction: 'success-without-request', targetId: userId });
    const after = await findings();
    expect(after.flatMap((finding) => finding.flags)).toHaveLength(2);
    expect(withoutFlags(after)).toEqual(withoutFlags(before));
  });

  it('are those of the own workspace alone (I12)', async () => {
    const other = await givenFacts({ database: db.database, owner: db.owner, clock });
    await signedIn(plusMs(DISABLED, HOUR_MS));
    await db.owner.query('update directory_sign_in set workspace_id = $2, connection_id = $3 where workspace_id = $1', [
      facts.workspaceId,
      other.workspaceId,
      other.connectionId,
    ]);
    expect(await flags()).toEqual([]);
  });
});
