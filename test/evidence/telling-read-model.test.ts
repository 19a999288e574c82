import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { lookKey } from '../../src/evidence/ledger-telling.ts';
import { readTelling } from '../../src/evidence/telling-read-model.ts';
import { HOUR_MS, type Instant, type LedgerRecordId, newId, plusMs, type WorkspaceId } from '../../src/kernel/index.ts';
import { append, createIntegrator } from '../../src/ledger/index.ts';
import { steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { freshSigner } from '../support/fresh-signer.ts';
import { silentLog } from '../support/log.ts';
import { insertWorkspace } from '../support/workspace.ts';
import { asOf } from './sample-population.ts';

const nextId = () => newId<'scim-user'>(asOf);
const [account, connection, elsewhere, user] = [nextId(), nextId(), nextId(), nextId()];
const before = (hours: number): Instant => plusMs(asOf, -hours * HOUR_MS);

let test: TestDatabase;
let workspaceId: WorkspaceId;
let records: readonly LedgerRecordId[];

beforeAll(async () => {
  test = await testDatabase();
  const clock = steppingClock(asOf);
  workspaceId = await insertWorkspace(test.owner, clock.now());
  records = await test.database.transaction((tx) =>
    append(tx, workspaceId, [
      {
        type: 'graph.account.disabled',
        at: before(3),
        actor: 'system',
        subject: { kind: 'directory-account', id: account },
        after: { state: 'disabled' },
        observed: { from: before(5), to: before(4) },
        detail: { connection, seen_from: before(4.5), run: account },
      },
      { type: 'scim.user.deactivated', at: before(2), actor: 'system', subject: { kind: 'scim-user', id: user }, after: { active: false } },
      ...[
        { of: connection, until: before(6), at: before(5) },
        { of: connection, until: before(7), at: before(5) },
        { of: elsewhere, until: before(6), at: before(5) },
        { of: connection, until: before(6), at: plusMs(asOf, 1) },
      ].map(({ of, until, at }) => ({
        type: 'graph.account.coverage' as const,
        at,
        actor: 'system',
        subject: { kind: 'directory-connection', id: of },
        detail: { confirmed_until: until, run: account },
      })),
      { type: 'access.ended', at: before(2), actor: 'system', subject: { kind: 'scim-user', id: user } },
      { type: 'access.ended', at: plusMs(asOf, 1), actor: 'system', subject: { kind: 'scim-user', id: user } },
      { type: 'access.ended', at: before(2), actor: 'system', subject: { kind: 'scim-user', id: elsewhere } },
    ]),
  );
  const signer = freshSigner();
  await createIntegrator({ database: test.database, clock, log: silentLog, signer }).settle(workspaceId);
});

afterAll(() => test.drop());

describe('what the ledger tells of when', () => {
  const told = async (of: WorkspaceId = workspaceId) =>
    await readTelling(test.database, of, { records: records.slice(0, 2), instants: [before(6)], scimUsers: [user], asOf });

  it('reads of each cited record its kind, when it was written, and every instant that it observed', async () => {
    expect(Object.fromEntries((await told()).records)).toEqual({
      [String(records[0])]: {
        type: 'graph.account.disabled',
        recordedAt: before(3),
        observed: [before(5), before(4), before(4.5)],
        connection,
      },
      [String(records[1])]: { type: 'scim.user.deactivated', recordedAt: before(2), observed: [], connection: null },
    });
  });

  it('finds the looks of their directories that confirmed until an instant, but for what was written after the report', async () => {
    expect([...(await told()).looks]).toEqual([[lookKey(connection, before(6)), [3]]]);
  });

  it('finds when the sessions of those users ended, but for what was written after the report', async () => {
    expect([...(await told()).endedSessions]).toEqual([[user, [{ at: before(2), index: 7 }]]]);
  });

  it('tells a workspace nothing of another (I12)', async () => {
    const other = await insertWorkspace(test.owner, asOf);
    expect(await told(other)).toEqual({ records: new Map(), looks: new Map(), endedSessions: new Map() });
  });
});
