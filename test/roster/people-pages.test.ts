import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Instant, PersonId, WorkspaceId } from '../../src/kernel/index.ts';
import { type Listing, listPeople } from '../../src/roster/roster-read-model.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { pagesTouched } from '../support/pages-touched.ts';
import { insertWorkspace } from '../support/workspace.ts';

const NOW = '2026-04-01T00:00:00.000Z' as Instant;
const PAGE = 20;

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

/** So many people, of whom HR names the last ten no longer. */
async function workspaceOf(people: number): Promise<WorkspaceId> {
  const workspaceId = await insertWorkspace(db.owner, NOW);
  await db.owner.query(
    `insert into person (workspace_id, id, employee_id, work_email, email_key, created_at, changed_at, listing, unlisted_to)
     select $1::uuid, md5($1::uuid || n::text)::uuid, lpad(n::text, 8, '0'), '', '', $2::timestamptz, $2::timestamptz, case when n > $3::integer - 10 then 'dropped' else 'listed' end,
            case when n > $3::integer - 10 then $2::timestamptz end
     from generate_series(1, $3::integer) as n`,
    [workspaceId, NOW, people],
  );
  await db.owner.query('analyze person');
  return workspaceId;
}

const touched = (workspaceId: WorkspaceId, asked: { readonly standing: Listing | undefined; readonly after: string | undefined }) =>
  pagesTouched(db.database, (tx) => listPeople(tx, workspaceId, { ...asked, limit: PAGE }));

async function inTheMiddle(workspaceId: WorkspaceId): Promise<string | undefined> {
  const { rows } = await db.owner.query<{ id: PersonId }>(
    'select person.id from person where person.workspace_id = $1 order by person.employee_id offset (select count(*) / 2 from person where workspace_id = $1) limit 1',
    [workspaceId],
  );
  return rows[0]?.id;
}

describe('pages of people', () => {
  it.each<{ name: string; standing: Listing | undefined; isLater: boolean }>([
    { name: 'of everybody', standing: undefined, isLater: false },
    { name: 'of everybody, in the middle', standing: undefined, isLater: true },
    { name: 'of those who are listed', standing: 'listed', isLater: true },
    { name: 'of the few whom HR names no longer', standing: 'dropped', isLater: false },
    { name: 'of the few whom HR names no longer, behind somebody', standing: 'dropped', isLater: true },
  ])('$name cost the same in a large workspace as in a small one', async ({ isLater, standing }) => {
    const costOf = async (workspaceId: WorkspaceId) =>
      touched(workspaceId, { standing, after: isLater ? await inTheMiddle(workspaceId) : undefined });
    const small = await costOf(await workspaceOf(1_000));
    const large = await costOf(await workspaceOf(20_000));
    expect(small).toBeGreaterThan(3);
    expect(large).toBeLessThan(small * 2);
  });

  it('of the few whom HR names no longer hold each once, in the order of the employee ids', async () => {
    const workspaceId = await workspaceOf(100);
    const [first] = await listPeople(db.database, workspaceId, { standing: 'dropped', after: undefined, limit: 1 });
    const rest = await listPeople(db.database, workspaceId, { standing: 'dropped', after: first?.id, limit: 100 });
    expect([first, ...rest].map((person) => Number(person?.employeeId))).toEqual([91, 92, 93, 94, 95, 96, 97, 98, 99, 100]);
  });
});
