import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { DAY_MS, type WorkspaceId } from '../../src/kernel/index.ts';
import { createSecretBox } from '../../src/platform/index.ts';
import { rosterRoutes } from '../../src/roster/index.ts';
import { answerOnce } from '../../src/workspace/index.ts';
import { type SteppingClock, steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { silentLog } from '../support/log.ts';
import { administrationServer, type LoopbackServer } from '../support/loopback.ts';
import { insertWorkspace } from '../support/workspace.ts';

const HEADER = 'employee_id,work_email,display_name,start_date,end_date,last_day_worked,time_zone';
const ANN = '1,Ann@contoso.example,Ann Adler,2020-01-01,,,';
const BEN = '2,ben@contoso.example,Ben Baker,2021-05-01,,,Europe/Berlin';
const secretBox = createSecretBox(randomBytes(32));

let db: TestDatabase;
let clock: SteppingClock;
let workspaceId: WorkspaceId;
let server: LoopbackServer;

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function post(query: string, rows: readonly string[], type = 'text/csv'): Promise<Answer> {
  const body = [HEADER, ...rows].join('\n');
  const response = await fetch(`${server.url}/roster/imports?${query}`, { method: 'POST', headers: { 'content-type': type }, body });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function get(path: string): Promise<Record<string, unknown>> {
  return (await (await fetch(`${server.url}${path}`)).json()) as Record<string, unknown>;
}

async function leaves(): Promise<string[]> {
  const { rows } = await db.owner.query<{ leaf: Buffer }>('select leaf from ledger_record where workspace_id = $1 order by ord', [
    workspaceId,
  ]);
  return rows.map(({ leaf }) => leaf.toString('utf8'));
}

async function recordTypes(): Promise<string[]> {
  return (await leaves()).map((leaf) => (JSON.parse(leaf) as { type: string }).type).filter((type) => type.startsWith('hr.'));
}

async function periods(): Promise<Record<string, unknown>[]> {
  const { people } = await get('/people');
  return (people as { periods: Record<string, unknown>[] }[]).flatMap((person) => person.periods);
}

function routes() {
  const { database } = db;
  return rosterRoutes({ database, clock, secretBox, answerOnce: answerOnce({ database, clock, log: silentLog }) });
}

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

beforeEach(async () => {
  clock = steppingClock();
  workspaceId = await insertWorkspace(db.owner, clock.now());
  server = await administrationServer({ clock, workspaceId, routers: [routes()] });
});
afterEach(() => server.close());

describe('importing a roster', () => {
  it('shows in a dry run what an import would do, and changes nothing', async () => {
    const dryRun = await post('mode=dry-run', [ANN, BEN]);
    expect(dryRun).toMatchObject({ status: 200, body: { mode: 'dry-run', rows: 2, added: 2, ended: 0, rejected: [], notInFile: 0 } });
    expect(dryRun.body['fileSha256']).toMatch(/^[0-9a-f]{64}$/);
    expect(await get('/people')).toEqual({ people: [], next: null });
    expect(await get('/roster/imports')).toEqual({ imports: [], next: null });
    expect(await recordTypes()).toEqual([]);
  });

  it('imports people, periods, the sealed file and their records together', async () => {
    const made = await post('mode=import', [ANN, BEN]);
    expect(made).toMatchObject({ status: 201, body: { mode: 'import', rows: 2, added: 2 } });
    expect(await get('/people')).toMatchObject({
      people: [
        {
          employeeId: '1',
          displayName: 'Ann Adler',
          workEmail: 'Ann@contoso.example',
          periods: [{ startDate: '2020-01-01', endDate: null }],
        },
        { employeeId: '2', periods: [{ timeZone: 'Europe/Berlin', hrRecordedAt: null }] },
      ],
    });
    expect(await get('/roster/imports')).toMatchObject({
      imports: [{ id: made.body['id'], rows: 2, added: 2, full: false, fileSha256: made.body['fileSha256'] }],
    });
    expect(await recordTypes()).toEqual(['hr.period.started', 'hr.period.started', 'hr.import.completed']);
    const { rows } = await db.owner.query<{ sealed_file: Buffer; key: string }>(
      'select sealed_file, person.email_key as key from roster_import join person using (workspace_id) where workspace_id = $1 and employee_id = $2',
      [workspaceId, '1'],
    );
    const sealed = rows[0]?.sealed_file ?? Buffer.alloc(0);
    expect(sealed.includes('contoso')).toBe(false);
    expect(secretBox.open(sealed, `roster-import:${workspaceId}:${String(made.body['id'])}`).toString()).toContain('Ann Adler');
    expect(rows[0]?.key).toBe('ann@contoso.example');
  });

  it('keeps names and addresses out of every leaf, and in disclosures alone (I11)', async () => {
    await post('mode=import', [ANN]);
    expect((await leaves()).join('\n')).not.toMatch(/Ann|contoso/);
    const { rows } = await db.owner.query<{ path: string; value: unknown }>(
      `select path, value from ledger_disclosure where workspace_id = $1 order by path`,
      [workspaceId],
    );
    expect(rows).toEqual([
      { path: 'display_name', value: 'Ann Adler' },
      { path: 'employee_id', value: '1' },
      { path: 'work_email', value: 'Ann@contoso.example' },
    ]);
  });

  it('records an end that is set, changed and cancelled, each with when we were told', async () => {
    await post('mode=import', [ANN]);
    const told = clock.advance(DAY_MS);
    expect((await post('mode=import', ['1,ann@contoso.example,Ann Adler,2020-01-01,2026-03-31,,'])).body).toMatchObject({ ended: 1 });
    expect(await periods()).toMatchObject([{ endDate: '2026-03-31', hrRecordedAt: told }]);
    const changed = clock.advance(DAY_MS);
    expect((await post('mode=import', ['1,ann@contoso.example,Ann Adler,2020-01-01,2026-03-31,2026-03-20,'])).body).toMatchObject({
      changed: 1,
    });
    expect(await periods()).toMatchObject([{ endDate: '2026-03-31', lastDay: '2026-03-20', hrRecordedAt: changed }]);
    clock.advance(DAY_MS);
    expect((await post('mode=import', ['1,ann@contoso.example,Ann Adler,2020-01-01,,,'])).body).toMatchObject({ changed: 1 });
    expect(await periods()).toMatchObject([{ endDate: null, lastDay: null, hrRecordedAt: null }]);
    expect((await recordTypes()).filter((type) => type !== 'hr.import.completed')).toEqual([
      'hr.period.started',
      'hr.period.end_set',
      'hr.period.end_changed',
      'hr.period.end_cancelled',
    ]);
    const { rows } = await db.owner.query<{ count: number }>(
      'select count(*) as count from employment_period where workspace_id = $1 and cancelled_at is not null',
      [workspaceId],
    );
    expect(rows[0]?.count).toBe(1);
  });

  it('keeps when we were told while nothing about the end changes', async () => {
    const told = clock.now();
    await post('mode=import', ['1,ann@contoso.example,Ann,2020-01-01,2026-03-31,,']);
    clock.advance(DAY_MS);
    expect((await post('mode=import', ['1,ann@contoso.example,Ann Newname,2020-01-01,2026-03-31,,'])).body).toMatchObject({ changed: 1 });
    expect(await periods()).toMatchObject([{ hrRecordedAt: told }]);
    expect(await get('/people')).toMatchObject({ people: [{ displayName: 'Ann Newname' }] });
  });

  it('makes a rehire a new period of the same person', async () => {
    await post('mode=import', ['1,ann@contoso.example,Ann,2020-01-01,2026-01-31,,']);
    const again = await post('mode=import', [
      '1,ann@contoso.example,Ann,2020-01-01,2026-01-31,,',
      '1,ann@contoso.example,Ann,2026-03-01,,,',
    ]);
    expect(again.body).toMatchObject({ rows: 2, unchanged: 1, rehired: 1 });
    expect(await periods()).toMatchObject([{ startDate: '2020-01-01' }, { startDate: '2026-03-01', endDate: null }]);
    expect(await recordTypes()).toContain('hr.period.rehired');
  });

  it('refuses a roster of nobody, which would drop everybody', async () => {
    await post('mode=import', [ANN]);
    expect((await post('mode=import&full=true', [])).status).toBe(400);
    expect(await periods()).toMatchObject([{ endedBetween: null }]);
  });

  it('refuses the whole file for one bad row, names line and column, and records the refusal', async () => {
    const refused = await post('mode=import', [ANN, '2,ben@contoso.example,Ben,01/02/2026,,,']);
    expect(refused).toMatchObject({ status: 400, body: { rejected: [{ line: 3, column: 'start_date' }] } });
    expect(await get('/people')).toEqual({ people: [], next: null });
    expect(await recordTypes()).toEqual(['hr.import.rejected']);
  });

  it('imports the good rows where the caller asked for it', async () => {
    const made = await post('mode=import&allowRejected=true', [ANN, '2,ben@contoso.example,Ben,01/02/2026,,,']);
    expect(made).toMatchObject({ status: 201, body: { rows: 2, added: 1, rejected: [{ line: 3 }] } });
    expect(await get('/roster/imports')).toMatchObject({ imports: [{ rejected: 1 }] });
  });

  it('does not let two imports at once make the same person twice', async () => {
    const answers = await Promise.all([post('mode=import', [ANN]), post('mode=import', [ANN]), post('mode=import', [ANN])]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(answers.map(({ body }) => Number(body['added'])).sort((a, b) => a - b)).toEqual([0, 0, 1]);
    expect(await periods()).toHaveLength(1);
  });

  it('takes a file once under one Idempotency-Key, and refuses another file under it', async () => {
    const send = (csv: string) =>
      fetch(`${server.url}/roster/imports?mode=import`, {
        method: 'POST',
        headers: { 'content-type': 'text/csv', 'idempotency-key': 'march' },
        body: csv,
      });
    const file = [HEADER, ANN].join('\n');
    const first = await send(file);
    const again = await send(file);
    expect([first.status, again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 201, 'true']);
    expect(await again.json()).toEqual(await first.json());
    expect((await get('/roster/imports'))['imports']).toHaveLength(1);
    expect((await send(`${file}\n`)).status).toBe(422);
  });

  it('shows nothing of one workspace to another (I12)', async () => {
    await post('mode=import', [ANN]);
    const other = await insertWorkspace(db.owner, clock.now());
    const stranger = await administrationServer({
      clock,
      workspaceId: other,
      routers: [routes()],
    });
    try {
      const people = await (await fetch(`${stranger.url}/people`)).json();
      const imports = await (await fetch(`${stranger.url}/roster/imports`)).json();
      expect({ people, imports }).toEqual({ people: { people: [], next: null }, imports: { imports: [], next: null } });
    } finally {
      await stranger.close();
    }
  });

  it.each([
    { query: '', type: 'text/csv', status: 400 },
    { query: 'mode=perhaps', type: 'text/csv', status: 400 },
    { query: 'mode=dry-run&full=yes', type: 'text/csv', status: 400 },
    { query: 'mode=dry-run', type: 'application/pdf', status: 415 },
  ])('answers $status to ?$query as $type', async ({ query, type, status }) => {
    expect((await post(query, [ANN], type)).status).toBe(status);
  });

  it('asks for the scope before it reads the file', async () => {
    const reader = { kind: 'administrator', id: workspaceId, actor: `administrator:${workspaceId}`, scopes: ['read'] } as const;
    const weak = await administrationServer({
      clock,
      workspaceId,
      principal: reader,
      routers: [routes()],
    });
    try {
      const response = await fetch(`${weak.url}/roster/imports?mode=import`, {
        method: 'POST',
        headers: { 'content-type': 'text/csv' },
        body: HEADER,
      });
      expect(response.status).toBe(403);
    } finally {
      await weak.close();
    }
  });
});

describe('whom a roster no longer names', () => {
  const people = async () =>
    ((await get('/people'))['people'] as { employeeId: string; listing: string; unlistedBetween: unknown }[]).map(
      ({ employeeId, listing, unlistedBetween }) => ({ employeeId, listing, unlistedBetween }),
    );
  const benId = async () => ((await get('/people?listing=dropped'))['people'] as { id: string }[])[0]?.id ?? '';
  const answer = async (personId: string, body: unknown) =>
    (
      await fetch(`${server.url}/people/${personId}/listing`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    ).status;
  /** Ann and Ben are named; then Ann alone. */
  const dropBen = async () => {
    const from = clock.now();
    await post('mode=import', [ANN, BEN]);
    const to = clock.advance(DAY_MS);
    return { from, to, dropped: await post('mode=import', [ANN]) };
  };

  it('is asked about: nobody ends by a file that lacks them (I9)', async () => {
    const { from, to, dropped } = await dropBen();
    expect(dropped.body).toMatchObject({ dropped: 1, endedByOmission: 0, notInFile: 1, ended: 0 });
    expect(await people()).toEqual([
      { employeeId: '1', listing: 'listed', unlistedBetween: null },
      { employeeId: '2', listing: 'dropped', unlistedBetween: { from, to } },
    ]);
    expect(await periods()).toMatchObject([
      { endDate: null, endedBetween: null },
      { endDate: null, endedBetween: null },
    ]);
    expect((await recordTypes()).slice(-2)).toEqual(['hr.person.dropped', 'hr.import.completed']);
    expect(await get('/roster/imports')).toMatchObject({ imports: [{ dropped: 1 }, { dropped: 0 }] });
  });

  it('is seen in a dry run, which drops nobody', async () => {
    await post('mode=import', [ANN, BEN]);
    expect((await post('mode=dry-run', [ANN])).body).toMatchObject({ dropped: 1 });
    expect(await people()).toMatchObject([{ listing: 'listed' }, { listing: 'listed' }]);
  });

  it.each([
    { story: 'who has an end already', first: [ANN, '2,ben@contoso.example,Ben,2021-05-01,2026-04-30,,'], query: 'mode=import' },
    { story: 'where a file holds changes alone', first: [ANN, BEN], query: 'mode=import&partial=true' },
  ])('is not asked about $story', async ({ first, query }) => {
    await post('mode=import', first);
    expect((await post(query, [ANN])).body).toMatchObject({ dropped: 0, endedByOmission: 0 });
    expect(await people()).toMatchObject([{ listing: 'listed' }, { listing: 'listed' }]);
  });

  it('has ended, between the roster that named them and a plausible one of everybody that does not', async () => {
    const from = clock.now();
    await post('mode=import', [ANN, BEN]);
    const to = clock.advance(DAY_MS);
    expect((await post('mode=import&full=true', [ANN])).body).toMatchObject({ dropped: 0, endedByOmission: 1, implausible: null });
    expect(await periods()).toMatchObject([{ endedBetween: null }, { endDate: null, endedBetween: { from, to }, hrRecordedAt: to }]);
    expect((await recordTypes()).slice(-2)).toEqual(['hr.period.ended', 'hr.import.completed']);
    const again = await post('mode=import&full=true', [ANN, BEN]);
    expect(again.body).toMatchObject({ changed: 1 });
    expect(await periods()).toMatchObject([{ endedBetween: null }, { endedBetween: null, hrRecordedAt: null }]);
    expect(await recordTypes()).toContain('hr.period.end_cancelled');
  });

  it('is asked about where a roster of everybody is too short to be one', async () => {
    const many = Array.from({ length: 30 }, (_, n) => `${n + 10},p${n}@contoso.example,P,2020-01-01,,,`);
    await post('mode=import', many);
    const short = await post('mode=import&full=true', many.slice(0, 15));
    expect(short.body).toMatchObject({ dropped: 15, endedByOmission: 0, implausible: expect.stringContaining('15 rows after 30') });
  });

  it('is listed again once HR names them again', async () => {
    await dropBen();
    expect((await post('mode=import', [ANN, BEN])).body).toMatchObject({ listedAgain: 1, unchanged: 2 });
    expect(await people()).toMatchObject([{ listing: 'listed' }, { listing: 'listed', unlistedBetween: null }]);
    expect(await recordTypes()).toContain('hr.person.listed');
  });

  it('leaves when somebody says so, with the day that HR gave when asked', async () => {
    await dropBen();
    const at = clock.advance(DAY_MS);
    const left = { decision: 'left', endDate: '2026-03-03', lastDay: '2026-03-02', reason: 'HR by telephone' };
    expect(await answer(await benId(), left)).toBe(204);
    expect(await people()).toMatchObject([{ listing: 'listed' }, { listing: 'kept' }]);
    expect(await periods()).toMatchObject([{}, { endDate: '2026-03-03', lastDay: '2026-03-02', hrRecordedAt: at }]);
    expect((await recordTypes()).at(-1)).toBe('hr.period.end_set');
    expect((await post('mode=import', [ANN])).body).toMatchObject({ dropped: 0 });
  });

  it('stays when somebody says so, and is not asked about again', async () => {
    await dropBen();
    const ben = await benId();
    expect(await answer(ben, { decision: 'employed', reason: 'on the payroll of the sister company' })).toBe(204);
    expect(await periods()).toMatchObject([{}, { endDate: null }]);
    expect((await post('mode=import', [ANN])).body).toMatchObject({ dropped: 0 });
    expect(await answer(ben, { decision: 'employed', reason: 'again' })).toBe(409);
  });

  it.each([
    { story: 'an end before the start', body: { decision: 'left', endDate: '2021-04-30', reason: 'x' }, status: 400 },
    { story: 'an end that is no date', body: { decision: 'left', endDate: 'yesterday', reason: 'x' }, status: 400 },
    { story: 'no reason', body: { decision: 'employed' }, status: 400 },
    { story: 'an end of somebody who is employed', body: { decision: 'employed', endDate: '2026-03-03', reason: 'x' }, status: 400 },
  ])('is not answered for with $story', async ({ body, status }) => {
    await dropBen();
    expect(await answer(await benId(), body)).toBe(status);
    expect(await people()).toMatchObject([{}, { listing: 'dropped' }]);
  });
});

describe('how rosters are read', () => {
  const put = async (body: unknown) => {
    const response = await fetch(`${server.url}/roster/mapping`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it('is kept from one import to the next, and in the ledger', async () => {
    const mapping = {
      preset: 'canonical',
      columns: { work_email: ['Mail'] },
      dateFormat: 'DD.MM.YYYY',
      timeZones: { HQ: 'Europe/Berlin' },
    };
    expect(await get('/roster/mapping')).toMatchObject({ preset: 'canonical', columns: {}, dateFormat: 'YYYY-MM-DD', timeZones: {} });
    expect((await put(mapping)).body).toMatchObject(mapping);
    expect(await get('/roster/mapping')).toMatchObject(mapping);
    expect(await recordTypes()).toEqual(['hr.mapping.set']);
    const file = 'employee_id;Mail;start_date;end_date;site\n1;ann@contoso.example;31.01.2020;;HQ';
    const response = await fetch(`${server.url}/roster/imports?mode=import`, {
      method: 'POST',
      headers: { 'content-type': 'text/csv' },
      body: file,
    });
    expect(await response.json()).toMatchObject({ added: 1, columns: { work_email: ['Mail'] } });
    expect(await periods()).toMatchObject([{ startDate: '2020-01-31', timeZone: 'Europe/Berlin' }]);
  });

  it.each([
    { story: 'a preset that is none', body: { preset: 'sap' } },
    { story: 'a field that is none', body: { columns: { salary: 'x' } } },
    { story: 'columns that are no list', body: { columns: 'x' } },
    { story: 'a column without a name', body: { columns: { site: [''] } } },
    { story: 'a list of nothing', body: { columns: { site: [] } } },
    { story: 'a date format that leaves the year to guess', body: { dateFormat: 'DD/MM/YY' } },
    { story: 'a zone that is none', body: { timeZones: { HQ: 'Berlin' } } },
    { story: 'what nobody asked for', body: { delimiter: ';' } },
  ])('is refused with $story', async ({ body }) => {
    expect((await put(body)).status).toBe(400);
    expect(await recordTypes()).toEqual([]);
  });
});

describe('rows that a program pushes', () => {
  const push = async (query: string, body: unknown, type = 'application/json') => {
    const response = await fetch(`${server.url}/roster/imports?${query}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const ann = { employee_id: '1', work_email: 'ann@contoso.example', start_date: '2020-01-01', end_date: null };

  it('are changes, so that nobody is missed in them, and are kept sealed', async () => {
    await post('mode=import', [ANN, BEN]);
    const pushed = await push('mode=import', { rows: [{ ...ann, end_date: '2026-03-31' }] });
    expect(pushed).toMatchObject({ status: 201, body: { ended: 1, dropped: 0 } });
    expect(await get('/roster/imports')).toMatchObject({
      imports: [
        { source: 'push', partial: true },
        { source: 'file', partial: false },
      ],
    });
  });

  it.each([
    { story: 'everybody and changes at once', query: 'mode=import&full=true&partial=true', body: { rows: [ann] }, status: 400 },
    { story: 'no rows', query: 'mode=import', body: {}, status: 400 },
    { story: 'rows that are no objects', query: 'mode=import', body: { rows: ['x'] }, status: 400 },
    { story: 'a member that nobody asked for', query: 'mode=import', body: { rows: [ann], when: 'now' }, status: 400 },
    { story: 'a bad row', query: 'mode=import', body: { rows: [{ ...ann, start_date: '1/2/2020' }] }, status: 400 },
  ])('are refused with $story', async ({ query, body, status }) => {
    expect((await push(query, body)).status).toBe(status);
    expect(await get('/people')).toMatchObject({ people: [] });
  });
});

it('imports more people than it takes at a time, and every row once', async () => {
  const rows = Array.from({ length: 5_000 }, (_, n) => `${String(n).padStart(6, '0')},p${n}@contoso.example,P,2020-01-01,,,`);
  const shuffled = rows.toSorted((a, b) => a.slice(3).localeCompare(b.slice(3)));
  expect((await post('mode=import', shuffled)).body).toMatchObject({ rows: 5_000, added: 5_000 });
  const changed = shuffled.map((row, n) => (n % 2 === 0 ? row : row.replace('2020-01-01,,', '2020-01-01,2026-03-31,')));
  expect((await post('mode=import', changed)).body).toMatchObject({ rows: 5_000, ended: 2_500, unchanged: 2_500, added: 0 });
  const { rows: staged } = await db.owner.query<{ n: number }>('select count(*)::int as n from roster_stage');
  expect(staged[0]?.n).toBe(0);
});
