import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { DAY_MS, plusMs } from '../../src/kernel/index.ts';
import { reconcile, reconciliationRoutes } from '../../src/reconciliation/index.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { administrationServer, type LoopbackServer } from '../support/loopback.ts';
import { type Facts, LONG_AGO, march } from './facts.ts';
import { judgeableWorkspace } from './judgeable-workspace.ts';

let db: TestDatabase;
let facts: Facts;
let server: LoopbackServer;

interface Finding {
  readonly id: string;
  readonly closedAt: string | null;
  readonly person: { readonly id: string; readonly employeeId: string } | null;
}

/** Ann is overdue and disputed, Ben is employed in Berlin, Cem's deadline lies ahead, Dora is a contractor without end date, an account is nobody's; Eva's was. */
beforeAll(async () => {
  db = await testDatabase();
  const judged = await judgeableWorkspace(db);
  ({ facts } = judged);
  const deps = { database: db.database, clock: judged.clock };
  server = await administrationServer({ clock: judged.clock, workspaceId: facts.workspaceId, routers: [reconciliationRoutes(deps)] });
  await facts.roster(
    '1,ann@contoso.example,2020-01-01,2026-03-06',
    '2,ben@contoso.example,2020-01-01,',
    '3,cem@contoso.example,2020-01-01,2026-03-09',
    '4,dora@contoso.example,2020-01-01,',
  );
  for (const [employeeId, name] of Object.entries({ 1: 'ann', 2: 'ben', 3: 'cem', 4: 'dora' }))
    await facts.account({ upn: `${name}@contoso.example`, employeeId, stretches: [{ state: 'enabled', from: LONG_AGO }] });
  for (const upn of ['nobody@contoso.example', 'eva@contoso.example'])
    await facts.account({ upn, stretches: [{ state: 'enabled', from: LONG_AGO }] });
  await db.owner.query(
    `update employment_period set site = case employee_id when '2' then 'Berlin' end, worker_type = case employee_id when '4' then 'contractor' else 'employee' end
     from person where person.id = employment_period.person_id`,
  );
  await reconcile(deps, facts.workspaceId, 'system');
  judged.clock.set(march(10, 13));
  await db.owner.query(
    "update directory_account set state = 'disabled', account_enabled = false where user_principal_name = 'eva@contoso.example'",
  );
  await db.owner.query(
    "update directory_observation set state = 'disabled' where object_id in (select object_id from directory_account where user_principal_name = 'eva@contoso.example')",
  );
  await reconcile(deps, facts.workspaceId, 'system');
  judged.clock.set(march(10, 14));
  const { id } = (await list('employeeId=1')).findings[0] ?? {};
  const body = JSON.stringify({ findingId: id, kind: 'exception', reason: 'On a ship.', expiresAt: plusMs(judged.clock.now(), DAY_MS) });
  const decided = await fetch(`${server.url}/dispositions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  expect(decided.status).toBeLessThan(300);
});
afterAll(async () => {
  await server.close();
  await db.drop();
});

async function list(query: string): Promise<{ readonly findings: readonly Finding[]; readonly next: string | null }> {
  const response = await fetch(`${server.url}/findings?${query}`);
  expect(response.status).toBe(200);
  return (await response.json()) as { findings: readonly Finding[]; next: string | null };
}

const shown = (findings: readonly Finding[]) => findings.map(({ person }) => person?.employeeId ?? 'account').sort();

const filters: readonly { readonly query: string; readonly found: readonly string[] }[] = [
  { query: 'effect=FAIL,PEND,WARN,OK,INFO,INSUF', found: ['1', '2', '3', '4', 'account'] },
  { query: 'rule=L03', found: ['1'] },
  { query: 'rule=L03,S07', found: ['1', 'account'] },
  { query: 'verdict=PENDING_WITHIN_SLA', found: ['3'] },
  { query: 'verdict=UNMATCHED_ACCOUNT', found: ['account'] },
  { query: 'late=proven', found: ['1'] },
  { query: 'late=possible', found: [] },
  { query: 'late=proven,possible&verdict=TERMINATED_ACTIVE_DIR', found: ['1'] },
  { query: 'late=proven&verdict=PENDING_WITHIN_SLA', found: [] },
  { query: 'employeeId=2', found: ['2'] },
  { query: 'employeeId=2&effect=FAIL', found: [] },
  { query: 'disposition=exception-requested', found: ['1'] },
  { query: 'disposition=exception', found: [] },
  { query: 'disposition=none,exception&effect=FAIL', found: ['account'] },
  { query: 'policyVersion=1', found: ['1', '3'] },
  { query: 'workerType=contractor', found: ['4'] },
  { query: 'workerType=employee,contractor&site=Berlin', found: ['2'] },
  { query: `changedSince=${march(10, 13)}`, found: [] },
  { query: `changedSince=${LONG_AGO}&effect=FAIL`, found: ['1', 'account'] },
  { query: 'status=open&rule=S07', found: ['account'] },
  { query: 'status=closed', found: ['account'] },
  { query: 'status=closed&effect=OK', found: [] },
  { query: `status=closed&changedSince=${march(10, 13)}`, found: ['account'] },
  { query: `asOf=${march(10, 13)}&rule=S07`, found: ['account'] },
  { query: `asOf=${march(10, 12)}&rule=S07`, found: ['account', 'account'] },
  { query: `asOf=${march(10, 12)}&employeeId=1&late=proven`, found: ['1'] },
  { query: `asOf=${march(10, 12)}&site=Rome`, found: [] },
];

describe('the filters of findings', () => {
  it.each(filters)('$query list $found, a page at a time and as a file', async ({ found, query }) => {
    const walked: Finding[] = [];
    for (let after = ''; ; ) {
      const { findings, next } = await list(`${query}&limit=1${after}`);
      expect(findings.length).toBeLessThanOrEqual(1);
      walked.push(...findings);
      if (next === null) break;
      after = `&after=${next}`;
    }
    expect(walked).toEqual((await list(query)).findings);
    expect(shown(walked)).toEqual(found);
    const file = await fetch(`${server.url}/findings?${query}`, { headers: { accept: 'text/csv' } });
    expect(file.status).toBe(200);
    const rows = parse(await file.text(), { columns: true }) as readonly Readonly<Record<string, string>>[];
    const filed = new Map(rows.map((row) => [row['finding_id'], row['closed_at_utc'] || null]));
    expect(filed).toEqual(new Map(walked.map(({ closedAt, id }) => [id, closedAt])));
  });

  it('say of closed ones when they closed', async () => {
    const [closed] = (await list('status=closed')).findings;
    expect(closed?.closedAt).toBe(march(10, 13));
    expect((await list('rule=L03')).findings[0]?.closedAt).toBeNull();
  });

  it.each([
    { query: 'rule=L99', status: 400, says: /"rule" must be some of X01, / },
    { query: 'verdict=LATE', status: 400, says: /"verdict" must be some of EXCLUDED, / },
    { query: 'late=yes', status: 400, says: /"late" must be some of proven, possible\./ },
    { query: 'status=shut', status: 400, says: /"status" must be some of open, closed\./ },
    { query: 'status=open,closed', status: 400, says: /"status" must be one of open, closed\./ },
    { query: 'disposition=ignored', status: 400, says: /some of none, remediate, dispute, exception-requested, exception\./ },
    { query: 'policyVersion=2', status: 400, says: /the version of a policy: 1\./ },
    { query: 'workerType=robot', status: 400, says: /some of employee, contractor, intern, guest\./ },
    { query: 'site=Rome', status: 400, says: /a site that HR names/ },
    { query: 'changedSince=yesterday', status: 400, says: /a date and time such as/ },
    { query: 'personId=1', status: 400, says: /the id of a person/ },
    { query: 'employeeId=99', status: 404, says: /no such person/ },
    { query: 'personId=00000000-0000-4000-8000-00000000dead', status: 404, says: /no such person/ },
    { query: `asOf=${march(10)}&status=closed`, status: 400, says: /asked of the present/ },
    { query: `asOf=${march(10)}&changedSince=${march(9)}`, status: 400, says: /asked of the present/ },
    { query: 'overdue=true', status: 400, says: /takes no parameter "overdue"/ },
  ])('refuse $query', async ({ query, says, status }) => {
    for (const accept of ['application/json', 'text/csv']) {
      const response = await fetch(`${server.url}/findings?${query}`, { headers: { accept } });
      expect(response.status).toBe(status);
      expect((await response.json()) as { detail: string }).toMatchObject({ detail: expect.stringMatching(says) });
    }
  });

  const id = '80000000-0000-7000-8000-000000000000';
  it.each([
    { path: `/findings?after=first.-999999999999999.${id}`, status: 400 },
    { path: `/findings?asOf=${march(10, 12)}&after=first.-999999999999999.${id}`, status: 400 },
    { path: `/findings?after=first.-99999999999999.${id}`, status: 200 },
    { path: `/findings?after=first.999999999999999.${id}`, status: 200 },
    { path: `/findings?rule=L03&after=last.999999999999999.${id}`, status: 200 },
    { path: `/tests/terminated-people-are-deactivated?after=-999999999999999.${id}`, status: 400 },
    { path: `/tests/terminated-people-are-deactivated?after=999999999999999.${id}`, status: 200 },
    { path: '/findings/{id}?after=999999999999999', status: 200 },
  ])('take no position at which the database would fail: $path', async ({ path, status }) => {
    const [finding] = (await list('employeeId=1')).findings;
    expect((await fetch(`${server.url}${path.replace('{id}', finding?.id ?? '')}`)).status).toBe(status);
  });

  it('find a person by either name, and by both together', async () => {
    const [ann] = (await list('employeeId=1')).findings;
    expect(shown((await list(`personId=${ann?.person?.id}`)).findings)).toEqual(['1']);
    expect(shown((await list(`personId=${ann?.person?.id}&employeeId=1`)).findings)).toEqual(['1']);
    const other = await fetch(`${server.url}/findings?personId=${ann?.person?.id}&employeeId=2`);
    expect(other.status).toBe(404);
    expect(await other.json()).toMatchObject({ detail: '"employeeId" is not that of the person whom "personId" names.' });
  });
});
