import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DAY_MS, type Instant, type LedgerRecordId, newId, type WorkspaceId } from '../../src/kernel/index.ts';
import { append, eraseSubjects, purgeLedger, readDisclosures, retentionRoutes } from '../../src/ledger/index.ts';
import { administrationServer } from '../support/loopback.ts';
import { recordingLog } from '../support/log.ts';
import { type LedgerFixture, ledgerFixture } from './ledger-fixture.ts';

let fixture: LedgerFixture;
let workspaceId: WorkspaceId;
let rawFiles: { readonly before: Instant }[];

beforeAll(async () => {
  fixture = await ledgerFixture();
});
afterAll(() => fixture.drop());
beforeEach(async () => {
  fixture.clock.set('2026-03-03T09:00:00.000Z' as Instant);
  workspaceId = await fixture.open();
  rawFiles = [];
});

const person = newId('2026-01-01T00:00:00.000Z' as Instant);

async function disclose(count: number, subjectId: string = person): Promise<readonly LedgerRecordId[]> {
  const { clock, test } = fixture;
  const inputs = Array.from({ length: count }, (_, n) => ({
    type: 'hr.period.started' as const,
    at: clock.now(),
    actor: 'system',
    subject: { kind: 'person', id: subjectId },
    disclose: { name: `Ada ${n}`, email: `ada${n}@contoso.example` },
  }));
  const ids = await test.database.transaction((tx) => append(tx, workspaceId, inputs));
  await fixture.drain(fixture.integrator());
  return ids;
}

const valuesLeft = async () => (await readDisclosures(fixture.test.database, workspaceId, { from: 0, to: 100_000 })).length;

async function records(type: string) {
  const { rows } = await fixture.test.database.query<{ leaf: Buffer }>(
    'select leaf from ledger_record where workspace_id = $1 and type = $2 order by txid, ord',
    [workspaceId, type],
  );
  return rows.map(
    ({ leaf }) => JSON.parse(leaf.toString('utf8')) as { readonly detail: Record<string, unknown>; readonly subject: object },
  );
}

async function purge() {
  const { clock, test } = fixture;
  const eraseRawFiles = (_tx: unknown, _workspaceId: unknown, { before }: { readonly before: Instant }) => {
    rawFiles.push({ before });
    return Promise.resolve(0);
  };
  await purgeLedger({ database: test.database, clock, log: recordingLog(), eraseRawFiles }, workspaceId);
}

async function setMonths(months: number, more: { readonly reportMonths?: number | null } = {}) {
  const { clock, test } = fixture;
  const server = await administrationServer({ clock, workspaceId, routers: [retentionRoutes({ database: test.database, clock })] });
  const put = await fetch(`${server.url}/ledger/retention`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ months, ...more }),
  });
  const shown = await (await fetch(`${server.url}/ledger/retention`)).json();
  await server.close();
  return { status: put.status, told: (await put.json()) as object, shown: shown as object };
}

describe('a purge', () => {
  it('erases what is older than the workspace keeps, records it, and leaves every record and proof as it was (I11)', async () => {
    await disclose(3);
    fixture.clock.advance(7 * 366 * DAY_MS);
    await disclose(2);
    await purge();
    expect(await valuesLeft()).toBe(4);
    expect(await records('ledger.purged')).toMatchObject([{ detail: { values: 6, raw_files: 0, leaves: { from: 0 } } }]);
    await fixture.drain(fixture.integrator());
    await fixture.expectSealedWhole();
    await purge();
    expect(await records('ledger.purged')).toHaveLength(1);
  });

  it('keeps seven years unless something else is set, and not a day less', async () => {
    await disclose(1);
    fixture.clock.set('2033-03-03T08:59:59.000Z' as Instant);
    await purge();
    expect(await valuesLeft()).toBe(2);
    fixture.clock.set('2033-03-03T09:00:01.000Z' as Instant);
    await purge();
    expect(await valuesLeft()).toBe(0);
    expect(rawFiles.map(({ before }) => before)).toContain('2026-03-03T08:59:59.000Z');
  });

  it('goes on where it stopped, in batches', async () => {
    await disclose(5_100);
    fixture.clock.advance(8 * 366 * DAY_MS);
    await purge();
    expect(await valuesLeft()).toBe(0);
    expect(await records('ledger.purged')).toHaveLength(2);
    await disclose(1);
    fixture.clock.advance(8 * 366 * DAY_MS);
    await purge();
    expect(await valuesLeft()).toBe(0);
  });

  it('takes a retention that is set, which is a record with what it was before', async () => {
    expect(await setMonths(24)).toMatchObject({ status: 200, shown: { months: 24, setAt: fixture.clock.now(), lastPurgedAt: null } });
    await disclose(1);
    fixture.clock.advance(750 * DAY_MS);
    await purge();
    expect(await valuesLeft()).toBe(0);
    expect(await records('ledger.retention.set')).toMatchObject([{ before: { months: 84 }, after: { months: 24 } }]);
  });

  it('keeps the number for the files of reports until somebody says another, or none', async () => {
    expect(await setMonths(24)).toMatchObject({ status: 200, shown: { reportMonths: null } });
    expect(await setMonths(24, { reportMonths: 36 })).toMatchObject({ status: 200, shown: { reportMonths: 36 } });
    expect(await setMonths(30)).toMatchObject({
      status: 400,
      told: { detail: '"reportMonths" is left out, and the files of reports are kept for 36 months.' },
      shown: { months: 24, reportMonths: 36 },
    });
    expect(await setMonths(30, { reportMonths: null })).toMatchObject({ status: 200, shown: { months: 30, reportMonths: null } });
    expect(await setMonths(36)).toMatchObject({ status: 200, shown: { months: 36, reportMonths: null } });
  });

  it.each([17, 1_201])('is never set to %i months, not even by the owner of the tables', async (months) => {
    expect((await setMonths(months)).status).toBe(400);
    const insert = `insert into ledger_retention (workspace_id, months) values ('${workspaceId}', ${months})`;
    await expect(fixture.test.owner.query(insert)).rejects.toMatchObject({ code: '23514' });
  });
});

describe('an erasure on request', () => {
  const erase = (subjectIds: readonly string[]) =>
    fixture.test.database.transaction((tx) =>
      eraseSubjects(tx, workspaceId, { subject: { kind: 'person', id: person }, subjectIds, at: fixture.clock.now(), actor: 'owner:x' }),
    );

  it('takes what is disclosed about somebody and nobody else, is a record, and leaves every proof valid (I11)', async () => {
    await disclose(2);
    await disclose(1, newId(fixture.clock.now()));
    expect(await erase([person])).toEqual({ values: 4, records: 2 });
    expect(await valuesLeft()).toBe(2);
    expect(await records('ledger.erased')).toMatchObject([{ subject: { kind: 'person', id: person }, detail: { values: 4, records: 2 } }]);
    await fixture.drain(fixture.integrator());
    await fixture.expectSealedWhole();
    await expect(erase([person])).rejects.toMatchObject({ code: 'not-found' });
  });

  it('touches nothing of another workspace (I12)', async () => {
    await disclose(1);
    const there = workspaceId;
    workspaceId = await fixture.open();
    await expect(erase([person])).rejects.toMatchObject({ code: 'not-found' });
    workspaceId = there;
    expect(await valuesLeft()).toBe(2);
  });
});
