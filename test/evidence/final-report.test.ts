import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auditorLinkRoutes, auditorRoutes, evidenceRoutes } from '../../src/evidence/index.ts';
import { purgeReports } from '../../src/evidence/purge-reports-task.ts';
import { DAY_MS, type Instant, newId, plusMs, type WorkspaceId } from '../../src/kernel/index.ts';
import { createIntegrator, logOrigin } from '../../src/ledger/index.ts';
import { setRetention } from '../../src/ledger/set-retention.ts';
import { createOutboundHttp, createSecretBox } from '../../src/platform/index.ts';
import { reconciliationRoutes } from '../../src/reconciliation/index.ts';
import { rosterRoutes } from '../../src/roster/index.ts';
import { RULES_VERSION } from '../../src/verdict/index.ts';
import { schemaProblems } from './schema-problems.ts';
import { verifyFiles } from '../verifier/verify-files.ts';
import { answerOnce } from '../../src/workspace/index.ts';
import { steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { freshSigner } from '../support/fresh-signer.ts';
import { silentLog } from '../support/log.ts';
import { administrationServer, type LoopbackServer } from '../support/loopback.ts';
import { insertWorkspace } from '../support/workspace.ts';
import { unzip } from './sealed-sample.ts';

const clock = steppingClock();
const signer = freshSigner();
const periodStart = plusMs(clock.now(), -60 * DAY_MS);
const period = { kind: 'final', periodStart, periodEnd: plusMs(clock.now(), -5 * DAY_MS) };
let test: TestDatabase;
let workspaceId: WorkspaceId;
let server: LoopbackServer;

beforeAll(async () => {
  test = await testDatabase();
  workspaceId = await insertWorkspace(test.owner, clock.now());
  const { database } = test;
  const integrator = createIntegrator({ database, clock, log: silentLog, signer });
  server = await administrationServer({
    clock,
    workspaceId,
    routers: [
      rosterRoutes({
        database,
        clock,
        outbound: createOutboundHttp({ allowedOrigins: [] }),
        secretBox: createSecretBox(randomBytes(32)),
        answerOnce: answerOnce({ database, clock, log: silentLog }),
      }),
      reconciliationRoutes({ database, clock }),
      evidenceRoutes({ database, integrator, verifierSource: 'export {};\n', softwareVersion: '0.0.0' }),
      auditorLinkRoutes({ database, integrator, publicUrl: 'http://127.0.0.1' }),
      auditorRoutes({
        database,
        integrator,
        publicUrl: 'http://127.0.0.1',
        log: silentLog,
        limitOpenings: (_request, _response, next) => next(),
      }),
    ],
  });
  await importRoster();
  await send('POST', '/policies', { slaHours: 24 });
});
afterAll(async () => {
  await server.close();
  await test.drop();
});

interface Shown {
  readonly id: string;
  readonly status: string;
  readonly version: number;
  readonly conclusion: string | null;
  readonly manifestSha256: string | null;
  readonly supersededBy: string | null;
  readonly waitingFor: readonly { readonly code: string }[] | null;
  readonly responses: readonly { readonly findingId: string; readonly effect: string; readonly response: unknown }[];
}

async function send(method: string, path: string, body?: unknown, type = 'application/json') {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const headers = body === undefined ? {} : { 'content-type': type };
  const response = await fetch(`${server.url}${path}`, { method, headers, ...(body !== undefined && { body: text }) });
  const answer = await response.text();
  return { status: response.status, body: (answer === '' ? {} : JSON.parse(answer)) as Shown & Record<string, unknown> };
}

/** Two who left within the period; nothing is known of their accounts. */
async function importRoster(): Promise<void> {
  const dateOf = (at: Instant) => at.slice(0, 10);
  const rows = [
    'employee_id,work_email,display_name,start_date,end_date,time_zone',
    `0007,ada@contoso.example,Ada Example,2020-01-01,${dateOf(plusMs(clock.now(), -20 * DAY_MS))},Europe/Berlin`,
    `0008,grace@contoso.example,Grace Sample,2021-05-01,${dateOf(plusMs(clock.now(), -10 * DAY_MS))},Europe/Berlin`,
    '0009,alan@contoso.example,Alan Specimen,2022-02-01,,Europe/Berlin',
  ];
  expect((await send('POST', '/roster/imports?mode=import', rows.join('\n'), 'text/csv')).status).toBe(201);
}

async function bundleOf(id: string) {
  const response = await fetch(`${server.url}/reports/${id}/bundle`);
  return await unzip(new Uint8Array(await response.arrayBuffer()));
}

const vkeys = () => [signer.forOrigin(logOrigin(workspaceId)).vkey];

async function recordTypes(subject: string): Promise<readonly string[]> {
  const { rows } = await test.owner.query<{ type: string }>(
    'select type from ledger_record where workspace_id = $1 and subject_id = $2 order by ord',
    [workspaceId, subject],
  );
  return rows.map(({ type }) => type);
}

/** What an auditor's link to a report shows; the report's own page is there, too. */
async function pageOfLink(id: string): Promise<string> {
  const { url } = (await send('POST', `/reports/${id}/auditor-links`, { recipient: 'An auditor' })).body as unknown as { url: string };
  const { hash, pathname } = new URL(url);
  const body = new URLSearchParams({ token: hash.slice(1) });
  const opened = await fetch(`${server.url}${pathname}/session`, { method: 'POST', redirect: 'manual', body });
  const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? '';
  expect((await fetch(`${server.url}${pathname}/files/report.html`, { headers: { cookie } })).status).toBe(200);
  return await (await fetch(`${server.url}${pathname}`, { headers: { cookie } })).text();
}

describe('a final report', () => {
  let id: string;

  it('begins as a draft that says what it waits for', async () => {
    const { status, body } = await send('POST', '/reports', period);
    expect(status).toBe(201);
    expect(body).toMatchObject({ kind: 'FINAL', status: 'draft', version: 1, supersedes: null, conclusion: null, manifestSha256: null });
    expect(body.waitingFor?.map(({ code }) => code)).toEqual(['not-reconciled']);
    id = body.id;
    expect((await send('GET', `/reports/${id}`)).body).toEqual(body);
    expect((await send('GET', '/reports')).body).toMatchObject({ reports: [{ id, status: 'draft' }], next: null });
  });

  it('is drafted once for a period', async () => {
    expect((await send('POST', '/reports', period)).status).toBe(409);
  });

  it('is not frozen before it is ready, and says why (I10)', async () => {
    const { status, body } = await send('POST', `/reports/${id}/freeze`, {});
    expect(status).toBe(409);
    expect(body).toMatchObject({ type: expect.stringMatching(/report-not-ready$/), waitingFor: [{ code: 'not-reconciled' }] });
  });

  it.each(['seal', 'responses'])('has no %s before it is frozen', async (what) => {
    const answer = what === 'seal' ? await send('POST', `/reports/${id}/seal`, {}) : await send('GET', `/reports/${id}/responses`);
    expect(answer.status).toBe(409);
  });

  it.each([null, RULES_VERSION - 1])('waits for a run by the present rules where the latest was by other ones: %p', async (rules) => {
    await send('POST', '/reconciliation/runs', {});
    await test.owner.query('update reconciliation_run set rules = $2 where workspace_id = $1', [workspaceId, rules]);
    expect((await send('POST', `/reports/${id}/freeze`, {})).body).toMatchObject({ waitingFor: [{ code: 'not-reconciled' }] });
    const { body, status } = await send('POST', '/reports', { ...period, kind: 'interim' });
    expect([status, body['detail'], body['next']]).toEqual([
      409,
      'The latest run judged by the rules of an earlier version.',
      'POST /reconciliation/runs first: it judges everybody anew.',
    ]);
  });

  it('is frozen as of the latest run, and what becomes known later is not in it', async () => {
    await send('POST', '/reconciliation/runs', {});
    const { status, body } = await send('POST', `/reports/${id}/freeze`, {});
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'frozen',
      asOf: clock.now(),
      conclusion: 'INSUFFICIENT',
      totals: { leavers: 2 },
      waitingFor: null,
    });
    expect((await send('POST', `/reports/${id}/freeze`, {})).status).toBe(409);

    clock.advance(DAY_MS);
    const late = `employee_id,work_email,display_name,start_date,end_date\n0010,late@contoso.example,Told Later,2020-01-01,${plusMs(period.periodEnd, -2 * DAY_MS).slice(0, 10)}`;
    await send('POST', '/roster/imports?mode=import', late, 'text/csv');
    await send('POST', '/reconciliation/runs', {});
    expect((await send('GET', `/reports/${id}`)).body).toMatchObject({ status: 'frozen', totals: { leavers: 2 } });
    const { rows } = await test.owner.query<{ document: Buffer }>('select document from report_draft where id = $1', [id]);
    expect(schemaProblems(JSON.parse(rows[0]?.document.toString('utf8') ?? ''), 'content')).toEqual([]);
  });

  it('takes management’s response to what is no pass, the latest word for each', async () => {
    const { body } = await send('GET', `/reports/${id}/responses`);
    const [first] = body.responses;
    expect(body.responses.every(({ effect, response }) => effect !== 'PASS' && response === null)).toBe(true);
    const path = `/reports/${id}/responses/${first?.findingId}`;
    expect((await send('PUT', path, { response: 'We looked.' })).status).toBe(200);
    expect((await send('PUT', path, { response: 'The directory is connected since.' })).status).toBe(200);
    const again = await send('GET', `/reports/${id}/responses`);
    expect(again.body.responses[0]).toMatchObject({ response: { response: 'The directory is connected since.' } });
    expect((await send('PUT', `/reports/${id}/responses/${newId(clock.now())}`, { response: 'x' })).status).toBe(404);
  });

  it('is not sealed at an instant before it was frozen, where a clock was set back since', async () => {
    clock.advance(-2 * DAY_MS);
    const { body, status } = await send('POST', `/reports/${id}/seal`, {});
    clock.advance(2 * DAY_MS);
    expect({ status, detail: body['detail'] }).toMatchObject({ status: 409, detail: expect.stringContaining('has not come yet') });
  });

  it('is sealed with the responses, and verifies against what was frozen (I11)', async () => {
    const { status, body } = await send('POST', `/reports/${id}/seal`, {});
    expect(status).toBe(200);
    expect(body).toMatchObject({ id, kind: 'FINAL', status: 'sealed', conclusion: 'INSUFFICIENT', version: 1 });
    const files = await bundleOf(id);
    expect(await verifyFiles(files, { vkeys: vkeys() })).toMatchObject({ problems: [], report: { kind: 'FINAL' } });
    expect(schemaProblems(JSON.parse(files.get('report.json')?.toString('utf8') ?? ''))).toEqual([]);
    const page = files.get('report.html')?.toString('utf8').split('<body>')[1] ?? '';
    expect(page).toContain('The directory is connected since.');
    expect(page).not.toContain('INTERIM');
    expect(page).not.toContain('Told Later');
    expect(files.get('population.csv')?.toString('utf8')).toMatch(/final_as_of\r\n/);
    expect(await recordTypes(id)).toEqual(['report.drafted', 'report.frozen', 'report.responded', 'report.responded', 'report.sealed']);
  });

  it('is sampled by a seed that the auditor chose, and the draw is recorded', async () => {
    const draw = async () => send('POST', `/reports/${id}/samples`, { seed: 'chosen afterwards', size: 1 });
    const first = await draw();
    expect(first).toMatchObject({
      status: 201,
      body: { size: 1, drawn: [expect.any(String)], populationSha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    clock.advance(1);
    expect((await draw()).body['drawn']).toEqual(first.body['drawn']);
    expect((await send('GET', `/reports/${id}/samples`)).body).toMatchObject({ samples: [{}, { id: first.body.id }], next: null });
    expect((await recordTypes(id)).filter((type) => type === 'sample.drawn')).toHaveLength(2);
  });

  it('says whom HR told of since, as having left within its period, as HR tells it today', async () => {
    const shown = await send('GET', `/reports/${id}`);
    expect(shown.body).toMatchObject({ status: 'sealed', totals: { leavers: 2 }, leaversToldSince: 1 });
    const told = await send('GET', `/reports/${id}/leavers-told-since`);
    expect(told).toMatchObject({
      status: 200,
      body: {
        leavers: [
          {
            person: { employeeId: '0010', displayName: 'Told Later' },
            toldAt: plusMs(clock.now(), -1),
            effect: 'INSUF',
            recordId: expect.any(String),
          },
        ],
        next: null,
      },
    });
    expect(await pageOfLink(id)).toMatch(/<strong>Told since<\/strong>: of 1 person /);
    expect(await pageOfLink(id)).not.toContain('Told Later');
    expect((await send('GET', `/reports/${newId(clock.now())}/leavers-told-since`)).status).toBe(404);
  });

  it('is found out when it says something else than what was frozen', async () => {
    const files = await bundleOf(id);
    const report = JSON.parse(files.get('report.json')?.toString('utf8') ?? '') as { workspace: { name: string } };
    files.set('report.json', Buffer.from(JSON.stringify({ ...report, workspace: { ...report.workspace, name: 'Somebody else' } })));
    const step = (await verifyFiles(files, { vkeys: vkeys() })).steps.find(({ name }) => name === 'the report says what was frozen');
    expect(step?.problems).toHaveLength(1);
  });

  it('is not changed once it is sealed', async () => {
    expect((await send('POST', `/reports/${id}/seal`, {})).status).toBe(409);
    expect((await send('DELETE', `/reports/${id}`)).status).toBe(409);
    const change = 'update report_draft set frozen_by = $3 where workspace_id = $1 and id = $2';
    await expect(test.owner.query(change, [workspaceId, id, 'x'])).rejects.toThrow('what was frozen cannot be changed');
  });

  it('is corrected by a new version that names it, once', async () => {
    const unnamed = await send('POST', '/reports', period);
    expect(unnamed).toMatchObject({ status: 409, body: { detail: expect.stringContaining(id) } });
    const draft = await send('POST', '/reports', { ...period, supersedes: id });
    expect(draft).toMatchObject({ status: 201, body: { version: 2, supersedes: id } });
    await send('POST', `/reports/${draft.body.id}/freeze`, {});
    const sealed = await send('POST', `/reports/${draft.body.id}/seal`, {});
    expect(sealed).toMatchObject({ status: 200, body: { status: 'sealed', version: 2, totals: { leavers: 3 } } });
    expect((await send('GET', `/reports/${draft.body.id}`)).body).toMatchObject({ leaversToldSince: 0 });
    expect((await send('GET', `/reports/${id}`)).body).toMatchObject({ status: 'superseded', supersededBy: draft.body.id });
    const files = await bundleOf(draft.body.id);
    expect((await verifyFiles(files, { vkeys: vkeys() })).problems).toEqual([]);
    expect(files.get('report.html')?.toString('utf8')).toContain(`It corrects and replaces report <code>${id}</code>`);
    expect((await send('POST', '/reports', { ...period, supersedes: id })).status).toBe(409);
    expect((await verifyFiles(await bundleOf(id), { vkeys: vkeys() })).problems).toEqual([]);
  });

  it('is still shown by its link once it was corrected, which says so', async () => {
    expect(await pageOfLink(id)).toMatch(/<strong>Superseded<\/strong>: version 2, sealed .* corrects this report/);
  });

  it('may be given up before its seal; what was frozen is kept', async () => {
    const other = { ...period, periodStart: plusMs(periodStart, DAY_MS) };
    const { body } = await send('POST', '/reports', other);
    await send('POST', `/reports/${body.id}/freeze`, {});
    expect((await send('DELETE', `/reports/${body.id}`)).status).toBe(204);
    expect((await send('GET', `/reports/${body.id}`)).body).toMatchObject({ status: 'discarded' });
    expect((await send('POST', `/reports/${body.id}/seal`, {})).status).toBe(409);
    expect(await recordTypes(body.id)).toEqual(['report.drafted', 'report.frozen', 'report.discarded']);
    expect((await send('POST', '/reports', other)).status).toBe(201);
    await expect(test.owner.query('delete from report_draft')).rejects.toThrow('append-only');
  });

  it('is not sealed where an earlier version froze it by another rule, and says what to do (I10)', async () => {
    const other = { ...period, periodStart: plusMs(periodStart, 2 * DAY_MS) };
    const { body } = await send('POST', '/reports', other);
    await send('POST', `/reports/${body.id}/freeze`, {});
    await test.owner.query('alter table report_draft disable trigger report_draft_frozen');
    await test.owner.query(
      `update report_draft set document = convert_to(replace(convert_from(document, 'UTF8'), 'rollcall-report/5', 'rollcall-report/1'), 'UTF8')
       where workspace_id = $1 and id = $2`,
      [workspaceId, body.id],
    );
    await test.owner.query('alter table report_draft enable trigger report_draft_frozen');
    const sealing = await send('POST', `/reports/${body.id}/seal`, {});
    expect(sealing).toMatchObject({ status: 409, body: { detail: expect.stringContaining('frozen as rollcall-report/1') } });
    expect((await send('DELETE', `/reports/${body.id}`)).status).toBe(204);
    expect((await send('POST', '/reports', other)).status).toBe(201);
  });

  it('is reviewed page by page without reading all that was frozen', async () => {
    const { body } = await send('POST', '/reports', { ...period, periodStart: plusMs(periodStart, 4 * DAY_MS) });
    expect(await send('GET', `/reports/${body.id}/responses`)).toMatchObject({
      status: 409,
      body: { detail: 'The report is not frozen yet.' },
    });
    await send('POST', `/reports/${body.id}/freeze`, {});
    const all = (await send('GET', `/reports/${body.id}/responses`)).body.responses;
    await test.owner.query('alter table report_draft disable trigger report_draft_frozen');
    await test.owner.query(`update report_draft set document = 'unreadable' where workspace_id = $1 and id = $2`, [workspaceId, body.id]);
    await test.owner.query('alter table report_draft enable trigger report_draft_frozen');
    const [first] = all;
    const respond = (response: string) => send('PUT', `/reports/${body.id}/responses/${first?.findingId}`, { response });
    expect((await respond('We looked.')).status).toBe(200);
    expect((await respond('We looked again.')).status).toBe(200);
    const pages = [];
    for (let next: string | null = ''; next !== null; ) {
      const page = (await send('GET', `/reports/${body.id}/responses?limit=1${next === '' ? '' : `&after=${next}`}`)).body;
      pages.push(...page.responses);
      next = page['next'] as string | null;
    }
    expect(pages).toEqual(
      all.map((each) => (each === first ? { ...each, response: expect.objectContaining({ response: 'We looked again.' }) } : each)),
    );
    expect((await send('DELETE', `/reports/${body.id}`)).status).toBe(204);
    expect((await send('GET', `/reports/${body.id}/responses`)).status).toBe(409);
  });

  it('of a period that goes on waits for its end', async () => {
    const { body } = await send('POST', '/reports', { ...period, periodEnd: plusMs(clock.now(), DAY_MS) });
    expect(body.waitingFor).toEqual([{ code: 'period-not-over', detail: 'The period is not over.', until: plusMs(clock.now(), DAY_MS) }]);
  });

  it('goes with what was frozen for it and what management said, once the workspace keeps reports no longer; so does what was given up', async () => {
    const { database } = test;
    await setRetention({ clock, database }, workspaceId, { months: 84, reportMonths: 18, actor: 'owner:x' });
    const kept = async () => {
      const { rows } = await test.owner.query<{ drafts: number; open: number; responses: number; findings: number }>(
        `select count(*) filter (where draft.ended_at is not null)::int as drafts, count(*) filter (where draft.ended_at is null)::int as open,
                (select count(*)::int from report_response) as responses,
                (select count(*)::int from report_draft_finding as finding join report_draft as ended on ended.id = finding.draft_id
                  where ended.ended_at is not null) as findings
           from report_draft as draft where draft.document is not null`,
      );
      return rows[0];
    };
    const open = await send('POST', '/reports', { ...period, periodStart: plusMs(periodStart, 3 * DAY_MS) });
    await send('POST', `/reports/${open.body.id}/freeze`, {});
    expect(await kept()).toEqual({ drafts: 5, open: 1, responses: expect.any(Number), findings: expect.any(Number) });
    clock.advance(600 * DAY_MS);
    await purgeReports({ clock, database, log: silentLog }, workspaceId);
    expect(await kept()).toEqual({ drafts: 0, open: 1, responses: 0, findings: 0 });
    expect(await recordTypes(id)).toEqual(expect.arrayContaining(['report.frozen', 'report.responded', 'report.sealed', 'report.purged']));
  });
});
