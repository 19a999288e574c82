import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkspaceId } from '../../src/kernel/index.ts';
import { exchangeRoutes, hasLiveCredential, SCIM_ROLE_URN, scimRoutes } from '../../src/scim/index.ts';
import { administrationServer, type LoopbackServer } from '../support/loopback.ts';
import { insertWorkspace } from '../support/workspace.ts';
import { createClient, PUBLIC_URL, type ScimServer, startScim, tenantUrl, turnOn } from './scim-server.ts';

let server: ScimServer;
let workspaceId: WorkspaceId;
let admin: LoopbackServer;
let reader: LoopbackServer;

beforeAll(async () => {
  server = await startScim();
  workspaceId = await insertWorkspace(server.owner, server.clock.now());
  const { database } = server;
  const routers = [scimRoutes({ database, publicUrl: PUBLIC_URL }), exchangeRoutes({ database, wireLogDays: 400 })];
  admin = await administrationServer({ clock: server.clock, workspaceId, routers });
  const principal = { kind: 'administrator', id: 'a', actor: 'administrator:a', scopes: ['read'] } as const;
  reader = await administrationServer({ clock: server.clock, workspaceId, routers, principal });
});
afterAll(async () => {
  await Promise.all([admin.close(), reader.close()]);
  await server.close();
});

async function ask(to: LoopbackServer, method: string, path: string, body?: unknown) {
  const response = await fetch(`${to.url}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

describe('SCIM credentials', () => {
  it('are shown once, work, are listed without their token, and end at once', async () => {
    expect(await hasLiveCredential(server.database, workspaceId, server.clock.now())).toBe(false);
    const issued = await ask(admin, 'POST', '/scim/credentials', { label: 'Entra, production' });
    expect(issued).toMatchObject({
      status: 201,
      body: { label: 'Entra, production', tenantUrl: tenantUrl(workspaceId), createdAt: server.clock.now(), expiresAt: null },
    });
    const { id, token } = issued.body;
    expect(token).toMatch(/^rcs_/);
    expect(await hasLiveCredential(server.database, workspaceId, server.clock.now())).toBe(true);
    await turnOn(server.owner, workspaceId, server.clock);
    const client = createClient(`${server.url}/workspaces/${workspaceId}/scim/v2`, workspaceId, token);
    await client.addUser('ada@contoso.example', { [SCIM_ROLE_URN]: { rbac_role_id: 'x' } });

    const listed = await ask(reader, 'GET', '/scim/credentials');
    expect(listed.body.credentials).toMatchObject([{ id, label: 'Entra, production', revokedAt: null }]);
    const { rows } = await server.owner.query('select * from scim_credential');
    expect(JSON.stringify([listed.body, rows])).not.toContain(token);

    const exchanges = await ask(reader, 'GET', '/scim/exchanges?limit=1');
    expect(exchanges.body.exchanges).toMatchObject([
      {
        credentialId: id,
        method: 'POST',
        path: `/workspaces/${workspaceId}/scim/v2/Users`,
        status: 201,
        ignored: [],
        tolerated: [{ quirk: 'unknown-role' }],
        bodySha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);

    expect((await ask(admin, 'DELETE', `/scim/credentials/${id}`)).status).toBe(204);
    expect((await ask(admin, 'DELETE', `/scim/credentials/${id}`)).status).toBe(204);
    expect((await client.send('GET', '/Users')).status).toBe(401);
    expect(await hasLiveCredential(server.database, workspaceId, server.clock.now())).toBe(false);
    const { rows: records } = await server.owner.query('select type from ledger_record where subject_id = $1 order by ord', [id]);
    expect(records).toEqual([{ type: 'scim.credential.issued' }, { type: 'scim.credential.revoked' }]);
  });

  it.each([
    { name: 'without a label', body: {}, status: 400 },
    { name: 'with an end in the past', body: { label: 'x', expiresAt: '2020-01-01T00:00:00Z' }, status: 400 },
    { name: 'with what nobody asked for', body: { label: 'x', token: 'mine' }, status: 400 },
  ])('are not issued $name', async ({ body, status }) => {
    expect((await ask(admin, 'POST', '/scim/credentials', body)).status).toBe(status);
  });

  it('ask for the scope', async () => {
    expect((await ask(reader, 'POST', '/scim/credentials', { label: 'x' })).status).toBe(403);
    expect((await ask(reader, 'DELETE', '/scim/credentials/00000000-0000-7000-8000-000000000000')).status).toBe(403);
  });

  it('that do not exist cannot be revoked', async () => {
    expect((await ask(admin, 'DELETE', '/scim/credentials/00000000-0000-7000-8000-000000000000')).status).toBe(404);
    expect((await ask(admin, 'DELETE', '/scim/credentials/x')).status).toBe(404);
    expect((await ask(admin, 'GET', '/scim/exchanges?limit=0')).status).toBe(400);
  });
});
