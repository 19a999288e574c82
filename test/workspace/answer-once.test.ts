import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { DAY_MS, MINUTE_MS, parseId, SECOND_MS, type WorkspaceId } from '../../src/kernel/index.ts';
import { newToken, type Principal, principalOf, scopes, setContext, setPrincipal, setWorkspace } from '../../src/platform/index.ts';
import { answerToKeep } from '../../src/workspace/decide-replay.ts';
import { answerOnce, createWorkspace, forgetIdempotencyKeysTask, workspaceRoutes } from '../../src/workspace/index.ts';
import { steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { recordingLog } from '../support/log.ts';
import { administrationServer, type LoopbackServer } from '../support/loopback.ts';

const clock = steppingClock();
let db: TestDatabase;
let workspaceId: WorkspaceId;
let log: ReturnType<typeof recordingLog>;
let server: LoopbackServer;
/** Opens when a slow change has written and not yet committed; it commits once `go` is called. */
let slow: { readonly reached: Promise<void>; go(): void };
let reach: () => void;
let made = 0;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

beforeEach(async () => {
  made += 1;
  const named = { slug: `acme-${made}`, name: 'Acme', timeZone: 'UTC', ownerName: 'Olive' };
  ({ workspaceId } = await createWorkspace({ database: db.database, clock }, named));
  log = recordingLog();
  let go: () => void = () => undefined;
  const mayGo = new Promise<void>((resolve) => {
    go = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  slow = { reached, go };
  server = await administrationServer({ clock, workspaceId, routers: [whoever(), once(), crafted(mayGo), routes()] });
});
afterEach(() => server.close());

const routes = () => workspaceRoutes({ database: db.database, clock, log, publicUrl: 'http://127.0.0.1:1' });
const once = () => express.Router().use(answerOnce({ database: db.database, clock, log }));

/** The principal that the test's own headers name; without them, the owner that the server knows. */
function whoever(): express.Router {
  return express.Router().use((request, _response, next) => {
    const { 'x-actor': actor, 'x-scopes': some, 'x-workspace': workspace } = request.headers;
    const known = principalOf(request);
    const may = typeof some === 'string' ? scopes.filter((scope) => some.split(' ').includes(scope)) : known.scopes;
    const principal: Principal = { ...known, scopes: may, ...(typeof actor === 'string' ? { actor } : {}) };
    setContext(request, { requestId: 'test', at: clock.now() });
    setPrincipal(request, principal);
    const other = typeof workspace === 'string' ? parseId<'workspace'>(workspace) : undefined;
    if (other !== undefined) setWorkspace(request, other);
    next();
  });
}

/** Changes that end as no real route does on demand. */
function crafted(mayGo: Promise<void>): express.Router {
  const addRole = (id: string, before: () => Promise<void> = () => Promise.resolve()) =>
    db.database.transaction(async (tx) => {
      await tx.query('insert into role (workspace_id, id, name, rank, created_at) values ($1, $2, $2, 7, $3)', [
        workspaceId,
        id,
        clock.now(),
      ]);
      await before();
    });
  const router = express.Router();
  router.post('/slow', async (_request, response) => {
    await addRole('slow', async () => {
      reach();
      await mayGo;
    });
    response.status(201).json({ made: 'slow' });
  });
  router.post('/commits-and-breaks', async () => {
    await addRole('broken');
    throw new Error('the process ends here');
  });
  router.post('/breaks', () => {
    throw new Error('before anything was changed');
  });
  return router;
}

interface Sent {
  readonly key?: string;
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

async function send(path: string, { key, method = 'POST', body, headers }: Sent = {}) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text === '' ? null : JSON.parse(text),
    isReplay: response.headers.get('idempotent-replayed') === 'true',
    retryAfter: response.headers.get('retry-after'),
  };
}

const problem = (code: string) => ({ type: `https://rollcall.example/problems/${code}` });
const role = (id: string, rank = 7) => ({ id, name: id, rank });
const invitation = { email: 'ada@contoso.example', roleId: 'admin' };

async function count(type: string): Promise<number> {
  const { rows } = await db.owner.query<{ n: number }>(
    'select count(*)::int as n from ledger_record where workspace_id = $1 and type = $2',
    [workspaceId, type],
  );
  return rows[0]?.n ?? 0;
}

async function hasRole(id: string): Promise<boolean> {
  const { count } = await db.owner.query('select from role where workspace_id = $1 and id = $2', [workspaceId, id]);
  return count === 1;
}

async function heldKey(): Promise<{ readonly claim: string }> {
  const { rows } = await db.owner.query<{ claim: string }>('select claim from idempotency_key where workspace_id = $1', [workspaceId]);
  return rows[0] ?? { claim: '' };
}

describe('a change under an Idempotency-Key', () => {
  it('is made once, and answered alike each time', async () => {
    const first = await send('/roles', { key: 'k1', body: role('contractor') });
    const again = await send('/roles', { key: 'k1', body: role('contractor') });
    expect([first.status, first.isReplay, again.status, again.isReplay]).toEqual([201, false, 201, true]);
    expect(again.body).toEqual(first.body);
    expect(await count('role.set')).toBe(1);
  });

  it('is made twice without a key', async () => {
    await send('/roles', { body: role('contractor') });
    expect((await send('/roles', { body: role('contractor') })).status).toBe(200);
  });

  it('that has no body to answer with is answered alike, too', async () => {
    const { body } = await send('/administrators', { body: invitation });
    await send('/administrators', { body: { ...invitation, email: 'grace@contoso.example' } });
    const path = `/administrators/${body.id}`;
    expect((await send(path, { key: 'k', method: 'DELETE' })).status).toBe(204);
    expect(await send(path, { key: 'k', method: 'DELETE' })).toMatchObject({ status: 204, isReplay: true, body: null });
    expect((await send(path, { method: 'DELETE' })).status).toBe(404);
  });

  it.each([
    { name: 'another body', path: '/roles', again: { body: role('contractor', 8) } },
    { name: 'another address', path: '/roles', to: '/administrators', again: { body: role('contractor') } },
    { name: 'another query', path: '/roles', to: '/roles?x=1', again: { body: role('contractor') } },
    { name: 'another method', path: '/roles', again: { method: 'PUT', body: role('contractor') } },
  ])('refuses $name under the same key', async ({ path, to = path, again }) => {
    await send(path, { key: 'k', body: role('contractor') });
    expect(await send(to, { key: 'k', ...again })).toMatchObject({ status: 422, body: problem('idempotency-key-reused') });
  });

  it.each(['', 'a b', 'a,b', 'é', '""', 'x'.repeat(256)])('refuses the key <%s>', async (key) => {
    expect(await send('/roles', { key, body: role('contractor') })).toMatchObject({ status: 400, body: problem('invalid-request') });
    expect(await hasRole('contractor')).toBe(false);
  });

  it('takes a key in quotes for the same as without', async () => {
    await send('/roles', { key: '"8e03978e-40d5-43dd-bc93-6894a57f9324"', body: role('contractor') });
    expect((await send('/roles', { key: '8e03978e-40d5-43dd-bc93-6894a57f9324', body: role('contractor') })).isReplay).toBe(true);
  });

  it('asks no key of a request that only looks', async () => {
    expect(await send('/roles', { method: 'GET', key: 'a b' })).toMatchObject({ status: 200, isReplay: false });
  });

  it.each([
    { whose: 'another actor', headers: () => Promise.resolve({ 'x-actor': 'owner:somebody-else' }) },
    {
      whose: 'another workspace (I12)',
      headers: async () => {
        const named = { slug: `other-${made}`, name: 'Other', timeZone: 'UTC', ownerName: 'Otto' };
        return { 'x-workspace': (await createWorkspace({ database: db.database, clock }, named)).workspaceId };
      },
    },
  ])('is another one under the same key of $whose', async ({ headers }) => {
    await send('/roles', { key: 'k', body: role('contractor') });
    const other = await send('/roles', { key: 'k', body: role('elsewhere'), headers: await headers() });
    expect(other).toMatchObject({ status: 201, isReplay: false });
  });

  it('shows its answer to nobody who may do less than whoever asked first', async () => {
    await send('/roles', { key: 'k', body: role('contractor'), headers: { 'x-scopes': 'read workspace' } });
    const ask = (some: string) => send('/roles', { key: 'k', body: role('contractor'), headers: { 'x-scopes': some } });
    expect(await ask('read')).toMatchObject({ status: 403, body: problem('forbidden') });
    expect(await ask('read workspace sso')).toMatchObject({ status: 201, isReplay: true });
  });

  it('may be sent again with its key after a refusal, which changed nothing', async () => {
    const { body } = await send('/administrators', { body: invitation });
    await send('/administrators', { body: { ...invitation, email: 'grace@contoso.example' } });
    expect((await send('/administrators', { key: 'k', body: invitation })).status).toBe(409);
    await send(`/administrators/${body.id}`, { method: 'DELETE' });
    expect((await send('/administrators', { key: 'k', body: invitation })).status).toBe(201);
  });

  it('may be sent again with its key after a defect that came before any change', async () => {
    expect((await send('/breaks', { key: 'k' })).status).toBe(500);
    expect((await send('/breaks', { key: 'k' })).status).toBe(500);
  });

  it('is known for a day, and then forgotten', async () => {
    const again = () => send('/roles', { key: 'k', body: role('contractor') });
    await again();
    clock.advance(DAY_MS);
    expect((await again()).isReplay).toBe(true);
    clock.advance(SECOND_MS);
    expect(await again()).toMatchObject({ status: 200, isReplay: false });
    clock.advance(DAY_MS + SECOND_MS);
    const task = forgetIdempotencyKeysTask({ database: db.database, clock });
    await task.run({}, { signal: new AbortController().signal });
    expect((await db.owner.query('select from idempotency_key')).count).toBe(0);
  });
});

describe('a secret that was issued under an Idempotency-Key', () => {
  it('is never kept: asked again, the answer says that it was issued already, and what', async () => {
    const first = await send('/administrators', { key: 'k', body: invitation });
    const again = await send('/administrators', { key: 'k', body: invitation });
    expect(again).toMatchObject({ status: 409, body: problem('already-issued') });
    expect(again.body.issued).toEqual({ ...first.body, invitation: { ...first.body.invitation, token: null } });
    const { rows } = await db.owner.query<{ answer: string }>('select answer from idempotency_key where workspace_id = $1', [workspaceId]);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.answer).not.toContain(first.body.invitation.token);
    expect(await count('administrator.invited')).toBe(1);
  });

  it.each(['rcs', 'rcc', 'rct', 'rco', 'rci', 'rca', 'rcw'] as const)('is recognised by its form wherever it stands: %s', (prefix) => {
    const token = newToken(prefix);
    expect(answerToKeep(201, JSON.stringify({ id: 'x', deep: [{ any: token }] }))).toEqual({
      status: 201,
      answer: '{"id":"x","deep":[{"any":null}]}',
      showedSecret: true,
    });
  });
});

describe('two requests with one Idempotency-Key', () => {
  it('take effect once when they come together: the other is told to ask again', async () => {
    const first = send('/slow', { key: 'k' });
    await slow.reached;
    expect(await send('/slow', { key: 'k' })).toMatchObject({ status: 409, body: problem('idempotency-key-in-use'), retryAfter: '1' });
    slow.go();
    expect((await first).status).toBe(201);
    expect(await send('/slow', { key: 'k' })).toMatchObject({ status: 201, isReplay: true, body: { made: 'slow' } });
  });

  it('take effect once when the second has taken the place of a first that hung: the first commits nothing', async () => {
    const first = send('/slow', { key: 'k' });
    await slow.reached;
    const { claim } = await heldKey();
    clock.advance(MINUTE_MS + 1);
    const second = send('/slow', { key: 'k' });
    while ((await heldKey()).claim === claim);
    slow.go();
    expect(await first).toMatchObject({ status: 409, body: problem('idempotency-key-in-use') });
    expect(await second).toMatchObject({ status: 201, isReplay: false });
    expect(await hasRole('slow')).toBe(true);
  });

  it('let the second go ahead once the first has been silent for a minute and changed nothing', async () => {
    await send('/roles', { key: 'k', body: role('contractor') });
    await db.owner.query('update idempotency_key set status = null, answer = null, effected_at = null where workspace_id = $1', [
      workspaceId,
    ]);
    const again = () => send('/roles', { key: 'k', body: role('contractor') });
    expect(await again()).toMatchObject({ status: 409, body: problem('idempotency-key-in-use') });
    clock.advance(MINUTE_MS + 1);
    expect(await again()).toMatchObject({ status: 200, isReplay: false });
  });

  it('never take effect twice where the answer of the first was lost: the second says when it took effect', async () => {
    expect((await send('/commits-and-breaks', { key: 'k' })).status).toBe(500);
    const at = clock.now();
    clock.advance(MINUTE_MS + 1);
    const again = await send('/commits-and-breaks', { key: 'k' });
    expect(again).toMatchObject({ status: 409, body: problem('idempotency-key-in-use') });
    expect(again.body.detail).toContain(`took effect at ${at}`);
  });
});

it('sends an answer that it could not keep, and says so in the log', async () => {
  await db.owner.query("create function refuse_answers() returns trigger language plpgsql as $$ begin raise 'full'; end $$");
  await db.owner.query(
    'create trigger refuse_answers before update of status on idempotency_key for each row execute function refuse_answers()',
  );
  const answer = await send('/roles', { key: 'k', body: role('contractor') });
  await db.owner.query('drop trigger refuse_answers on idempotency_key');
  expect(answer.status).toBe(201);
  expect(log.events.map(({ event }) => event)).toEqual(['idempotency.answer_not_kept']);
});
