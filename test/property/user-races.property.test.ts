import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ScimClient, type ScimServer, startScim } from '../scim/scim-server.ts';
import { type SecondServer, startSecond } from '../scim/second-server.ts';
import { type FlatUser, flatten } from './patch-model.ts';
import { command, send } from './user-commands.ts';
import { applied, type Command, type ModelUser } from './user-store-model.ts';

let server: ScimServer;
let second: SecondServer;

beforeAll(async () => {
  server = await startScim();
  second = await startSecond(server);
});
afterAll(async () => {
  await second.close();
  await server.close();
});

/** Changes of the two users that there are; a new user would have no place before it is made. */
const changes = fc.array(
  command.filter((one) => one.kind !== 'create' && one.place < 2),
  { minLength: 2, maxLength: 5 },
);

/** How the requests were answered, and what there is afterwards. */
interface Ending {
  readonly statuses: readonly number[];
  readonly users: readonly ({ readonly cells: FlatUser; readonly version: number } | 'gone')[];
}

/** Every ending that some order of the commands could have, one after the other. */
function serialEndings(users: readonly ModelUser[], commands: readonly Command[]): readonly Ending[] {
  return orders(commands.map((_, at) => at)).map((order) => {
    const statuses: number[] = [];
    let after = users;
    for (const at of order) {
      const outcome = applied(after, commands[at] as Command, 0);
      statuses[at] = outcome.status;
      after = outcome.users;
    }
    return { statuses, users: after.map(({ cells, isDeleted, version }) => (isDeleted ? 'gone' : { cells, version })) };
  });
}

function orders(places: readonly number[]): readonly (readonly number[])[] {
  if (places.length === 0) return [[]];
  return places.flatMap((place, at) => orders(places.toSpliced(at, 1)).map((rest) => [place, ...rest]));
}

async function shown(client: ScimClient, id: string): Promise<Ending['users'][number]> {
  const { body, status } = await client.send('GET', `/Users/${id}`);
  if (status === 404) return 'gone';
  const { id: _id, meta, schemas: _schemas, ...resource } = body;
  return { cells: flatten(resource), version: Number(/\d+/.exec(meta.version)?.[0]) };
}

/** Objects with their members in order, so that two that are the same are the same text. */
function text(ending: Ending): string {
  const sorted = ({ cells, version }: { readonly cells: FlatUser; readonly version: number }) => [
    version,
    Object.entries(cells).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  ];
  return JSON.stringify([ending.statuses, ending.users.map((user) => (user === 'gone' ? user : sorted(user)))]);
}

describe('any changes of two users at once (I1, I2)', () => {
  it.each([
    { name: 'on one server', clients: (one: ScimClient) => [one] },
    { name: 'on two servers', clients: (one: ScimClient) => [one, second.twin(one)] },
  ])('come to what some order of them one by one would, and are answered so, $name', async ({ clients }) => {
    await fc.assert(
      fc.asyncProperty(changes, async (commands) => {
        const client = await server.client();
        const ids = [await client.addUser('ada'), await client.addUser('bob')];
        const servers = clients(client);
        const answers = await server.owner.transaction(async (tx) => {
          // While nobody can write, most have time to read what others are about to change.
          await tx.query('select 1 from scim_user where scim_user.id = any($1::uuid[]) for update', [ids]);
          const sent = commands.map((one, at) => send(servers[at % servers.length] ?? client, ids, one, 'legacy'));
          for (const id of ids) await client.send('GET', `/Users/${id}`);
          return sent;
        });
        const statuses = (await Promise.all(answers)).map(({ status }) => status);
        const users = [await shown(client, ids[0] ?? ''), await shown(client, ids[1] ?? '')];
        const possible = serialEndings(['ada', 'bob'].map(created), commands);
        expect(possible.map(text)).toContain(text({ statuses, users }));
      }),
      { numRuns: 100 },
    );
  });
});

function created(userName: string): ModelUser {
  const [user] = applied([], { kind: 'create', cells: { userName } }, 0).users;
  if (user === undefined) throw new Error('the model makes no user');
  return user;
}
