import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ScimClient, type ScimServer, startScim } from '../scim/scim-server.ts';

const NOBODY = '00000000-0000-7000-8000-000000000000';

let server: ScimServer;

beforeAll(async () => {
  server = await startScim();
});
afterAll(() => server.close());

describe('any bulk request', () => {
  const names = ['a@contoso.example', 'b@contoso.example', 'c@contoso.example'];
  const operation = fc.oneof(
    fc.record({ kind: fc.constant('post' as const), name: fc.constantFrom(...names), title: fc.constantFrom('x', '') }),
    fc.record({
      kind: fc.constantFrom('patch' as const, 'put' as const),
      at: fc.nat({ max: 3 }),
      name: fc.constantFrom(...names),
      active: fc.boolean(),
    }),
    fc.record({ kind: fc.constant('delete' as const), at: fc.nat({ max: 3 }) }),
    fc.record({ kind: fc.constant('bad' as const), at: fc.nat({ max: 3 }) }),
  );
  type Step = typeof operation extends fc.Arbitrary<infer Value> ? Value : never;

  const asOperation = (step: Step, ids: readonly string[]) => {
    if (step.kind === 'post') return { method: 'POST', path: '/Users', data: { userName: step.name, title: step.title } };
    const path = `/Users/${ids[step.at] ?? NOBODY}`;
    if (step.kind === 'delete') return { method: 'DELETE', path };
    if (step.kind === 'bad') return { method: 'PATCH', path, data: { Operations: [{ op: 'replace', value: { userName: { a: 1 } } }] } };
    const value = { userName: step.name, active: step.active };
    return step.kind === 'put'
      ? { method: 'PUT', path, data: value }
      : { method: 'PATCH', path, data: { Operations: [{ op: 'replace', value }] } };
  };

  const stateOf = async (by: ScimClient) =>
    (await by.send('GET', '/Users?sortBy=userName')).body.Resources.map((user: Readonly<Record<string, unknown>>) => {
      const { userName, active, title, meta } = user as { userName: string; active: boolean; title: string; meta: { version: string } };
      return { userName, active, title, version: meta.version };
    });

  it('comes to what its operations come to one by one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 12 }), async (steps) => {
        const workspaces = [await server.client(), await server.client()] as const;
        const users = await Promise.all(
          workspaces.map(async (by) => [await by.addUser('p@contoso.example'), await by.addUser('q@contoso.example')]),
        );
        const [together, alone] = workspaces;
        const { body } = await together.send('POST', '/Bulk', { Operations: steps.map((step) => asOperation(step, users[0] ?? [])) });
        const inBulk = body.Operations.map(({ status }: { status: string }) => status);
        const oneByOne: string[] = [];
        for (const step of steps) {
          const { method, path, data } = { data: undefined, ...asOperation(step, users[1] ?? []) };
          oneByOne.push(String((await alone.send(method, path, data)).status));
        }
        expect(inBulk).toEqual(oneByOne);
        expect(await stateOf(together)).toEqual(await stateOf(alone));
      }),
      { numRuns: 40 },
    );
  });
});
