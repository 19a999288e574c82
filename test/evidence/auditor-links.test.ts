import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { limitOpenings } from '../../src/app/request-limits.ts';
import { auditorLinkRoutes, auditorRoutes } from '../../src/evidence/index.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, newId, plusMs } from '../../src/kernel/index.ts';
import type { Principal } from '../../src/platform/index.ts';
import { steppingClock } from '../support/clock.ts';
import { recordingLog } from '../support/log.ts';
import { administrationServer, type LoopbackServer } from '../support/loopback.ts';
import { asOf } from './sample-population.ts';
import { type SealedSample, sealAgain, sealedSample, unzip } from './sealed-sample.ts';

const PUBLIC_URL = 'https://rollcall.example.com';
const COOKIE = '__Secure-rollcall-auditor';
const clock = steppingClock(asOf);
const log = recordingLog();

let sample: SealedSample;
let server: LoopbackServer;
beforeAll(async () => {
  sample = await sealedSample();
  server = await serverFor();
});
afterAll(async () => {
  await server.close();
  await sample.drop();
});
beforeEach(() => void clock.advance(MINUTE_MS));

async function serverFor(principal?: Principal): Promise<LoopbackServer> {
  const { database, integrator, workspaceId } = sample;
  const deps = { database, integrator, publicUrl: PUBLIC_URL };
  const routers = [auditorRoutes({ ...deps, log, limitOpenings: (_request, _response, next) => next() }), auditorLinkRoutes(deps)];
  return await administrationServer({ clock, workspaceId, routers, ...(principal && { principal }) });
}

async function api(method: string, path: string, body?: object, at: LoopbackServer = server) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${at.url}/reports/${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
}

interface Link {
  readonly id: string;
  /** Without the token. */
  readonly path: string;
  readonly token: string;
}

async function linkTo(reportId: string = sample.report.id, more: object = {}): Promise<Link> {
  const { body, status } = await api('POST', `${reportId}/auditor-links`, { recipient: 'Anna Auditor <b>', ...more });
  expect(status).toBe(201);
  const url = new URL(String(body['url']));
  expect(url.origin).toBe(PUBLIC_URL);
  return { id: String(body['id']), path: url.pathname, token: url.hash.slice(1) };
}

interface Asked {
  readonly method?: string;
  readonly cookie?: string | undefined;
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

async function visit(path: string, { cookie, form, headers, method }: Asked = {}) {
  const response = await fetch(`${server.url}${path}`, {
    method: method ?? (form === undefined ? 'GET' : 'POST'),
    redirect: 'manual',
    headers: { accept: 'text/html', ...(cookie !== undefined && { cookie: `${COOKIE}=${cookie}` }), ...headers },
    ...(form && { body: new URLSearchParams(form) }),
  });
  const setCookie = response.headers.getSetCookie();
  return {
    status: response.status,
    headers: response.headers,
    setCookie,
    cookie: /^[^=]+=([^;]*)/.exec(setCookie[0] ?? '')?.[1],
    body: Buffer.from(await response.arrayBuffer()),
  };
}

const open = ({ path, token }: Pick<Link, 'path' | 'token'>, headers?: Readonly<Record<string, string>>) =>
  visit(`${path}/session`, { form: { token }, ...(headers && { headers }) });

async function records(linkId: string): Promise<readonly Record<string, unknown>[]> {
  const { rows } = await sample.test.owner.query<{ leaf: Buffer }>(
    'select leaf from ledger_record where workspace_id = $1 and subject_id = $2 order by txid, ord',
    [sample.workspaceId, linkId],
  );
  return rows.map(({ leaf }) => JSON.parse(leaf.toString('utf8')) as Record<string, unknown>);
}

const typesOf = async (linkId: string) => (await records(linkId)).map(({ type }) => type);

describe('an auditor’s link', () => {
  it('opens one sealed report for two weeks, and is a record that names no person (I11)', async () => {
    const { body, status } = await api('POST', `${sample.report.id}/auditor-links`, { recipient: 'Anna Auditor' });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      reportId: sample.report.id,
      recipient: 'Anna Auditor',
      createdAt: clock.now(),
      createdBy: expect.stringMatching(/^owner:/),
      expiresAt: plusMs(clock.now(), 14 * DAY_MS),
      revokedAt: null,
      revokedBy: null,
      url: expect.stringMatching(
        new RegExp(`^${PUBLIC_URL}/workspaces/${sample.workspaceId}/auditor/[0-9a-f-]{36}#rcr_[A-Za-z0-9_-]{43}$`),
      ),
    });
    const [issued] = await records(String(body['id']));
    expect(issued).toMatchObject({
      type: 'auditor-link.issued',
      actor: body['createdBy'],
      detail: {
        report: sample.report.id,
        manifest: `sha256:${sample.report.manifestSha256.toString('hex')}`,
        expires_at: body['expiresAt'],
      },
    });
    expect(JSON.stringify(issued)).not.toContain('Anna Auditor');
  });

  it('is stored as a hash alone: nobody who reads the database can open it', async () => {
    const { token } = await linkTo();
    const { rows } = await sample.test.owner.query<{ found: number }>(
      `select count(*)::int as found from (
         select row_to_json(auditor_link)::text as told from auditor_link union all select encode(leaf, 'escape') from ledger_record
         union all select value::text from ledger_disclosure) as everything
       where told like '%' || $1 || '%'`,
      [token.slice(4)],
    );
    expect(rows).toEqual([{ found: 0 }]);
  });

  it.each([
    { what: 'nobody to give it to', body: { recipient: '' }, status: 400 },
    { what: 'an end that has passed', body: { recipient: 'A', expiresAt: plusMs(asOf, -1) }, status: 400 },
    { what: 'an end in more than 90 days', body: { recipient: 'A', expiresAt: plusMs(asOf, 92 * DAY_MS) }, status: 400 },
    { what: 'a member that is none', body: { recipient: 'A', reportId: 'x' }, status: 400 },
  ])('is not made for $what', async ({ body, status }) => {
    expect((await api('POST', `${sample.report.id}/auditor-links`, body)).status).toBe(status);
  });

  it('is not made to a report that is not there, nor by whoever may only read', async () => {
    expect((await api('POST', `${newId(asOf)}/auditor-links`, { recipient: 'A' })).status).toBe(404);
    const reader = await serverFor({ kind: 'administrator', id: 'a', actor: 'administrator:a', scopes: ['read'] });
    expect((await api('POST', `${sample.report.id}/auditor-links`, { recipient: 'A' }, reader)).status).toBe(403);
    await reader.close();
  });

  it('does not outlive the API token that asks for it', async () => {
    const expiresAt = plusMs(clock.now(), DAY_MS);
    const briefly = await serverFor({ kind: 'administrator', id: 'a', actor: 'administrator:a', scopes: ['evidence'], expiresAt });
    const ask = (body: object) => api('POST', `${sample.report.id}/auditor-links`, { recipient: 'A', ...body }, briefly);
    expect((await ask({})).status).toBe(403);
    expect((await ask({ expiresAt })).status).toBe(201);
    await briefly.close();
  });

  it('is listed with its use, and never with its token', async () => {
    const { id: reportId } = await sealAgain(sample);
    const first = await linkTo(reportId);
    clock.advance(1);
    const second = await linkTo(reportId);
    await open(first);
    clock.advance(MINUTE_MS);
    await open(first);
    const { body } = await api('GET', `${reportId}/auditor-links`);
    expect(body).toMatchObject({
      next: null,
      links: [
        { id: second.id, opened: 0, lastOpenedAt: null },
        { id: first.id, opened: 2, lastOpenedAt: clock.now() },
      ],
    });
    expect(JSON.stringify(body)).not.toMatch(/rcr_|token/);
    expect((await api('GET', `${reportId}/auditor-links?limit=1&after=${second.id}`)).body['links']).toMatchObject([{ id: first.id }]);
  });
});

describe('the page of a link', () => {
  it('opens by a POST of what stands behind the #, into a cookie that goes nowhere else', async () => {
    const link = await linkTo();
    const entry = await visit(link.path);
    expect(entry.status).toBe(200);
    expect(String(entry.body)).toContain(`<form method="post" action="${link.path}/session"`);
    const opened = await open(link);
    expect(opened.status).toBe(303);
    expect(opened.headers.get('location')).toBe(link.path);
    expect(opened.setCookie).toEqual([
      expect.stringMatching(new RegExp(`^${COOKIE}=rcw_[\\w-]{43}; Path=${link.path}; Max-Age=3600; HttpOnly; SameSite=Strict; Secure$`)),
    ]);
    const page = String((await visit(link.path, { cookie: opened.cookie })).body);
    expect(page).toContain('Deprovisioning evidence: ');
    const { concludedBecause } = JSON.parse(String((await unzip(await sample.render())).get('report.json'))) as {
      concludedBecause: string;
    };
    expect(page.replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))).toContain(`FAIL – ${concludedBecause}</p>`);
    expect(page).toContain('Anna Auditor &#60;b&#62;');
    expect(page).not.toContain(link.token);
    expect(await typesOf(link.id)).toEqual(['auditor-link.issued', 'auditor-link.opened']);
    expect((await records(link.id))[1]).toMatchObject({ actor: `auditor-link:${link.id}`, detail: { report: sample.report.id } });
  });

  it('takes the whole link, too, where somebody pastes that', async () => {
    const { path, token } = await linkTo();
    expect((await visit(`${path}/session`, { form: { token: ` ${PUBLIC_URL}${path}#${token}\n` } })).status).toBe(303);
  });

  it('keeps nothing, tells nobody where the reader came from, and runs one named script', async () => {
    const { headers } = await visit((await linkTo()).path);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('private, no-store');
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-\S+'; script-src 'sha256-\S+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
  });

  it('hands over what was sealed, each file to a record', async () => {
    const link = await linkTo();
    const { cookie } = await open(link);
    const files = await unzip(await sample.render());
    for (const path of ['report.html', 'report.pdf', 'oscal/assessment-results.json']) {
      const got = await visit(`${link.path}/files/${path}`, { cookie });
      expect(got.body.equals(files.get(path) ?? Buffer.alloc(0))).toBe(true);
      expect(got.headers.get('content-security-policy')).toContain('sandbox');
    }
    const bundle = await visit(`${link.path}/bundle`, { cookie });
    expect(bundle.body.equals(await sample.render())).toBe(true);
    expect(bundle.headers.get('content-disposition')).toMatch(/^attachment; filename="?rollcall-interim-/);
    expect((await visit(`${link.path}/files/none.txt`, { cookie })).status).toBe(404);
    const taken = (await records(link.id)).filter(({ type }) => type === 'auditor-link.downloaded');
    expect(taken.map(({ detail }) => detail)).toEqual(
      ['report.html', 'report.pdf', 'oscal/assessment-results.json', 'bundle'].map((file) => ({ report: sample.report.id, file })),
    );
  });

  it('is closed by whoever reads it', async () => {
    const link = await linkTo();
    const { cookie } = await open(link);
    const closed = await visit(`${link.path}/session/end`, { cookie, form: {} });
    expect(closed).toMatchObject({ status: 303, cookie: '' });
    expect((await visit(`${link.path}/bundle`, { cookie })).status).toBe(401);
    expect(String((await visit(link.path, { cookie })).body)).toContain('name="token"');
  });
});

describe('a link opens nothing', () => {
  const refusedAlike = async (asked: () => Promise<{ readonly status: number; readonly body: Buffer }>) => {
    const { body, status } = await asked();
    const nothing = await visit(`/workspaces/${sample.workspaceId}/auditor/${newId(asOf)}/session`, { form: { token: 'rcr_guess' } });
    expect({ status, body: String(body) }).toEqual({ status: 401, body: String(nothing.body) });
  };

  it.each<{ readonly what: string; readonly spoil: (link: Link) => Promise<Link> | Link }>([
    { what: 'with a wrong token', spoil: (link) => ({ ...link, token: `${link.token.slice(0, -1)}_` }) },
    { what: 'with no token', spoil: (link) => ({ ...link, token: '' }) },
    { what: 'with the token of another link', spoil: async (link) => ({ ...link, token: (await linkTo()).token }) },
    { what: 'in another workspace (I12)', spoil: (link) => ({ ...link, path: link.path.replace(sample.workspaceId, newId(asOf)) }) },
    { what: 'under what is no id', spoil: (link) => ({ ...link, path: link.path.replace(link.id, 'x') }) },
    {
      what: 'once it was revoked',
      spoil: async (link) => {
        expect((await api('DELETE', `${sample.report.id}/auditor-links/${link.id}`)).status).toBe(204);
        return link;
      },
    },
    {
      what: 'once it is over',
      spoil: (link) => {
        clock.advance(15 * DAY_MS);
        return link;
      },
    },
  ])('$what, in the same words as one that never was', async ({ spoil }) => {
    const link = await spoil(await linkTo());
    await refusedAlike(() => open(link));
    expect(await typesOf(link.id)).not.toContain('auditor-link.opened');
    expect(log.events.at(-1)).toMatchObject({ level: 'warn', event: 'auditor-link.refused' });
  });

  it('to whoever asks for its head, or looks at it without a click, however often', async () => {
    const link = await linkTo();
    for (let time = 0; time < 3; time += 1) {
      expect(await visit(link.path, { method: 'HEAD' })).toMatchObject({ status: 200, setCookie: [] });
      expect(await visit(link.path)).toMatchObject({ status: 200, setCookie: [] });
      expect(await visit(`${link.path}/bundle`, { method: 'HEAD' })).toMatchObject({ status: 200 });
    }
    expect(await typesOf(link.id)).toEqual(['auditor-link.issued']);
    expect((await open(link)).status).toBe(303);
  });

  it('to a token in the query, which every log on the way would keep', async () => {
    const link = await linkTo();
    for (const path of [link.path, `${link.path}/session`, `${link.path}/bundle`]) {
      const { body, setCookie, status } = await visit(`${path}?token=${link.token}`);
      expect({ status, setCookie }).toEqual({ status: 400, setCookie: [] });
      expect(String(body)).not.toContain(link.token);
    }
    expect((await visit(`${link.path}/session?token=${link.token}`, { form: {} })).status).toBe(400);
    expect(await typesOf(link.id)).toEqual(['auditor-link.issued']);
  });

  it.each([
    { from: 'a form of another origin', headers: { origin: 'https://evil.example' }, status: 403 },
    { from: 'a page of another site that hides where it is', headers: { origin: 'null', 'sec-fetch-site': 'cross-site' }, status: 403 },
    { from: 'a neighbouring host', headers: { 'sec-fetch-site': 'same-site' }, status: 403 },
    { from: 'our own page, which sends no origin', headers: { origin: 'null', 'sec-fetch-site': 'same-origin' }, status: 303 },
    { from: 'our own page', headers: { origin: PUBLIC_URL, 'sec-fetch-site': 'same-origin' }, status: 303 },
  ])('that comes from elsewhere: $from gets $status', async ({ headers, status }) => {
    expect((await open(await linkTo(), headers)).status).toBe(status);
  });

  it('by a form that is larger than a token', async () => {
    expect((await visit(`${(await linkTo()).path}/session`, { form: { token: 'x'.repeat(2_000) } })).status).toBe(413);
  });
});

describe('a session', () => {
  const reads = async (path: string, cookie: string | undefined) => (await visit(`${path}/files/report.html`, { cookie })).status;

  it('is none without its cookie, with two of them, or with the token itself', async () => {
    const link = await linkTo();
    const { cookie } = await open(link);
    expect(await reads(link.path, undefined)).toBe(401);
    expect(await reads(link.path, link.token)).toBe(401);
    expect(await reads(link.path, `${cookie}; ${COOKIE}=${cookie}`)).toBe(401);
    expect(await reads(link.path, cookie)).toBe(200);
  });

  it('reads no other report than the one of its link', async () => {
    const [link, other] = [await linkTo(), await linkTo((await sealAgain(sample)).id)];
    const { cookie } = await open(link);
    expect(await reads(other.path, cookie)).toBe(401);
    expect(await reads(link.path.replace(sample.workspaceId, newId(asOf)), cookie)).toBe(401);
  });

  it('names the other reports over the period, earlier and later, and opens none of them', async () => {
    const [link, later] = [await linkTo(), await sealAgain(sample)];
    const { cookie } = await open(link);
    const page = (await visit(link.path, { cookie })).body.toString('utf8');
    expect(page.slice(page.indexOf('Other reports over this period'))).toContain(`<code>${later.id}</code>`);
    expect(page).not.toContain(`href="${link.path.replace(link.id, later.id)}`);
  });

  it('ends after an hour, and the link opens another', async () => {
    const link = await linkTo();
    const { cookie } = await open(link);
    clock.advance(HOUR_MS - 1);
    expect(await reads(link.path, cookie)).toBe(200);
    clock.advance(1);
    expect(await reads(link.path, cookie)).toBe(401);
    expect(await reads(link.path, (await open(link)).cookie)).toBe(200);
  });

  it('ends with its link: when that is over, and at once when it is revoked', async () => {
    const brief = await linkTo(sample.report.id, { expiresAt: plusMs(clock.now(), 10 * MINUTE_MS) });
    const opened = await open(brief);
    expect(opened.setCookie[0]).toContain('Max-Age=600;');
    clock.advance(10 * MINUTE_MS);
    expect(await reads(brief.path, opened.cookie)).toBe(401);
    const link = await linkTo();
    const { cookie } = await open(link);
    await api('DELETE', `${sample.report.id}/auditor-links/${link.id}`);
    expect(await reads(link.path, cookie)).toBe(401);
    expect(await typesOf(link.id)).toEqual(['auditor-link.issued', 'auditor-link.opened', 'auditor-link.revoked']);
  });

  it('hands nothing over that it cannot record (I3)', async () => {
    const link = await linkTo();
    const { cookie } = await open(link);
    const { owner } = sample.test;
    await owner.query(
      `create function refuse_downloads() returns trigger language plpgsql as $$ begin
         if new.type = 'auditor-link.downloaded' then raise exception 'no room'; end if; return new; end $$`,
    );
    await owner.query('create trigger no_downloads before insert on ledger_record for each row execute function refuse_downloads()');
    expect(await reads(link.path, cookie)).toBe(500);
    await owner.query('drop trigger no_downloads on ledger_record');
    expect(await reads(link.path, cookie)).toBe(200);
  });
});

describe('revoking a link', () => {
  it('is done once, of the report that it is of', async () => {
    const link = await linkTo();
    const other = await sealAgain(sample);
    expect((await api('DELETE', `${other.id}/auditor-links/${link.id}`)).status).toBe(404);
    expect((await api('DELETE', `${sample.report.id}/auditor-links/x`)).status).toBe(404);
    expect((await api('DELETE', `${sample.report.id}/auditor-links/${link.id}`)).status).toBe(204);
    expect((await api('DELETE', `${sample.report.id}/auditor-links/${link.id}`)).status).toBe(404);
  });

  it.each([
    { what: 'a longer life', change: `update auditor_link set expires_at = expires_at + interval '1 day'` },
    { what: 'another report', change: 'update auditor_link set report_id = gen_random_uuid()' },
    { what: 'a session that began never', change: 'delete from auditor_session' },
  ])('leaves nobody to give it $what: the server’s role may not', async ({ change }) => {
    await expect(sample.database.query(change)).rejects.toMatchObject({ code: '42501' });
  });

  it('is not the only end: the database takes no link of more than 90 days', async () => {
    await linkTo();
    const longer = `update auditor_link set expires_at = created_at + interval '91 days'`;
    await expect(sample.test.owner.query(longer)).rejects.toMatchObject({ constraint: 'auditor_link_ends' });
  });
});

describe('opening links by the hundred', () => {
  it('is stopped after twenty in a minute from one address', async () => {
    const { database, integrator, workspaceId } = sample;
    const routers = [auditorRoutes({ database, integrator, publicUrl: PUBLIC_URL, log, limitOpenings: limitOpenings() })];
    const limited = await administrationServer({ clock, workspaceId, routers });
    const { path } = await linkTo();
    const guess = async () =>
      (await fetch(`${limited.url}${path}/session`, { method: 'POST', body: new URLSearchParams({ token: 'rcr_guess' }) })).status;
    const answers: number[] = [];
    for (let time = 0; time < 21; time += 1) answers.push(await guess());
    expect(answers).toEqual([...Array.from({ length: 20 }, () => 401), 429]);
    await limited.close();
  });
});
