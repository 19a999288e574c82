import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { DAY_MS, HOUR_MS, type Instant, type PersonId, plusMs } from '../../src/kernel/index.ts';
import { approveLink } from '../../src/reconciliation/approve-link.ts';
import { decideLink } from '../../src/reconciliation/decide-link.ts';
import { erasePerson } from '../../src/reconciliation/erase-person.ts';
import { reconcile } from '../../src/reconciliation/index.ts';
import { eachTest } from './each-test.ts';
import { ann, annsAccount, LONG_AGO, march } from './facts.ts';
import { servedWorkspace } from './served-workspace.ts';

const given = eachTest(servedWorkspace);
const BEN = '2,ben@contoso.example,2020-01-01,';

// oxlint-disable-next-line typescript/no-explicit-any -- answers as they are
type Answer = any;

async function get(path: string): Promise<{ readonly status: number; readonly body: Answer }> {
  const response = await fetch(`${given.world.server.url}${path}`, { headers: { accept: 'application/json' } });
  return { status: response.status, body: await response.json() };
}

async function personOf(employeeId: string): Promise<PersonId> {
  const { rows } = await given.db.owner.query<{ id: PersonId }>('select id from person where workspace_id = $1 and employee_id = $2', [
    given.world.facts.workspaceId,
    employeeId,
  ]);
  return rows[0]?.id ?? ('' as PersonId);
}

const testsOfFindings = ['terminated-people-are-deactivated', 'directory-accounts-have-people', 'scim-users-are-assigned', 'roles-match'];

/** All that is asked of an instant: a person, the tests, and who is in them. */
async function told(query = ''): Promise<Record<string, Answer>> {
  const of = query === '' ? '' : `?${query}`;
  const answers: Record<string, Answer> = { tests: (await get(`/tests${of}`)).body.tests };
  answers['tests'] = answers['tests'].filter(({ id }: Answer) => testsOfFindings.includes(id));
  for (const id of testsOfFindings) {
    const { members, test } = (await get(`/tests/${id}${of}`)).body;
    answers[id] = { members, test };
  }
  for (const employeeId of ['1', '2']) {
    const { accounts, findings, person } = (await get(`/people/${await personOf(employeeId)}${of}`)).body;
    answers[employeeId] = { person, findings: findings?.map(asThen), accounts: accounts?.map(asThen) };
  }
  return answers;
}

/** But for what is not kept: where the scope stood, when a verdict of somebody employed changed, and which place a record had in the tree by then. */
function asThen({ scopeState: _scope, changedAt, effect, ...rest }: Answer): Answer {
  return {
    ...rest,
    ...(effect !== undefined && { effect }),
    ...(effect !== undefined && !['OK', 'INFO'].includes(effect) && { changedAt }),
  };
}

/** Ann is employed with both accounts, Ben has one that nobody provisioned. */
async function employed() {
  const { facts } = given.world;
  await facts.everybody([ann(''), BEN]);
  const { accountId, objectId } = await facts.account({ ...annsAccount, stretches: [{ state: 'enabled', from: LONG_AGO }] });
  await facts.account({ upn: 'ben@contoso.example', employeeId: '2', stretches: [{ state: 'enabled', from: LONG_AGO }] });
  await facts.scim({ userName: annsAccount.upn, externalId: objectId, role: 'reader', states: [{ at: LONG_AGO, is: 'active' }] });
  return { accountId, objectId };
}

/** Each thing that becomes known, in this order; a run judges it an hour later. */
function history(account: () => { readonly accountId: string; readonly objectId: string }) {
  const { clock, deps, facts } = given.world;
  return [
    { what: 'while they are employed', at: march(1), happens: async () => undefined },
    {
      what: 'between the day when an end was told and the day on which it took effect',
      at: march(4),
      happens: () => facts.roster(ann('2026-03-06')),
    },
    { what: 'after the deadline', at: march(9), happens: async () => undefined },
    { what: 'after a correction of the end', at: march(10), happens: () => facts.roster(ann('2026-03-09')) },
    {
      what: 'after the directory showed the account disabled',
      at: march(11),
      happens: async () => {
        const scope = [facts.workspaceId, account().objectId];
        await given.db.owner.query('update directory_observation set confirmed_until = $3 where workspace_id = $1 and object_id = $2', [
          ...scope,
          march(10),
        ]);
        await given.db.owner.query(
          `insert into directory_observation (workspace_id, connection_id, object_id, ordinal, state, not_before, observed_at, seen_from, source, run_id, record_id)
           select workspace_id, connection_id, object_id, 2, 'disabled', $3, $4, $4, 'full', run_id, gen_random_uuid()
           from directory_observation where workspace_id = $1 and object_id = $2`,
          [...scope, march(10), march(11)],
        );
        await given.db.owner.query(
          "update directory_account set state = 'disabled', account_enabled = false where workspace_id = $1 and object_id = $2",
          scope,
        );
      },
    },
    {
      what: 'after the account was taken from her by hand, and somebody else has it',
      at: march(12),
      happens: async () => {
        const link = {
          personId: await personOf('1'),
          system: 'directory',
          accountId: account().accountId,
          action: 'unlink',
          reason: 'not hers',
        } as const;
        const outcome = await decideLink(deps, facts.workspaceId, { ...link, actor: 'administrator:one' });
        if (outcome.kind === 'decided') throw new Error('one person decided it');
        await approveLink(deps, facts.workspaceId, { id: outcome.request.id, actor: 'administrator:two' });
      },
    },
    {
      what: 'after what the ledger disclosed of her was erased',
      at: march(13),
      happens: async () =>
        erasePerson({ database: given.db.database, clock }, facts.workspaceId, { personId: await personOf('1'), actor: 'system' }),
    },
  ];
}

describe('a person and the tests, as of a past instant', () => {
  it('are, for each instant, what was answered then, and the same for good', async () => {
    const account = await employed();
    const answers: { readonly what: string; readonly instant: Instant; readonly answer: Answer }[] = [];
    for (const { what, at, happens } of history(() => account)) {
      given.world.clock.set(at);
      await happens();
      await given.world.runAt(plusMs(at, HOUR_MS));
      answers.push({ what, instant: given.world.clock.now(), answer: await told() });
    }
    given.world.clock.advance(DAY_MS);
    for (const { what, instant, answer } of answers) expect({ what, ...(await told(`asOf=${instant}`)) }).toEqual({ what, ...answer });
    expect(new Set(answers.map(({ answer }) => JSON.stringify(answer.tests[0]))).size).toBeGreaterThan(3);
  });

  it('are of nobody before the first import, and of no verdict before the first run', async () => {
    given.world.clock.set(march(1));
    await employed();
    await given.world.runAt(march(2));
    const before = plusMs(march(1), -1);
    const id = await personOf('1');
    expect(await get(`/people/${id}?asOf=${before}`)).toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining('had not told') },
    });
    const reason = 'Nothing had been reconciled by then.';
    expect((await get(`/tests?asOf=${before}`)).body).toMatchObject({ tests: [], asOf: { instant: before, run: null, reason } });
    expect(await get(`/tests/roles-match?asOf=${before}`)).toMatchObject({ status: 404, body: { detail: reason } });
    expect((await get(`/people/${id}?asOf=${march(1, 1)}`)).body).toMatchObject({
      person: { employeeId: '1', periods: [{ startDate: '2020-01-01', endDate: null }] },
      accounts: [],
      findings: [],
      flags: [],
      asOf: { run: null, reason },
    });
  });

  it('know nothing of a run that was under way: what it linked and found was seen by nobody', async () => {
    await employed();
    let looks = 0;
    const slow = () => (looks++ === 0 ? march(1) : march(2));
    await reconcile({ database: given.db.database, clock: { ...given.world.clock, now: slow } }, given.world.facts.workspaceId, 'system');
    given.world.clock.set(march(3));
    const id = await personOf('1');
    const during = await get(`/people/${id}?asOf=${march(1, 12)}`);
    expect(during.body).toMatchObject({ accounts: [], findings: [], asOf: { run: null } });
    const { body: timeline } = await get(`/people/${id}/timeline?asOf=${march(1, 12)}`);
    expect(timeline.facts.map(({ what }: Answer) => what)).toEqual(['hr.period.started']);
    expect((await get(`/people/${id}?asOf=${march(2, 1)}`)).body.accounts).toHaveLength(2);
  });

  it.each([
    { path: '/tests/mfa-on-azure?asOf=2026-03-01T00:00:00Z', says: 'not kept whole' },
    { path: '/tests/owners-are-here?asOf=2026-03-01T00:00:00Z', says: 'judged when it is asked' },
    { path: '/tests?asOf=2999-01-01T00:00:00Z', says: 'has passed' },
    { path: '/tests/roles-match?asOf=2999-01-01T00:00:00Z', says: 'has passed' },
  ])('are refused where it would not be the truth, with why: $path', async ({ path, says }) => {
    given.world.clock.set(march(9));
    expect(await get(path)).toMatchObject({ status: 400, body: { detail: expect.stringContaining(says) } });
  });

  it('name the tests that cannot be asked so', async () => {
    await employed();
    await given.world.runAt(march(2));
    const { body } = await get(`/tests?asOf=${march(2)}`);
    expect(body.tests.map(({ id }: Answer) => id)).toEqual(testsOfFindings);
    expect(body.leftOut).toEqual([
      { id: 'owners-are-here', because: expect.stringContaining('nobody keeps') },
      { id: 'mfa-on-azure', because: expect.stringContaining('not kept') },
    ]);
    expect((await get('/tests')).body).toMatchObject({ leftOut: [], asOf: null });
  });

  it.each(testsOfFindings)('come by pages and as a file, each member once: %s', async (id) => {
    await employed();
    await given.world.facts.roster(ann('2026-03-06'), `${BEN}2026-03-07`);
    await given.world.runAt(march(9));
    const instant = given.world.clock.now();
    await given.world.facts.roster(ann(''), BEN);
    await given.world.runAt(march(10));
    const whole = (await get(`/tests/${id}?asOf=${instant}`)).body.members;
    const walked: Answer[] = [];
    for (let after = ''; ; ) {
      const { members, next } = (await get(`/tests/${id}?asOf=${instant}&limit=1${after}`)).body;
      walked.push(...members);
      if (next === null) break;
      after = `&after=${next}`;
    }
    expect(whole.length).toBeGreaterThan(0);
    expect(walked).toEqual(whole);
    const response = await fetch(`${given.world.server.url}/tests/${id}?asOf=${instant}`, { headers: { accept: 'text/csv' } });
    const lines = parse(await response.text(), { columns: true }) as Record<string, string>[];
    expect(lines.map(({ effect }) => effect)).toEqual(
      whole.flatMap(({ accounts, effect }: Answer) => (accounts.length > 0 ? accounts : [null]).map(() => effect)),
    );
    const effect = whole[0].effect;
    expect((await get(`/tests/${id}?asOf=${instant}&effect=${effect}`)).body.members).toEqual(
      whole.filter((member: Answer) => member.effect === effect),
    );
  });
});
