import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DomainError } from '../../src/kernel/index.ts';
import { copyLine, CopyRows, openDatabase, type Queryable } from '../../src/platform/index.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

describe('the database', () => {
  let at: TestDatabase;

  beforeAll(async () => {
    at = await testDatabase();
    await at.owner.query('create table scratch (id int primary key, note text)');
    await at.owner.query('grant select, insert on scratch to rollcall_server');
  });
  afterAll(() => at.drop());

  it.each([
    { name: 'timestamptz as an instant', sql: `'2026-02-10 18:00:00.5+01'::timestamptz`, expected: '2026-02-10T17:00:00.500Z' },
    { name: 'a whole second', sql: `'2026-02-10 17:00:00Z'::timestamptz`, expected: '2026-02-10T17:00:00.000Z' },
    { name: 'hundredths of a second', sql: `'2026-02-10 17:00:00.12Z'::timestamptz`, expected: '2026-02-10T17:00:00.120Z' },
    { name: 'milliseconds', sql: `'2026-02-10 17:00:00.123Z'::timestamptz`, expected: '2026-02-10T17:00:00.123Z' },
    { name: 'microseconds to the millisecond', sql: `'2026-02-10 17:00:00.123999Z'::timestamptz`, expected: '2026-02-10T17:00:00.123Z' },
    { name: 'date as its own text', sql: `'2026-02-10'::date`, expected: '2026-02-10' },
    { name: 'int8 as a number', sql: '9007199254740991::int8', expected: 9007199254740991 },
    { name: 'jsonb parsed', sql: `'{"a":[1,null]}'::jsonb`, expected: { a: [1, null] } },
    { name: 'text[] as a list', sql: `array['a,b','"c"',null]`, expected: ['a,b', '"c"', null] },
    { name: 'timestamptz[] as instants', sql: `array['2026-02-10 17:00:00+00'::timestamptz]`, expected: ['2026-02-10T17:00:00.000Z'] },
    { name: 'int8[] as numbers', sql: 'array[1::int8, 2]', expected: [1, 2] },
    {
      name: 'uuid[] as texts',
      sql: `array['0198c0de-7b1a-7c3d-9abc-0123456789ab'::uuid]`,
      expected: ['0198c0de-7b1a-7c3d-9abc-0123456789ab'],
    },
  ])('reads $name', async ({ sql, expected }) => {
    const { rows } = await at.database.query<{ value: unknown }>(`select ${sql} as value`);
    expect(rows).toEqual([{ value: expected }]);
  });

  it('refuses an int8 that a JavaScript number cannot carry, instead of rounding it', async () => {
    await expect(at.database.query('select 9007199254740993::int8 as value')).rejects.toThrow('no JavaScript number can carry');
  });

  it('rolls a transaction back when its work throws', async () => {
    const work = at.database.transaction(async (tx) => {
      await tx.query('insert into scratch values (1, $1)', ['gone']);
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect((await at.database.query('select * from scratch')).count).toBe(0);
  });

  it('commits a companion with what it accompanies, of every transaction and of no other', async () => {
    const note = (id: number, text: string) => (tx: Queryable) => tx.query('insert into scratch values ($1, $2)', [id, text]);
    let companions = 0;
    const companion = async (tx: Queryable) => {
      companions += 1;
      await note(20 + companions, 'companion')(tx);
    };
    await at.database.accompany({ last: companion }, () =>
      Promise.all([at.database.transaction(note(1, 'own')), at.database.transaction(note(2, 'own'))]),
    );
    await at.database.transaction(note(3, 'alone'));
    const { rows } = await at.owner.query<{ note: string }>('delete from scratch returning note');
    expect(rows.map((row) => row.note).sort()).toEqual(['alone', 'companion', 'companion', 'own', 'own']);
  });

  it('rolls back what is accompanied when the companion throws', async () => {
    const refusing = () => Promise.reject(new Error('not with me'));
    const work = at.database.accompany({ last: refusing }, () =>
      at.database.transaction((tx) => tx.query("insert into scratch values (1, 'x')")),
    );
    await expect(work).rejects.toThrow('not with me');
    expect((await at.database.query('select from scratch')).count).toBe(0);
  });

  it('copies rows in from chunks, and nothing when the source breaks', async () => {
    await at.database.transaction((tx) => tx.copyIn('copy scratch from stdin', ['10\ta\n11', '\tb\n']));
    expect((await at.database.query('select * from scratch order by id')).rows).toEqual([
      { id: 10, note: 'a' },
      { id: 11, note: 'b' },
    ]);
    function* breaking() {
      yield '12\tc\n';
      throw new Error('the source broke');
    }
    await expect(at.database.transaction((tx) => tx.copyIn('copy scratch from stdin', breaking()))).rejects.toThrow('the source broke');
    expect((await at.database.query('select * from scratch where id = 12')).count).toBe(0);
    expect((await at.database.query('select 1')).count).toBe(1);
  });

  it.each([
    { what: 'plain text', bytes: Buffer.from('{"a":"b c"}') },
    { what: 'backslashes', bytes: Buffer.from(String.raw`\\x41\\101\\\\ "\n"`) },
    { what: 'nothing', bytes: Buffer.alloc(0) },
    { what: 'line ends and tabs', bytes: Buffer.from('a\n\t\r\0') },
    { what: 'letters of two bytes', bytes: Buffer.from('ä𝄞') },
    { what: 'every byte', bytes: Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)) },
  ])('copies bytes in as they are: $what', async ({ bytes }) => {
    const stored = await at.database.transaction(async (tx) => {
      await tx.query('create temporary table scratch_bytes (bytes bytea) on commit drop');
      await tx.copyIn('copy scratch_bytes from stdin', [copyLine([bytes])]);
      return (await tx.query<{ bytes: Buffer }>('select bytes from scratch_bytes')).rows;
    });
    expect(stored).toEqual([{ bytes }]);
  });

  it('copies rows in that were written out at once, however many bytes their characters take', async () => {
    const rows = new CopyRows();
    const long = 'ä𝄞\t\\'.repeat(200_000);
    for (const [id, note] of [
      [20, 'a'],
      [21, long],
      [22, null],
    ] as const)
      rows.add([id, note]);
    await at.database.transaction((tx) => tx.copyIn('copy scratch from stdin', rows.bytes()));
    expect(rows.count).toBe(3);
    rows.clear();
    expect([rows.count, rows.bytes().length]).toEqual([0, 0]);
    const { rows: stored } = await at.database.query('select * from scratch where id >= 20 order by id');
    expect(stored).toEqual([
      { id: 20, note: 'a' },
      { id: 21, note: long },
      { id: 22, note: null },
    ]);
  });

  it('says database-unavailable when nobody listens, for a query and for a transaction (I8)', async () => {
    const nobody = openDatabase({ url: 'postgres://nobody:x@127.0.0.1:1/none', poolSize: 1, applicationName: 'test' });
    for (const attempt of [nobody.query('select 1'), nobody.transaction((tx) => tx.query('select 1'))]) {
      const error: unknown = await attempt.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(DomainError);
      expect((error as DomainError).code).toBe('database-unavailable');
    }
    await nobody.close();
  });

  it('says database-unavailable when its connection is cut, and works again at the next query (I8)', async () => {
    const own = openDatabase({ url: at.serverUrl, poolSize: 1, applicationName: 'to-be-cut' });
    const cut = own.transaction(async (tx) => {
      const { rows } = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
      const admin = openDatabase({ url: at.serverUrl, poolSize: 1, applicationName: 'cutter' });
      await admin.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
      await admin.close();
      await tx.query('select 1');
    });
    await expect(cut).rejects.toMatchObject({ code: 'database-unavailable' });
    expect((await own.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await own.close();
  });

  it('does not let the server role alter tables', async () => {
    await expect(at.database.query('alter table scratch add column more text')).rejects.toThrow('must be owner');
  });
});
