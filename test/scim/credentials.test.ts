import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DAY_MS, type Instant, MINUTE_MS, plusMs, SECOND_MS, type WorkspaceId } from '../../src/kernel/index.ts';
import { expiryOf } from '../../src/scim/credential-expiry.ts';
import { ADMITTED, type CredentialServers, startCredentialServers, TURNED_AWAY } from './credential-servers.ts';

let servers: CredentialServers;
let workspaceId: WorkspaceId;

beforeAll(async () => {
  servers = await startCredentialServers();
  workspaceId = await servers.workspace();
});
afterAll(() => servers.close());

const issue = async (body: Readonly<Record<string, unknown>> = {}) => {
  const { status, body: made } = await servers.processes[0].administer(workspaceId, 'POST', '/scim/credentials', {
    label: 'Entra',
    ...body,
  });
  expect(status).toBe(201);
  return made;
};
const listed = async (id: string) => {
  const { body } = await servers.processes[1].administer(workspaceId, 'GET', '/scim/credentials');
  return body.credentials.find((credential: { readonly id: string }) => credential.id === id);
};
const flush = () => Promise.all(servers.processes.map(({ scim }) => scim.flush()));

describe('a bearer secret', () => {
  it('is recognised by its first characters, and stored as a hash', async () => {
    const { id, token } = await issue();
    expect(token).toMatch(/^rcs_[A-Za-z0-9_-]{43}$/);
    expect(await listed(id)).toMatchObject({ kind: 'bearer', mode: 'entra', hint: token.slice(0, 8) });
    const { rows } = await servers.owner.query<{ row: string }>('select to_jsonb(scim_credential)::text as row from scim_credential');
    expect(rows.map(({ row }) => row).join()).not.toContain(token.slice(8));
  });

  it('lives beside others, so that one can take the place of another, and ends at once on every process', async () => {
    const [old, fresh] = [await issue(), await issue({ label: 'Entra, rotated' })];
    const [one, other] = servers.processes;
    for (const process of servers.processes) {
      expect(await process.knock(workspaceId, old.token)).toEqual(ADMITTED);
      expect(await process.knock(workspaceId, fresh.token)).toEqual(ADMITTED);
    }
    expect((await one.administer(workspaceId, 'DELETE', `/scim/credentials/${old.id}`)).status).toBe(204);
    // Both processes remember it as live: the clock has not moved.
    expect(await one.knock(workspaceId, old.token)).toEqual(TURNED_AWAY);
    expect(await other.knock(workspaceId, old.token)).toEqual(TURNED_AWAY);
    expect(await other.knock(workspaceId, fresh.token)).toEqual(ADMITTED);
  });

  it('ends by itself when it was to, on a process that remembers it', async () => {
    const { token } = await issue({ expiresAt: plusMs(servers.clock.now(), 10 * SECOND_MS) });
    expect(await servers.processes[0].knock(workspaceId, token)).toEqual(ADMITTED);
    servers.clock.advance(10 * SECOND_MS);
    expect(await servers.processes[0].knock(workspaceId, token)).toEqual(TURNED_AWAY);
  });

  it('works in its own workspace only (I12)', async () => {
    const { token } = await issue();
    const elsewhere = await servers.workspace();
    expect(await servers.processes[0].knock(elsewhere, token)).toEqual(TURNED_AWAY);
  });

  it('says in which mode its requests are taken', async () => {
    const { id, token, mode } = await issue({ mode: 'strict' });
    expect(mode).toBe('strict');
    expect(await listed(id)).toMatchObject({ mode: 'strict' });
    expect(await servers.processes[0].knock(workspaceId, token)).toEqual(ADMITTED);
  });

  it('cannot be changed into another by the server: what it is stays, only its end and its uses move', async () => {
    await issue();
    for (const column of ['token_hash', 'kind', 'mode', 'workspace_id', 'expires_at', 'created_by']) {
      await expect(servers.database.query(`update scim_credential set ${column} = ${column}`)).rejects.toMatchObject({ code: '42501' });
    }
  });
});

describe('the last use of a credential', () => {
  it('is written behind, to the minute, whichever process saw it', async () => {
    const { id, token } = await issue();
    const [one, other] = servers.processes;
    const first = servers.clock.now();
    await one.read(workspaceId, token);
    expect(await listed(id)).toMatchObject({ lastUsedAt: null });
    await flush();
    expect(await listed(id)).toMatchObject({ lastUsedAt: first });

    servers.clock.advance(59 * SECOND_MS);
    await Promise.all([one.read(workspaceId, token), other.read(workspaceId, token)]);
    await flush();
    expect(await listed(id)).toMatchObject({ lastUsedAt: first });

    const later = servers.clock.advance(SECOND_MS);
    await one.read(workspaceId, token);
    await flush();
    expect(await listed(id)).toMatchObject({ lastUsedAt: later });
  });

  it('is not moved by a request that was refused', async () => {
    const { id, token } = await issue();
    await servers.processes[0].administer(workspaceId, 'DELETE', `/scim/credentials/${id}`);
    await servers.processes[0].read(workspaceId, token);
    await flush();
    expect(await listed(id)).toMatchObject({ lastUsedAt: null });
  });

  it('waits in memory while it cannot be written', async () => {
    const { id, token } = await issue();
    const used = servers.clock.now();
    await servers.processes[0].read(workspaceId, token);
    await servers.owner.query('revoke update (last_used_at) on scim_credential from rollcall_server');
    await expect(servers.processes[0].scim.flush()).rejects.toMatchObject({ code: '42501' });
    await servers.owner.query('grant update (last_used_at) on scim_credential to rollcall_server');
    await flush();
    expect(await listed(id)).toMatchObject({ lastUsedAt: used });
  });
});

describe('the end of a credential', () => {
  const at = '2026-03-03T09:00:00.000Z' as Instant;
  it.each([
    { name: 'never', expiresAt: null, revokedAt: null, expected: { expiresInDays: null, warning: null } },
    { name: 'far away', expiresAt: plusMs(at, 30 * DAY_MS + 1), revokedAt: null, expected: { expiresInDays: 30, warning: null } },
    {
      name: 'thirty days ahead',
      expiresAt: plusMs(at, 30 * DAY_MS),
      revokedAt: null,
      expected: { expiresInDays: 30, warning: 'expiring' },
    },
    { name: 'today', expiresAt: plusMs(at, DAY_MS - 1), revokedAt: null, expected: { expiresInDays: 0, warning: 'expiring' } },
    { name: 'this moment', expiresAt: at, revokedAt: null, expected: { expiresInDays: 0, warning: 'expired' } },
    {
      name: 'of no matter after a revocation',
      expiresAt: plusMs(at, DAY_MS),
      revokedAt: at,
      expected: { expiresInDays: 1, warning: null },
    },
  ])('is $name', ({ expiresAt, revokedAt, expected }) => {
    expect(expiryOf({ expiresAt, revokedAt }, at)).toEqual(expected);
  });

  it('is warned about in the list, and once a day in the log while it is used, whatever the number of processes', async () => {
    const { id, token } = await issue({ expiresAt: plusMs(servers.clock.now(), 20 * DAY_MS) });
    const warnings = () =>
      servers.log.events.filter(({ event, fields }) => event === 'scim.credential.expiring' && fields['credentialId'] === id);
    const use = async () => {
      await Promise.all(servers.processes.map((process) => process.read(workspaceId, token)));
      await flush();
    };
    expect(await listed(id)).toMatchObject({ expiresInDays: 20, warning: 'expiring' });
    await use();
    expect(warnings()).toMatchObject([{ level: 'warn', fields: { workspaceId, expiresInDays: 20 } }]);
    servers.clock.advance(DAY_MS - 2 * MINUTE_MS);
    await use();
    expect(warnings()).toHaveLength(1);
    servers.clock.advance(2 * MINUTE_MS);
    await use();
    expect(warnings()).toMatchObject([{}, { fields: { expiresInDays: 19 } }]);
  });
});
