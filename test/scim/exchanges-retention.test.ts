import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DAY_MS, MINUTE_MS, newId, plusMs, type WorkspaceId } from '../../src/kernel/index.ts';
import type { Database } from '../../src/platform/index.ts';
import { trimWireLogTask } from '../../src/scim/index.ts';
import { recordingLog } from '../support/log.ts';
import { type ScimServer, startScim } from './scim-server.ts';

const DAYS = 400;

let server: ScimServer;
beforeAll(async () => {
  server = await startScim();
});
afterAll(() => server.close());

/** The task as the server's role runs it, and what it says. */
async function trim(over: { readonly database?: Database; readonly signal?: AbortSignal } = {}) {
  const log = recordingLog();
  const task = trimWireLogTask({ database: over.database ?? server.database, clock: server.clock, log, wireLogDays: DAYS });
  await task.run({}, { signal: over.signal ?? new AbortController().signal });
  return log.events.map(({ event, fields }) => [event, fields] as const);
}

async function countsOf(workspaceId: WorkspaceId) {
  const { rows } = await server.owner.query(
    `select (select count(*) from scim_exchange where workspace_id = $1)::int as exchanges,
       (select coalesce(sum(count), 0) from scim_exchange_minute where workspace_id = $1)::int as reads,
       (select count(*) from ledger_record where workspace_id = $1)::int as records,
       (select count(*) from scim_user where workspace_id = $1)::int as users`,
    [workspaceId],
  );
  return rows[0];
}

/** So many exchanges and counted minutes of long ago. */
async function plant(workspaceId: WorkspaceId, count: number): Promise<void> {
  const at = plusMs(server.clock.now(), -(DAYS + 1) * DAY_MS);
  const ids = Array.from({ length: count }, () => newId<'scim-exchange'>(at));
  await server.owner.query(
    `insert into scim_exchange (workspace_id, id, at, credential_id, request_id, method, path, status, tolerated, ignored)
     select $1, item.id, $2, item.id, item.id, 'POST', '/Users', 201, '[]', '[]' from unnest($3::uuid[]) as item (id)`,
    [workspaceId, at, ids],
  );
  await server.owner.query(
    `insert into scim_exchange_minute (workspace_id, minute, credential_id, method, resource_type, status_class, is_probe, count)
     select $1, date_trunc('minute', $2::timestamptz) - n * interval '1 minute', $1, 'GET', 'User', '2xx', false, 1 from generate_series(1, $3::int) as n`,
    [workspaceId, at, count],
  );
}

describe('the wire log at its end', () => {
  it('goes a day after another, in every workspace, and leaves the ledger and the users', async () => {
    const clients = [await server.client(), await server.client()];
    for (const client of clients) {
      await client.addUser('ada@contoso.example');
      await client.send('GET', '/Users');
      await server.scim.flush();
    }
    server.clock.advance(DAY_MS);
    for (const client of clients) await client.addUser('bob@contoso.example');
    expect(await trim()).toEqual([]);
    const ids = clients.map(({ workspaceId }) => workspaceId);
    const whole = { exchanges: 2, reads: 1, records: 4, users: 2 };
    expect(await Promise.all(ids.map(countsOf))).toEqual([whole, whole]);

    server.clock.advance((DAYS - 1) * DAY_MS + MINUTE_MS);
    const told = await trim();
    expect(told).toMatchObject([...ids].sort().map((workspaceId) => ['scim.wire-log.trimmed', { workspaceId, exchanges: 1, counters: 1 }]));
    const newer = { ...whole, exchanges: 1, reads: 0 };
    expect(await Promise.all(ids.map(countsOf))).toEqual([newer, newer]);
    expect(await trim()).toEqual([]);

    server.clock.advance(DAY_MS);
    await trim();
    expect(await Promise.all(ids.map(countsOf))).toEqual([
      { ...newer, exchanges: 0 },
      { ...newer, exchanges: 0 },
    ]);
  });

  it('keeps what is exactly as old as the policy says', async () => {
    const client = await server.client();
    server.clock.set(plusMs(server.clock.now(), MINUTE_MS - (Date.parse(server.clock.now()) % MINUTE_MS) - 1));
    await client.addUser('ada@contoso.example');
    const at = server.clock.now();
    server.clock.set(plusMs(at, DAYS * DAY_MS));
    await trim();
    expect(await countsOf(client.workspaceId)).toMatchObject({ exchanges: 1 });
    server.clock.set(plusMs(at, DAYS * DAY_MS + MINUTE_MS));
    await trim();
    expect(await countsOf(client.workspaceId)).toMatchObject({ exchanges: 0 });
  });

  it('is deleted in batches, each a transaction of its own', async () => {
    const { workspaceId } = await server.client();
    await plant(workspaceId, 12_000);
    const batches: number[] = [];
    const database: Database = {
      ...server.database,
      query: async (statement, values) => {
        const answer = await server.database.query<never>(statement, values);
        if (typeof statement === 'string' && statement.startsWith('delete') && answer.count > 0) batches.push(answer.count);
        return answer;
      },
    };
    await trim({ database });
    expect(batches).toEqual([5_000, 5_000, 2_000, 5_000, 5_000, 2_000]);
    expect(await countsOf(workspaceId)).toMatchObject({ exchanges: 0, reads: 0 });
  });

  it('stays for the next time when the server stops', async () => {
    const { workspaceId } = await server.client();
    await plant(workspaceId, 10);
    await trim({ signal: AbortSignal.abort() });
    expect(await countsOf(workspaceId)).toMatchObject({ exchanges: 10, reads: 10 });
    await trim();
    expect(await countsOf(workspaceId)).toMatchObject({ exchanges: 0, reads: 0 });
  });

  it('can be deleted by the server, which can delete no user and no record', async () => {
    for (const table of ['scim_user', 'scim_user_state', 'scim_group', 'scim_credential', 'ledger_record'])
      await expect(server.database.query(`delete from ${table}`)).rejects.toThrow('permission denied');
    await expect(server.database.query('update scim_exchange set detail = null')).rejects.toThrow('permission denied');
  });
});
