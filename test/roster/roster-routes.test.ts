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
    expect(await recordTypes()).toEqual(['hr.import.completed', 'hr.period.started', 'hr.period.started']);
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

  it('never ends a person whom a file does not name, even one that is declared full (I9)', async () => {
    await post('mode=import', [ANN, BEN]);
    expect((await post('mode=import&full=true', [ANN])).body).toMatchObject({ rows: 1, unchanged: 1, notInFile: 1, ended: 0 });
    expect(await periods()).toMatchObject([{ endDate: null }, { endDate: null }]);
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
