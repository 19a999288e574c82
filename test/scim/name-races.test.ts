import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ScimClient, type ScimServer, startScim } from './scim-server.ts';
import { type SecondServer, startSecond } from './second-server.ts';

let server: ScimServer;
let second: SecondServer;
/** One client on each of two servers: one server alone would write both changes in one statement. */
let clients: readonly [ScimClient, ScimClient];

beforeAll(async () => {
  server = await startScim();
  second = await startSecond(server);
  const client = await server.client();
  clients = [client, second.twin(client)];
});
afterAll(async () => {
  await second.close();
  await server.close();
});

/** Each of two users is to have the other's name, and both requests wait for their rows before either can write. */
async function swapped(round: number, others: readonly unknown[]) {
  const names = [`ada-${round}`, `bob-${round}`];
  const ids = await Promise.all(names.map((name) => clients[0].addUser(name)));
  const sent = await server.owner.transaction(async (tx) => {
    await tx.query('select 1 from scim_user where scim_user.id = any($1::uuid[]) for update', [ids]);
    const patches = ids.map((id, at) =>
      clients[at === 0 ? 0 : 1].patch(`/Users/${id}`, [{ op: 'Replace', path: 'userName', value: names[1 - at] }, ...others]),
    );
    await server.waiting(2);
    return patches;
  });
  return Promise.all(sent);
}

describe('two users that are to have the names of one another at once', () => {
  it('are both deactivated when the requests say so, whoever waits for whom (I1)', async () => {
    for (let round = 0; round < 5; round += 1) {
      for (const answer of await swapped(round, [{ op: 'Replace', path: 'active', value: 'False' }])) {
        expect(answer).toMatchObject({ status: 200, body: { active: false } });
      }
    }
  });

  it('are refused by 409 otherwise', async () => {
    for (let round = 10; round < 13; round += 1) {
      for (const answer of await swapped(round, [])) expect([200, 409]).toContain(answer.status);
    }
  });
});
