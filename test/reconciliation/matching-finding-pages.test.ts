import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { PersonId, PolicyId, WorkspaceId } from '../../src/kernel/index.ts';
import type { FindingFilter } from '../../src/reconciliation/finding-filter.ts';
import { walkFindings } from '../../src/reconciliation/finding-page-read-model.ts';
import { MOST_LOOKED_AT, matchFindings } from '../../src/reconciliation/matching-finding-read-model.ts';
import { effects } from '../../src/verdict/index.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { pagesTouched } from '../support/pages-touched.ts';
import { insertWorkspace } from '../support/workspace.ts';
import { march, NOW } from './facts.ts';

const PAGE = 50;
const FEW = 12_000;
const MANY = 30_000;

let db: TestDatabase;
let few: WorkspaceId;
let many: WorkspaceId;
const person = randomUUID() as PersonId;
const policy = randomUUID() as PolicyId;

beforeAll(async () => {
  db = await testDatabase();
  // What is counted is the same whether or not it comes by in between.
  for (const table of ['finding', 'employment_period', 'disposition'])
    await db.owner.query(`alter table ${table} set (autovacuum_enabled = false)`);
  // No roster brought them.
  await db.owner.query('alter table employment_period disable trigger user');
  [few, many] = [await workspaceWith(FEW), await workspaceWith(MANY)];
  await db.owner.query('analyze finding');
}, 60_000);
afterAll(() => db.drop());

/** Nearly everybody is well and has one finding; each thing that may be asked for is rare, and some of them are closed. */
async function workspaceWith(findings: number): Promise<WorkspaceId> {
  const workspaceId = await insertWorkspace(db.owner, NOW);
  await db.owner.query(
    `with given as materialized (
       select n, case when n = 778 then $2::uuid else gen_random_uuid() end as person_id, gen_random_uuid() as period_id, gen_random_uuid() as id,
              n % 100 = 0 and n % 300 <> 0 as is_exception, n % 200 = 0 and n % 300 <> 0 as is_approved
       from generate_series(1, $4::integer) as n
     ), whose as (
       insert into person (workspace_id, id, employee_id, work_email, email_key, created_at, changed_at, listing)
       select $1, given.person_id, n::text, n || '@contoso.example', n || '@contoso.example', now(), now(), 'listed' from given
     ), employed as (
       insert into employment_period (workspace_id, id, person_id, start_date, status, worker_type, site, import_id, row_number, record_id)
       select $1, given.period_id, given.person_id, '2020-01-01', 'active', case when n % 90 = 0 then 'contractor' else 'employee' end,
              case when n % 110 = 0 then 'Berlin' end, gen_random_uuid(), 1, gen_random_uuid()
       from given
     ), found as (
       insert into finding (workspace_id, id, unit_kind, unit_id, person_id, rule, verdict, effect, role_effect, all_rules, vector, systems, end_earliest,
         policy_id, sentence, evidence, own_records, digest, opened_at, changed_at, closed_at, last_run_id)
       select $1, given.id, 'employment_period', given.period_id, given.person_id, 'S16', 'CONSISTENT_ACTIVE',
         case when n % 10 = 0 then 'FAIL' when n % 9 = 0 then 'INSUF' when n % 7 = 0 then 'INFO' else 'OK' end,
         case when n % 6 = 0 then 'FAIL' end,
         case when n % 10 = 0 then '[{"rule": "L02"}, {"rule": "S06"}]' when n % 6 = 0 then '[{"rule": "S16"}, {"rule": "R01"}]' else '[{"rule": "S16"}]' end::jsonb,
         '{"classification": "HUMAN"}', '[]', case when n % 9 = 0 then timestamptz '2026-01-01' + n % 500 * interval '1 hour' end,
         case when n % 120 = 0 then $3::uuid end, '', '{}', '{}', '', '2026-01-01', case when n % 130 = 0 then '2026-03-05' else '2026-01-01' end::timestamptz,
         case when n % 8 = 1 then now() end, gen_random_uuid()
       from given
     )
     insert into disposition (workspace_id, id, finding_id, kind, reason, requested_at, requested_by, record_id, expires_at, approved_at, approved_by, approval_record_id)
     select $1, gen_random_uuid(), given.id, case when given.is_exception then 'exception' else 'dispute' end, 'x', now(), 'a', gen_random_uuid(),
            case when given.is_exception then now() end, case when given.is_approved then now() end, case when given.is_approved then 'b' end,
            case when given.is_approved then gen_random_uuid() end
     from given
     where given.n % 100 = 0`,
    [workspaceId, findings === FEW ? person : randomUUID(), policy, findings],
  );
  return workspaceId;
}

/** The same filter in a statement that nobody could ask of many. */
const filters: readonly { readonly name: string; readonly filter: Partial<FindingFilter>; readonly where: string }[] = [
  { name: 'rule', filter: { rules: [['S06']] }, where: `finding.all_rules @> '[{"rule": "S06"}]'` },
  { name: 'rule of roles', filter: { rules: [['R01']] }, where: `finding.all_rules @> '[{"rule": "R01"}]'` },
  { name: 'rule and lateness', filter: { rules: [['S06', 'S16'], ['L02']] }, where: "finding.effect = 'FAIL'" },
  {
    name: 'effect and rule',
    filter: { effects: ['FAIL'], rules: [['R01']] },
    where: `finding.effect <> 'FAIL' and finding.all_rules @> '[{"rule": "R01"}]'`,
  },
  { name: 'person', filter: { personId: person }, where: `finding.person_id = '${person}'` },
  { name: 'policy', filter: { policyId: policy }, where: `finding.policy_id = '${policy}'` },
  { name: 'worker type', filter: { workerTypes: ['contractor'] }, where: "period.worker_type = 'contractor'" },
  { name: 'site', filter: { site: 'Berlin' }, where: "period.site = 'Berlin'" },
  {
    name: 'open exceptions',
    filter: { dispositions: ['exception-requested'] },
    where: "disposition.kind = 'exception' and disposition.approved_at is null",
  },
  {
    name: 'exceptions and disputes',
    filter: { dispositions: ['exception', 'dispute'] },
    where: "(disposition.approved_at is not null or disposition.kind = 'dispute')",
  },
  { name: 'change', filter: { changedSince: march(1) }, where: "finding.changed_at >= '2026-03-01'" },
  {
    name: 'change and site',
    filter: { changedSince: march(1), site: 'Berlin' },
    where: "finding.changed_at >= '2026-03-01' and period.site = 'Berlin'",
  },
  { name: 'closed', filter: { status: 'closed' }, where: 'true' },
  {
    name: 'closed and of an effect',
    filter: { status: 'closed', effects: ['INFO'] },
    where: "finding.effect = 'INFO'",
  },
];

async function expected(workspaceId: WorkspaceId, { filter, where }: (typeof filters)[number], order: string): Promise<readonly string[]> {
  const { rows } = await db.owner.query<{ id: string }>(
    `select finding.id from finding
     join employment_period as period on period.workspace_id = finding.workspace_id and period.id = finding.unit_id
     left join disposition on disposition.workspace_id = finding.workspace_id and disposition.finding_id = finding.id
     where finding.workspace_id = $1 and finding.closed_at is ${filter.status === 'closed' ? 'not null' : 'null'} and ${where}
     order by ${order}`,
    [workspaceId],
  );
  return rows.map(({ id }) => id);
}

const page = (workspaceId: WorkspaceId, filter: Partial<FindingFilter>, limit: number, after?: string) =>
  db.database.transaction((tx) => matchFindings(tx, workspaceId, { filter: { effects, ...filter }, limit, after }));

async function everyPage(workspaceId: WorkspaceId, filter: Partial<FindingFilter>) {
  const seen: string[] = [];
  for (let after: string | undefined; ; ) {
    const { next, rows } = await page(workspaceId, filter, 4 * PAGE, after);
    expect(rows.length).toBeLessThanOrEqual(4 * PAGE);
    seen.push(...rows.map(({ id }) => id));
    if (next === null) return seen;
    after = next;
  }
}

describe('pages of findings that are asked for', () => {
  it.each(filters)('by $name hold each once, in the order of the list', async (asked) => {
    const order = "finding.effect in ('OK', 'INFO'), finding.end_earliest nulls last, finding.id";
    const all = await expected(few, asked, order);
    expect(all.length).toBeGreaterThan(0);
    expect(all.length).toBeLessThan(FEW / 4);
    expect(await everyPage(few, asked.filter)).toEqual(all);
  });

  it.each(filters)('by $name are the same in the order in which a file holds them', async (asked) => {
    const seen: string[] = [];
    for (let after: string | undefined; ; ) {
      const { next, rows } = await walkFindings(db.database, few, { effects, ...asked.filter, limit: 1_500, after });
      seen.push(...rows.map(({ id }) => id));
      if (next === null) break;
      after = next;
    }
    expect(seen).toEqual(await expected(few, asked, 'finding.id'));
  });

  it.each(filters)('by $name look at a bounded number, whoever else there is', async ({ filter }) => {
    const cost = await pagesTouched(db.database, (tx) =>
      matchFindings(tx, many, { filter: { effects, ...filter }, limit: PAGE, after: undefined }),
    );
    // Each is found by its place, by its key, and with it what stands beside: in indexes of two or three levels.
    const isOfPeriod = filter.site !== undefined || filter.workerTypes !== undefined;
    expect(cost).toBeLessThan((isOfPeriod ? 25 : 15) * MOST_LOOKED_AT);
  });

  it('are short where a page has looked at many, and go on behind them', async () => {
    const { next, rows } = await page(few, { site: 'Berlin', effects: ['OK'] }, PAGE);
    expect(rows.length).toBeLessThan((MOST_LOOKED_AT / 110) * 3);
    expect(next).toMatch(/^last\.never\./);
  });
});
