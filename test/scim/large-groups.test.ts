import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seedUsers } from '../../src/scim/index.ts';
import { type ScimServer, startScim } from './scim-server.ts';

let server: ScimServer;

beforeAll(async () => {
  server = await startScim();
});
afterAll(() => server.close());

describe('a group of 50,000 members', () => {
  it('is answered whole in pieces, and in a list of groups', async () => {
    const client = await server.client();
    await server.database.transaction((tx) => seedUsers(tx, client.workspaceId, 50_001, server.clock.now()));
    const filter = encodeURIComponent('displayName eq "load-g50000"');
    const [{ id }] = (await client.send('GET', `/Groups?filter=${filter}&excludedAttributes=members`)).body.Resources;
    const { body, headers } = await client.send('GET', `/Groups/${id}`);
    expect(headers.get('transfer-encoding')).toBe('chunked');
    expect(body.members).toHaveLength(50_000);
    expect(new Set(body.members.map(({ value }: { value: string }) => value)).size).toBe(50_000);
    const listed = await client.send('GET', '/Groups?attributes=members.value');
    const sizes = listed.body.Resources.map(({ members }: { members: unknown[] }) => members.length).toSorted(
      (a: number, b: number) => a - b,
    );
    expect(sizes).toEqual([...Array.from({ length: 11 }, () => 100), 10_000, 50_000]);
    expect(Object.keys(listed.body.Resources[0].members[0])).toEqual(['value']);
  });
});
