import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkspaceId } from '../../src/kernel/index.ts';
import type { Queryable } from '../../src/platform/index.ts';
import { listFindings } from '../../src/reconciliation/finding-page-read-model.ts';
import { positionOfFinding } from '../../src/reconciliation/finding-position.ts';
import { type Effect, effects } from '../../src/verdict/index.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { insertWorkspace } from '../support/workspace.ts';
import { NOW } from './facts.ts';

const FINDINGS = 20_000;
const PAGE = 50;

let db: TestDatabase;
let workspaceId: WorkspaceId;
beforeAll(async () => {
  db = await testDatabase();
  workspaceId = await insertWorkspace(db.owner, NOW);
  // Nearly everybody is simply well; what anybody asks for is rare, and some of them are well but for a role.
  await db.owner.query(
    `insert into finding (workspace_id, id, unit_kind, unit_id, rule, verdict, effect, role_effect, all_rules, vector, systems, end_earliest,
       sentence, evidence, own_records, digest, opened_at, changed_at, closed_at, last_run_id)
     select $1, gen_random_uuid(), 'employment_period', gen_random_uuid(), 'S16', 'CONSISTENT_ACTIVE',
       case when n % 100 = 0 then 'FAIL' when n % 70 = 0 then 'INSUF' when n % 11 = 0 then 'PASS' when n % 13 = 0 then 'INFO' else 'OK' end,
       case when n % 300 = 0 then 'INSUF' when n % 37 = 0 then 'FAIL' end, '[]', '{}', '[]',
       case when n % 70 = 0 or n % 11 = 0 then timestamptz '2026-01-01' + n % 500 * interval '1 hour' end,
       '', '{}', '{}', '', now(), now(), case when n % 40 = 1 then now() end, gen_random_uuid()
     from generate_series(1, ${FINDINGS}) as n`,
    [workspaceId],
  );
  await db.owner.query('analyze finding');
});
afterAll(() => db.drop());

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** Every step of a plan. */
function steps(node: PlanNode): readonly PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(steps)];
}

async function planOf(asked: readonly Effect[], after: string | undefined): Promise<readonly PlanNode[]> {
  const found: PlanNode[] = [];
  const explaining: Queryable = {
    query: async (sql, values) => {
      const { rows } = await db.database.query<{ 'QUERY PLAN': readonly { readonly Plan: PlanNode }[] }>(
        `explain (analyze, format json) ${typeof sql === 'string' ? sql : sql.text}`,
        values,
      );
      found.push(...rows.flatMap((row) => row['QUERY PLAN'].flatMap(({ Plan }) => steps(Plan))));
      return { rows: [], count: 0 };
    },
  };
  await listFindings(explaining, workspaceId, { effects: asked, after, limit: PAGE });
  return found;
}

async function everyPage(asked: readonly Effect[]): Promise<readonly string[]> {
  const seen: string[] = [];
  for (let after: string | undefined; ; ) {
    const rows = await listFindings(db.database, workspaceId, { effects: asked, after, limit: 400 });
    const last = rows.at(-1);
    if (last === undefined) return seen;
    seen.push(...rows.map(({ id }) => id));
    after = positionOfFinding(last);
  }
}

const queries: readonly { readonly asked: readonly Effect[] }[] = [
  { asked: effects },
  { asked: ['FAIL'] },
  { asked: ['INSUF', 'FAIL'] },
  { asked: ['INFO', 'INSUF'] },
  { asked: ['WARN'] },
];

describe('pages of findings', () => {
  it.each(queries)('of $asked hold each finding once, in order: whoever is not simply well first, by end and id', async ({ asked }) => {
    const { rows } = await db.owner.query<{ id: string }>(
      `select finding.id from finding
       where finding.workspace_id = $1 and finding.closed_at is null and (finding.effect = any ($2) or finding.role_effect = any ($2))
       order by finding.effect in ('OK', 'INFO'), finding.end_earliest nulls last, finding.id`,
      [workspaceId, asked],
    );
    expect(rows.length > 0).toBe(asked.some((effect) => effect !== 'WARN'));
    expect(await everyPage(asked)).toEqual(rows.map(({ id }) => id));
  });

  it.each([
    ...queries,
    { asked: effects, after: 'first.1767400000000.80000000-0000-7000-8000-000000000000' },
    { asked: effects, after: 'last.never.80000000-0000-7000-8000-000000000000' },
    { asked: ['FAIL'] as const, after: 'last.never.80000000-0000-7000-8000-000000000000' },
  ])('of $asked after $after read a page of each effect by its index, and no more', async (query) => {
    const plan = await planOf(query.asked, 'after' in query ? query.after : undefined);
    const read = plan.filter((step) => step['Relation Name'] === 'finding');
    expect(read.length).toBeGreaterThan(1);
    for (const step of read) {
      expect(step['Node Type']).toMatch(/^Index (Only )?Scan$/);
      expect(step['Actual Rows'] * step['Actual Loops']).toBeLessThanOrEqual(PAGE);
      expect(step['Rows Removed by Filter'] ?? 0).toBe(0);
    }
    // What is put in order is what the indexes gave.
    for (const step of plan.filter(({ 'Node Type': type }) => type === 'Sort'))
      expect(step['Actual Rows']).toBeLessThanOrEqual(2 * effects.length * PAGE);
  });
});
