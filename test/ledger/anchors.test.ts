import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { installJobs } from '../../src/jobs/index.ts';
import { HOUR_MS, MINUTE_MS, type WorkspaceId } from '../../src/kernel/index.ts';
import { type AnchorSettings, anchorDueTask, anchorRoutes, anchorTask, checkpointShelf, type Checkpoint } from '../../src/ledger/index.ts';
import { createOutboundHttp, createSecretBox } from '../../src/platform/index.ts';
import { readCertificates } from '../../src/tlog/index.ts';
import { recordingLog } from '../support/log.ts';
import { administrationServer, type LoopbackServer, serve } from '../support/loopback.ts';
import { opensslAuthority, type OpensslAuthority } from '../support/openssl-authority.ts';
import { type LedgerFixture, ledgerFixture } from './ledger-fixture.ts';

const secretBox = createSecretBox(Buffer.alloc(32, 7));
const SECRET = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
type Kind = 'rfc3161' | 'file' | 'webhook';

let fixture: LedgerFixture;
let authority: OpensslAuthority;
let auditor: LoopbackServer;
let received: { readonly headers: IncomingHttpHeaders; readonly body: string }[];
let auditorAnswers: number;
let api: LoopbackServer;
let folder: string;
let settings: AnchorSettings;
let workspaceId: WorkspaceId;
let log: ReturnType<typeof recordingLog>;
let checkpoint: Checkpoint;

beforeAll(async () => {
  fixture = await ledgerFixture();
  await installJobs(fixture.test.ownerUrl);
  authority = await opensslAuthority();
  auditor = await serve((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      response.writeHead(auditorAnswers).end();
    });
  });
});
afterAll(async () => {
  await auditor.close();
  await authority.close();
  await fixture.drop();
});
beforeEach(async () => {
  workspaceId = await fixture.open();
  folder = mkdtempSync(join(tmpdir(), 'rollcall-anchors-'));
  settings = { tsaUrl: `${authority.url}/tsa`, tsaRoots: undefined, directory: folder, witnesses: [], everyMinutes: 60 };
  log = recordingLog();
  received = [];
  auditorAnswers = 204;
  authority.lie = undefined;
  await fixture.write(2);
  checkpoint = await fixture.integrator().settle(workspaceId);
  const { clock, test } = fixture;
  api = await administrationServer({
    clock,
    workspaceId,
    routers: [anchorRoutes({ database: test.database, clock, secretBox, settings })],
  });
});
afterEach(async () => {
  await api.close();
  rmSync(folder, { recursive: true });
});

function deps() {
  const outbound = createOutboundHttp({ allowedOrigins: [authority.url, auditor.url] });
  const shelf = settings.directory === undefined ? undefined : checkpointShelf(settings.directory);
  return { database: fixture.test.database, clock: fixture.clock, outbound, secretBox, settings, shelf, log };
}

const anchor = (kind: Kind) => anchorTask(deps()).run({ workspaceId, kind }, { signal: new AbortController().signal });
const lookForDue = () => anchorDueTask(deps()).run(undefined, { signal: new AbortController().signal });

async function queued(): Promise<readonly string[]> {
  const { rows } = await fixture.test.owner.query<{ kind: string }>(
    `select split_part(key, ':', 3) as kind from graphile_worker.jobs where key like $1 order by kind`,
    [`ledger.anchor:${workspaceId}:%`],
  );
  await fixture.test.owner.query('delete from graphile_worker._private_jobs');
  return rows.map(({ kind }) => kind);
}

async function call(method: string, path: string, body?: object) {
  const response = await fetch(`${api.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
}

async function placeOf(kind: Kind): Promise<Record<string, unknown>> {
  const { body } = await call('GET', '/ledger');
  return (body['places'] as Record<string, unknown>[]).find((place) => place['kind'] === kind) ?? {};
}

const setWebhook = (more: object = {}) =>
  call('PUT', '/ledger/webhook', { url: `${auditor.url}/rollcall?token=hidden`, secret: SECRET, ...more });

describe('the schedule of anchors', () => {
  it('has every ledger anchored in each of the operator’s places, at once and then every hour, once for all processes', async () => {
    await lookForDue();
    expect(await queued()).toEqual(['file', 'rfc3161']);
    await lookForDue();
    expect(await queued()).toEqual([]);
    fixture.clock.advance(HOUR_MS);
    await lookForDue();
    expect(await queued()).toEqual(['file', 'rfc3161']);
  });

  it('forgets places that are there no more, and keeps the webhook', async () => {
    await setWebhook();
    await lookForDue();
    await queued();
    settings = { ...settings, tsaUrl: undefined, directory: undefined };
    fixture.clock.advance(HOUR_MS);
    await lookForDue();
    expect(await queued()).toEqual(['webhook']);
  });

  it('is brought forward on request', async () => {
    await lookForDue();
    await queued();
    expect((await call('POST', '/ledger/anchors', {})).status).toBe(202);
    await lookForDue();
    expect(await queued()).toEqual(['file', 'rfc3161']);
  });
});

describe('an anchor at a time-stamping authority', () => {
  beforeEach(lookForDue);

  it('is verified by openssl under the authority’s root, and recorded (I11)', async () => {
    await anchor('rfc3161');
    const { body } = await call('GET', '/ledger/anchors');
    const [listed] = body['anchors'] as { id: string; size: number; attestedAt: string }[];
    expect(body).toEqual({
      next: null,
      anchors: [
        {
          id: expect.any(String),
          kind: 'rfc3161',
          size: checkpoint.size,
          place: settings.tsaUrl,
          anchoredAt: fixture.clock.now(),
          attestedAt: expect.any(String),
          signature: 'unchecked',
          objectKey: null,
          versionId: null,
          retainUntil: null,
          recordId: expect.any(String),
        },
      ],
    });
    const { body: whole } = await call('GET', `/ledger/anchors/${listed?.id ?? ''}`);
    expect(whole['note']).toBe(checkpoint.note);
    expect(authority.verify(String(whole['note']), Buffer.from(String(whole['token']), 'base64'))).toContain('Verification: OK');
    const { rows } = await fixture.test.database.query<{ leaf: Buffer }>(
      `select leaf from ledger_record where workspace_id = $1 and type = 'ledger.anchored'`,
      [workspaceId],
    );
    expect(rows.map(({ leaf }) => JSON.parse(leaf.toString('utf8')).detail)).toEqual([
      {
        anchor: listed?.id,
        kind: 'rfc3161',
        size: checkpoint.size,
        root: checkpoint.root.toString('base64'),
        attested_at: listed?.attestedAt,
        signature: 'unchecked',
      },
    ]);
  });

  it('is verified here too, before it is taken, where the operator gave the authority’s root', async () => {
    settings = { ...settings, tsaRoots: readCertificates(authority.root) };
    await anchor('rfc3161');
    expect((await call('GET', '/ledger/anchors')).body['anchors']).toMatchObject([{ kind: 'rfc3161', signature: 'verified' }]);
    expect((await call('GET', '/ledger')).body['leavesOpen']).toEqual(
      [/^Records after the last/, /^No witness/].map((re) => expect.stringMatching(re)),
    );
  });

  it('is refused, loudly, when it is signed by somebody else than the authority that the operator trusts', async () => {
    const other = await opensslAuthority();
    settings = { ...settings, tsaRoots: readCertificates(other.root) };
    await other.close();
    await anchor('rfc3161');
    expect((await call('GET', '/ledger/anchors')).body['anchors']).toEqual([]);
    expect((await placeOf('rfc3161'))['lastProblem']).toMatch(/^The time stamp is not the authority's: no chain of certificates/);
    expect(log.events).toMatchObject([
      { level: 'warn', event: 'ledger.anchor.failed' },
      { level: 'error', event: 'ledger.anchor.refuted', fields: { workspaceId } },
    ]);
  });

  const other = (change: (hex: string) => string) => (query: Buffer) => ({
    body: authority.stamp(Buffer.from(change(query.toString('hex')), 'hex')),
  });

  it.each([
    { what: 'a stamp over something else', lie: () => other((hex) => hex.replace(/(0420)(..)/, '$100')), problem: /signed something else/ },
    {
      what: 'the stamp of another request',
      lie: () => other((hex) => hex.replace(/0208.{16}0101ff$/, '020841414141414141410101ff')),
      problem: /nonce is not ours/,
    },
    { what: 'a refusal', lie: () => other((hex) => hex.replace('65030402010500', '65030402030500')), problem: /PKIStatus 2/ },
    { what: 'a page', lie: () => () => ({ body: Buffer.from('<html>') }), problem: /no time stamp/ },
    { what: 'an error', lie: () => () => ({ status: 503, body: Buffer.alloc(0) }), problem: /answered 503/ },
  ])('is none when the authority answers with $what, and is tried again in five minutes', async ({ lie, problem }) => {
    authority.lie = lie();
    await anchor('rfc3161');
    expect((await call('GET', '/ledger/anchors')).body).toEqual({ anchors: [], next: null });
    expect(await placeOf('rfc3161')).toMatchObject({ lastProblem: expect.stringMatching(problem), lastSucceededAt: null, isLate: false });
    expect(log.events).toMatchObject([{ level: 'warn', event: 'ledger.anchor.failed', fields: { workspaceId, kind: 'rfc3161' } }]);
    await queued();
    fixture.clock.advance(5 * MINUTE_MS);
    await lookForDue();
    expect(await queued()).toEqual(['rfc3161']);
  });

  it('raises an alarm when it is late, and is late no more once it succeeds', async () => {
    authority.lie = () => ({ status: 500, body: Buffer.alloc(0) });
    fixture.clock.advance(2 * HOUR_MS + 1);
    await anchor('rfc3161');
    expect(log.events.map(({ event }) => event)).toEqual(['ledger.anchor.failed', 'ledger.anchor.late']);
    expect((await placeOf('rfc3161'))['isLate']).toBe(true);
    authority.lie = undefined;
    await anchor('rfc3161');
    expect(await placeOf('rfc3161')).toMatchObject({ isLate: false, lastProblem: null, lastSize: checkpoint.size });
  });

  it('is not asked at an address that may not be called', async () => {
    const strict = { ...deps(), outbound: createOutboundHttp({ allowedOrigins: [] }) };
    await anchorTask(strict).run({ workspaceId, kind: 'rfc3161' }, { signal: new AbortController().signal });
    expect((await placeOf('rfc3161'))['lastProblem']).toMatch(/not https/);
  });
});

describe('an anchor in a directory', () => {
  beforeEach(lookForDue);

  it('is a file that holds the checkpoint, written once', async () => {
    await anchor('file');
    const [name = ''] = readdirSync(join(folder, workspaceId));
    expect(readFileSync(join(folder, workspaceId, name), 'utf8')).toBe(checkpoint.note);
    await anchor('file');
    expect(readdirSync(join(folder, workspaceId))).toHaveLength(1);
    expect(await placeOf('file')).toMatchObject({ place: folder, lastProblem: null });
  });

  it('says so when another checkpoint is there: somebody rewrote one of the two', async () => {
    await checkpointShelf(folder).keep(workspaceId, { generation: 1, size: checkpoint.size, note: 'another\n' });
    await anchor('file');
    expect((await placeOf('file'))['lastProblem']).toMatch(/the ledger was rewritten/);
  });

  it('says so when the directory is not there, and does not make one in its place', async () => {
    settings = { ...settings, directory: join(folder, 'not-mounted') };
    await anchor('file');
    expect((await placeOf('file'))['lastProblem']).toMatch(/is not there \(ENOENT\)\. Mount it, .* or unset ROLLCALL_LEDGER_ANCHOR_DIR /);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a webhook to the auditor', () => {
  it('carries the checkpoint under a signature that the auditor checks by itself (Standard Webhooks)', async () => {
    expect(await setWebhook()).toEqual({
      status: 200,
      body: { address: `${auditor.url}/rollcall`, setAt: fixture.clock.now(), setBy: expect.any(String) },
    });
    await lookForDue();
    expect(await queued()).toContain('webhook');
    await anchor('webhook');
    const [{ headers, body }] = received as [(typeof received)[number]];
    const signed = [headers['webhook-id'], headers['webhook-timestamp'], body].join('.');
    const expected = createHmac('sha256', Buffer.alloc(32, 9)).update(signed).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${expected}`);
    expect(JSON.parse(body)).toEqual({
      type: 'ledger.checkpoint',
      workspaceId,
      size: checkpoint.size,
      root: checkpoint.root.toString('base64'),
      createdAt: checkpoint.createdAt,
      checkpoint: checkpoint.note,
    });
    expect((await call('GET', '/ledger/anchors')).body['anchors']).toMatchObject([{ kind: 'webhook', id: headers['webhook-id'] }]);
  });

  it('is an anchor only when the auditor says yes', async () => {
    await setWebhook();
    auditorAnswers = 302;
    await anchor('webhook');
    expect((await call('GET', '/ledger/anchors')).body['anchors']).toEqual([]);
    expect((await placeOf('webhook'))['lastProblem']).toBe("The auditor's server answered 302.");
  });

  it('shows neither its secret nor the query of its address', async () => {
    await setWebhook();
    const { body } = await call('GET', '/ledger');
    const { rows } = await fixture.test.owner.query("select encode(leaf, 'escape') from ledger_record where workspace_id = $1", [
      workspaceId,
    ]);
    expect(JSON.stringify([body, rows, log.events])).not.toMatch(/hidden|whsec_/);
  });

  it('ends when it is taken away', async () => {
    await setWebhook();
    expect((await call('DELETE', '/ledger/webhook')).status).toBe(204);
    expect((await call('DELETE', '/ledger/webhook')).status).toBe(404);
    await anchor('webhook');
    expect(received).toEqual([]);
    expect(await placeOf('webhook')).toEqual({});
  });

  it.each([
    { what: 'a short secret', more: { secret: 'whsec_c2hvcnQ=' } },
    { what: 'a secret of another form', more: { secret: 'x'.repeat(44) } },
    { what: 'an address that is none', more: { url: 'nowhere' } },
    { what: 'an address with a user name', more: { url: 'https://a:b@auditor.example/' } },
  ])('refuses $what', async ({ more }) => {
    expect((await setWebhook(more)).status).toBe(400);
  });
});

describe('what the anchors leave open', () => {
  it('is said as long as there is none, and changes with each', async () => {
    const leavesOpen = async () => (await call('GET', '/ledger')).body['leavesOpen'] as readonly string[];
    expect(await leavesOpen()).toEqual([expect.stringMatching(/^Nobody outside/)]);
    await lookForDue();
    await anchor('file');
    expect(await leavesOpen()).toMatchObject(
      [/after the last/, /No time-stamping authority/, /^No witness/, /directory of the operator/].map((re) => expect.stringMatching(re)),
    );
    await anchor('rfc3161');
    expect(await leavesOpen()).toMatchObject([
      expect.stringMatching(`over ${checkpoint.size} records`),
      expect.stringMatching(/^No witness has cosigned/),
      expect.stringMatching(/^Nobody has verified here/),
    ]);
  });

  it.each(['update ledger_anchor set size = 1', 'delete from ledger_anchor', 'truncate ledger_anchor'])(
    'is never hidden: "%s" is refused to both roles (I11)',
    async (change) => {
      await lookForDue();
      await anchor('file');
      await expect(fixture.test.database.query(change)).rejects.toMatchObject({ code: '42501' });
      await expect(fixture.test.owner.query(change)).rejects.toMatchObject({ code: '42501' });
    },
  );
});

it.each([{}, { workspaceId: 'x', kind: 'file' }, { workspaceId: '019cb2ec-f680-7c58-882f-325cb2e45768', kind: 'pigeon' }])(
  'a job that names no ledger or no place is a fault (%j)',
  async (payload) => {
    await expect(anchorTask(deps()).run(payload, { signal: new AbortController().signal })).rejects.toThrow(/names no ledger/);
  },
);
