import { describe, expect, it } from '@jest/globals';
import { Router } from 'express';
import { DAY_MS } from '../../src/kernel/index.ts';
import { rosterRoutes } from '../../src/roster/index.ts';
import { answerOnce } from '../../src/workspace/index.ts';
import { createOutboundHttp } from '../../src/platform/index.ts';
import { silentLog } from '../support/log.ts';
import { administrationServer } from '../support/loopback.ts';
import { insertWorkspace } from '../support/workspace.ts';
import { eachRoster } from './each-roster.ts';
import { ANN, BEN, HEADER, routesOf, secretBox } from './roster-server.ts';

const given = eachRoster();

describe('importing a roster', () => {
  it('shows in a dry run what an import would do, and changes nothing', async () => {
    const dryRun = await given.at.post('mode=dry-run', [ANN, BEN]);
    expect(dryRun).toMatchObject({ status: 200, body: { mode: 'dry-run', rows: 2, added: 2, ended: 0, rejected: [], notInFile: 0 } });
    expect(dryRun.body['fileSha256']).toMatch(/^[0-9a-f]{64}$/);
    expect(await given.at.get('/people')).toEqual({ people: [], next: null, asOf: null });
    expect(await given.at.get('/roster/imports')).toEqual({ imports: [], next: null });
    expect(await given.at.recordTypes()).toEqual([]);
  });

  it('imports people, periods, the sealed file and their records together', async () => {
    const made = await given.at.post('mode=import', [ANN, BEN]);
    expect(made).toMatchObject({ status: 201, body: { mode: 'import', rows: 2, added: 2 } });
    expect(await given.at.get('/people')).toMatchObject({
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
    expect(await given.at.get('/roster/imports')).toMatchObject({
      imports: [{ id: made.body['id'], rows: 2, added: 2, full: false, fileSha256: made.body['fileSha256'] }],
    });
    expect(await given.at.recordTypes()).toEqual(['hr.period.started', 'hr.period.started', 'hr.import.completed']);
    const { rows } = await given.db.owner.query<{ sealed_file: Buffer; key: string }>(
      'select sealed_file, person.email_key as key from roster_import join person using (workspace_id) where workspace_id = $1 and employee_id = $2',
      [given.at.workspaceId, '1'],
    );
    const sealed = rows[0]?.sealed_file ?? Buffer.alloc(0);
    expect(sealed.includes('contoso')).toBe(false);
    expect(secretBox.open(sealed, `roster-import:${given.at.workspaceId}:${String(made.body['id'])}`).toString()).toContain('Ann Adler');
    expect(rows[0]?.key).toBe('ann@contoso.example');
  });

  it('keeps names and addresses out of every leaf, and in disclosures alone (I11)', async () => {
    await given.at.post('mode=import', [ANN]);
    expect((await given.at.leaves()).join('\n')).not.toMatch(/Ann |contoso/);
    const { rows } = await given.db.owner.query<{ path: string; value: unknown }>(
      `select path, value from ledger_disclosure where workspace_id = $1 order by path`,
      [given.at.workspaceId],
    );
    expect(rows).toEqual([{ path: 'person', value: { employee_id: '1', display_name: 'Ann Adler', work_email: 'Ann@contoso.example' } }]);
  });

  it('records an end that is set, changed and cancelled, each with when we were told', async () => {
    await given.at.post('mode=import', [ANN]);
    const told = given.clock.advance(DAY_MS);
    expect((await given.at.post('mode=import', ['1,ann@contoso.example,Ann Adler,2020-01-01,2026-03-31,,'])).body).toMatchObject({
      ended: 1,
    });
    expect(await given.at.periods()).toMatchObject([{ endDate: '2026-03-31', hrRecordedAt: told }]);
    const changed = given.clock.advance(DAY_MS);
    expect((await given.at.post('mode=import', ['1,ann@contoso.example,Ann Adler,2020-01-01,2026-03-31,2026-03-20,'])).body).toMatchObject({
      changed: 1,
    });
    expect(await given.at.periods()).toMatchObject([{ endDate: '2026-03-31', lastDay: '2026-03-20', hrRecordedAt: changed }]);
    given.clock.advance(DAY_MS);
    expect((await given.at.post('mode=import', ['1,ann@contoso.example,Ann Adler,2020-01-01,,,'])).body).toMatchObject({ changed: 1 });
    expect(await given.at.periods()).toMatchObject([{ endDate: null, lastDay: null, hrRecordedAt: null }]);
    expect((await given.at.recordTypes()).filter((type) => type.startsWith('hr.period.'))).toEqual([
      'hr.period.started',
      'hr.period.end_set',
      'hr.period.end_changed',
      'hr.period.end_cancelled',
    ]);
    const { rows } = await given.db.owner.query<{ count: number }>(
      'select count(*) as count from employment_period where workspace_id = $1 and cancelled_at is not null',
      [given.at.workspaceId],
    );
    expect(rows[0]?.count).toBe(1);
  });

  it('records where somebody works, and by itself when that changes, which tells no end anew', async () => {
    const rowIn = (site: string) => ({
      rows: [{ employee_id: '1', work_email: 'a@x.example', start_date: '2020-01-01', end_date: '2026-03-31', site }],
    });
    const told = given.clock.now();
    await given.at.send('POST', '/roster/imports?mode=import', rowIn('Berlin'));
    given.clock.advance(DAY_MS);
    expect((await given.at.send('POST', '/roster/imports?mode=import', rowIn(' Austin\u00a0'))).body).toMatchObject({ changed: 1 });
    expect((await given.at.send('POST', '/roster/imports?mode=import', rowIn('Austin'))).body).toMatchObject({ unchanged: 1 });
    expect(await given.at.periods()).toMatchObject([{ hrRecordedAt: told, site: 'Austin' }]);
    const leaves = (await given.at.leaves())
      .map((leaf): unknown => JSON.parse(leaf))
      .filter((leaf) => JSON.stringify(leaf).includes('hr.period'));
    expect(leaves).toMatchObject([
      { type: 'hr.period.started', after: { site: 'Berlin' } },
      { type: 'hr.period.end_set', after: { site: 'Berlin', end_date: '2026-03-31' } },
      { type: 'hr.period.site_changed', before: { site: 'Berlin' }, after: { site: 'Austin', end_date: '2026-03-31' } },
    ]);
  });

  it('keeps when we were told while nothing about the end changes', async () => {
    const told = given.clock.now();
    await given.at.post('mode=import', ['1,ann@contoso.example,Ann,2020-01-01,2026-03-31,,']);
    given.clock.advance(DAY_MS);
    expect((await given.at.post('mode=import', ['1,ann@contoso.example,Ann Newname,2020-01-01,2026-03-31,,'])).body).toMatchObject({
      changed: 1,
    });
    expect(await given.at.periods()).toMatchObject([{ hrRecordedAt: told }]);
    expect(await given.at.get('/people')).toMatchObject({ people: [{ displayName: 'Ann Newname' }] });
  });

  it('makes a rehire a new period of the same person', async () => {
    await given.at.post('mode=import', ['1,ann@contoso.example,Ann,2020-01-01,2026-01-31,,']);
    const again = await given.at.post('mode=import', [
      '1,ann@contoso.example,Ann,2020-01-01,2026-01-31,,',
      '1,ann@contoso.example,Ann,2026-03-01,,,',
    ]);
    expect(again.body).toMatchObject({ rows: 2, unchanged: 1, rehired: 1 });
    expect(await given.at.periods()).toMatchObject([{ startDate: '2020-01-01' }, { startDate: '2026-03-01', endDate: null }]);
    expect(await given.at.recordTypes()).toContain('hr.period.rehired');
  });

  it('refuses a roster of nobody, which would drop everybody', async () => {
    await given.at.post('mode=import', [ANN]);
    expect((await given.at.post('mode=import&full=true', [])).status).toBe(400);
    expect(await given.at.periods()).toMatchObject([{ endedBetween: null }]);
  });

  it('refuses the whole file for one bad row, names line and column, and records the refusal', async () => {
    const refused = await given.at.post('mode=import', [ANN, '2,ben@contoso.example,Ben,01/02/2026,,,']);
    expect(refused).toMatchObject({ status: 400, body: { rejected: [{ line: 3, column: 'start_date' }] } });
    expect(await given.at.get('/people')).toEqual({ people: [], next: null, asOf: null });
    expect(await given.at.recordTypes()).toEqual(['hr.import.rejected']);
  });

  it('imports the good rows where the caller asked for it', async () => {
    const made = await given.at.post('mode=import&allowRejected=true', [ANN, '2,ben@contoso.example,Ben,01/02/2026,,,']);
    expect(made).toMatchObject({ status: 201, body: { rows: 2, added: 1, rejected: [{ line: 3 }] } });
    expect(await given.at.get('/roster/imports')).toMatchObject({ imports: [{ rejected: 1 }] });
  });

  it('does not let two imports at once make the same person twice', async () => {
    const answers = await Promise.all([
      given.at.post('mode=import', [ANN]),
      given.at.post('mode=import', [ANN]),
      given.at.post('mode=import', [ANN]),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(answers.map(({ body }) => Number(body['added'])).sort((a, b) => a - b)).toEqual([0, 0, 1]);
    expect(await given.at.periods()).toHaveLength(1);
  });

  it('takes a file once under one Idempotency-Key, and refuses another file under it', async () => {
    const send = (csv: string) =>
      fetch(`${given.at.url}/roster/imports?mode=import`, {
        method: 'POST',
        headers: { 'content-type': 'text/csv', 'idempotency-key': 'march' },
        body: csv,
      });
    const file = [HEADER, ANN].join('\n');
    const first = await send(file);
    const again = await send(file);
    expect([first.status, again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 201, 'true']);
    expect(await again.json()).toEqual(await first.json());
    expect((await given.at.get('/roster/imports'))['imports']).toHaveLength(1);
    expect((await send(`${file}\n`)).status).toBe(422);
  });

  it('takes rows as JSON once under one Idempotency-Key, where every route is asked for it first', async () => {
    const once = answerOnce({ database: given.db.database, clock: given.clock, log: silentLog });
    const deps = {
      database: given.db.database,
      clock: given.clock,
      outbound: createOutboundHttp({ allowedOrigins: [] }),
      secretBox,
      answerOnce: once,
    };
    const routers = [Router().use(once), rosterRoutes(deps)];
    const keyed = await administrationServer({ clock: given.clock, workspaceId: given.at.workspaceId, routers });
    const send = async () => {
      const rows = [{ employee_id: '1', work_email: 'ann@contoso.example', start_date: '2020-01-01', end_date: null }];
      const headers = { 'content-type': 'application/json', 'idempotency-key': 'april' };
      const body = JSON.stringify({ rows });
      const response = await fetch(`${keyed.url}/roster/imports?mode=import`, { method: 'POST', headers, body });
      return { status: response.status, replayed: response.headers.get('idempotent-replayed'), body: await response.json() };
    };
    try {
      const first = await send();
      expect(first).toMatchObject({ status: 201, body: { added: 1 } });
      expect(await send()).toEqual({ ...first, replayed: 'true' });
      expect((await given.at.get('/roster/imports'))['imports']).toHaveLength(1);
    } finally {
      await keyed.close();
    }
  });

  it('refuses a file under an Idempotency-Key as often as it comes, until it is mended: a refusal takes no key', async () => {
    const send = async (cells: string) => {
      const headers = { 'content-type': 'text/csv', 'idempotency-key': 'may' };
      const body = [HEADER, ANN, cells].join('\n');
      return (await fetch(`${given.at.url}/roster/imports?mode=import`, { method: 'POST', headers, body })).status;
    };
    const wrong = '2,ben@contoso.example,Ben,01/02/2026,,,';
    expect([await send(wrong), await send(wrong), await send(BEN)]).toEqual([400, 400, 201]);
    expect((await given.at.recordTypes()).filter((type) => type === 'hr.import.rejected')).toHaveLength(2);
  });

  it('shows nothing of one workspace to another (I12)', async () => {
    await given.at.post('mode=import', [ANN]);
    const other = await insertWorkspace(given.db.owner, given.clock.now());
    const stranger = await administrationServer({
      clock: given.clock,
      workspaceId: other,
      routers: [routesOf(given.db, given.clock)],
    });
    try {
      const people = await (await fetch(`${stranger.url}/people`)).json();
      const imports = await (await fetch(`${stranger.url}/roster/imports`)).json();
      expect({ people, imports }).toEqual({ people: { people: [], next: null, asOf: null }, imports: { imports: [], next: null } });
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
    expect((await given.at.post(query, [ANN], type)).status).toBe(status);
  });

  it('asks for the scope before it reads the file', async () => {
    const reader = {
      kind: 'administrator',
      id: given.at.workspaceId,
      actor: `administrator:${given.at.workspaceId}`,
      scopes: ['read'],
    } as const;
    const weak = await administrationServer({
      clock: given.clock,
      workspaceId: given.at.workspaceId,
      principal: reader,
      routers: [routesOf(given.db, given.clock)],
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

describe('how rosters are read', () => {
  const put = (body: unknown) => given.at.send('PUT', '/roster/mapping', body);

  it('is kept from one import to the next, and in the ledger', async () => {
    const mapping = {
      preset: 'canonical',
      columns: { work_email: ['Mail'] },
      dateFormat: 'DD.MM.YYYY',
      timeZones: { HQ: 'Europe/Berlin' },
    };
    expect(await given.at.get('/roster/mapping')).toMatchObject({
      preset: 'canonical',
      columns: {},
      dateFormat: 'YYYY-MM-DD',
      timeZones: {},
    });
    expect((await put(mapping)).body).toMatchObject(mapping);
    expect(await given.at.get('/roster/mapping')).toMatchObject(mapping);
    expect(await given.at.recordTypes()).toEqual(['hr.mapping.set']);
    const file = 'employee_id;Mail;start_date;end_date;site\n1;ann@contoso.example;31.01.2020;;HQ';
    const response = await fetch(`${given.at.url}/roster/imports?mode=import`, {
      method: 'POST',
      headers: { 'content-type': 'text/csv' },
      body: file,
    });
    expect(await response.json()).toMatchObject({ added: 1, columns: { work_email: ['Mail'] } });
    expect(await given.at.periods()).toMatchObject([{ startDate: '2020-01-31', timeZone: 'Europe/Berlin' }]);
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
    expect(await given.at.recordTypes()).toEqual([]);
  });
});

describe('rows that a program pushes', () => {
  const push = (query: string, body: unknown) => given.at.send('POST', `/roster/imports?${query}`, body);
  const ann = { employee_id: '1', work_email: 'ann@contoso.example', start_date: '2020-01-01', end_date: null };

  it('are changes, so that nobody is missed in them, and are kept sealed', async () => {
    await given.at.post('mode=import', [ANN, BEN]);
    given.clock.advance(DAY_MS);
    const pushed = await push('mode=import', { rows: [{ ...ann, end_date: '2026-03-31' }] });
    expect(pushed).toMatchObject({ status: 201, body: { ended: 1, dropped: 0 } });
    expect(await given.at.get('/roster/imports')).toMatchObject({
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
    { story: 'an end that stands for none', query: 'mode=import', body: { rows: [{ ...ann, end_date: '9999-12-31' }] }, status: 400 },
    { story: 'a bad row', query: 'mode=import', body: { rows: [{ ...ann, start_date: '1/2/2020' }] }, status: 400 },
  ])('are refused with $story', async ({ query, body, status }) => {
    expect((await push(query, body)).status).toBe(status);
    expect(await given.at.get('/people')).toMatchObject({ people: [] });
  });
});

it('imports more people than it takes at a time, and every row once', async () => {
  const rows = Array.from({ length: 5_000 }, (_, n) => `${String(n).padStart(6, '0')},p${n}@contoso.example,P,2020-01-01,,,`);
  const shuffled = rows.toSorted((a, b) => a.slice(3).localeCompare(b.slice(3)));
  expect((await given.at.post('mode=import', shuffled)).body).toMatchObject({ rows: 5_000, added: 5_000 });
  const changed = shuffled.map((row, n) => (n % 2 === 0 ? row : row.replace(',P,', ',Q,')));
  expect((await given.at.post('mode=import', changed)).body).toMatchObject({ rows: 5_000, changed: 2_500, unchanged: 2_500, added: 0 });
  const { rows: staged } = await given.db.owner.query<{ n: number }>('select count(*)::int as n from roster_stage');
  expect(staged[0]?.n).toBe(0);
});
