import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ScimClient, type ScimServer, startScim } from '../scim/scim-server.ts';
import { type SecondServer, startSecond } from '../scim/second-server.ts';
import { type GroupRequest, type MemberOperation, type ModelGroup, serialOutcomes, shownGroup } from './group-model.ts';

const PEOPLE = 4;

let server: ScimServer;
let first: ScimClient;
let second: ScimClient;
let people: readonly string[];
let other: SecondServer;

beforeAll(async () => {
  server = await startScim();
  first = await server.client();
  people = await Promise.all(Array.from({ length: PEOPLE }, (_, n) => first.addUser(`p${n}@contoso.example`)));
  other = await startSecond(server);
  second = other.twin(first);
});
afterAll(async () => {
  await other.close();
  await server.close();
});

const some = fc.uniqueArray(fc.nat({ max: PEOPLE - 1 }), { minLength: 1, maxLength: 3 });
const operation: fc.Arbitrary<MemberOperation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('add' as const), members: some }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('remove' as const), members: some }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('replace' as const), members: some }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'clear' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rename' as const), displayName: fc.constantFrom('one', 'two') }) },
);
const request: fc.Arbitrary<GroupRequest> = fc.oneof(
  { weight: 3, arbitrary: operation.map((only) => [only]) },
  { weight: 1, arbitrary: fc.array(operation, { minLength: 2, maxLength: 3 }) },
);
const requests = fc.array(request, { minLength: 2, maxLength: 6 });
const members = fc.uniqueArray(fc.nat({ max: PEOPLE - 1 }), { maxLength: PEOPLE });

/** Names are the group's own, so that no request is refused for a name that another run's group has. */
let n = 0;

function written(operation: MemberOperation, suffix: string): unknown {
  if (operation.kind === 'rename') return { op: 'Replace', path: 'displayName', value: `${operation.displayName} ${suffix}` };
  if (operation.kind === 'clear') return { op: 'Remove', path: 'members' };
  return { op: operation.kind, path: 'members', value: operation.members.map((member) => ({ value: people[member] })) };
}

async function read(id: string, suffix: string): Promise<ModelGroup> {
  const { body } = await second.send('GET', `/Groups/${id}`);
  return {
    displayName: body.displayName.slice(0, -suffix.length - 1),
    members: new Set((body.members ?? []).map(({ value }: { value: string }) => people.indexOf(value))),
    version: Number(/\d+/.exec(body.meta.version)?.[0]),
  };
}

interface Attempt {
  readonly clients: readonly ScimClient[];
  readonly before: readonly number[];
  readonly parallel: readonly GroupRequest[];
  /** Whether all of them wait for the group before the first is let through: none can have seen what another did. */
  readonly isHeld: boolean;
}

async function expectSerial({ clients, before, parallel, isHeld }: Attempt): Promise<void> {
  const suffix = String((n += 1));
  const id = await first.addGroup(
    `group ${suffix}`,
    before.map((member) => people[member] ?? ''),
  );
  const send = () =>
    parallel.map((operations, at) => {
      const client = clients[at % clients.length] ?? first;
      return client.patch(
        `/Groups/${id}`,
        operations.map((one) => written(one, suffix)),
      );
    });
  const answers = await Promise.all(isHeld ? await behindLock(id, send) : send());
  expect(answers.map(({ status }) => status)).toEqual(parallel.map(() => 204));
  const possible = serialOutcomes({ displayName: 'group', members: new Set(before), version: 1 }, parallel);
  const group = await read(id, suffix);
  expect([...possible]).toContain(shownGroup(group));
  const records = (await recordsOf(id)) - (before.length === 0 ? 1 : 2);
  // A request that changes both members and name leaves two.
  expect(records).toBeGreaterThanOrEqual(group.version - 1);
  expect(records).toBeLessThanOrEqual(2 * (group.version - 1));
}

/** Sends while the group's row is held, until some of it waits there and the rest has had time to gather behind it. */
async function behindLock<Answer>(id: string, send: () => readonly Promise<Answer>[]): Promise<readonly Promise<Answer>[]> {
  return server.owner.transaction(async (tx) => {
    await tx.query('select 1 from scim_group where scim_group.id = $1 for update', [id]);
    const sent = send();
    await server.waiting(1);
    await server.scim.flush();
    return sent;
  });
}

async function recordsOf(id: string): Promise<number> {
  const { rows } = await server.owner.query<{ n: number }>('select count(*)::int as n from ledger_record where subject_id = $1', [id]);
  return rows[0]?.n ?? 0;
}

describe('any requests for one group at once (I2)', () => {
  it.each([
    { name: 'on one server', isHeld: false, clients: () => [first], numRuns: 150 },
    { name: 'on two servers', isHeld: false, clients: () => [first, second], numRuns: 150 },
    { name: 'on one server, when none has seen another', isHeld: true, clients: () => [first], numRuns: 100 },
    { name: 'on two servers, when none has seen another', isHeld: true, clients: () => [first, second], numRuns: 100 },
  ])('come to what some order of them one by one would, $name', async ({ clients, isHeld, numRuns }) => {
    await fc.assert(
      fc.asyncProperty(members, requests, (before, parallel) => expectSerial({ clients: clients(), before, parallel, isHeld })),
      { numRuns },
    );
  });
});
