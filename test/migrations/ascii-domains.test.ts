import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addressKey } from '../../src/kernel/index.ts';
import { migrate, readMigrations } from '../../src/platform/index.ts';
import { testPostgres } from '../support/database.ts';
import { databaseUrl } from '../support/postgres-server.ts';
import { queryOnce } from '../support/query-once.ts';

const name = `ascii_domains_${randomBytes(6).toString('hex')}`;
const { ownerUrl, superuserUrl } = testPostgres();
const url = databaseUrl(ownerUrl, name);
const migrations = readMigrations('migrations');
const [id, connection] = [randomUUID(), randomUUID()];
const WIRE = 'xn--bcher-kva.example';

const person = (employeeId: string, key: string) => `
  insert into person (workspace_id, id, employee_id, work_email, email_key, created_at, changed_at)
  values ('${id}', gen_random_uuid(), '${employeeId}', '${key}', '${key}', now(), now())`;
const account = (objectId: string, keys: readonly string[]) => `
  insert into directory_account (workspace_id, connection_id, object_id, user_principal_name, address_keys, account_enabled, attributes, row_hash, state, in_scope,
    scope_state, first_run_id, last_run_id)
  values ('${id}', '${connection}', '${objectId}', '', array[${keys.map((key) => `'${key}'`).join(', ')}], true, '{}', '\\x00', 'enabled', true, 'in_scope',
    gen_random_uuid(), gen_random_uuid())`;
const alias = (objectId: string, key: string) => `
  insert into directory_alias (workspace_id, connection_id, object_id, address_key, ordinal, observed_at)
  values ('${id}', '${connection}', '${objectId}', '${key}', 1, now())`;
const user = (key: string, emails: readonly string[]) => `
  insert into scim_user (workspace_id, id, user_name, user_name_key, email_keys, active, version, created_at, last_modified, resource)
  values ('${id}', gen_random_uuid(), '${key}', '${key}', array[${emails.map((each) => `'${each}'`).join(', ')}]::text[], true, 1, now(), now(), '{}')`;
const administrator = (key: string) => `
  insert into administrator (workspace_id, id, email, email_key, role_id, invited_at, invited_by, invitation_hash, invitation_expires_at)
  values ('${id}', gen_random_uuid(), '${key}', '${key}', 'admin', now(), 'system', sha256('${key}'::bytea), now())`;

const [one, both, guest, wide] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];

beforeAll(async () => {
  await queryOnce(ownerUrl, `create database ${name}`);
  await migrate({ ownerUrl: url, migrations: migrations.filter((each) => each.name < '0134') });
  for (const statement of [
    `insert into workspace (workspace_id, slug, name, time_zone, created_at) values ('${id}', 'w', 'W', 'UTC', '2026-01-01')`,
    `insert into role (workspace_id, id, name, rank, created_at) values ('${id}', 'admin', 'Admin', 1, now())`,
    `insert into directory_connection (workspace_id, id, cloud, tenant_id, client_id, created_at, created_by)
     values ('${id}', '${connection}', 'commercial', gen_random_uuid(), gen_random_uuid(), now(), 'system')`,
    person('1', 'ann@bücher.example'),
    person('2', 'ben@contoso.example'),
    account(one, ['ann@bücher.example', 'ann@contoso.example']),
    account(both, ['cem@bücher.example', `cem@${WIRE}`]),
    account(wide, ['gil@bücher.example', 'gil@ｂücher.example', 'gil@bü\u{fb01}.example', 'gil@büfi.example']),
    account(guest, ['dan_bücher.example#ext#@contoso.example']),
    alias(one, 'ann@bücher.example'),
    alias(both, 'cem@bücher.example'),
    alias(both, `cem@${WIRE}`),
    alias(wide, 'gil@bücher.example'),
    alias(wide, 'gil@ｂücher.example'),
    alias(wide, 'gil@bü\u{fb01}.example'),
    alias(wide, 'gil@büfi.example'),
    user('ann@bücher.example', ['ann@café.example']),
    user('ben@contoso.example', ['ben@contoso.example']),
    administrator('eva@bücher.example'),
    administrator('fay@bücher.example'),
    administrator(`fay@${WIRE}`),
  ]) {
    await queryOnce(url, statement);
  }
  await migrate({ ownerUrl: url, migrations });
});
afterAll(() => queryOnce(superuserUrl, `drop database ${name} with (force)`));

describe('keys of before', () => {
  it.each([
    {
      of: 'people',
      query: 'select email_key as key from person order by employee_id',
      keys: [`ann@${WIRE}`, 'ben@contoso.example'],
    },
    {
      of: 'directory accounts, each once',
      query: "select array_to_string(address_keys, ' ') as key from directory_account where guest_address is null order by 1",
      keys: [`ann@contoso.example ann@${WIRE}`, `cem@${WIRE}`, `gil@${WIRE} gil@xn--bfi-hoa.example`],
    },
    { of: 'guests', query: 'select guest_address as key from directory_account where guest_address is not null', keys: [`dan@${WIRE}`] },
    {
      of: 'aliases, but for an account that had both spellings',
      query: 'select address_key as key from directory_alias order by 1',
      keys: [
        `ann@${WIRE}`,
        'cem@bücher.example',
        `cem@${WIRE}`,
        `gil@${WIRE}`,
        `gil@${WIRE}`,
        'gil@xn--bfi-hoa.example',
        'gil@xn--bfi-hoa.example',
      ],
    },
    {
      of: 'aliases that are open, each once',
      query: "select address_key as key from directory_alias where address_key like 'gil@%' and confirmed_until is null order by 1",
      keys: [`gil@${WIRE}`, 'gil@xn--bfi-hoa.example'],
    },
    {
      of: 'SCIM users, beside what they were sent as',
      query: "select array_to_string(email_keys, ' ') as key from scim_user order by user_name",
      keys: ['ann@café.example ann@xn--bcher-kva.example ann@xn--caf-dma.example', 'ben@contoso.example'],
    },
    {
      of: 'administrators, but for two that would become one',
      query: 'select email_key as key from administrator order by 1',
      keys: [`eva@${WIRE}`, 'fay@bücher.example', `fay@${WIRE}`],
    },
  ])('have their domains for the wire: of $of', async ({ query, keys }) => {
    const rows = (await queryOnce(url, query)) as { key: string }[];
    expect(rows.map(({ key }) => key.split(' ').sort().join(' ')).sort()).toEqual(keys.toSorted());
  });

  it.each([
    'ann@bücher.example',
    'ann@xn--bcher-kva.example',
    'ann@日本語.jp',
    'ann@例え.テスト',
    'ann@straße.example',
    'ann@пример.испытание',
    'ann@مثال.إختبار',
    'ann@उदाहरण.परीक्षा',
    'ann@한국어.한국',
    'ann@ελληνικά.example',
    'ann@tiếngviệt.example',
    'ann@ｂücher.example',
    'ann@a-ü-b.c.example',
    'müller@contoso.example',
    'bücher.example',
    'ann@bü/x',
    'ann@a\u00adü.example',
  ])('are spelled as the server spells them: %s', async (address) => {
    const key = address.normalize('NFC').toLowerCase();
    expect(await queryOnce(url, `select ascii_domain('${key}') as key`)).toEqual([{ key: addressKey(address) }]);
  });
});
