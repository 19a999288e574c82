import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HOUR_MS } from '../../src/kernel/index.ts';
import { askTest } from '../../src/reconciliation/ask-tests.ts';
import { decideLink } from '../../src/reconciliation/decide-link.ts';
import { reconcile } from '../../src/reconciliation/index.ts';
import { createTestMemory } from '../../src/reconciliation/test-memory.ts';
import type { ComplianceTestId, Effect } from '../../src/verdict/index.ts';
import type { SteppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type AccountGiven, ann, annsAccount, type Facts, LONG_AGO, march } from './facts.ts';
import { judgeableWorkspace } from './judgeable-workspace.ts';

let db: TestDatabase;
let clock: SteppingClock;
let facts: Facts;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  ({ clock, facts } = await judgeableWorkspace(db));
});

const deps = () => ({ database: db.database, clock });
const run = () => reconcile(deps(), facts.workspaceId, 'system');

/** The answer, and its members by the effects that are asked for. */
const ask = (id: ComplianceTestId, effects?: readonly Effect[]) =>
  askTest(
    { database: db.database, memory: createTestMemory() },
    { workspaceId: facts.workspaceId, at: clock.now(), period: null, id },
    { after: undefined, limit: 10, effects },
  );

const enabled = [{ state: 'enabled', from: LONG_AGO }] as const;
const off = [
  { state: 'enabled', from: LONG_AGO, to: march(2) },
  { state: 'disabled', from: march(2), exact: true },
] as const;
const active = [{ at: LONG_AGO, is: 'active' }] as const;

/** Ann has one for every day, and one for administration that somebody says is hers. Answers the first one's object id. */
async function twoAccounts(own: Partial<AccountGiven>, other: Partial<AccountGiven>): Promise<string> {
  await facts.roster(ann(''));
  const { objectId } = await facts.account({ ...annsAccount, stretches: enabled, ...own });
  const { accountId } = await facts.account({ upn: 'adm-ann@contoso.example', stretches: enabled, ...other });
  await run();
  const { rows } = await db.owner.query<{ id: string }>('select id from person where workspace_id = $1', [facts.workspaceId]);
  const hers = { personId: rows[0]?.id ?? '', system: 'directory', accountId, action: 'link', reason: 'asked her' } as const;
  await decideLink(deps(), facts.workspaceId, { ...hers, actor: 'administrator:one' });
  clock.advance(1_000);
  return objectId;
}

interface Tested {
  readonly name: string;
  readonly own?: Partial<AccountGiven>;
  readonly other?: Partial<AccountGiven>;
  readonly effect: Effect;
  readonly because: RegExp;
}

describe('an active SCIM user of somebody with two directory accounts', () => {
  it.each<Tested>([
    { name: 'whose own one is disabled, whatever the other is', own: { stretches: off }, effect: 'FAIL', because: /is disabled/ },
    { name: 'whose own one is not assigned, whatever the other is', own: { assigned: false }, effect: 'FAIL', because: /not assigned/ },
    { name: 'whose other one is off and not assigned', other: { stretches: off, assigned: false }, effect: 'PASS', because: /is assigned/ },
  ])('is tested by the one whose object id it carries: $effect $name', async ({ because, effect, other = {}, own = {} }) => {
    const externalId = await twoAccounts(own, other);
    await facts.scim({ userName: 'ann@contoso.example', externalId, states: active });
    await run();
    expect((await ask('scim-users-are-assigned', [effect])).members.rows).toMatchObject([
      { effect, because: expect.stringMatching(because) },
    ]);
  });

  it('is tested by the one through which it signed in, where it carries no object id', async () => {
    const objectId = await twoAccounts({ stretches: off }, {});
    const { userId } = await facts.scim({ userName: 'ann@contoso.example', states: active });
    await facts.signedIn(objectId, userId);
    await run();
    expect((await ask('scim-users-are-assigned')).test).toMatchObject({ verdict: 'FAIL', effects: { FAIL: 1 } });
  });

  it('is tested by what the run found, whatever becomes of assignments before the next one', async () => {
    const externalId = await twoAccounts({ assigned: true }, { assigned: false });
    await facts.scim({ userName: 'ann@contoso.example', externalId, states: active });
    await run();
    const memory = createTestMemory();
    const asked = { workspaceId: facts.workspaceId, period: null, id: 'scim-users-are-assigned' } as const;
    const page = () =>
      askTest({ database: db.database, memory }, { ...asked, at: clock.now() }, { after: undefined, limit: 10, effects: undefined });
    expect((await page()).test.effects).toEqual({ PASS: 1 });
    await db.owner.query('delete from directory_app_assignment where workspace_id = $1', [facts.workspaceId]);
    const { members, test } = await page();
    expect([test.effects, members.rows.map(({ effect }) => effect)]).toEqual([{ PASS: 1 }, ['PASS']]);
    await run();
    expect((await page()).test.effects).toEqual({ FAIL: 1 });
  });

  it('fails the finding, too, as does the role that its own account is not assigned', async () => {
    const externalId = await twoAccounts({ assigned: false }, { appRole: 'admin' });
    await db.owner.query("insert into role (workspace_id, id, name, rank, created_at) values ($1, 'admin', 'admin', 1, $2)", [
      facts.workspaceId,
      LONG_AGO,
    ]);
    await facts.scim({ userName: 'ann@contoso.example', externalId, role: 'admin', states: active });
    await run();
    clock.advance(2 * HOUR_MS);
    await facts.looked(clock.now());
    await run();
    const { rows } = await db.owner.query<{ rule: string; role: string; own: string }>(
      `select finding.rule, finding.vector ->> 'role' as role, held.account ->> 'behind' as own
       from finding cross join lateral jsonb_array_elements(finding.systems) as held (account)
       where finding.workspace_id = $1 and finding.closed_at is null and held.account ->> 'system' = 'scim'`,
      [facts.workspaceId],
    );
    expect(rows).toEqual([{ rule: 'S06', role: 'DRIFT', own: 'UNASSIGNED' }]);
    expect((await ask('roles-match')).test.effects).toEqual({ FAIL: 1 });
  });

  it.each(['whole', 'by what changed'] as const)(
    'comes to the same by a run of %s once it signs in through one of them',
    async (extent) => {
      const objectId = await twoAccounts({}, { assigned: false });
      const { userId } = await facts.scim({ userName: 'ann@contoso.example', employeeNumber: '1', states: active });
      await run();
      expect((await ask('scim-users-are-assigned')).test.effects).toEqual({ INSUF: 1 });
      await facts.signedIn(objectId, userId);
      clock.advance(1_000);
      await reconcile(deps(), facts.workspaceId, 'system', extent === 'whole' ? 'everything' : 'changes');
      expect((await ask('scim-users-are-assigned')).test.effects).toEqual({ PASS: 1 });
    },
  );

  it.each([
    { name: 'is in doubt where neither is known to be behind it, and they are not alike (I10)', stretches: off, effect: 'INSUF' },
    { name: 'passes where neither is known to be behind it, and they are alike', stretches: enabled, effect: 'PASS' },
  ])('$name', async ({ effect, stretches }) => {
    await twoAccounts({}, { stretches });
    await facts.scim({ userName: 'ann@contoso.example', employeeNumber: '1', states: active });
    await run();
    expect((await ask('scim-users-are-assigned')).test.effects).toEqual({ [effect]: 1 });
  });
});

describe('a directory account that nobody answers for and that has vanished', () => {
  const vanishedAfter = (state: 'enabled' | 'disabled') =>
    [
      { state, from: LONG_AGO, to: march(8) },
      { state: 'vanished', from: march(9) },
    ] as const;

  it.each([
    {
      name: 'is in doubt where it was enabled: it may be so still (I8, I10)',
      before: 'enabled',
      verdict: 'INSUFFICIENT',
      effects: { INSUF: 1 },
    },
    { name: 'is none of the test where it was disabled', before: 'disabled', verdict: 'PASS', effects: {} },
  ] as const)('$name', async ({ before, effects, verdict }) => {
    await facts.roster('4,dan@contoso.example,2020-01-01,');
    await facts.account({ upn: 'stray@contoso.example', stretches: vanishedAfter(before) });
    await run();
    const { members, test } = await ask('directory-accounts-have-people');
    expect(test).toMatchObject({ verdict, passed: 0, effects });
    expect(members.rows.map(({ because }) => because)).toEqual(Object.keys(effects).map(() => expect.stringContaining('has vanished')));
  });
});
