import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHmac, randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { installJobs, runJobs } from '../../src/jobs/index.ts';
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS, plusMs, SECOND_MS } from '../../src/kernel/index.ts';
import { takeDelivery } from '../../src/notification/delivery-store.ts';
import { deliverTask } from '../../src/notification/deliver.ts';
import { nextAttempt } from '../../src/notification/plan-attempt.ts';
import type { Database } from '../../src/platform/index.ts';
import { reconcile } from '../../src/reconciliation/index.ts';
import { NOW } from '../reconciliation/facts.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { silentLog } from '../support/log.ts';
import { notified, type Notified, type Received } from './notified.ts';

let db: TestDatabase;
let at: Notified;

beforeAll(async () => {
  db = await testDatabase();
  await installJobs(db.ownerUrl);
});
afterAll(() => db.drop());

beforeEach(async () => {
  at = await notified(db);
});
afterEach(async () => {
  // So that what one test has left to send is not sent by the next.
  await db.owner.query("update webhook set state = 'removed', ended_at = now() where state <> 'removed'");
  await at.close();
});

/** The signatures that a receiver computes by itself, by Standard Webhooks. */
function signatureOf({ headers, body }: Received, secret: string): string {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signed = `${headers['webhook-id'] as string}.${headers['webhook-timestamp'] as string}.${body}`;
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}

/** One webhook, and one finding that it has to be told of. */
async function oneToTell(): Promise<{ readonly id: string; readonly secret: string }> {
  const webhook = await at.add();
  await at.leaver('1');
  await at.run();
  await at.tell();
  return webhook;
}

function rulesTold(): readonly string[] {
  return at.received.map(({ body }) => (JSON.parse(body) as { finding: { rule: string } }).finding.rule);
}

describe('a webhook', () => {
  it('is told once of a finding that becomes overdue, signed, with ids and codes and nothing of the person', async () => {
    const { id, secret } = await oneToTell();
    await at.deliver(id);
    await at.run();
    await at.tell();
    await at.deliver(id);
    expect(at.received).toHaveLength(1);
    const [received] = at.received as [Received];
    expect(received.headers['webhook-signature']).toBe(signatureOf(received, secret));
    expect(Number(received.headers['webhook-timestamp']) * SECOND_MS).toBe(Date.parse(at.clock.now()));
    const body = JSON.parse(received.body) as { id: string; finding: object };
    expect(body).toEqual({
      id: received.headers['webhook-id'],
      type: 'finding.overdue',
      at: at.clock.now(),
      workspaceId: at.facts.workspaceId,
      finding: {
        id: expect.any(String),
        kind: 'employment_period',
        rule: 'L03',
        verdict: 'TERMINATED_ACTIVE_DIR',
        effect: 'FAIL',
        since: at.clock.now(),
      },
    });
    expect(received.body).not.toMatch(/ann|contoso|Person|2026-02-01/i);
    expect(await at.deliveries(id)).toMatchObject([{ state: 'delivered', attempts: 1, lastStatus: 204, lastProblem: null, nextAt: null }]);
    expect((await at.ask('GET', '/webhooks')).body).toMatchObject({
      webhooks: [{ failingSince: null, lastSuccessAt: at.clock.now(), pending: 0 }],
    });
  });

  it('is not told of what was overdue before it was added', async () => {
    await at.leaver('1');
    await at.run();
    at.clock.advance(SECOND_MS);
    const { id } = await at.add();
    await at.run();
    await at.tell();
    await at.deliver(id);
    expect(at.received).toEqual([]);
    at.clock.advance(SECOND_MS);
    await at.leaver('2');
    await at.run();
    await at.tell();
    await at.deliver(id);
    expect(at.received).toHaveLength(1);
  });

  it('is told of what a run finds that was under way when it was added: nobody could read that before', async () => {
    await at.run();
    at.clock.advance(SECOND_MS);
    await at.leaver('1');
    const begun = at.clock.now();
    const added: { readonly id: string }[] = [];
    const transaction: Database['transaction'] = (work) =>
      db.database.transaction(async (tx) => {
        const done = await work(tx);
        at.clock.advance(MINUTE_MS);
        added.push(await at.add());
        return done;
      });
    await reconcile({ database: { ...db.database, transaction }, clock: at.clock }, at.facts.workspaceId, 'system');
    await at.tell();
    await at.deliver(added[0]?.id ?? '');
    expect(at.received.map(({ body }) => (JSON.parse(body) as { finding: object }).finding)).toMatchObject([{ rule: 'L03', since: begun }]);
  });

  it('is told of each verdict of a finding once, when it changes to another that is overdue', async () => {
    const { id } = await oneToTell();
    at.clock.advance(MINUTE_MS);
    await at.facts.scim({ userName: 'ann1@contoso.example', states: [{ at: at.clock.now(), is: 'active' }] });
    await at.run();
    await at.tell();
    await at.deliver(id);
    expect(rulesTold()).toEqual(['L03', 'L02']);
  });

  it('is told of a leaver whom nobody has looked at since the deadline passed', async () => {
    const { id } = await at.add();
    await at.leaver('1', NOW.slice(0, 10));
    at.clock.advance(7 * DAY_MS);
    await at.run();
    await at.tell();
    await at.deliver(id);
    expect(rulesTold()).toEqual(['L07']);
  });

  it('is sent, once it is resumed, what another was told of while it was disabled', async () => {
    const [{ id }, other] = [await at.add(), await at.add()];
    await db.owner.query("update webhook set state = 'disabled', ended_at = $2 where id = $1", [id, at.clock.now()]);
    at.clock.advance(SECOND_MS);
    await at.leaver('1');
    await at.run();
    await at.tell();
    await at.deliver(id);
    await at.deliver(other.id);
    expect(at.received).toHaveLength(1);
    expect((await at.ask('POST', `/webhooks/${id}/resumption`)).status).toBe(200);
    await at.tell();
    await at.deliver(id);
    expect(at.received).toHaveLength(2);
    expect(new Set(at.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  it.each<{ story: string; respond: (response: ServerResponse) => void; told: object; patience?: { readonly timeoutMs: number } }>([
    {
      story: 'an error',
      respond: (response) => void response.writeHead(500).end('x'),
      told: { lastStatus: 500, lastProblem: 'answered', lastDetail: expect.stringMatching(/answered 500\. .*200 to 299/) },
    },
    {
      story: 'not there',
      respond: (response) => void response.writeHead(404).end(),
      told: {
        lastStatus: 404,
        lastProblem: 'answered',
        lastDetail: expect.stringMatching(/answered 404\. .*add a webhook with the new one/),
      },
    },
    {
      story: 'a refusal',
      respond: (response) => void response.writeHead(401).end(),
      told: { lastStatus: 401, lastProblem: 'answered', lastDetail: expect.stringMatching(/answered 401\. .*valid signature/) },
    },
    {
      story: 'a redirect, which is not followed',
      respond: (response) => void response.writeHead(307, { location: '/elsewhere' }).end(),
      told: {
        lastStatus: 307,
        lastProblem: 'answered',
        lastDetail: expect.stringMatching(/answered 307\. Redirects are not followed: add/),
      },
    },
    {
      story: 'nothing in time',
      respond: () => undefined,
      told: { lastStatus: null, lastProblem: 'timeout', lastDetail: expect.stringMatching(/within 2 seconds\. Have it answer first/) },
      patience: { timeoutMs: 2_000 },
    },
    {
      story: 'a connection that breaks',
      respond: (response) => void response.destroy(),
      told: {
        lastStatus: null,
        lastProblem: 'unreachable',
        lastDetail: expect.stringMatching(/\(ECONNRESET\)\. See that its address is right/),
      },
    },
    {
      story: 'more than anybody reads',
      respond: (response) => void response.writeHead(200).end('x'.repeat(100_000)),
      told: { lastStatus: null, lastProblem: 'unreachable', lastDetail: expect.stringMatching(/\(ANSWER_TOO_LARGE\)/) },
    },
  ])('that answers with $story is sent the same event again, later, under the same id, and it is said why', async (given) => {
    const { patience, respond, told } = given;
    const { id, secret } = await oneToTell();
    at.answerWith((_request, response) => respond(response));
    await at.deliver(id, patience);
    const nextAt = plusMs(at.clock.now(), MINUTE_MS);
    expect(await at.deliveries(id)).toMatchObject([{ state: 'pending', attempts: 1, nextAt, ...told }]);
    expect(at.log.events).toContainEqual(expect.objectContaining({ event: 'webhook.delivery.failed' }));
    await at.deliver(id);
    expect(at.received).toHaveLength(1);
    at.answerWith((_request, response) => void response.writeHead(200).end());
    at.clock.advance(MINUTE_MS);
    await at.deliver(id);
    const [first, second] = at.received as [Received, Received];
    expect(at.received).toHaveLength(2);
    expect(second.body).toBe(first.body);
    expect(second.headers['webhook-id']).toBe(first.headers['webhook-id']);
    expect(second.headers['webhook-timestamp']).not.toBe(first.headers['webhook-timestamp']);
    expect(second.headers['webhook-signature']).toBe(signatureOf(second, secret));
    expect(await at.deliveries(id)).toMatchObject([{ state: 'delivered', attempts: 2, lastProblem: null, lastDetail: null }]);
  });

  it('is sent again what was taken by a process that died before it noted the outcome', async () => {
    const { id } = await oneToTell();
    const now = at.clock.now();
    await takeDelivery(db.database, at.facts.workspaceId, { webhookId: id, at: now, leaseEnd: plusMs(now, MINUTE_MS) });
    await at.deliver(id);
    expect(at.received).toEqual([]);
    at.clock.advance(MINUTE_MS);
    await at.deliver(id);
    expect(at.received).toHaveLength(1);
    expect(await at.deliveries(id)).toMatchObject([{ state: 'delivered', attempts: 2 }]);
  });

  it('is sent each event by one of several processes', async () => {
    const { id } = await at.add();
    for (const employeeId of ['1', '2', '3', '4']) await at.leaver(employeeId);
    await at.run();
    await Promise.all([at.tell(), at.tell()]);
    await Promise.all([at.deliver(id), at.deliver(id), at.deliver(id)]);
    const ids = at.received.map(({ headers }) => headers['webhook-id']);
    expect(ids).toHaveLength(4);
    expect(new Set(ids).size).toBe(4);
  });

  it('is sent its events after a restart, by the queue, though it was down before', async () => {
    const { id } = await at.add();
    at.answerWith((_request, response) => void response.writeHead(503).end());
    expect(await at.ask('POST', `/webhooks/${id}/test`)).toMatchObject({ status: 202 });
    let attempted = () => undefined as void;
    const start = () => {
      const task = deliverTask(at.deps());
      const run: typeof task.run = async (payload, context) => {
        await task.run(payload, context);
        if (JSON.stringify(payload).includes(id)) attempted();
      };
      return runJobs({ databaseUrl: db.serverUrl, tasks: [{ ...task, run }], log: silentLog, concurrency: 1 });
    };
    const first = new Promise<void>((resolve) => (attempted = resolve));
    const before = await start();
    await first;
    await before.stop();
    at.answerWith((_request, response) => void response.writeHead(204).end());
    at.clock.advance(MINUTE_MS);
    await at.tell();
    const second = new Promise<void>((resolve) => (attempted = resolve));
    const after = await start();
    await second;
    await after.stop();
    expect(at.received).toHaveLength(2);
    expect(JSON.parse(at.received[1]?.body ?? '')).toMatchObject({ type: 'test', finding: null });
    expect(await at.deliveries(id)).toMatchObject([{ type: 'test', state: 'delivered', attempts: 2 }]);
  });

  it('changes its secret without a gap: two sign for a while, and never none', async () => {
    const { id, secret } = await at.add();
    at.clock.advance(SECOND_MS);
    const { body: made } = await at.ask('POST', `/webhooks/${id}/secrets`);
    expect(await at.ask('POST', `/webhooks/${id}/secrets`)).toMatchObject({ status: 409 });
    await at.ask('POST', `/webhooks/${id}/test`);
    await at.deliver(id);
    const [both] = at.received as [Received];
    expect(both.headers['webhook-signature']).toBe(`${signatureOf(both, String(made['secret']))} ${signatureOf(both, secret)}`);
    const { webhooks } = (await at.ask('GET', '/webhooks')).body as { webhooks: { secrets: { id: string }[] }[] };
    const [old] = webhooks[0]?.secrets ?? [];
    expect((await at.ask('DELETE', `/webhooks/${id}/secrets/${old?.id}`)).status).toBe(204);
    expect((await at.ask('DELETE', `/webhooks/${id}/secrets/${old?.id}`)).status).toBe(404);
    expect((await at.ask('DELETE', `/webhooks/${id}/secrets/${String(made['id'])}`)).status).toBe(409);
    await at.ask('POST', `/webhooks/${id}/test`);
    await at.deliver(id);
    const one = at.received[1];
    expect(one?.headers['webhook-signature']).toBe(one && signatureOf(one, String(made['secret'])));
    expect((await at.records()).map(({ type }) => type)).toEqual([
      'webhook.added',
      'webhook.secret.added',
      'webhook.tested',
      'webhook.secret.removed',
      'webhook.tested',
    ]);
  });

  it('is disabled after five days without a success, loudly and in the ledger, and sends what waited once it is resumed', async () => {
    const { id } = await oneToTell();
    at.answerWith((_request, response) => void response.writeHead(500).end());
    await at.deliver(id);
    at.clock.advance(5 * DAY_MS - SECOND_MS);
    await at.deliver(id);
    expect((await at.ask('GET', '/webhooks')).body).toMatchObject({ webhooks: [{ state: 'active' }] });
    at.clock.advance(6 * HOUR_MS);
    await at.leaver('2');
    await at.run();
    await at.tell();
    await at.deliver(id);
    await at.deliver(id);
    expect((await at.ask('GET', '/webhooks')).body).toMatchObject({
      webhooks: [{ state: 'disabled', disabledAt: at.clock.now(), pending: 1 }],
    });
    expect(at.log.events.filter(({ event, level }) => event === 'webhook.disabled' && level === 'error')).toHaveLength(1);
    expect((await at.records()).at(-1)).toMatchObject({
      type: 'webhook.disabled',
      actor: 'system',
      detail: { problem: 'answered', status: 500 },
    });
    expect((await at.ask('POST', `/webhooks/${id}/test`)).status).toBe(409);
    const sent = at.received.length;
    await at.deliver(id);
    expect(at.received).toHaveLength(sent);
    at.answerWith((_request, response) => void response.writeHead(200).end());
    expect(await at.ask('POST', `/webhooks/${id}/resumption`)).toMatchObject({
      status: 200,
      body: { state: 'active', failingSince: null },
    });
    expect((await at.ask('POST', `/webhooks/${id}/resumption`)).status).toBe(409);
    at.clock.advance(6 * HOUR_MS);
    await at.deliver(id);
    expect((await at.deliveries(id)).map(({ state }) => state)).toEqual(['delivered', 'failed']);
  });

  it('within our own network is not called, unless the operator lists it', async () => {
    const { id } = await oneToTell();
    await at.deliver(id, { allowedOrigins: [] });
    expect(at.received).toEqual([]);
    expect(await at.deliveries(id)).toMatchObject([
      {
        state: 'pending',
        lastProblem: 'refused',
        lastStatus: null,
        lastDetail: `${new URL(at.receiver.url).origin} is not https, and only https is called. If it really is meant, the operator can list its origin in ROLLCALL_OUTBOUND_ALLOWED_ORIGINS.`,
      },
    ]);
  });

  it('shows neither its path nor its secret again, and is told nothing once it was removed', async () => {
    const { id, secret } = await oneToTell();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const kept = await db.owner.query<{ all: string }>(
      'select (webhook.*)::text || (secret.*)::text as all from webhook join webhook_secret as secret on secret.webhook_id = webhook.id where webhook.id = $1',
      [id],
    );
    const shown = JSON.stringify([kept.rows, (await at.ask('GET', '/webhooks')).body, await at.records(), at.log.events]);
    expect(shown).not.toContain(secret);
    expect(shown).not.toMatch(/hidden|\/in/);
    expect((await at.ask('DELETE', `/webhooks/${id}`)).status).toBe(204);
    expect((await at.ask('DELETE', `/webhooks/${id}`)).status).toBe(404);
    await at.deliver(id);
    expect(at.received).toEqual([]);
    expect((await at.ask('GET', '/webhooks')).body).toEqual({ webhooks: [], next: null });
  });

  it.each(['nowhere', 'ftp://x.example/', 'https://user:x@x.example/'])('is not added for %s', async (url) => {
    expect(await at.ask('POST', '/webhooks', { url })).toMatchObject({ status: 400 });
  });

  it('is one of ten at most', async () => {
    for (let n = 0; n < 10; n += 1) await at.add();
    expect(await at.ask('POST', '/webhooks', { url: at.receiver.url })).toMatchObject({ status: 409 });
  });

  it('of another workspace is neither seen nor told (I12)', async () => {
    const { id } = await oneToTell();
    const other = await notified(db);
    const { id: stranger } = await other.add();
    await at.tell();
    await other.deliver(stranger);
    expect(other.received).toEqual([]);
    expect((await other.ask('GET', `/webhooks/${id}/deliveries`)).status).toBe(404);
    expect((await other.ask('DELETE', `/webhooks/${id}`)).status).toBe(404);
    expect((await other.ask('DELETE', `/webhooks/${randomUUID()}`)).status).toBe(404);
    await other.close();
  });
});

it.each([
  { attempts: 1, minutes: 1 },
  { attempts: 2, minutes: 2 },
  { attempts: 5, minutes: 16 },
  { attempts: 9, minutes: 256 },
  { attempts: 10, minutes: 360 },
  { attempts: 1_000, minutes: 360 },
])('waits $minutes minutes after $attempts failures', ({ attempts, minutes }) => {
  const now = '2026-03-03T09:00:00.000Z' as Instant;
  expect(nextAttempt(now, attempts)).toBe(plusMs(now, minutes * MINUTE_MS));
});
