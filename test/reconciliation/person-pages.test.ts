import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { PersonId, WorkspaceId } from '../../src/kernel/index.ts';
import { expectFewRows } from '../../src/platform/index.ts';
import { listFacts } from '../../src/reconciliation/timeline-read-model.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { pagesTouched } from '../support/pages-touched.ts';
import { insertWorkspace } from '../support/workspace.ts';
import { NOW } from './facts.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

/** So many SCIM users with two states each, the first of them a person's. */
async function personAmong(users: number): Promise<{ readonly personId: PersonId; readonly workspaceId: WorkspaceId }> {
  const workspaceId = await insertWorkspace(db.owner, NOW);
  const personId = randomUUID() as PersonId;
  const userId = randomUUID();
  await db.owner.query(
    `insert into person (workspace_id, id, employee_id, work_email, email_key, created_at, changed_at)
     values ($1, $2, '1', 'ann@contoso.example', 'ann@contoso.example', $3, $3)`,
    [workspaceId, personId, NOW],
  );
  await db.owner.query(
    `insert into scim_user_state (workspace_id, scim_user_id, version, active, deleted, at, record_id)
     select $1::uuid, case n when 1 then $2::uuid else md5($1::uuid || n::text)::uuid end, version, version = 1, false, $3::timestamptz + version * interval '1 hour', gen_random_uuid()
     from generate_series(1, $4::integer) as n
     cross join generate_series(1, 2) as version`,
    [workspaceId, userId, NOW, users],
  );
  await db.owner.query(
    `insert into account_link (workspace_id, id, person_id, system, account_id, standing, rule, linked_at, linked_by, record_id)
     values ($1, gen_random_uuid(), $2, 'scim', $3, 'linked', 'M3', $4, 'system', gen_random_uuid())`,
    [workspaceId, personId, userId, NOW],
  );
  await db.owner.query('analyze');
  return { personId, workspaceId };
}

describe('a page of one person’s timeline', () => {
  it('costs the same however many others there are', async () => {
    const touched = async (users: number) => {
      const { personId, workspaceId } = await personAmong(users);
      return pagesTouched(db.database, async (tx) => {
        await expectFewRows(tx);
        const facts = await listFacts(tx, workspaceId, { personId, after: undefined, limit: 100 });
        expect(facts.map(({ what }) => what)).toEqual(['match.linked', 'scim.user.created', 'scim.user.deactivated']);
      });
    };
    const few = await touched(100);
    const many = await touched(10_000);
    expect(few).toBeGreaterThan(5);
    // Indexes are a level deeper.
    expect(many).toBeLessThan(few * 2);
  });
});
