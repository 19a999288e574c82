import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CanonicalObject } from '../../src/kernel/index.ts';
import { type ScimClient, type ScimServer, startScim } from '../scim/scim-server.ts';
import { flatten } from './patch-model.ts';
import { command, send, whole } from './user-commands.ts';
import { applied, type ModelUser } from './user-store-model.ts';

let server: ScimServer;

beforeAll(async () => {
  server = await startScim();
});
afterAll(() => server.close());

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
