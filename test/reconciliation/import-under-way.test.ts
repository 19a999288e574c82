import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askTests } from '../../src/reconciliation/ask-tests.ts';
import { createTestMemory, reconcile } from '../../src/reconciliation/index.ts';
import { lockReconciliation, tryLockReconciliation } from '../../src/reconciliation/link-store.ts';
import { takeTurn } from '../../src/reconciliation/take-turn.ts';
import type { WorkspaceId } from '../../src/kernel/index.ts';
import { createSecretBox, type Transaction } from '../../src/platform/index.ts';
import { importRoster } from '../../src/roster/index.ts';
import { readerOf } from '../../src/roster/roster-reader.ts';
import type { SteppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { untilBlocked } from '../support/until-blocked.ts';
import { ann, annsAccount, LONG_AGO, march } from './facts.ts';
import { judgeableWorkspace } from './judgeable-workspace.ts';

let db: TestDatabase;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

/** An import that stands still while its file is read. */
function standingImport(clock: SteppingClock, workspaceId: WorkspaceId, end: string) {
  const text = `employee_id,work_email,start_date,end_date\n1,ann@contoso.example,2020-01-01,${end}`;
  let [isReading, goOn] = [() => {}, () => {}];
  const reading = new Promise<void>((resolve) => (isReading = resolve));
  const mayGoOn = new Promise<void>((resolve) => (goOn = resolve));
  const done = importRoster({ database: db.database, clock, secretBox: createSecretBox(randomBytes(32)) }, workspaceId, {
    source: 'file',
    bytes: Buffer.from(text),
    read: async (mapping) => {
      isReading();
      await mayGoOn;
      return readerOf('file', [Buffer.from(text)])(mapping);
    },
    actor: 'system',
    full: false,
    partial: false,
    elseUnchanged: false,
    allowRejected: false,
  });
  return { reading, goOn: () => goOn(), done };
}

async function annAtWork() {
  const { clock, facts } = await judgeableWorkspace(db);
  await facts.everybody([ann('')]);
  await facts.account({ ...annsAccount, stretches: [{ state: 'enabled', from: LONG_AGO }] });
  await facts.looked(march(12));
  clock.set(march(12));
  return { clock, workspaceId: facts.workspaceId };
}

async function verdictOnLeavers(clock: SteppingClock, workspaceId: WorkspaceId) {
  const period = { from: march(1), to: march(11) };
  const results = await askTests({ database: db.database, memory: createTestMemory() }, { workspaceId, at: clock.now(), period });
  return results.find(({ id }) => id === 'terminated-people-are-deactivated');
}

/** Whether somebody could decide by hand now. */
const isTurnFree = (workspaceId: WorkspaceId) => db.database.transaction((tx) => tryLockReconciliation(tx, workspaceId));

const ANN_LEFT = { verdict: 'FAIL', effects: { FAIL: 1 } };

describe('an import that is under way', () => {
  it('is judged by a run that begins after it: a roster counts as HR’s word only where its leavers were judged (I9)', async () => {
    const { clock, workspaceId } = await annAtWork();
    const importing = standingImport(clock, workspaceId, '2026-03-06');
    await importing.reading;
    clock.advance(1_000);
    const running = reconcile({ database: db.database, clock }, workspaceId, 'system');
    await untilBlocked(db.owner);
    importing.goOn();
    await Promise.all([importing.done, running]);
    expect(await verdictOnLeavers(clock, workspaceId)).toMatchObject(ANN_LEFT);
  });

  it('is waited for before the run has its turn, which decisions by hand wait for', async () => {
    const { clock, workspaceId } = await annAtWork();
    const importing = standingImport(clock, workspaceId, '2026-03-06');
    await importing.reading;
    const running = reconcile({ database: db.database, clock }, workspaceId, 'system');
    await untilBlocked(db.owner);
    expect(await isTurnFree(workspaceId)).toBe(true);
    importing.goOn();
    await Promise.all([importing.done, running]);
  });

  it('is waited for, too, where it began while the run waited for its turn, which is free meanwhile', async () => {
    const { clock, workspaceId } = await annAtWork();
    let decide = () => {};
    const deciding = new Promise<void>((resolve) => (decide = resolve));
    let hasTurn = () => {};
    const inTurn = new Promise<void>((resolve) => (hasTurn = resolve));
    const decided = db.database.transaction(async (tx) => {
      await lockReconciliation(tx, workspaceId);
      hasTurn();
      await deciding;
    });
    await inTurn;
    const running = reconcile({ database: db.database, clock }, workspaceId, 'system');
    await untilBlocked(db.owner);
    const importing = standingImport(clock, workspaceId, '2026-03-06');
    await importing.reading;
    clock.advance(1_000);
    decide();
    await decided;
    await untilBlocked(db.owner);
    while (!(await isTurnFree(workspaceId)));
    importing.goOn();
    await Promise.all([importing.done, running]);
    expect(await verdictOnLeavers(clock, workspaceId)).toMatchObject(ANN_LEFT);
  });

  it('one after the other, does not keep a run from judging for good', async () => {
    const { clock, workspaceId } = await annAtWork();
    const key = `hashtextextended('roster:' || '${workspaceId}', 0)`;
    let waits = 0;
    let isOwnWrite: boolean | undefined;
    const at = await db.database.transaction((tx) =>
      db.database.transaction(async (another) => {
        const busy: Transaction = {
          ...tx,
          query: async (sql, values) => {
            const text = typeof sql === 'string' ? sql : sql.text;
            const isWaiting = text.includes('pg_advisory_lock_shared');
            if (isWaiting) await another.query(`select pg_advisory_unlock(${key})`);
            const answer = await tx.query(sql, values);
            if (text.includes('pg_advisory_unlock_shared')) await another.query(`select pg_advisory_lock(${key})`);
            waits += isWaiting ? 1 : 0;
            return answer as never;
          },
        };
        await another.query(`select pg_advisory_lock(${key})`);
        const turn = await takeTurn(busy, workspaceId, clock);
        await another.query('select pg_advisory_unlock_all()');
        const { rows } = await tx.query<{ isOwn: boolean }>(
          'update person set display_name = display_name where workspace_id = $1 returning xmin::text = pg_current_xact_id()::xid::text as "isOwn"',
          [workspaceId],
        );
        isOwnWrite = rows[0]?.isOwn;
        return turn;
      }),
    );
    expect([at, waits]).toEqual([clock.now(), 4]);
    // No savepoint of a turn that was given back stands: what the run writes is the transaction's own, and no subtransaction's.
    expect(isOwnWrite).toBe(true);
  });
});
