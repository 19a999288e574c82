import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Instant, WorkspaceId } from '../../src/kernel/index.ts';
import { type ExchangeFilter, exchangesStatement } from '../../src/scim/exchange-read-model.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

const WORKSPACE = '00000000-0000-7000-8000-000000000001' as WorkspaceId;
const everything: ExchangeFilter = {
  userId: undefined,
  groupId: undefined,
  credentialId: undefined,
  method: undefined,
  statusClass: undefined,
  onlyOddities: false,
  from: undefined,
  to: undefined,
};
const idOf = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
  // Mostly PATCHes of users by one credential, as years of a large tenant are; what a filter asks for lies far back, and is rare.
  await db.owner.query(
    `insert into scim_exchange (workspace_id, id, at, credential_id, request_id, method, path, status, tolerated, ignored, user_id, group_id)
     select $1, (lpad(to_hex(1772528400000 + n * 1000), 12, '0') || '70008000' || lpad(n::text, 12, '0'))::uuid, to_timestamp(1772528400 + n),
       ('00000000-0000-7000-8000-' || lpad((n % 500 = 0 and n < 20000)::int::text, 12, '0'))::uuid, gen_random_uuid(),
       case when n < 300 then 'DELETE' else 'PATCH' end, '/Users', case when n % 900 = 0 then 400 when n % 9001 = 0 then 500 else 200 end,
       case when n % 700 = 0 then '[{"quirk": "boolean-as-string"}]'::jsonb else '[]' end, '[]',
       case when n % 3 > 0 then ('00000000-0000-7000-8000-' || lpad((n % 400)::text, 12, '0'))::uuid end,
       case when n % 3 = 0 then ('00000000-0000-7000-8000-' || lpad((n % 400)::text, 12, '0'))::uuid end
     from generate_series(1, 40000) as n`,
    [WORKSPACE],
  );
  await db.owner.query('analyze scim_exchange');
});
afterAll(() => db.drop());

describe('a page of the wire log', () => {
  it.each<{ name: string; filter: Partial<ExchangeFilter>; after?: string; index: string }>([
    { name: 'of everything', filter: {}, index: 'scim_exchange_pkey' },
    { name: 'of a user', filter: { userId: idOf(7) }, index: 'scim_exchange_user' },
    { name: 'of a group', filter: { groupId: idOf(9) }, index: 'scim_exchange_group' },
    { name: 'of a method', filter: { method: 'DELETE' }, index: 'scim_exchange_pkey' },
    { name: 'of refusals', filter: { statusClass: 4 }, index: 'scim_exchange_refused' },
    { name: 'of failures', filter: { statusClass: 5 }, index: 'scim_exchange_refused' },
    { name: 'of oddities', filter: { onlyOddities: true }, index: 'scim_exchange_odd' },
    {
      name: 'of a stretch of time',
      filter: { from: '2026-03-03T09:00:00.000Z' as Instant, to: '2026-03-03T10:00:00.000Z' as Instant },
      index: 'scim_exchange_pkey',
    },
    { name: 'that goes on', filter: {}, after: '019cb2ec-fe6d-7000-8000-000000000000', index: 'scim_exchange_pkey' },
  ])('$name walks down $index, and sorts nothing', async ({ filter, after, index }) => {
    const { text, values } = exchangesStatement(WORKSPACE, { ...everything, ...filter }, { after, limit: 101 });
    const { rows } = await db.database.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain(`Index Scan Backward using ${index} on scim_exchange`);
    expect(plan).not.toMatch(/Sort|Seq Scan|Bitmap/);
  });
});
