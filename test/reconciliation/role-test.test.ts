import { beforeEach, describe, expect, it } from '@jest/globals';
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS, plusMs } from '../../src/kernel/index.ts';
import { approveClassification, requestClassification } from '../../src/reconciliation/classify-account.ts';
import { approveException, decideDisposition } from '../../src/reconciliation/decide-disposition.ts';
import { reconcile } from '../../src/reconciliation/index.ts';
import { eachTest } from './each-test.ts';
import { type AccountGiven, LONG_AGO, NOW, type ScimGiven } from './facts.ts';
import { servedAtNow } from './served-workspace.ts';

interface RoleTest {
  readonly test: {
    readonly verdict: string;
    readonly sentence: string;
    readonly passed: number;
    readonly of: number;
    readonly effects: Record<string, number>;
    readonly excepted: number;
    readonly ties: { readonly rows: number; readonly parts: readonly { readonly part: string; readonly count: number }[] };
    readonly diagnoses: readonly { readonly code: string; readonly count: number }[];
  };
  readonly members: readonly {
    readonly effect: string;
    readonly because: string;
    readonly diagnosis: string | null;
    readonly findingId: string | null;
    readonly accounts: readonly { readonly account: string | null }[];
    readonly disposition: { readonly kind: string } | null;
  }[];
}

const MOVED = plusMs(NOW, HOUR_MS);

const enabled = [{ state: 'enabled', from: LONG_AGO }] as const;
const active = [{ at: LONG_AGO, is: 'active' }] as const;

const given = eachTest(servedAtNow);

beforeEach(async () => {
  for (const [rank, role] of ['member', 'editor', 'admin'].entries()) {
    await given.db.owner.query('insert into role (workspace_id, id, name, rank, created_at) values ($1, $2, $2, $3, $4)', [
      given.world.facts.workspaceId,
      role,
      rank,
      LONG_AGO,
    ]);
  }
});

async function at(instant: Instant): Promise<RoleTest> {
  given.world.clock.set(instant);
  await given.world.facts.looked(instant);
  await reconcile(given.world.deps, given.world.facts.workspaceId, 'system');
  const response = await fetch(`${given.world.server.url}/tests/roles-match`);
  return (await response.json()) as RoleTest;
}

/** After provisioning has had its time. */
async function settled(): Promise<RoleTest> {
  await at(NOW);
  return at(plusMs(NOW, 2 * HOUR_MS));
}

/** Somebody employed with an account and an active SCIM user, on the roster of `people`. */
async function somebody(name: string, account: Partial<AccountGiven>, user: Partial<ScimGiven>): Promise<string> {
  const upn = `${name}@contoso.example`;
  const { accountId, objectId } = await given.world.facts.account({ upn, employeeId: name, stretches: enabled, ...account });
  await given.world.facts.scim({ userName: upn, externalId: objectId, states: active, ...user });
  return accountId;
}

const people = (...names: readonly string[]) =>
  given.world.facts.roster(...names.map((name) => `${name},${name}@contoso.example,2020-01-01,`));

const shown = ({ members }: RoleTest) =>
  Object.fromEntries(members.map(({ accounts, effect }) => [accounts[0]?.account?.split('@')[0], effect]));

describe('roles held through SCIM are the ones that the directory assigns', () => {
  it('tests every active SCIM user, passes included, and fails with the one that kept an old role', async () => {
    await people('ann', 'ben', 'cem', 'dan', 'eva');
    await somebody('ann', { appRole: 'editor' }, { role: 'editor' });
    await somebody('ben', { appRole: 'member' }, { role: 'admin' });
    await somebody('cem', { appRole: 'editor' }, {});
    await somebody('dan', {}, {});
    await somebody('eva', { appRole: 'king' }, { role: 'king' });
    await given.world.facts.scim({ userName: 'stray@contoso.example', role: 'admin', states: active });
    await given.world.facts.scim({ userName: 'was@contoso.example', role: 'admin', states: [{ at: LONG_AGO, is: 'inactive' }] });
    const answer = await settled();
    expect(shown(answer)).toEqual({ ann: 'PASS', ben: 'FAIL', cem: 'FAIL', dan: 'N/A', eva: 'INSUF', stray: 'INSUF' });
    expect(answer.test).toMatchObject({
      verdict: 'FAIL',
      passed: 1,
      of: 6,
      effects: { PASS: 1, FAIL: 2, 'N/A': 1, INSUF: 2 },
      sentence:
        '1 of 6 active SCIM users are proven to have a role that the directory assigns to them; 2 failed (FAIL); 2 cannot be settled (INSUF); 1 outside the test (N/A).',
      ties: { rows: 6 },
    });
    expect(answer.test.ties.parts.reduce((sum, { count }) => sum + count, 0)).toBe(6);
    expect(Object.fromEntries(answer.test.diagnoses.map(({ code, count }) => [code, count]))).toEqual({
      'role-is-kept': 2,
      'role-cannot-be-compared': 1,
      'never-in-directory': 1,
    });
  });

  it('passes where every role is the one assigned', async () => {
    await people('ann', 'ben');
    await somebody('ann', { appRole: 'editor' }, { role: 'editor' });
    await somebody('ben', { appRole: 'admin' }, { role: 'admin' });
    expect((await settled()).test).toMatchObject({ verdict: 'PASS', passed: 2, of: 2 });
  });

  it.each([
    { after: 0, verdict: 'INSUFFICIENT', effect: 'PEND' },
    { after: 79 * MINUTE_MS, verdict: 'INSUFFICIENT', effect: 'PEND' },
    { after: 80 * MINUTE_MS, verdict: 'FAIL', effect: 'FAIL' },
  ])('is $verdict $after ms after a run first saw that somebody who moved kept the old role', async ({ after, verdict, effect }) => {
    await people('ann');
    await somebody('ann', { appRole: 'admin' }, { role: 'admin' });
    expect((await at(NOW)).test.verdict).toBe('PASS');
    await given.db.owner.query("update directory_app_assignment set app_role_value = 'member' where workspace_id = $1", [
      given.world.facts.workspaceId,
    ]);
    const first = await at(MOVED);
    const answer = after === 0 ? first : await at(plusMs(MOVED, after));
    expect(answer.test.verdict).toBe(verdict);
    expect(shown(answer)).toEqual({ ann: effect });
  });

  it('is INSUFFICIENT where the assignments are not read, also of whoever brings no role (I10)', async () => {
    await people('ann', 'ben');
    await somebody('ann', { appRole: 'editor' }, { role: 'editor' });
    await somebody('ben', {}, {});
    await given.db.owner.query('update directory_connection set scim_app_id = null where workspace_id = $1', [
      given.world.facts.workspaceId,
    ]);
    const { members, test } = await settled();
    expect(test).toMatchObject({ verdict: 'INSUFFICIENT', passed: 0, of: 2, effects: { INSUF: 2 } });
    expect(new Set(members.map(({ because }) => because))).toEqual(new Set(['The assignments of the application are not read.']));
  });

  it('lists an excluded account outside the test', async () => {
    await people('ann');
    await somebody('ann', { appRole: 'editor' }, { role: 'editor' });
    const accountId = await somebody('svc', { employeeId: '', appRole: 'member' }, { role: 'admin' });
    const { rows } = await given.db.owner.query<{ id: string }>('select id from person where workspace_id = $1', [
      given.world.facts.workspaceId,
    ]);
    const asked = { system: 'directory', class: 'service', reason: 'sends the invoices', actor: 'administrator:one' } as const;
    const { id } = await requestClassification(given.world.deps, given.world.facts.workspaceId, {
      ...asked,
      accountId,
      ownerPersonId: rows[0]?.id ?? '',
      expiresAt: plusMs(NOW, 30 * DAY_MS),
    });
    await approveClassification(given.world.deps, given.world.facts.workspaceId, { id, actor: 'administrator:two' });
    const answer = await settled();
    expect(shown(answer)).toEqual({ ann: 'PASS', svc: 'N/A' });
    expect(answer.test).toMatchObject({ verdict: 'PASS', passed: 1, of: 2 });
  });

  it('counts an exception beside the verdict, which stays', async () => {
    await people('ben');
    await somebody('ben', { appRole: 'member' }, { role: 'admin' });
    const [member] = (await settled()).members;
    const { id } = await decideDisposition(given.world.deps, given.world.facts.workspaceId, {
      findingId: member?.findingId ?? '',
      kind: 'exception',
      reason: 'stands in for the administrator',
      ticket: null,
      expiresAt: plusMs(NOW, DAY_MS),
      actor: 'administrator:one',
    });
    await approveException(given.world.deps, given.world.facts.workspaceId, { id, actor: 'administrator:two' });
    const answer = await at(plusMs(NOW, 3 * HOUR_MS));
    expect(answer.test).toMatchObject({ verdict: 'FAIL', excepted: 1 });
    expect(answer.members).toMatchObject([{ effect: 'FAIL', diagnosis: 'role-is-kept', disposition: { kind: 'exception' } }]);
  });
});
