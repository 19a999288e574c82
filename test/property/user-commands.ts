import fc from 'fast-check';
import type { ScimClient } from '../scim/scim-server.ts';
import type { FlatUser, SimpleOperation } from './patch-model.ts';
import type { Command } from './user-store-model.ts';

const ENT = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const EXT = 'urn:ietf:params:scim:schemas:extension:rollcall:2.0:User';
const WORK = 'emails[type eq "work"].value';
const HOME = 'emails[type eq "home"].value';

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
/** A whole user, as POST and PUT send it. */
export const whole = fc
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
/** Any command; the places are those of the first three users. */
export const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('create' as const), cells: whole }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('patch' as const), place, operations: fc.array(operation, { maxLength: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('replace' as const), place, cells: whole }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), place }) },
);

export type Dialect = 'legacy' | 'optimised';

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

/** Sends a command as a job of the dialect does; a user that was never made is asked for by an id that is nobody's. */
export function send(client: ScimClient, ids: readonly string[], command: Command, dialect: Dialect) {
  if (command.kind === 'create') return client.send('POST', '/Users', resourceOf(command.cells));
  const path = `/Users/${ids[command.place] ?? '00000000-0000-7000-8000-000000000000'}`;
  if (command.kind === 'remove') return client.send('DELETE', path);
  if (command.kind === 'replace') return client.send('PUT', path, resourceOf(command.cells));
  return client.patch(path, command.operations.map(dialects[dialect]));
}
