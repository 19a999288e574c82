import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { listCandidates } from '../../src/reconciliation/candidate-read-model.ts';
import { decideLink } from '../../src/reconciliation/decide-link.ts';
import { reconcile } from '../../src/reconciliation/index.ts';
import type { SteppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type AccountGiven, ann, type Facts, LONG_AGO, march } from './facts.ts';
import { judgeableWorkspace } from './judgeable-workspace.ts';

const enabled = [{ state: 'enabled', from: LONG_AGO }] as const;
const active = [{ at: LONG_AGO, is: 'active' }] as const;
const ANN = 'ann@contoso.example';

let db: TestDatabase;
let clock: SteppingClock;
let facts: Facts;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

beforeEach(async () => {
  facts = await freshFacts();
});

async function freshFacts(): Promise<Facts> {
  const given = await judgeableWorkspace(db);
  ({ clock } = given);
  return given.facts;
}

/** Runs a reconciliation, and says who holds what, in the order of the accounts' names. */
async function links({ workspaceId } = facts): Promise<readonly string[]> {
  await reconcile({ database: db.database, clock }, workspaceId, 'system');
  const { rows } = await db.owner.query<{ line: string }>(
    `select concat_ws(' ', person.employee_id, link.standing, link.system, coalesce(account.user_principal_name, scim_user.user_name), link.rule) as line
     from account_link as link
     join person on person.workspace_id = link.workspace_id and person.id = link.person_id
     left join directory_account as account on account.workspace_id = link.workspace_id and account.account_id = link.account_id
     left join scim_user on scim_user.workspace_id = link.workspace_id and scim_user.id = link.account_id
     where link.workspace_id = $1 and link.ended_at is null
     order by line`,
    [workspaceId],
  );
  return rows.map(({ line }) => line);
}

const account = (upn: string, more: Partial<AccountGiven> = {}): AccountGiven => ({ upn, stretches: enabled, ...more });
const annLeft = ann('2026-01-31');

describe('candidates', () => {
  const shown = async () =>
    (await listCandidates(db.database, facts.workspaceId, { after: undefined, limit: 100 })).rows
      .map(({ account: name, employeeId, because, system }) => `${system} ${name} ${employeeId}? ${because.join(' ')}`)
      .sort();

  it.each<{ story: string; accounts: readonly AccountGiven[]; candidates: readonly string[] }>([
    {
      story: 'a tag',
      accounts: [account('ann+admin@contoso.example')],
      candidates: ['directory ann+admin@contoso.example 1? plus-address'],
    },
    { story: 'dots', accounts: [account('a.nn@contoso.example')], candidates: ['directory a.nn@contoso.example 1? dots'] },
    {
      story: 'dots and a tag',
      accounts: [account('a.nn+x@contoso.example')],
      candidates: ['directory a.nn+x@contoso.example 1? dots plus-address'],
    },
    {
      story: 'a name',
      accounts: [account('x@contoso.example', { displayName: 'PERSON 1' })],
      candidates: ['directory x@contoso.example 1? name'],
    },
    {
      story: 'a domain under which others have the same address',
      accounts: [
        account('ann@contoso.onmicrosoft.example'),
        account('eve@contoso.example', { aliases: [{ address: 'eve@contoso.onmicrosoft.example', from: LONG_AGO }] }),
      ],
      candidates: ['directory ann@contoso.onmicrosoft.example 1? domain-alias'],
    },
    {
      story: 'an address that a user may have entered themselves, and that links nothing',
      accounts: [account('x@contoso.example', { otherMails: ['ANN@contoso.example'] })],
      candidates: ['directory x@contoso.example 1? other-mail'],
    },
    {
      story: 'no other address that is nobody’s',
      accounts: [account('x@contoso.example', { otherMails: ['y@contoso.example'] })],
      candidates: [],
    },
    {
      story: 'the address that a guest was invited by, where they have another one now',
      accounts: [account('ann_contoso.example#EXT#@fabrikam.example', { mail: 'ann@elsewhere.example' })],
      candidates: ['directory ann_contoso.example#EXT#@fabrikam.example 1? guest-home'],
    },
    {
      story: 'a name that HR writes the other way round',
      accounts: [account('x@contoso.example', { displayName: '1,  Person' })],
      candidates: ['directory x@contoso.example 1? name'],
    },
    { story: 'no domain that nobody shares', accounts: [account('ann@fabrikam.example')], candidates: [] },
    { story: 'no account that is linked', accounts: [account('ann+x@contoso.example', { employeeId: '1' })], candidates: [] },
    {
      story: 'no account that is gone',
      accounts: [account('ann+x@contoso.example', { stretches: [{ state: 'soft_deleted', from: LONG_AGO }] })],
      candidates: [],
    },
  ])('show $story', async ({ accounts, candidates }) => {
    await facts.roster(ann(''));
    for (const given of accounts) await facts.account(given);
    await links();
    expect(await shown()).toEqual(candidates);
  });

  it.each([
    {
      manager: 'the one whom HR names',
      users: ['boss'],
      candidates: ['directory x@contoso.example 1? manager name', 'scim x@contoso.example 1? manager name'],
    },
    { manager: 'somebody else', users: ['other'], candidates: ['directory x@contoso.example 1? name', 'scim x@contoso.example 1? name'] },
    { manager: 'nobody', users: [], candidates: ['directory x@contoso.example 1? name', 'scim x@contoso.example 1? name'] },
  ])('of a name say whether the manager agrees, where Entra provisions $manager', async ({ users, candidates }) => {
    await facts.roster('8,other@contoso.example,2020-01-01,', '9,boss@contoso.example,2020-01-01,', `${ann('')},,,,,9`);
    const made = new Map<string, string>();
    for (const name of ['boss', 'other']) {
      made.set(name, (await facts.scim({ userName: `${name}@contoso.example`, states: active })).userId);
    }
    const { objectId } = await facts.account(account('x@contoso.example', { displayName: 'Person 1' }));
    const manager = made.get(users[0] ?? '');
    await facts.scim({
      userName: 'x@contoso.example',
      displayName: 'Person 1',
      externalId: objectId.toUpperCase(),
      states: active,
      ...(manager === undefined ? {} : { manager }),
    });
    await links();
    expect(await shown()).toEqual(candidates);
  });

  it('show the very address where nobody was employed with it, and SCIM users', async () => {
    await facts.roster(annLeft);
    await facts.account(account(ANN, { createdAt: march(1) }));
    await facts.scim({ userName: 'a.nn@contoso.example', states: active });
    await links();
    expect(await shown()).toEqual(['directory ann@contoso.example 1? same-address', 'scim a.nn@contoso.example 1? dots']);
  });

  it('become links only by hand, and are gone once they were refused', async () => {
    await facts.roster(ann(''));
    const one = await facts.account(account('ann+one@contoso.example'));
    const two = await facts.account(account('ann+two@contoso.example'));
    await links();
    const { rows } = await listCandidates(db.database, facts.workspaceId, { after: undefined, limit: 1 });
    const decide = async (accountId: string, action: 'link' | 'unlink') =>
      decideLink({ database: db.database, clock }, facts.workspaceId, {
        personId: rows[0]?.personId ?? '',
        system: 'directory',
        accountId,
        action,
        reason: 'asked her',
        actor: 'system',
      });
    await decide(one.accountId, 'link');
    await decide(two.accountId, 'unlink');
    expect(await shown()).toEqual([]);
    expect(await links()).toEqual(['1 barred directory ann+two@contoso.example M0', '1 linked directory ann+one@contoso.example M0']);
  });

  it('come by pages without a gap', async () => {
    await facts.roster(ann(''), '2,a.nn@contoso.example,2020-01-01,');
    await facts.account(account('ann+x@contoso.example'));
    await facts.account(account('ann+y@contoso.example'));
    await links();
    const whole = await listCandidates(db.database, facts.workspaceId, { after: undefined, limit: 100 });
    const paged = [];
    for (let after: string | undefined; paged.length <= whole.rows.length; ) {
      const page = await listCandidates(db.database, facts.workspaceId, { after, limit: 1 });
      paged.push(...page.rows);
      if (page.next === null) break;
      after = page.next;
    }
    expect(whole.rows).toHaveLength(4);
    expect(paged).toEqual(whole.rows);
  });
});
