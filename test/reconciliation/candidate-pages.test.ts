import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkspaceId } from '../../src/kernel/index.ts';
import { listCandidates } from '../../src/reconciliation/candidate-read-model.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { pagesTouched } from '../support/pages-touched.ts';
import { insertWorkspace } from '../support/workspace.ts';
import { NOW } from './facts.ts';

const UNMATCHED = 2_500;

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

/** So many people who have their accounts, and accounts that nobody has: every hundredth is called like somebody. */
async function workspaceOf({ people, unmatched }: { readonly people: number; readonly unmatched: number }): Promise<WorkspaceId> {
  const workspaceId = await insertWorkspace(db.owner, NOW);
  await db.owner.query(
    `insert into person (workspace_id, id, employee_id, display_name, work_email, email_key, created_at, changed_at)
     select $1, gen_random_uuid(), n, 'Person ' || n, 'p' || n || '@contoso.example', 'p' || n || '@contoso.example', $2, $2
     from generate_series(1, $3::integer) as n`,
    [workspaceId, NOW, people],
  );
  await db.owner.query(
    `insert into scim_user (workspace_id, id, user_name, user_name_key, display_name, email_keys, active, version, created_at, last_modified, resource, role_claims)
     select $1, gen_random_uuid(), 'u' || n, 'u' || n, case when n <= $3 and n % 100 = 0 then 'PERSON ' || n end,
            array['u' || n || '@contoso.example'], true, 1, $2, $2, '{}', '[]'
     from generate_series(1, $4::integer) as n`,
    [workspaceId, NOW, unmatched, unmatched + people],
  );
  await db.owner.query('analyze person, scim_user');
  await db.owner.query(
    `insert into account_link (workspace_id, id, person_id, system, account_id, standing, rule, linked_at, linked_by, record_id)
     select $1, gen_random_uuid(), person.id, 'scim', scim_user.id, 'linked', 'M3', $2, 'system', gen_random_uuid()
     from person
     join scim_user on scim_user.workspace_id = person.workspace_id and scim_user.user_name = 'u' || (person.employee_id::integer + $3)
     where person.workspace_id = $1`,
    [workspaceId, NOW, unmatched],
  );
  await db.owner.query(
    `insert into unmatched_account (workspace_id, account_id, system)
     select $1, scim_user.id, 'scim' from scim_user
     where scim_user.workspace_id = $1 and substr(scim_user.user_name, 2)::integer <= $2`,
    [workspaceId, unmatched],
  );
  await db.owner.query('analyze');
  return workspaceId;
}

const touched = (workspaceId: WorkspaceId) =>
  pagesTouched(db.database, (tx) => listCandidates(tx, workspaceId, { after: undefined, limit: 100 }));

describe('pages of candidates', () => {
  it('cost the same however many accounts have their person', async () => {
    const small = await touched(await workspaceOf({ people: 1_000, unmatched: 200 }));
    const large = await touched(await workspaceOf({ people: 20_000, unmatched: 200 }));
    expect(small).toBeGreaterThan(200);
    // Indexes are a level deeper; twenty times as many accounts are not read.
    expect(large).toBeLessThan(small * 2);
  });

  it('look at a bounded number of accounts, and go on where most resemble nobody, without a gap', async () => {
    const workspaceId = await workspaceOf({ people: UNMATCHED, unmatched: UNMATCHED });
    const sizes: number[] = [];
    const seen: string[] = [];
    for (let after: string | undefined; ; ) {
      const { rows, next } = await listCandidates(db.database, workspaceId, { after, limit: 100 });
      sizes.push(rows.length);
      seen.push(...rows.map(({ employeeId }) => employeeId));
      if (next === null) break;
      after = next;
    }
    expect(sizes).toHaveLength(3);
    expect(Math.max(...sizes)).toBeLessThan(25);
    expect(seen.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: UNMATCHED / 100 }, (_, index) => (index + 1) * 100));
  });
});
