import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { askTests } from '../../src/reconciliation/ask-tests.ts';
import { createTestMemory, reconcile } from '../../src/reconciliation/index.ts';
import { createSecretBox } from '../../src/platform/index.ts';
import { importRoster } from '../../src/roster/index.ts';
import { readerOf } from '../../src/roster/roster-reader.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { ann, annsAccount, LONG_AGO, march } from './facts.ts';
import { judgeableWorkspace } from './judgeable-workspace.ts';

let db: TestDatabase;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

async function isSomebodyWaiting(): Promise<boolean> {
  const { count } = await db.owner.query(
    "select from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())",
  );
  return count > 0;
}

it('is judged by a run that begins after it: a roster counts as HR’s word only where its leavers were judged (I9)', async () => {
  const { clock, facts } = await judgeableWorkspace(db);
  const { workspaceId } = facts;
  const deps = { database: db.database, clock };
  await facts.everybody([ann('')]);
  await facts.account({ ...annsAccount, stretches: [{ state: 'enabled', from: LONG_AGO }] });
  await facts.looked(march(12));
  clock.set(march(12));
  const text = `employee_id,work_email,start_date,end_date\n1,ann@contoso.example,2020-01-01,2026-03-06`;
  let [isReading, goOn] = [() => {}, () => {}];
  const reading = new Promise<void>((resolve) => (isReading = resolve));
  const mayGoOn = new Promise<void>((resolve) => (goOn = resolve));
  const importing = importRoster({ ...deps, secretBox: createSecretBox(randomBytes(32)) }, workspaceId, {
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
  await reading;
  clock.advance(1_000);
  const over: string[] = [];
  const running = reconcile(deps, workspaceId, 'system').then(({ id }) => over.push(id));
  for (let looks = 0; over.length === 0 && !(await isSomebodyWaiting()); looks += 1) if (looks > 10_000) throw new Error('nobody waits');
  goOn();
  await Promise.all([importing, running]);
  const period = { from: march(1), to: march(11) };
  const results = await askTests({ database: db.database, memory: createTestMemory() }, { workspaceId, at: clock.now(), period });
  expect(results.find(({ id }) => id === 'terminated-people-are-deactivated')).toMatchObject({ verdict: 'FAIL', effects: { FAIL: 1 } });
});
