import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { migrate, readMigrations } from '../../src/platform/index.ts';
import { ROLLCALL_USER_URN as EXT, roleClaims } from '../../src/scim-protocol/index.ts';
import { testPostgres } from '../support/database.ts';
import { databaseUrl } from '../support/postgres-server.ts';
import { queryOnce } from '../support/query-once.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const appRole = (members: object) => JSON.stringify({ id: '06b07648', ...members });

/** Resources as they were stored; what they claim is what `roleClaims` reads, which the migration must not differ from. */
const resources = [
  { name: 'nothing', resource: { active: true }, sources: 0 },
  { name: 'the extension', resource: { [EXT]: { rbac_role_id: 'auditor' } }, sources: 1 },
  { name: 'an extension without a role', resource: { [EXT]: {} }, sources: 0 },
  { name: 'userType', resource: { userType: 'Member' }, sources: 1 },
  { name: 'the role under the core URN', resource: { [CORE]: { role: 'auditor' } }, sources: 1 },
  { name: 'the only role', resource: { roles: [{ value: 'auditor' }] }, sources: 1 },
  { name: 'the primary role', resource: { roles: [{ value: 'a' }, { value: 'b', primary: true }] }, sources: 1 },
  { name: 'two roles of which none is primary', resource: { roles: [{ value: 'a' }, { value: 'b', primary: false }] }, sources: 0 },
  { name: 'a role that has but a name to show', resource: { roles: [{ display: 'Auditor', primary: true }] }, sources: 0 },
  { name: 'no roles', resource: { roles: [] }, sources: 0 },
  { name: 'JSON in the value', resource: { roles: [{ value: appRole({ value: '25', displayName: 'R' }) }] }, sources: 1 },
  { name: 'JSON whose value is no text', resource: { roles: [{ value: appRole({ value: 25, displayName: 'R' }) }] }, sources: 1 },
  { name: 'JSON with an id alone', resource: { roles: [{ value: ` ${appRole({ value: '', displayName: null })}` }] }, sources: 1 },
  { name: 'JSON that names nothing', resource: { roles: [{ value: '{"role":7}' }] }, sources: 0 },
  { name: 'what only looks like JSON', resource: { roles: [{ value: '{auditor}' }] }, sources: 1 },
  {
    name: 'everything',
    resource: { userType: 'u', roles: [{ value: 'r' }], [CORE]: { role: 'c' }, [EXT]: { rbac_role_id: 'e' } },
    sources: 4,
  },
];

const name = `role_claims_${randomBytes(6).toString('hex')}`;
const { ownerUrl, superuserUrl } = testPostgres();
const url = databaseUrl(ownerUrl, name);
const migrations = readMigrations('migrations');
let found: readonly { readonly claims: unknown; readonly version: number }[] = [];

beforeAll(async () => {
  await queryOnce(ownerUrl, `create database ${name}`);
  await migrate({ ownerUrl: url, migrations: migrations.filter((each) => each.name < '0014') });
  const stored = JSON.stringify(resources.map(({ resource }) => resource));
  await queryOnce(
    url,
    `insert into scim_user (workspace_id, id, user_name, user_name_key, email_keys, active, version, created_at, last_modified, resource)
     select gen_random_uuid(), gen_random_uuid(), n::text, n::text, '{}', true, 1, now(), now(), resource
     from jsonb_array_elements($1::jsonb) with ordinality as item (resource, n)`,
    [stored],
  );
  await migrate({ ownerUrl: url, migrations });
  found = await queryOnce(url, 'select role_claims as claims, version::int from scim_user order by user_name::int');
});
afterAll(() => queryOnce(superuserUrl, `drop database ${name} with (force)`));

it.each(resources.map((row, n) => ({ ...row, n })))('a user pushed before keeps claiming $name', ({ resource, sources, n }) => {
  const claims = roleClaims(resource);
  expect(claims).toHaveLength(sources);
  expect(found[n]).toEqual({ claims, version: 1 });
});
