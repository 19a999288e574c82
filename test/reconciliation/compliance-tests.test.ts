import { describe, expect, it } from '@jest/globals';
import { DAY_MS, type Instant, plusMs } from '../../src/kernel/index.ts';
import { approveClassification, requestClassification } from '../../src/reconciliation/classify-account.ts';
import { complianceTestIds } from '../../src/verdict/index.ts';
import { approveException, decideDisposition } from '../../src/reconciliation/decide-disposition.ts';
import { createOwner } from '../../src/workspace/index.ts';
import { eachTest } from './each-test.ts';
import { LONG_AGO, march, NOW } from './facts.ts';
import { servedAtNow } from './served-workspace.ts';

interface Result {
  readonly id: string;
  readonly verdict: string;
  readonly passed: number;
  readonly of: number;
  readonly effects: Record<string, number>;
  readonly excepted: number;
  readonly sentence: string;
  readonly asOf: string | null;
  readonly ties: { readonly rows: number; readonly parts: readonly { readonly part: string; readonly count: number }[] };
  readonly diagnoses: readonly { readonly code: string; readonly count: number }[];
  readonly doubts: readonly { readonly code: string }[];
  readonly relevantTo: readonly { readonly framework: string; readonly control: string }[];
}

interface Member {
  readonly effect: string;
  readonly because: string;
  readonly findingId: string | null;
  readonly person: { readonly employeeId: string } | null;
  readonly owner: { readonly name: string } | null;
  readonly accounts: readonly { readonly account: string | null }[];
  readonly disposition: { readonly kind: string } | null;
}

interface OneTest {
  readonly test: Result;
  readonly members: readonly Member[];
  readonly next: string | null;
}

const LEAVERS = 'terminated-people-are-deactivated';
const ACCOUNTS = 'directory-accounts-have-people';
const [USERS, ROLES] = ['scim-users-are-assigned', 'roles-match'] as const;
const OWNERS = 'owners-are-here';

const enabled = [{ state: 'enabled', from: LONG_AGO }] as const;
const gone = (at: Instant) =>
  [
    { state: 'enabled', from: LONG_AGO, to: at },
    { state: 'disabled', from: at, exact: true },
  ] as const;

const given = eachTest(servedAtNow);

async function get(path: string): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(given.world.server.url + path);
  return { status: response.status, body: await response.json() };
}

const ask = async (id: string, query = '') => (await get(`/tests/${id}${query}`)).body as OneTest;

async function csvOf(id: string): Promise<string> {
  const response = await fetch(`${given.world.server.url}/tests/${id}`, { headers: { accept: 'text/csv' } });
  expect(response.headers.get('content-disposition')).toContain('.csv');
  return response.text();
}

/** Members by employee id, or by account where nobody answers. */
const shown = ({ members }: OneTest) =>
  Object.fromEntries(
    members.map(({ accounts, effect, owner, person }) => [owner?.name ?? person?.employeeId ?? accounts[0]?.account ?? '', effect]),
  );

async function personOf(employeeId: string): Promise<string> {
  const { rows } = await given.db.owner.query<{ id: string }>('select id from person where workspace_id = $1 and employee_id = $2', [
    given.world.facts.workspaceId,
    employeeId,
  ]);
  return rows[0]?.id ?? '';
}

async function exclude(accountId: string, ownerPersonId: string): Promise<void> {
  const asked = {
    system: 'directory',
    class: 'service',
    reason: 'sends the invoices',
    expiresAt: plusMs(NOW, 30 * DAY_MS),
    actor: 'administrator:one',
  } as const;
  const { id } = await requestClassification(given.world.deps, given.world.facts.workspaceId, { ...asked, accountId, ownerPersonId });
  await approveClassification(given.world.deps, given.world.facts.workspaceId, { id, actor: 'administrator:two' });
}

/** Ends on the 6th: one in time, one late by four days, one not due; one who stays. */
async function company(): Promise<void> {
  await given.world.facts.roster(
    '1,ann@contoso.example,2020-01-01,2026-03-06',
    '2,ben@contoso.example,2020-01-01,2026-03-06',
    '3,cem@contoso.example,2020-01-01,2026-03-09',
    '4,dan@contoso.example,2020-01-01,',
  );
  await given.world.facts.account({ upn: 'ann@contoso.example', employeeId: '1', stretches: gone(march(7, 4)) });
  await given.world.facts.account({ upn: 'ben@contoso.example', employeeId: '2', stretches: enabled });
  await given.world.facts.account({ upn: 'cem@contoso.example', employeeId: '3', stretches: enabled });
  await given.world.facts.account({ upn: 'dan@contoso.example', employeeId: '4', stretches: enabled });
}

describe('terminated people’s accounts are deactivated', () => {
  it('shows the whole population, passes included, and fails with the one that is late', async () => {
    await company();
    await given.world.run();
    const answer = await ask(LEAVERS);
    expect(shown(answer)).toEqual({ 1: 'PASS', 2: 'FAIL', 3: 'PEND' });
    expect(answer.test).toMatchObject({ verdict: 'FAIL', passed: 1, of: 3, effects: { PASS: 1, FAIL: 1, PEND: 1 }, asOf: NOW, doubts: [] });
    expect(answer.test.sentence).toBe(
      '1 of 3 employments that ended are proven to have lost access in time; 1 failed (FAIL); 1 not due yet (PEND).',
    );
  });

  it('ties: every employment period of the roster is a part of the sum', async () => {
    await company();
    await given.world.run();
    const { ties } = (await ask(LEAVERS, '?from=2026-03-01T00:00:00Z&to=2026-03-08T00:00:00Z')).test;
    expect(ties.parts.map(({ count }) => count)).toEqual([2, 1, 0, 1]);
    expect(ties.rows).toBe(4);
  });

  it('is asked of a reporting period, the end not included', async () => {
    await company();
    await given.world.run();
    const asked = await ask(LEAVERS, '?from=2026-03-01T00:00:00Z&to=2026-03-08T00:00:00Z');
    expect(shown(asked)).toEqual({ 1: 'PASS', 2: 'FAIL' });
    expect(asked.test).toMatchObject({ of: 2, period: { from: march(1), to: march(8) } });
    expect((await ask(LEAVERS, '?from=2026-03-08T00:00:00Z&to=2026-03-09T00:00:00Z')).test).toMatchObject({ of: 0, verdict: 'PASS' });
  });

  it.each([
    { name: 'a period that is not over when the run judged', to: '2026-03-20T00:00:00Z', code: 'period-not-over' },
    { name: 'a period after which HR said nothing', to: '2026-03-09T00:00:00Z', code: 'roster-before-period-end' },
  ])('does not pass for $name (I10)', async ({ code, to }) => {
    given.world.clock.set(march(8, 1));
    await given.world.facts.roster('1,ann@contoso.example,2020-01-01,2026-03-06');
    await given.world.facts.account({ upn: 'ann@contoso.example', employeeId: '1', stretches: gone(march(7, 4)) });
    given.world.clock.set(NOW);
    await given.world.run();
    const { test } = await ask(LEAVERS, `?from=2026-03-01T00:00:00Z&to=${to}`);
    expect(test).toMatchObject({ verdict: 'INSUFFICIENT', passed: 1, of: 1, doubts: [{ code }] });
    expect((await ask(LEAVERS, '?from=2026-03-01T00:00:00Z&to=2026-03-08T00:00:00Z')).test).toMatchObject({ verdict: 'PASS', doubts: [] });
  });

  it('is no pass while somebody is not due yet (I10)', async () => {
    await given.world.facts.roster('3,cem@contoso.example,2020-01-01,2026-03-09');
    await given.world.facts.account({ upn: 'cem@contoso.example', employeeId: '3', stretches: enabled });
    await given.world.run();
    expect((await ask(LEAVERS)).test).toMatchObject({ verdict: 'INSUFFICIENT', passed: 0, of: 1 });
  });

  it('says what was looked at where nobody has left', async () => {
    await given.world.facts.roster('4,dan@contoso.example,2020-01-01,');
    await given.world.run();
    expect((await ask(LEAVERS)).test).toMatchObject({
      verdict: 'PASS',
      of: 0,
      sentence: 'No employment has ended (looked at: 1 employment periods of the roster).',
    });
  });

  it('counts an exception beside the verdict, which stays', async () => {
    await company();
    await given.world.run();
    const late = (await ask(LEAVERS)).members.find(({ effect }) => effect === 'FAIL');
    const { id } = await decideDisposition(given.world.deps, given.world.facts.workspaceId, {
      findingId: late?.findingId ?? '',
      kind: 'exception',
      reason: 'hands over',
      ticket: null,
      expiresAt: plusMs(NOW, DAY_MS),
      actor: 'administrator:one',
    });
    expect((await ask(LEAVERS)).test.excepted).toBe(0);
    await approveException(given.world.deps, given.world.facts.workspaceId, { id, actor: 'administrator:two' });
    const { members, test } = await ask(LEAVERS);
    expect(test).toMatchObject({ verdict: 'FAIL', passed: 1, of: 3, excepted: 1 });
    expect(test.sentence).toContain('1 stand under an approved exception, which changes no verdict');
    expect(members.find(({ effect }) => effect === 'FAIL')?.disposition).toMatchObject({ kind: 'exception' });
  });
});

describe('every active directory account belongs to an active person', () => {
  it('passes those of employees, fails those of nobody and of leavers, lists the excluded outside', async () => {
    await company();
    const { accountId } = await given.world.facts.account({ upn: 'svc@contoso.example', stretches: enabled });
    await given.world.facts.account({ upn: 'stray@contoso.example', stretches: enabled });
    await given.world.facts.account({ upn: 'old@contoso.example', stretches: gone(march(2)) });
    await exclude(accountId, await personOf('4'));
    await given.world.run();
    const answer = await ask(ACCOUNTS);
    expect(shown(answer)).toEqual({ 2: 'FAIL', 3: 'PEND', 4: 'PASS', 'svc@contoso.example': 'N/A', 'stray@contoso.example': 'FAIL' });
    expect(answer.test).toMatchObject({ verdict: 'FAIL', passed: 1, of: 5 });
    expect(answer.test.ties).toMatchObject({
      rows: 5,
      parts: [
        { part: 'of a person', count: 3 },
        { part: 'of several candidates', count: 0 },
        { part: 'excluded as nobody’s own', count: 1 },
        { part: 'of nobody', count: 1 },
      ],
    });
  });

  it('counts an account of several candidates once, in doubt (I10)', async () => {
    await given.world.facts.roster('1,same@contoso.example,2020-01-01,', '2,same@contoso.example,2020-01-01,');
    await given.world.facts.account({ upn: 'same@contoso.example', stretches: enabled });
    await given.world.run();
    const answer = await ask(ACCOUNTS);
    expect(answer.test).toMatchObject({ verdict: 'INSUFFICIENT', of: 1, effects: { INSUF: 1 } });
    expect(answer.members).toHaveLength(1);
  });

  it.each([
    { end: '2026-03-06', verdict: 'FAIL', effects: { FAIL: 1 }, part: 'of a person', why: 'as the leaver’s who has it still' },
    {
      end: '2026-03-20',
      verdict: 'INSUFFICIENT',
      effects: { INSUF: 1 },
      part: 'of several candidates',
      why: 'in doubt while whoever leaves is here',
    },
  ])('counts an account that was given to somebody else before it was seen off once, $why', async ({ end, verdict, effects, part }) => {
    await given.world.facts.roster(`1,ann@contoso.example,2020-01-01,${end}`, '2,ben@contoso.example,2020-01-01,');
    const { accountId } = await given.world.facts.account({ upn: 'ann@contoso.example', employeeId: '1', stretches: enabled });
    await given.world.run();
    await given.db.owner.query("update directory_account set employee_id = '2' where workspace_id = $1 and account_id = $2", [
      given.world.facts.workspaceId,
      accountId,
    ]);
    await given.world.run();
    const answer = await ask(ACCOUNTS);
    expect(answer.test).toMatchObject({ verdict, of: 1, effects });
    expect(answer.test.ties.parts).toContainEqual({ part, count: 1 });
    expect(answer.members).toHaveLength(1);
  });

  it('judges the account of somebody who was hired again by the employment of now, once', async () => {
    await given.world.facts.roster('1,ann@contoso.example,2020-01-01,2025-06-30', '1,ann@contoso.example,2026-02-01,');
    await given.world.facts.account({ upn: 'ann@contoso.example', employeeId: '1', stretches: enabled });
    await given.world.run();
    const answer = await ask(ACCOUNTS);
    expect(answer.test).toMatchObject({ verdict: 'PASS', passed: 1, of: 1 });
  });
});

describe('every active SCIM user is assigned and known', () => {
  it('fails those who are not assigned, or whom nobody knows', async () => {
    await given.world.facts.roster('1,ann@contoso.example,2020-01-01,', '2,ben@contoso.example,2020-01-01,');
    const ann = await given.world.facts.account({ upn: 'ann@contoso.example', employeeId: '1', stretches: enabled });
    const ben = await given.world.facts.account({ upn: 'ben@contoso.example', employeeId: '2', assigned: false, stretches: enabled });
    const active = [{ at: LONG_AGO, is: 'active' }] as const;
    await given.world.facts.scim({ userName: 'ann@contoso.example', externalId: ann.objectId, states: active });
    await given.world.facts.scim({ userName: 'ben@contoso.example', externalId: ben.objectId, states: active });
    await given.world.facts.scim({ userName: 'orphan@contoso.example', states: active });
    await given.world.facts.scim({ userName: 'was@contoso.example', states: [...active, { at: march(2), is: 'inactive' }] });
    await given.world.run();
    const answer = await ask(USERS);
    expect(shown(answer)).toEqual({ 1: 'PASS', 2: 'FAIL', 'orphan@contoso.example': 'FAIL' });
    expect(answer.test).toMatchObject({ verdict: 'FAIL', passed: 1, of: 3 });
    const diagnoses = answer.test.diagnoses.map(({ code, count }) => `${count} ${code}`).sort();
    expect(diagnoses).toEqual(['1 active-mapping-is-wrong', '1 never-in-directory']);
    const findings = (await get('/findings?effect=FAIL')).body as {
      findings: readonly { rule: string; diagnosis: { code: string } | null }[];
    };
    expect(Object.fromEntries(findings.findings.map(({ diagnosis, rule }) => [rule, diagnosis?.code]))).toEqual({
      S05: 'never-in-directory',
      S06: 'active-mapping-is-wrong',
    });
  });
});

describe('owners and service accounts have living owners', () => {
  it('passes who is here, fails who left, and doubts whom HR no longer names and an owner for whom nobody is named (I10)', async () => {
    const roster = ['4,dan@contoso.example,2020-01-01,', '5,eva@contoso.example,2020-01-01,2026-03-01'];
    await given.world.facts.everybody([...roster, '6,fay@contoso.example,2020-01-01,']);
    await given.world.facts.everybody(roster);
    for (const owner of ['4', '5', '6']) {
      const { accountId } = await given.world.facts.account({ upn: `svc-${owner}@contoso.example`, stretches: enabled });
      await exclude(accountId, await personOf(owner));
    }
    await createOwner(given.world.deps, given.world.facts.workspaceId, { name: 'Dan', person: { personId: await personOf('4') } });
    await createOwner(given.world.deps, given.world.facts.workspaceId, { name: 'Eva', person: { personId: await personOf('5') } });
    await createOwner(given.world.deps, given.world.facts.workspaceId, { name: 'Nobody' });
    await given.world.run();
    const answer = await ask(OWNERS);
    const said = answer.members.map(({ effect, owner, person }) => `${owner?.name ?? person?.employeeId} ${effect}`);
    expect(said.sort()).toEqual(['4 PASS', '5 FAIL', '6 INSUF', 'Dan PASS', 'Eva FAIL', 'Nobody INSUF']);
    expect(answer.test).toMatchObject({ verdict: 'FAIL', passed: 2, of: 6, effects: { PASS: 2, FAIL: 2, INSUF: 2 } });
    expect(answer.test.diagnoses).toMatchObject([{ code: 'roster-leaves-open' }, { code: 'owner-left' }]);
    expect(answer.test.ties).toMatchObject({ rows: 6, parts: [{ count: 3 }, { count: 3 }, { count: 0 }, { count: 0 }] });
  });

  it('doubts an excluded account that no run has judged as one (I10)', async () => {
    await given.world.facts.roster('4,dan@contoso.example,2020-01-01,');
    const { accountId } = await given.world.facts.account({ upn: 'svc@contoso.example', stretches: enabled });
    await given.world.run();
    await exclude(accountId, await personOf('4'));
    expect(await ask(OWNERS)).toMatchObject({ test: { verdict: 'INSUFFICIENT' }, members: [{ effect: 'INSUF' }] });
  });
});

describe('any test', () => {
  it('is in doubt before anything was reconciled (I10)', async () => {
    await company();
    const { tests } = (await get('/tests')).body as { tests: readonly Result[] };
    expect(tests.map(({ id }) => id)).toEqual(complianceTestIds);
    // MFA is judged without a run.
    for (const test of tests.filter(({ id }) => id !== 'mfa-on-azure'))
      expect(test).toMatchObject({ verdict: 'INSUFFICIENT', of: 0, asOf: null, doubts: [{ code: 'never-reconciled' }] });
  });

  it('does not pass on a directory that was last read whole days before (I8)', async () => {
    await given.world.facts.looked(march(1));
    await given.db.owner.query('delete from directory_run where workspace_id = $1 and requested_at > $2', [
      given.world.facts.workspaceId,
      march(2),
    ]);
    await given.world.facts.roster('4,dan@contoso.example,2020-01-01,');
    await given.world.run();
    for (const id of [LEAVERS, ACCOUNTS, USERS, ROLES])
      expect((await ask(id)).test).toMatchObject({ verdict: 'INSUFFICIENT', doubts: [{ code: 'directory-stale' }] });
    expect((await ask(OWNERS)).test.doubts).toEqual([]);
  });

  it('keeps its word when a directory is read again after the run: what came later was not judged', async () => {
    await given.world.facts.roster('4,dan@contoso.example,2020-01-01,');
    await given.world.run();
    expect((await ask(ACCOUNTS)).test.doubts).toEqual([]);
    await given.world.facts.looked(plusMs(NOW, DAY_MS * 3));
    expect((await ask(ACCOUNTS)).test.doubts).toEqual([]);
  });

  it('does not pass on a run of days ago, and a period that was over by then does', async () => {
    await given.world.facts.roster('4,dan@contoso.example,2020-01-01,');
    await given.world.run();
    given.world.clock.set(plusMs(NOW, 2 * DAY_MS));
    expect((await ask(LEAVERS)).test).toMatchObject({ verdict: 'INSUFFICIENT', doubts: [{ code: 'run-stale' }] });
    expect((await ask(LEAVERS, '?from=2026-02-01T00:00:00Z&to=2026-03-01T00:00:00Z')).test).toMatchObject({ verdict: 'PASS', doubts: [] });
  });

  it.each([
    { name: 'without a roster', rosterAt: undefined, code: 'roster-never-imported' },
    { name: 'on a roster of long ago', rosterAt: plusMs(NOW, -36 * DAY_MS), code: 'roster-stale' },
  ])('does not pass $name (I10)', async ({ code, rosterAt }) => {
    if (rosterAt !== undefined) {
      given.world.clock.set(rosterAt);
      await given.world.facts.roster('4,dan@contoso.example,2020-01-01,');
      given.world.clock.set(NOW);
    }
    await given.world.run();
    expect((await ask(LEAVERS)).test).toMatchObject({ verdict: 'INSUFFICIENT', doubts: [{ code }] });
  });

  it.each(complianceTestIds)('%s names the controls that it is relevant to, and complies with none', async (id) => {
    const { test } = await ask(id);
    const frameworks = new Set(test.relevantTo.map(({ framework }) => framework));
    expect(frameworks.size).toBeGreaterThanOrEqual(5);
    expect(JSON.stringify(test)).not.toMatch(/compliant|complies/i);
  });

  it('refuses a period where it speaks of the present, a period that is none, and a test that is none', async () => {
    expect((await get(`/tests/${ACCOUNTS}?from=2026-03-01T00:00:00Z&to=2026-03-08T00:00:00Z`)).status).toBe(400);
    expect((await get(`/tests/${LEAVERS}?from=2026-03-08T00:00:00Z&to=2026-03-01T00:00:00Z`)).status).toBe(400);
    expect((await get(`/tests/${LEAVERS}?from=2026-03-08T00:00:00Z`)).status).toBe(400);
    expect((await get('/tests/everybody-is-happy')).status).toBe(404);
  });

  it('counts after each run anew, and remembers between pages', async () => {
    await company();
    await given.world.run();
    expect((await ask(ACCOUNTS)).test).toMatchObject({ passed: 1, of: 3 });
    await given.world.facts.account({ upn: 'stray@contoso.example', stretches: enabled });
    expect((await ask(ACCOUNTS)).test).toMatchObject({ passed: 1, of: 3 });
    given.world.clock.advance(1000);
    await given.world.run();
    expect((await ask(ACCOUNTS)).test).toMatchObject({ passed: 1, of: 4 });
  });

  it.each([LEAVERS, ACCOUNTS, USERS, ROLES, OWNERS])('pages all of %s without loss, and filters it by effect', async (id) => {
    await company();
    for (const [employeeId, name] of Object.entries({ 1: 'ann', 4: 'dan' }))
      await given.world.facts.scim({
        userName: `${name}@contoso.example`,
        employeeNumber: employeeId,
        states: [{ at: LONG_AGO, is: 'active' }],
      });
    const accounts = await Promise.all(
      ['x', 'y'].map((name) => given.world.facts.account({ upn: `${name}@contoso.example`, stretches: enabled })),
    );
    for (const { accountId } of accounts) await exclude(accountId, await personOf('4'));
    for (const name of ['Olive', 'Otto']) await createOwner(given.world.deps, given.world.facts.workspaceId, { name });
    await given.world.run();
    const whole = await ask(id);
    expect(whole.members.length).toBe(whole.test.of);
    expect(whole.members.length).toBeGreaterThanOrEqual(2);
    const read: Member[] = [];
    let after = '';
    for (let page = 0; page <= whole.members.length; page += 1) {
      const answer = await ask(id, `?limit=1${after}`);
      read.push(...answer.members);
      if (answer.next === null) break;
      after = `&after=${answer.next}`;
    }
    expect(read).toEqual(whole.members);
    for (const [effect, count] of Object.entries(whole.test.effects)) {
      const some = await ask(id, `?effect=${effect}`);
      expect(some.members).toEqual(whole.members.filter((member) => member.effect === effect));
      expect(some.members).toHaveLength(count);
    }
  });

  it('comes as CSV with a line per account, formulas disarmed', async () => {
    await given.world.facts.roster('+1+1,ann@contoso.example,2020-01-01,2026-03-06');
    await given.world.facts.account({ upn: '=cmd@contoso.example', employeeId: '+1+1', stretches: enabled });
    await given.world.run();
    const [heading, ...lines] = (await csvOf(LEAVERS)).trimEnd().split('\r\n');
    expect(heading?.split(',').slice(0, 3)).toEqual(['effect', 'because', 'diagnosis']);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("'=cmd@contoso.example");
    expect(lines[0]).toContain("'+1+1");
    expect(lines[0]).not.toMatch(/(^|,)[=+]/);
  });
});
