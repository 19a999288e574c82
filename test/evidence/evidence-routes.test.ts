import { createHash, randomBytes } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Router } from 'express';
import { evidenceRoutes } from '../../src/evidence/index.ts';
import { DAY_MS, type Instant, newId, plusMs, type WorkspaceId } from '../../src/kernel/index.ts';
import { createIntegrator, type Integrator, logOrigin } from '../../src/ledger/index.ts';
import { createOutboundHttp, createSecretBox, type Principal } from '../../src/platform/index.ts';
import { reconciliationRoutes } from '../../src/reconciliation/index.ts';
import { rosterRoutes } from '../../src/roster/index.ts';
import { verifyFiles } from '../verifier/verify-files.ts';
import { answerOnce, authenticate, openSession, sessionCookie } from '../../src/workspace/index.ts';
import { steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { freshSigner } from '../support/fresh-signer.ts';
import { silentLog } from '../support/log.ts';
import { administrationServer, type LoopbackServer } from '../support/loopback.ts';
import { insertWorkspace } from '../support/workspace.ts';
import { unzip } from './sealed-sample.ts';
import { everybody } from '../workspace/administration.ts';

const clock = steppingClock();
const signer = freshSigner();
const period = { periodStart: plusMs(clock.now(), -60 * DAY_MS), periodEnd: plusMs(clock.now(), 30 * DAY_MS) };
let test: TestDatabase;
let workspaceId: WorkspaceId;
let server: LoopbackServer;

beforeAll(async () => {
  test = await testDatabase();
  workspaceId = await insertWorkspace(test.owner, clock.now());
  server = await serverFor(workspaceId);
});
afterAll(async () => {
  await server.close();
  await test.drop();
});

function integrator(): Integrator {
  return createIntegrator({ database: test.database, clock, log: silentLog, signer });
}

async function serverFor(id: WorkspaceId, ahead: readonly Router[] = []): Promise<LoopbackServer> {
  const { database } = test;
  const routers = [
    ...ahead,
    rosterRoutes({
      database,
      clock,
      outbound: createOutboundHttp({ allowedOrigins: [] }),
      secretBox: createSecretBox(randomBytes(32)),
      answerOnce: answerOnce({ database, clock, log: silentLog }),
    }),
    reconciliationRoutes({ database, clock }),
    evidenceRoutes({ database, integrator: integrator(), verifierSource: 'export {};\n', softwareVersion: '0.0.0' }),
  ];
  return await administrationServer({ clock, workspaceId: id, routers });
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function post(path: string, body: unknown, type = 'application/json'): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${server.url}${path}`, { method: 'POST', headers: { 'content-type': type }, body: text });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function get(path: string): Promise<Answer> {
  const response = await fetch(`${server.url}${path}`);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

function dateOf(at: Instant): string {
  return at.slice(0, 10);
}

async function importRoster(): Promise<void> {
  const left = dateOf(plusMs(clock.now(), -10 * DAY_MS));
  const soon = dateOf(plusMs(clock.now(), 10 * DAY_MS));
  const rows = [
    'employee_id,work_email,display_name,start_date,end_date,time_zone',
    `0007,ada@contoso.example,Ada Example,2020-01-01,${left},Europe/Berlin`,
    `0008,grace@contoso.example,Grace Sample,2021-05-01,${soon},Europe/Berlin`,
    '0009,alan@contoso.example,Alan Specimen,2022-02-01,,',
  ];
  expect((await post('/roster/imports?mode=import', rows.join('\n'), 'text/csv')).status).toBe(201);
}

/** The workspace's only report. */
async function reportId(): Promise<string> {
  const { reports } = (await get('/reports')).body as { reports: { id: string }[] };
  return String(reports[0]?.id);
}

describe('reports over HTTP', () => {
  it('need something that was reconciled', async () => {
    expect((await post('/reports', { kind: 'interim', ...period })).status).toBe(409);
  });

  it('wait for an instant as of which was judged, where a clock was set back since', async () => {
    await importRoster();
    expect((await post('/policies', { slaHours: 24 })).status).toBe(201);
    expect((await post('/reconciliation/runs', {})).status).toBe(201);
    const asOf = clock.now();
    clock.set(plusMs(asOf, -DAY_MS));
    expect(await post('/reports', { kind: 'interim', ...period })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining(asOf) },
    });
    clock.set(asOf);
  });

  it('are sealed from what was reconciled, and their bundles verify (I10, I11)', async () => {
    const { status, body } = await post('/reports', { kind: 'interim', ...period });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      kind: 'INTERIM',
      status: 'sealed',
      asOf: clock.now(),
      ...period,
      conclusion: 'INSUFFICIENT',
      totals: { employmentPeriods: 3, leavers: 1, active: 2, prehire: 0 },
      manifestSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      checkpoint: { size: expect.any(Number) },
    });
    expect((await get(`/reports/${String(body['id'])}`)).body).toEqual({ ...body, leaversToldSince: 0 });
    expect((await get('/reports')).body).toEqual({ reports: [body], next: null });

    const response = await fetch(`${server.url}/reports/${String(body['id'])}/bundle`);
    expect(response.headers.get('content-type')).toBe('application/zip');
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename=rollcall-interim-[0-9-]+-[0-9a-f]{8}\.zip$/);
    const files = await unzip(new Uint8Array(await response.arrayBuffer()));
    const verification = await verifyFiles(files, { vkeys: [signer.forOrigin(logOrigin(workspaceId)).vkey] });
    expect(verification.problems).toEqual([]);
    const { tests } = JSON.parse(files.get('report.json')?.toString('utf8') ?? '{}') as { tests: readonly Record<string, unknown>[] };
    const judged = { asOf: clock.now(), of: 0, asked: null };
    expect(tests.map(({ id, asOf, of, period: asked, verdict }) => ({ id, asOf, of, asked, verdict }))).toEqual([
      {
        ...judged,
        id: 'terminated-people-are-deactivated',
        of: 1,
        asked: { from: period.periodStart, to: period.periodEnd },
        verdict: 'INSUFFICIENT',
      },
      { ...judged, id: 'directory-accounts-have-people', verdict: 'INSUFFICIENT' },
      { ...judged, id: 'scim-users-are-assigned', verdict: 'INSUFFICIENT' },
      { ...judged, id: 'roles-match', verdict: 'INSUFFICIENT' },
      { ...judged, id: 'owners-are-here', verdict: 'PASS' },
      { ...judged, id: 'mfa-on-azure', verdict: 'INSUFFICIENT' },
    ]);
    expect(files.get('report.html')?.toString('utf8')).toContain('Roles held through SCIM are the ones that the directory assigns');
    const population = files.get('population.csv')?.toString('utf8') ?? '';
    expect(population).toContain('Ada Example');
    expect(population).not.toMatch(/Grace|Alan/);
    expect(files.get('log/records.jsonl')?.toString('utf8')).not.toContain(Buffer.from('Ada Example').toString('base64').slice(0, 12));
  });

  it('are written once under one Idempotency-Key', async () => {
    const once = answerOnce({ database: test.database, clock, log: silentLog });
    const keyed = await serverFor(workspaceId, [Router().use(once)]);
    const send = async () => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': 'quarter' };
      const response = await fetch(`${keyed.url}/reports`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ kind: 'interim', ...period }),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    try {
      const first = await send();
      expect(first.status).toBe(201);
      expect(await send()).toEqual(first);
    } finally {
      await keyed.close();
    }
  });

  it.each([
    { what: 'another kind', body: { kind: 'annual', ...period }, status: 400 },
    {
      what: 'an interim report that corrects another',
      body: { kind: 'interim', ...period, supersedes: newId<'report'>(clock.now()) },
      status: 400,
    },
    {
      what: 'a period that ends before it starts',
      body: { kind: 'interim', periodStart: period.periodEnd, periodEnd: period.periodStart },
      status: 400,
    },
    { what: 'no period', body: { kind: 'interim' }, status: 400 },
    { what: 'an unknown member', body: { kind: 'interim', ...period, pass: true }, status: 400 },
  ])('refuse $what', async ({ body, status }) => {
    expect((await post('/reports', body)).status).toBe(status);
  });

  it.each([
    { path: 'report.html', type: 'text/html; charset=utf-8' },
    { path: 'report.json', type: 'application/json; charset=utf-8' },
    { path: 'manifest.json', type: 'application/json; charset=utf-8' },
    { path: 'population.csv', type: 'text/csv; charset=utf-8' },
    { path: 'README.txt', type: 'text/plain; charset=utf-8' },
    { path: 'report.pdf', type: 'application/pdf' },
    { path: 'verify.sh', type: 'text/plain; charset=utf-8' },
    { path: 'oscal/assessment-results.json', type: 'application/json; charset=utf-8' },
    { path: 'verify.mjs', type: 'text/javascript; charset=utf-8' },
  ])('serve $path, the bytes that the manifest has the hash of, so that nothing in it runs', async ({ path, type }) => {
    const id = await reportId();
    const response = await fetch(`${server.url}/reports/${id}/files/${path}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src [^;]+; .*frame-ancestors 'none'; sandbox$/,
    );
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    const bundle = await fetch(`${server.url}/reports/${id}/bundle`);
    const sealed = (await unzip(new Uint8Array(await bundle.arrayBuffer()))).get(path);
    expect(Buffer.from(await response.arrayBuffer()).equals(sealed ?? Buffer.alloc(0))).toBe(true);
  });

  it('let report.html have its own style and no other', async () => {
    const response = await fetch(`${server.url}/reports/${await reportId()}/files/report.html`);
    const css = /<style>([^]*?)<\/style>/.exec(await response.text())?.[1] ?? '';
    const hash = createHash('sha256').update(css).digest('base64');
    expect(response.headers.get('content-security-policy')).toContain(`style-src 'sha256-${hash}';`);
    expect(response.headers.get('content-security-policy')).not.toContain('unsafe');
  });

  it.each([
    'nothing.html',
    'log/checkpoint',
    'report.html/',
    'REPORT.HTML',
    '..%2f..%2fpackage.json',
    '%2e%2e/report.html',
    '%00',
    'report.html%00',
    "'%20or%20true--",
    '',
  ])('have no file "%s"', async (path) => {
    const id = await reportId();
    // Not with fetch, which would take the dots out of the address first.
    const { statusCode } = await new Promise<IncomingMessage>((resolve, reject) => {
      request(server.url, { path: `/reports/${id}/files/${path}` }, resolve)
        .on('error', reject)
        .end();
    });
    expect(statusCode).toBe(404);
  });

  it('open in a browser that has signed in, and in no other', async () => {
    const administratorId = newId<'administrator'>(clock.now());
    await test.owner.query("insert into role (workspace_id, id, name, rank, created_at) values ($1, 'auditor', 'Auditor', 1, $2)", [
      workspaceId,
      clock.now(),
    ]);
    await test.owner.query(
      `insert into administrator (workspace_id, id, email, email_key, role_id, invited_at, invited_by, invitation_hash, invitation_expires_at)
       values ($1, $2, 'ada@contoso.example', 'ada@contoso.example', 'auditor', $3, 'system', decode(repeat('00', 32), 'hex'), $3)`,
      [workspaceId, administratorId, clock.now()],
    );
    const { token } = await openSession(test.database, workspaceId, { holder: { administratorId }, at: clock.now() });
    const publicUrl = 'http://127.0.0.1';
    const signedIn = await serverFor(workspaceId, [
      Router().use(authenticate({ database: test.database, publicUrl, mayEnter: everybody })),
    ]);
    const page = `${signedIn.url}/reports/${await reportId()}/files/report.html`;
    const response = await fetch(page, {
      headers: { cookie: sessionCookie(publicUrl, token, 1000).split(';')[0] ?? '', accept: 'text/html' },
    });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('Conclusion so far: INSUFFICIENT');
    expect((await fetch(page)).status).toBe(401);
    expect((await fetch(page, { headers: { cookie: 'rollcall=rcw_made_up' } })).status).toBe(401);
    await signedIn.close();
  });

  it('need the scope "read"', async () => {
    const blind: Principal = { kind: 'administrator', id: 'a', actor: 'administrator:a', scopes: ['roster'] };
    const routers = [evidenceRoutes({ database: test.database, integrator: integrator(), verifierSource: '', softwareVersion: '0.0.0' })];
    const other = await administrationServer({ clock, workspaceId, principal: blind, routers });
    expect((await fetch(`${other.url}/reports/${await reportId()}/files/report.html`)).status).toBe(403);
    await other.close();
  });

  it.each(['/reports/nobody', '/reports/00000000-0000-7000-8000-000000000000', '/reports/00000000-0000-7000-8000-000000000000/bundle'])(
    'answer 404 for %s',
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );

  it('belong to their workspace alone (I12)', async () => {
    const id = await reportId();
    const stranger = await serverFor(await insertWorkspace(test.owner, clock.now()));
    for (const path of [`/reports/${id}`, `/reports/${id}/bundle`, `/reports/${id}/files/report.html`]) {
      expect((await fetch(`${stranger.url}${path}`)).status).toBe(404);
    }
    expect(await (await fetch(`${stranger.url}/reports`)).json()).toEqual({ reports: [], next: null });
    await stranger.close();
  });
});
