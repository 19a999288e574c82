import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkspaceId } from '../../src/kernel/index.ts';
import { flagsOf } from '../../src/reconciliation/flags-of.ts';
import { countTakenBackEnds } from '../../src/reconciliation/taken-back-end-read-model.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { pagesTouched } from '../support/pages-touched.ts';
import { insertWorkspace } from '../support/workspace.ts';
import { march, NOW } from './facts.ts';

const FEW = 2_000;
const MANY = 20_000;
/** People on a page, each with two accounts. */
const PAGE = 100;
/** Whose end HR has taken back. */
const WITHDRAWN = 5;

let db: TestDatabase;
let few: WorkspaceId;
let many: WorkspaceId;

beforeAll(async () => {
  db = await testDatabase();
  // What is counted is the same whether or not it comes by in between; and no roster brought them.
  for (const table of ['account_link', 'finding', 'finding_version', 'employment_period', 'person']) {
    await db.owner.query(`alter table ${table} set (autovacuum_enabled = false)`);
    await db.owner.query(`alter table ${table} disable trigger user`);
  }
  [few, many] = [await workspaceWith(FEW), await workspaceWith(MANY)];
  for (const table of ['account_link', 'finding', 'finding_version', 'employment_period']) await db.owner.query(`vacuum analyze ${table}`);
}, 60_000);
afterAll(() => db.drop());

const id = (what: string) => `md5($1::uuid::text || '${what}' || n)::uuid`;

/** People with two accounts each; every second has left, as two runs have said. Of a few HR has said since that they stay. */
async function workspaceWith(people: number): Promise<WorkspaceId> {
  const workspaceId = await insertWorkspace(db.owner, NOW);
  const give = (statement: string) => db.owner.query(`${statement} from generate_series(1, $2::integer) as n`, [workspaceId, people]);
  await give(`
    insert into person (workspace_id, id, employee_id, work_email, email_key, created_at, changed_at, listing)
    select $1::uuid, ${id('person')}, n::text, n || '@contoso.example', n || '@contoso.example', now(), now(), 'listed'`);
  await give(`
    insert into employment_period (workspace_id, id, person_id, start_date, end_date, hr_recorded_at, status, worker_type, import_id, row_number, record_id)
    select $1::uuid, ${id('period')}, ${id('person')}, '2020-01-01', case when n % 2 = 0 and n > ${2 * WITHDRAWN} then date '2026-02-01' end,
           case when n % 2 = 0 and n > ${2 * WITHDRAWN} then timestamptz '2026-01-01' end, 'active', 'employee', gen_random_uuid(), 1, gen_random_uuid()`);
  for (const system of ['directory', 'scim'])
    await give(`
      insert into account_link (workspace_id, id, person_id, system, account_id, standing, rule, linked_at, linked_by, record_id)
      select $1::uuid, ${id(`${system} link`)}, ${id('person')}, '${system}', ${id(system)}, 'linked', 'M3', now(), 'system', gen_random_uuid()`);
  const said = `unit_kind, unit_id, person_id, rule, verdict, effect, all_rules, vector, systems, end_earliest, end_latest, sentence, evidence, own_records, opened_at`;
  const words = (end: string) => `
      'employment_period', ${id('period')}, ${id('person')}, 'L03', 'TERMINATED_ACTIVE_DIR', 'FAIL', '[]', '{}', '[]', ${end}, ${end}, '', '{}', '{}', now()`;
  const hasLeft = `case when n % 2 = 0 and n > ${2 * WITHDRAWN} then timestamptz '2026-02-02' end`;
  await give(`
    insert into finding (workspace_id, id, ${said}, digest, changed_at, last_run_id, since_run)
    select $1::uuid, ${id('finding')}, ${words(hasLeft)}, '', now(), gen_random_uuid(), 3`);
  for (const run of [1, 2])
    await give(`
      insert into finding_version (workspace_id, id, ${said}, since_run, until_run, is_end_withdrawn)
      select $1::uuid, ${id('finding')}, ${words("case when n % 2 = 0 then timestamptz '2026-02-02' end")}, ${run}, ${run + 1},
             n % 2 = 0 and n <= ${2 * WITHDRAWN} and ${run} = 2`);
  return workspaceId;
}

async function accountsOf(workspaceId: WorkspaceId): Promise<readonly string[]> {
  const { rows } = await db.owner.query<{ id: string }>(
    `select ${id('directory')} as id from generate_series(1, $2::integer) as n union all select ${id('scim')} from generate_series(1, $2::integer) as n`,
    [workspaceId, PAGE],
  );
  return rows.map((row) => row.id);
}

describe('flags of the accounts on a page', () => {
  it('touch pages of the database by how many accounts there are on it, however many people there are', async () => {
    const [small, large] = [await accountsOf(few), await accountsOf(many)];
    const touched = (workspaceId: WorkspaceId, accountIds: readonly string[]) =>
      pagesTouched(db.database, (tx) => flagsOf(tx, workspaceId, { accountIds, at: NOW }));
    const pages = await touched(many, large);
    expect(pages).toBeLessThan(15 * 2 * PAGE);
    expect(pages).toBeLessThan(1.5 * (await touched(few, small)));
  });

  it('name each account of somebody whose end was taken back, and no other', async () => {
    const flags = await flagsOf(db.database, many, { accountIds: await accountsOf(many), at: NOW });
    expect(flags.map(({ kind }) => kind)).toEqual(Array.from({ length: 2 * WITHDRAWN }, () => 'end-taken-back'));
    expect(new Set(flags.map(({ accountId }) => accountId)).size).toBe(2 * WITHDRAWN);
  });
});

describe('ends that were taken back', () => {
  const moment = { at: NOW, run: { id: 'a' as never, ord: 3, asOf: NOW, recordedAt: NOW, timeZone: 'UTC' } };

  it.each([
    { name: 'now', asked: { moment: undefined, period: null } },
    { name: 'as of a run', asked: { moment, period: null } },
    { name: 'of a period', asked: { moment: undefined, period: { from: march(1), to: march(2) } } },
  ])('are counted by how many they are, and not by what was ever said: $name', async ({ asked }) => {
    const counted = { employments: WITHDRAWN, failed: WITHDRAWN };
    const nobody = { employments: 0, failed: 0 };
    expect(await countTakenBackEnds(db.database, many, asked)).toEqual(asked.period === null ? counted : nobody);
    const pages = await pagesTouched(db.database, (tx) => countTakenBackEnds(tx, many, asked));
    expect(pages).toBeLessThan(50 * WITHDRAWN);
  });

  it('are none as of a run before HR took them back', async () => {
    expect(await countTakenBackEnds(db.database, many, { period: null, moment: { ...moment, run: { ...moment.run, ord: 2 } } })).toEqual({
      employments: 0,
      failed: 0,
    });
  });
});
