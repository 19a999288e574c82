import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type LedgerRecordId, newId, type WorkspaceId } from '../../src/kernel/index.ts';
import { append, type Integrator, readLatestCheckpoint, readLeafIndexes, readVkeys } from '../../src/ledger/index.ts';
import { type Database, openDatabase, type Transaction } from '../../src/platform/index.ts';
import { parseCheckpoint, parseNote, parseVkey, verifyNote } from '../../src/tlog/index.ts';
import type { SteppingClock } from '../support/clock.ts';
import type { TestDatabase } from '../support/database.ts';
import { recordingLog } from '../support/log.ts';
import { untilBlocked } from '../support/until-blocked.ts';
import { type LedgerFixture, ledgerFixture, openTransaction } from './ledger-fixture.ts';

let fixture: LedgerFixture;
let test: TestDatabase;
let clock: SteppingClock;
let workspaceId: WorkspaceId;
let integrator: Integrator;

beforeAll(async () => {
  fixture = await ledgerFixture();
  ({ test, clock } = fixture);
});
afterAll(() => fixture.drop());
beforeEach(async () => {
  workspaceId = await fixture.open();
  integrator = integratorOn(test.database);
});

const drain = (...integrators: readonly Integrator[]) => fixture.drain(...integrators);
const write = (count: number) => fixture.write(count);
const expectSealedWhole = () => fixture.expectSealedWhole();

function integratorOn(database: Database): Integrator {
  return fixture.integrator({ database });
}

async function expectCovered(recordIds: readonly LedgerRecordId[], { size }: { readonly size: number }): Promise<void> {
  const indexes = await readLeafIndexes(test.database, workspaceId, recordIds);
  expect(indexes.size).toBe(recordIds.length);
  expect(Math.max(...indexes.values())).toBeLessThan(size);
}

interface Plan extends Readonly<Record<string, unknown>> {
  readonly 'Subplan Name'?: string;
  readonly Plans?: readonly Plan[];
}

/** How many pages of the database are touched, for each batch that does something, to find where it begins, and to read it; what it writes is left out. */
function countingPages(database: Database): {
  readonly database: Database;
  readonly touched: readonly { readonly located: number; readonly read: number }[];
} {
  const touched: { located: number; read: number }[] = [];
  const counting: Database['transaction'] = (work) =>
    database.transaction(async (tx) => {
      let located = 0;
      const query: Transaction['query'] = async (statement, values) => {
        const counted = ['ledger-lock', 'ledger-place-records'];
        if (typeof statement === 'string' || !counted.includes(statement.name ?? '') || values?.[0] !== workspaceId)
          return await tx.query(statement, values);
        await tx.query('savepoint before');
        const { rows } = await tx.query<{ 'QUERY PLAN': readonly [{ Plan: Plan }] }>(
          `explain (analyze, buffers, format json) ${statement.text}`,
          values,
        );
        await tx.query('rollback to savepoint before');
        const plan = rows[0]?.['QUERY PLAN'][0].Plan;
        const batch = plan?.Plans?.find((each) => each['Subplan Name'] === 'CTE batch');
        if (batch === undefined) located = pagesOf(plan);
        else if (Number(batch['Actual Rows']) > 0) touched.push({ located, read: pagesOf(batch) });
        return await tx.query(statement, values);
      };
      return await work({ ...tx, query });
    });
  return { database: { ...database, transaction: counting }, touched };
}

const pagesOf = (plan: Plan | undefined) => Number(plan?.['Shared Hit Blocks']) + Number(plan?.['Shared Read Blocks']);

/** The error of the first round that fails. */
async function runUntilItFails(failing: Integrator): Promise<unknown> {
  for (;;) {
    try {
      await failing.runOnce();
    } catch (error) {
      return error;
    }
  }
}

describe('the integrator', () => {
  it('gives committed records their leaves in order and signs the tree head', async () => {
    await write(3);
    await drain(integrator);
    expect(await expectSealedWhole()).toBe(5); // genesis, the three, and the key
    const checkpoint = await readLatestCheckpoint(test.database, workspaceId);
    const note = parseNote(checkpoint?.note ?? '');
    const known = (await readVkeys(test.database, workspaceId)).map(parseVkey).filter((key) => key !== undefined);
    expect(note && verifyNote(note, known).kind).toBe('verified');
    expect(parseCheckpoint(note?.text ?? '')).toEqual({
      origin: `rollcall/workspaces/${workspaceId}`,
      size: checkpoint?.size,
      root: checkpoint?.root,
    });
  });

  it('waits for a transaction that is still open, and skips none that commits later with an older id', async () => {
    const slow = await openTransaction(test.database, (tx) =>
      append(tx, workspaceId, [
        { type: 'role.set', at: clock.now(), actor: 'system', subject: { kind: 'workspace', id: workspaceId }, detail: { slow: true } },
      ]),
    );
    const behind = await write(2);
    await integrator.runOnce();
    expect((await readLeafIndexes(test.database, workspaceId, behind)).size).toBe(0);
    await slow.commit();
    await drain(integrator);
    expect(await expectSealedWhole()).toBe(5);
  });

  it('sequences every record of 16 concurrent writers exactly once with two integrators', async () => {
    const second = integratorOn(test.database);
    integrator.start();
    second.start();
    await Promise.all(
      Array.from({ length: 16 }, async () => {
        for (let round = 0; round < 20; round += 1) await write(1 + (round % 3));
      }),
    );
    await integrator.settle(workspaceId);
    await integrator.stop();
    await second.stop();
    await drain(integrator, second);
    expect(await expectSealedWhole()).toBe(16 * 39 + 2);
  });

  it('ends a batch in the middle of a transaction that is larger than a batch', async () => {
    await write(11_000);
    await drain(integrator);
    expect(await expectSealedWhole()).toBe(11_002);
  });

  it('reads of such a transaction what is left of it, however much it has done', async () => {
    await write(21_000);
    const { database, touched } = countingPages(test.database);
    const counting = integratorOn(database);
    while (touched.length < 4) await counting.runOnce(); // nothing is read while a transaction that is open elsewhere in the cluster holds the records back
    const read = touched.map((each) => each.read);
    expect(read[0]).toBeGreaterThan(100);
    expect(read[3]).toBeLessThan(1.5 * (read[1] ?? 0));
    expect(Math.max(...touched.map(({ located }) => located))).toBeLessThan(50);
  });

  it('takes a record of such a transaction that it passed by, before it leaves the transaction', async () => {
    const written = await write(7_000);
    while ((await readLeafIndexes(test.database, workspaceId, written)).size === 0) await integrator.runOnce();
    const indexes = await readLeafIndexes(test.database, workspaceId, written);
    const last = Math.max(...indexes.values());
    await fixture.tamper((tx) =>
      tx.query('update ledger_leaf set record_id = $3 where workspace_id = $1 and leaf_index = $2', [workspaceId, last, written[6_000]]),
    );
    await drain(integrator);
    await expectCovered(written, (await readLatestCheckpoint(test.database, workspaceId)) ?? { size: 0 });
  });

  it('loses nothing and repeats nothing when its connection is killed in the middle of a batch', async () => {
    const doomed = openDatabase({ url: test.serverUrl, poolSize: 1, applicationName: 'doomed' });
    const dying = integratorOn(doomed);
    await drain(dying); // it knows all ledgers by then, and looks at none but the one that has records waiting
    const before = await readLatestCheckpoint(test.database, workspaceId);
    await write(40);
    const killed = await test.owner.transaction(async (tx) => {
      await tx.query('lock table ledger_checkpoint in access exclusive mode'); // leaves and tiles are written, the checkpoint cannot be
      const failed = runUntilItFails(dying);
      const [pid] = await untilBlocked(test.database);
      await test.database.query('select pg_terminate_backend($1)', [pid]);
      return await failed;
    });
    expect(killed).toMatchObject({ code: 'database-unavailable' });
    await doomed.close();
    expect(await readLatestCheckpoint(test.database, workspaceId)).toEqual(before);
    await drain(integrator);
    expect(await expectSealedWhole()).toBe(42);
  });

  it('starts over from what is there when the database was restored into another cluster', async () => {
    await write(3);
    await drain(integrator);
    const update = `update ledger set cluster_id = 'another', watermark = '9000000000000' where workspace_id = $1`;
    await fixture.tamper((tx) => tx.query(update, [workspaceId]));
    await write(3);
    await integrator.settle(workspaceId);
    await write(2);
    await drain(integrator);
    expect(await expectSealedWhole()).toBe(10);
  });

  it('goes on with other ledgers while one waits for a place outside that does not answer', async () => {
    const [first, second] = [workspaceId, await fixture.open()].toSorted();
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let round: Promise<unknown> = Promise.resolve();
    await new Promise<void>((resolve) => {
      const newest = async (of: WorkspaceId) => {
        if (of === first) await answered;
        if (of === second) resolve();
        return undefined;
      };
      round = fixture.integrator({ bucket: { newest, reserve: () => Promise.resolve() } }).runOnce();
    });
    answer();
    await round;
  });

  it.each([
    { poolSize: 2, atOnce: 1 },
    { poolSize: 5, atOnce: 2 },
    { poolSize: 8, atOnce: 4 },
    { poolSize: 40, atOnce: 4 },
  ])('leaves half of $poolSize connections to everybody else', async ({ atOnce, poolSize }) => {
    const pool = openDatabase({ url: test.serverUrl, poolSize, applicationName: 'small' });
    let [inside, most] = [0, 0];
    const database: Database = {
      ...pool,
      transaction: (work) => {
        inside += 1;
        most = Math.max(most, inside);
        return pool.transaction(work).finally(() => {
          inside -= 1;
        });
      },
    };
    await Promise.all(Array.from({ length: 5 }, () => fixture.open()));
    await fixture.integrator({ database }).runOnce();
    await pool.close();
    expect(most).toBe(atOnce);
  });

  it('goes on after a round that failed, and says so in the log', async () => {
    const log = recordingLog();
    const lost = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none', poolSize: 1, applicationName: 'lost' });
    let broken = true;
    let failedOnce: () => void = () => undefined;
    const failed = new Promise<void>((resolve) => {
      failedOnce = resolve;
    });
    const database: Database = {
      ...test.database,
      query: (statement, values) => {
        const target = broken ? lost : test.database;
        broken = false;
        queueMicrotask(failedOnce);
        return target.query(statement, values);
      },
    };
    const healing = fixture.integrator({ database, log });
    await write(1);
    healing.start();
    await failed;
    await integrator.settle(workspaceId);
    await healing.stop();
    await lost.close();
    expect(log.events.filter(({ level }) => level !== 'debug')).toMatchObject([{ level: 'error', event: 'ledger.integrator.failed' }]);
  });

  it('tells each checkpoint, with how many records it took in, and none for a round that found nothing', async () => {
    const log = recordingLog();
    const telling = fixture.integrator({ log });
    await drain(integrator);
    await write(3);
    await drain(telling);
    await drain(telling);
    expect(new Set(log.events.map(({ event, level }) => `${level} ${event}`))).toEqual(new Set(['debug ledger.checkpoint.signed']));
    expect(log.events.reduce((sum, { fields }) => sum + Number(fields['sequenced']), 0)).toBe(3);
    expect(log.events.every(({ fields }) => fields['workspaceId'] === workspaceId && fields['sequenced'] !== 0)).toBe(true);
  });
});

describe('the merge delay', () => {
  it('is told once it passes a minute, with the transaction that holds it up, and again when it is over; writing goes on', async () => {
    const log = recordingLog();
    const watched = fixture.integrator({ log });
    await drain(integrator);
    const own = openDatabase({ url: test.serverUrl, poolSize: 1, applicationName: 'stalled' });
    const stalled = await openTransaction(own, (tx) => tx.query('select pg_current_xact_id()'));
    await write(2);
    const told = async (event: string) => {
      for (;;) {
        const found = log.events.find((each) => each.event === event);
        if (found !== undefined) return found;
        await test.database.query('select 1');
      }
    };
    clock.advance(90_000);
    watched.start();
    expect(await told('ledger.behind')).toMatchObject({
      level: 'warn',
      fields: { records: 2, seconds: 90, applicationName: expect.any(String), pid: expect.any(Number) },
    });
    // What another test has open on this cluster may have been open longer: that ends, and ours is told at a later look.
    while (!log.events.some(({ fields }) => fields['applicationName'] === 'stalled')) {
      clock.advance(10_000);
      await test.database.query('select 1');
    }
    await write(1);
    await stalled.commit();
    await integrator.settle(workspaceId);
    clock.advance(10_000);
    expect(await told('ledger.caught-up')).toMatchObject({ level: 'info' });
    await watched.stop();
    await own.close();
    await drain(integrator);
    expect(await expectSealedWhole()).toBe(5);
  });
});

describe('settle', () => {
  it("is nobody's change: what accompanies the request that waits for it takes no part", async () => {
    const written = await write(1);
    const last = () => Promise.reject(new Error('took part'));
    await expectCovered(written, await test.database.accompany({ last }, () => integrator.settle(workspaceId)));
  });

  it('answers with a checkpoint over everything that was committed before the call', async () => {
    const written = await write(7);
    await expectCovered(written, await integrator.settle(workspaceId));
  });

  it('waits for a writer that began earlier and has not committed, and then seals what came after it', async () => {
    const slow = await openTransaction(test.database, (tx) => tx.query('select pg_current_xact_id()'));
    const written = await write(1);
    let isSettled = false;
    const settled = integrator.settle(workspaceId).finally(() => {
      isSettled = true;
    });
    await integrator.runOnce();
    expect(isSettled).toBe(false);
    await slow.commit();
    await expectCovered(written, await settled);
  });

  it('says that there is no ledger where there is none', async () => {
    await expect(integrator.settle(newId<'workspace'>(clock.now()))).rejects.toMatchObject({ code: 'not-found' });
  });
});
