import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CanonicalObject } from '../../src/kernel/index.ts';
import { type ScimClient, type ScimServer, startScim } from '../scim/scim-server.ts';
import { type FlatUser, flatten, type SimpleOperation } from './patch-model.ts';
import { applied, type Command, type ModelUser } from './user-store-model.ts';

const ENT = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const EXT = 'urn:ietf:params:scim:schemas:extension:rollcall:2.0:User';
const WORK = 'emails[type eq "work"].value';
const HOME = 'emails[type eq "home"].value';

let server: ScimServer;

beforeAll(async () => {
  server = await startScim();
});
afterAll(() => server.close());

// Few values, so that a request often says what is there already, and a name that is taken.
const userName = fc.constantFrom('ada', 'Ada', 'bob', 'cyd');
const text = fc.constantFrom('x', 'X', 'y');
const cellNames = [
  'title',
  'displayName',
  'externalId',
  'name.givenName',
  'name.familyName',
  `${ENT}:department`,
  `${EXT}:rbac_role_id`,
  WORK,
  HOME,
];
const whole = fc
  .tuple(userName, fc.dictionary(fc.constantFrom(...cellNames), text, { maxKeys: 4 }), fc.option(fc.boolean(), { nil: undefined }))
  .map(([name, cells, active]): FlatUser => ({ ...cells, userName: name, ...(active === undefined ? {} : { active }) }));
const operation: fc.Arbitrary<SimpleOperation> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constantFrom('add', 'replace', 'remove'),
      path: fc.constantFrom(...cellNames),
      value: fc.oneof(text, fc.constant('')),
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constantFrom('add', 'replace'), path: fc.constant('active'), value: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('replace' as const), path: fc.constant('userName'), value: userName }) },
);
const place = fc.nat({ max: 2 });
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('create' as const), cells: whole }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('patch' as const), place, operations: fc.array(operation, { maxLength: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('replace' as const), place, cells: whole }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), place }) },
);

type Dialect = 'legacy' | 'optimised';

/** How a provisioning job of each kind writes an operation (entra-scim-client §3). */
const dialects: Readonly<Record<Dialect, (operation: SimpleOperation) => unknown>> = {
  legacy: ({ op, path, value }: SimpleOperation) => {
    const said = typeof value === 'boolean' ? (value ? 'True' : 'False') : value;
    return op === 'remove' ? { op: 'Remove', path } : { op: op === 'add' ? 'Add' : 'Replace', path, value: said };
  },
  optimised: ({ op, path, value }: SimpleOperation) => (op === 'remove' ? { op, path } : { op, value: { [path]: value } }),
};

/** The cells as the resource that POST and PUT send. */
function resourceOf(cells: FlatUser): Record<string, unknown> {
  const resource: Record<string, unknown> = {};
  const emails: unknown[] = [];
  for (const [path, value] of Object.entries(cells)) {
    const [, urn, member = ''] = /^(urn:.*):(\w+)$/.exec(path) ?? /^(name)\.(\w+)$/.exec(path) ?? [];
    const type = /type eq "(\w+)"/.exec(path)?.[1];
    if (type !== undefined) emails.push({ type, value });
    else if (urn === undefined) resource[path] = value;
    else resource[urn] = { ...(resource[urn] as object | undefined), [member]: value };
  }
  return emails.length === 0 ? resource : { ...resource, emails };
}

function send(client: ScimClient, ids: readonly string[], command: Command, dialect: Dialect) {
  if (command.kind === 'create') return client.send('POST', '/Users', resourceOf(command.cells));
  const path = `/Users/${ids[command.place] ?? '00000000-0000-7000-8000-000000000000'}`;
  if (command.kind === 'remove') return client.send('DELETE', path);
  if (command.kind === 'replace') return client.send('PUT', path, resourceOf(command.cells));
  return client.patch(path, command.operations.map(dialects[dialect]));
}

/** What GET and the list show of every user is what the model holds. */
async function expectShown(client: ScimClient, ids: readonly string[], users: readonly ModelUser[], instants: readonly string[]) {
  const shown: unknown[] = [];
  for (const [at, user] of users.entries()) {
    const { body, headers, status } = await client.send('GET', `/Users/${ids[at]}`);
    expect(status).toBe(user.isDeleted ? 404 : 200);
    if (user.isDeleted) continue;
    const { id, meta, schemas: _schemas, ...resource } = body;
    const etag = `W/"${user.version}"`;
    expect({ id, cells: flatten(resource as CanonicalObject), etag: headers.get('etag') }).toEqual({
      id: ids[at],
      cells: user.cells,
      etag,
    });
    expect(meta).toMatchObject({ version: etag, lastModified: instants[user.changedAt] });
    shown.push(body);
  }
  const list = await client.send('GET', '/Users');
  expect(list.body).toMatchObject({ totalResults: shown.length, itemsPerPage: shown.length });
  expect(list.body.Resources).toEqual(shown);
}

/** The ledger has a record for each change and none for what changed nothing; the states are the stretches that there were. */
async function expectEvidence(
  { workspaceId }: ScimClient,
  ids: readonly string[],
  users: readonly ModelUser[],
  instants: readonly string[],
) {
  for (const [at, user] of users.entries()) {
    const { rows: records } = await server.owner.query<{ type: string }>(
      'select type from ledger_record where workspace_id = $1 and subject_id = $2 order by ord',
      [workspaceId, ids[at]],
    );
    expect(records.map(({ type }) => type)).toEqual(user.records);
    const { rows: states } = await server.owner.query<{ version: number; active: boolean; deleted: boolean; at: string }>(
      `select state.version, state.active, state.deleted, state.at from scim_user_state as state
       join ledger_record as record on record.workspace_id = state.workspace_id and record.id = state.record_id and record.recorded_at = state.at
       where state.workspace_id = $1 and state.scim_user_id = $2 order by state.version`,
      [workspaceId, ids[at]],
    );
    expect(states.map(({ at: _at, ...state }) => state)).toEqual(user.stretches);
    if (user.stretches.at(-1)?.version === user.version) expect(states.at(-1)?.at).toBe(instants[user.changedAt]);
  }
}

describe('a handful of users', () => {
  it.each(['legacy', 'optimised'] as const)(
    'are what a model of cells says after each request, in the %s dialect (I1, I3)',
    async (dialect) => {
      await fc.assert(
        fc.asyncProperty(whole, fc.array(command, { minLength: 3, maxLength: 10 }), async (first, commands) => {
          const client = await server.client();
          const ids: string[] = [];
          const instants: string[] = [];
          let users: readonly ModelUser[] = [];
          for (const [at, one] of [{ kind: 'create' as const, cells: first }, ...commands].entries()) {
            const answer = await send(client, ids, one, dialect);
            instants.push(server.clock.now());
            const outcome = applied(users, one, at);
            expect([one.kind, answer.status]).toEqual([one.kind, outcome.status]);
            if (answer.status === 201) ids.push(answer.body.id);
            users = outcome.users;
            await expectShown(client, ids, users, instants);
          }
          await expectEvidence(client, ids, users, instants);
        }),
        { numRuns: 60 },
      );
    },
  );
});
