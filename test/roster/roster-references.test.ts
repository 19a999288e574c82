import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/index.ts';
import type { Queryable } from '../../src/platform/index.ts';
import { importRoster } from '../../src/roster/index.ts';
import { sentRoster } from '../../src/roster/roster-reader.ts';
import { eachRoster } from './each-roster.ts';
import { ANN, BEN, HEADER, rosterServer, secretBox } from './roster-server.ts';

const given = eachRoster('2026-03-01T08:00:00.000Z' as Instant);

beforeEach(async () => {
  await given.at.post('mode=import', [ANN, BEN]);
});

const addPerson = (q: Queryable, workspaceId: string) =>
  q.query(
    `insert into person (workspace_id, id, employee_id, work_email, email_key, created_at, changed_at)
     values ($1, $2, '9', 'x@contoso.example', 'x@contoso.example', now(), now())`,
    [workspaceId, randomUUID()],
  );

/** Another employment of Ann, or of whom it is said. */
const addPeriod = (q: Queryable, { personId, importId }: { readonly personId?: string; readonly importId?: string }) =>
  q.query(
    `insert into employment_period (workspace_id, id, person_id, start_date, status, worker_type, import_id, row_number, record_id)
     select period.workspace_id, $2, coalesce($3, period.person_id), '2030-01-01', 'active', 'employee', coalesce($4, period.import_id), 9, $2
     from employment_period as period
     where period.workspace_id = $1
     order by period.row_number
     limit 1`,
    [given.at.workspaceId, randomUUID(), personId ?? null, importId ?? null],
  );

describe('what a row of the roster refers to is there', () => {
  it('takes an employment of a person by an import', async () => {
    await given.db.database.transaction((tx) => addPeriod(tx, {}));
    expect(await given.at.periods()).toHaveLength(3);
  });

  it.each([
    { story: 'a person of no workspace', write: (tx: Queryable) => addPerson(tx, randomUUID()), constraint: 'person_of_workspace' },
    {
      story: 'an employment of nobody',
      write: (tx: Queryable) => addPeriod(tx, { personId: randomUUID() }),
      constraint: 'employment_period_of_person',
    },
    {
      story: 'an employment by an import that never ends',
      write: (tx: Queryable) => addPeriod(tx, { importId: randomUUID() }),
      constraint: 'roster_import_reference_workspace_id_import_id_fkey',
    },
    {
      story: 'a change of an employment by an import that never ends',
      write: (tx: Queryable) =>
        tx.query('update employment_period set import_id = $2 where workspace_id = $1', [given.at.workspaceId, randomUUID()]),
      constraint: 'roster_import_reference_workspace_id_import_id_fkey',
    },
  ])('refuses $story', async ({ write, constraint }) => {
    await expect(given.db.database.transaction(write)).rejects.toMatchObject({ code: '23503', constraint });
    expect(await given.at.periods()).toHaveLength(2);
  });

  it('refuses an employment of a person of another workspace (I12)', async () => {
    const there = await rosterServer(given.db, given.clock);
    await there.post('mode=import', [ANN]);
    const [stranger] = (await there.get('/people'))['people'] as { id: string }[];
    await there.close();
    const writing = given.db.database.transaction((tx) => addPeriod(tx, { personId: stranger?.id ?? '' }));
    await expect(writing).rejects.toMatchObject({ code: '23503', constraint: 'employment_period_of_person' });
  });

  it.each([
    'update person set id = gen_random_uuid()',
    'update person set workspace_id = gen_random_uuid()',
    "update person set employee_id = 'x'",
    'update employment_period set person_id = gen_random_uuid()',
    'update employment_period set workspace_id = gen_random_uuid()',
    'update roster_import set id = gen_random_uuid()',
    'delete from employment_period',
    'delete from person',
    'delete from roster_import',
    'delete from roster_import_reference',
    'delete from workspace',
  ])('lets the server not take it away: %s', async (statement) => {
    await expect(given.db.database.query(statement)).rejects.toMatchObject({ code: '42501' });
  });
});

describe('a roster of more people than are written at a time', () => {
  const MANY = 4_100;
  const rows = Array.from({ length: MANY }, (_, n) => `${String(n).padStart(5, '0')},p${n}@contoso.example,"P, ${n}",2020-01-01,,,`);

  it('has everybody, and a ledger record of each employment in the order of their ids', async () => {
    const server = await rosterServer(given.db, given.clock);
    expect((await server.post('mode=import', rows)).body).toMatchObject({ added: MANY, rejectedRows: 0 });
    const { rows: kept } = await given.db.owner.query<{ isTold: boolean; isInOrder: boolean; people: number }>(
      `select count(*) as people, bool_and(record.type = 'hr.period.started' and record.subject_id = period.id) as "isTold",
              array_agg(person.employee_id order by record.ord) = array_agg(person.employee_id order by person.employee_id) as "isInOrder"
       from person
       join employment_period as period on period.workspace_id = person.workspace_id and period.person_id = person.id
       join ledger_record as record on record.workspace_id = period.workspace_id and record.id = period.record_id
       join ledger_disclosure as disclosed on disclosed.workspace_id = record.workspace_id and disclosed.record_id = record.id
         and disclosed.value ->> 'employee_id' = person.employee_id
       where person.workspace_id = $1`,
      [server.workspaceId],
    );
    expect(kept).toEqual([{ people: MANY, isTold: true, isInOrder: true }]);
    expect((await server.post('mode=import&full=true', rows)).body).toMatchObject({ unchanged: MANY, changed: 0 });
    await server.close();
  });

  it('is kept sealed, byte for byte, though it is larger than a piece, and nothing of it stays on the stage', async () => {
    const server = await rosterServer(given.db, given.clock);
    const wide = rows.map((row) => row.replace('"P,', `"${'P'.repeat(290)},`));
    const { id } = (await server.post('mode=import', wide)).body;
    const { rows: kept } = await given.db.owner.query<{ file: Buffer }>('select sealed_file as file from roster_import where id = $1', [
      id,
    ]);
    const opened = secretBox.open(kept[0]?.file ?? Buffer.alloc(0), `roster-import:${server.workspaceId}:${String(id)}`);
    expect(opened.length).toBeGreaterThan(1 << 20);
    expect(opened.toString()).toBe([HEADER, ...wide].join('\n'));
    const { rows: staged } = await given.db.owner.query('select from roster_stage_file union all select from roster_stage');
    expect(staged).toEqual([]);
    await server.close();
  });

  it('fails by what failed first, and leaves nothing behind', async () => {
    await given.db.owner.query(
      `create function plant_fault() returns trigger language plpgsql as $$ begin raise exception 'planted'; end $$`,
    );
    await given.db.owner.query(
      'create trigger planted after insert on employment_period for each statement execute function plant_fault()',
    );
    const server = await rosterServer(given.db, given.clock);
    const bytes = Buffer.from([HEADER, ...rows].join('\n'));
    const asked = {
      ...sentRoster('file', bytes),
      actor: 'system',
      full: false,
      partial: false,
      elseUnchanged: false,
    } as const;
    const importing = importRoster({ database: given.db.database, clock: given.clock, secretBox }, server.workspaceId, {
      ...asked,
      allowRejected: false,
    });
    await expect(importing).rejects.toThrow('planted');
    await given.db.owner.query('drop trigger planted on employment_period');
    expect(await server.get('/people')).toMatchObject({ people: [] });
    expect(await server.recordTypes()).toEqual([]);
    await server.close();
  });
});

describe('how a name is compared', () => {
  it.each([
    { name: 'Ann Adler', key: 'ann adler' },
    { name: ' Adler ,  Ann ', key: 'ann adler' },
    { name: 'Adler, Ann, Dr.', key: 'adler, ann, dr.' },
    { name: ',Ann', key: ',ann' },
    { name: '', key: '' },
  ])('"$name" is "$key"', async ({ name, key }) => {
    expect((await given.db.owner.query('select name_key($1) as key', [name])).rows).toEqual([{ key }]);
  });
});
