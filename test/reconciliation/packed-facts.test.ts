import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { packed, PackedFacts } from '../../src/reconciliation/packed-facts.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

async function packedAs(columns: readonly string[]): Promise<PackedFacts> {
  const { rows } = await db.database.query<{ facts: string }>(`select ${packed(columns)} as facts`);
  return new PackedFacts(rows[0]?.facts ?? '');
}

it('takes out what was packed, nulls, tabs and quotes of free text included', async () => {
  const facts = await packedAs([
    `'M3'::text`,
    'null::uuid',
    `to_json(E'Hall\\t"B"\\n%s'::text)`,
    'to_json(null::text)',
    'true',
    'false',
    `'2026-03-10 12:00:00.12+00'::timestamptz`,
    'null::timestamptz',
    `'last'::text`,
  ]);
  expect([facts.given(), facts.text(), facts.anyText(), facts.anyText(), facts.flag(), facts.flag()]).toEqual([
    'M3',
    null,
    'Hall\t"B"\n%s',
    null,
    true,
    false,
  ]);
  expect([facts.givenInstant(), facts.instant(), facts.given()]).toEqual(['2026-03-10T12:00:00.120Z', null, 'last']);
});

it('refuses a null that must not be, and free text that was packed as it is', async () => {
  expect(() => new PackedFacts('').given()).toThrow('is empty');
  const facts = await packedAs(['true']);
  expect(() => facts.anyText()).toThrow();
});
