import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase } from '../../src/platform/index.ts';
import { createScim } from '../../src/scim/index.ts';
import { silentLog } from '../support/log.ts';
import { type LoopbackServer, serve } from '../support/loopback.ts';
import { createClient, PUBLIC_URL, type ScimClient, type ScimServer, startScim, secretBox } from './scim-server.ts';

let server: ScimServer;
let first: ScimClient;
let second: ScimClient;
let other: LoopbackServer;
let closeOther: () => Promise<void>;

beforeAll(async () => {
  server = await startScim();
  first = await server.client();
  const database = openDatabase({ url: server.serverUrl, poolSize: 10, applicationName: 'rollcall-test', isForLookUps: true });
  const scim = createScim({ database, clock: server.clock, log: silentLog, publicUrl: PUBLIC_URL, secretBox });
  other = await serve((request, response) => void scim.listener(request, response));
  closeOther = async () => {
    await other.close();
    await database.close();
  };
  second = createClient(`${other.url}/workspaces/${first.workspaceId}/scim/v2`, first.workspaceId, first.token);
});
afterAll(async () => {
  await closeOther();
  await server.close();
});

describe('two processes on one database', () => {
  it('land each of 60 parallel changes of one user (I2)', async () => {
    const id = await first.addUser('shared@contoso.example');
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        [first, second][n % 2]!.patch(`/Users/${id}`, [{ op: 'add', path: 'phoneNumbers', value: [{ type: 'work', value: `+${n}` }] }]),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    for (const client of [first, second]) {
      const { body } = await client.send('GET', `/Users/${id}`);
      expect(body.phoneNumbers).toHaveLength(60);
      expect(body.meta.version).toBe('W/"61"');
    }
  });

  it('make one user of a name that both are asked to create at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => [first, second][n % 2]!.send('POST', '/Users', { userName: n % 3 === 0 ? 'TWICE' : 'twice' })),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
  });

  it('make one group that both are asked to create at once (entra-scim-client §2.4)', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        [first, second][n % 2]!.send('POST', '/Groups', { displayName: 'Twice', ...(n % 3 === 0 ? {} : { externalId: 'g' }) }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
  });

  it('keep every member that either adds or removes (I2)', async () => {
    const ids = await Promise.all(Array.from({ length: 40 }, (_, n) => first.addUser(`m${n}@contoso.example`)));
    const group = await first.addGroup('shared', ids.slice(0, 20));
    const change = (id: string, n: number) => ({ op: n < 20 ? 'Remove' : 'Add', path: 'members', value: [{ value: id }] });
    const answers = await Promise.all(ids.map((id, n) => [first, second][n % 2]!.patch(`/Groups/${group}`, [change(id, n)])));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]));
    const { body } = await second.send('GET', `/Groups/${group}`);
    expect(body.members.map(({ value }: { value: string }) => value)).toEqual(ids.slice(20).toSorted());
  });

  it('both refuse at once when the switch goes off, whatever they remember', async () => {
    const client = await server.client();
    const twin = createClient(`${other.url}/workspaces/${client.workspaceId}/scim/v2`, client.workspaceId, client.token);
    const id = await client.addUser('before@contoso.example');
    expect((await twin.send('GET', `/Users/${id}`)).status).toBe(200);
    await server.owner.query("update scim_switch set state = 'off' where workspace_id = $1", [client.workspaceId]);
    for (const one of [client, twin]) {
      expect((await one.send('GET', `/Users/${id}`)).status).toBe(403);
      expect((await one.send('POST', '/Users', { userName: 'after@contoso.example' })).status).toBe(403);
    }
    await server.owner.query('update scim_credential set revoked_at = now() where workspace_id = $1', [client.workspaceId]);
    for (const one of [client, twin]) expect((await one.send('GET', `/Users/${id}`)).status).toBe(401);
  });
});
