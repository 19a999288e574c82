import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { reconcile } from '../../src/reconciliation/index.ts';
import type { SteppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type AccountGiven, ann, type Facts, LONG_AGO, march, type ScimGiven } from './facts.ts';
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

interface Story {
  readonly story: string;
  readonly roster: readonly string[];
  readonly accounts?: readonly AccountGiven[];
  readonly users?: readonly ScimGiven[];
  readonly links: readonly string[];
}

const account = (upn: string, more: Partial<AccountGiven> = {}): AccountGiven => ({ upn, stretches: enabled, ...more });
/** Deleted after the first had left, and before the next one came. */
const deletedIn = [
  { state: 'enabled', from: LONG_AGO, to: march(-25) },
  { state: 'soft_deleted', from: march(-25), exact: true },
] as const;
const annLeft = ann('2026-01-31');
const newAnn = `2,${ANN},2026-02-15,`;

describe('matching by addresses in time', () => {
  it.each<Story>([
    {
      story: 'links a renamed account by the address that it had while its person was employed',
      roster: [ann('')],
      accounts: [account('ann.smith@contoso.example', { aliases: [{ address: ANN, from: LONG_AGO, to: march(2) }] })],
      links: ['1 linked directory ann.smith@contoso.example M5'],
    },
    {
      story: 'gives an address that was given to somebody new to each in their time',
      roster: [annLeft, newAnn],
      accounts: [
        account('old.ann@contoso.example', { aliases: [{ address: ANN, from: LONG_AGO, to: march(-18) }] }),
        account(ANN, { createdAt: march(-16), aliases: [{ address: ANN, notBefore: march(-18), from: march(-16) }] }),
      ],
      links: ['1 linked directory old.ann@contoso.example M5', '2 linked directory ann@contoso.example M4'],
    },
    {
      story: 'gives an older account that took over the address to whoever was employed from then on',
      roster: [annLeft, newAnn],
      accounts: [account(ANN, { createdAt: LONG_AGO, aliases: [{ address: ANN, notBefore: march(-16), from: march(-15) }] })],
      links: ['2 linked directory ann@contoso.example M4'],
    },
    {
      story: 'takes nobody for the holder of an address that came to the account after they had left',
      roster: [annLeft],
      accounts: [account(ANN, { aliases: [{ address: ANN, notBefore: march(-16), from: march(-15) }] })],
      links: [],
    },
    {
      story: 'leaves it to a human where nobody looked when the address changed hands',
      roster: [annLeft, `2,${ANN},2026-02-02,`],
      accounts: [account('x@contoso.example', { aliases: [{ address: ANN, notBefore: march(-40), from: march(-20), to: march(-10) }] })],
      links: ['1 ambiguous directory x@contoso.example M5', '2 ambiguous directory x@contoso.example M5'],
    },
    {
      story: 'takes no address that the account lost before the person came',
      roster: [newAnn],
      accounts: [account('x@contoso.example', { aliases: [{ address: ANN, from: LONG_AGO, to: march(-30) }] })],
      links: [],
    },
    {
      story: 'takes no address that an account lost whose making is dated after the person left',
      roster: [annLeft],
      accounts: [account('x@contoso.example', { createdAt: march(1), aliases: [{ address: ANN, from: march(2), to: march(3) }] })],
      links: [],
    },
    {
      story: 'gives nobody a second account by an address that it has lost',
      roster: [ann('')],
      accounts: [account(ANN), account('x@contoso.example', { aliases: [{ address: ANN, from: LONG_AGO, to: march(2) }] })],
      links: ['1 ambiguous directory x@contoso.example M5', '1 linked directory ann@contoso.example M4'],
    },
    {
      story: 'lets an address go with an account that was deleted before it was given to somebody new',
      roster: [annLeft, newAnn],
      accounts: [account(ANN, { stretches: deletedIn }), account('Ann@contoso.example', { createdAt: march(-15) })],
      links: ['1 linked directory ann@contoso.example M4', '2 linked directory Ann@contoso.example M4'],
    },
    {
      story: 'takes no account that was deleted before the person came',
      roster: [newAnn],
      accounts: [account(ANN, { stretches: deletedIn })],
      links: [],
    },
    {
      story: 'takes an account that was deleted and restored for whose the address is now',
      roster: [newAnn],
      accounts: [
        account(ANN, {
          stretches: [...deletedIn.slice(0, 1), { ...deletedIn[1], to: march(-20) }, { state: 'enabled', from: march(-19) }],
        }),
      ],
      links: ['2 linked directory ann@contoso.example M4'],
    },
    {
      story: 'takes no SCIM user that was deleted before the person came',
      roster: [newAnn],
      users: [
        {
          userName: ANN,
          states: [
            { at: LONG_AGO, is: 'active' },
            { at: march(-30), is: 'deleted' },
          ],
        },
      ],
      links: [],
    },
    {
      story: 'counts both stretches of employment of somebody who came back',
      roster: [annLeft, `1,${ANN},2026-03-01,`],
      accounts: [account('x@contoso.example', { aliases: [{ address: ANN, notBefore: march(1), from: march(2), to: march(4) }] })],
      links: ['1 linked directory x@contoso.example M5'],
    },
    {
      story: 'links a guest by the home address that the mail gives',
      roster: ['1,ann@home.example,2020-01-01,'],
      accounts: [account('ann_home.example#EXT#@contoso.example', { mail: 'ann@home.example' })],
      links: ['1 linked directory ann_home.example#EXT#@contoso.example M4'],
    },
    {
      story: 'reads the home address of a guest without mail from the name',
      roster: ['1,ann_b@home.example,2020-01-01,', '2,ann@b_home.example,2020-01-01,'],
      accounts: [account('ann_b_home.example#EXT#@contoso.example')],
      links: ['1 linked directory ann_b_home.example#EXT#@contoso.example M4'],
    },
    {
      story: 'goes by a guest’s mail and not by the name where there is one',
      roster: ['1,ann@home.example,2020-01-01,'],
      accounts: [account('ann_home.example#EXT#@contoso.example', { mail: 'other@home.example' })],
      links: [],
    },
    {
      story: 'gives each SCIM user of one address to whoever was employed while it was there',
      roster: [annLeft, newAnn],
      users: [
        {
          userName: ANN,
          states: [
            { at: LONG_AGO, is: 'active' },
            { at: march(-20), is: 'deleted' },
          ],
        },
        { userName: 'Ann@contoso.example', states: [{ at: march(-14), is: 'active' }] },
      ],
      links: ['1 linked scim ann@contoso.example M4', '2 linked scim Ann@contoso.example M4'],
    },
    {
      story: 'lets go of no leaver whose SCIM user came only after they had left',
      roster: [annLeft],
      users: [{ userName: ANN, states: [{ at: march(1), is: 'active' }] }],
      links: ['1 linked scim ann@contoso.example M4'],
    },
    {
      story: 'links nothing that merely resembles',
      roster: [ann(''), '2,b.en@contoso.example,2020-01-01,'],
      accounts: [
        account('ann+admin@contoso.example'),
        account('ben@contoso.example'),
        account('x@contoso.example', { displayName: 'Person 1' }),
      ],
      links: [],
    },
  ])('$story', async ({ roster, accounts = [], users = [], links: expected }) => {
    for (const row of roster) await facts.roster(row);
    for (const given of accounts) await facts.account(given);
    for (const given of users) await facts.scim(given);
    expect(await links()).toEqual(expected);
    expect(await links()).toEqual(expected);
  });
});

describe('matching by a sign-in', () => {
  it('links a SCIM user to whoever the identity is that signed in through it, before employee id and address', async () => {
    await facts.roster(ann(''), '2,ben@contoso.example,2020-01-01,');
    const { objectId } = await facts.account(account(ANN, { employeeId: '1' }));
    const { userId } = await facts.scim({ userName: 'ben@contoso.example', externalId: 'nickname', employeeNumber: '2', states: active });
    await facts.signedIn(objectId, userId);
    expect(await links()).toEqual(['1 linked directory ann@contoso.example M3', '1 linked scim ben@contoso.example M2']);
  });

  it('is outweighed by an externalId that is an object id', async () => {
    await facts.roster(ann(''), '2,ben@contoso.example,2020-01-01,');
    const anns = await facts.account(account(ANN));
    const bens = await facts.account(account('ben@contoso.example'));
    const { userId } = await facts.scim({ userName: 'x', externalId: bens.objectId, states: active });
    await facts.signedIn(anns.objectId, userId);
    expect(await links()).toContain('2 linked scim x M1');
  });

  it('takes a tenant’s identity for no account of another tenant', async () => {
    await facts.roster(ann(''));
    const { objectId } = await facts.account(account(ANN));
    const { userId } = await facts.scim({ userName: 'x', states: active });
    await facts.signedIn(objectId, userId);
    await db.owner.query('update identity_link set tenant_id = gen_random_uuid() where workspace_id = $1', [facts.workspaceId]);
    expect(await links()).toEqual(['1 linked directory ann@contoso.example M4']);
  });

  it('leaves two identities that signed in through one user to a human', async () => {
    await facts.roster(ann(''), '2,ben@contoso.example,2020-01-01,');
    const { userId } = await facts.scim({ userName: 'x', states: active });
    for (const upn of [ANN, 'ben@contoso.example']) await facts.signedIn((await facts.account(account(upn))).objectId, userId);
    expect(await links()).toEqual(expect.arrayContaining(['1 ambiguous scim x M2', '2 ambiguous scim x M2']));
  });

  it('makes one unit of an account and a user for which nobody answers', async () => {
    const { objectId } = await facts.account(account(ANN));
    const { userId } = await facts.scim({ userName: 'x', externalId: 'nickname', states: active });
    await facts.signedIn(objectId, userId);
    await links();
    const { rows } = await db.owner.query<{ verdict: string }>('select verdict from finding where workspace_id = $1', [facts.workspaceId]);
    expect(rows).toEqual([{ verdict: 'UNMATCHED_ACCOUNT' }]);
  });
});

describe('the order of facts', () => {
  type Fact = (given: Facts) => Promise<unknown>;
  const addresses = [ANN, 'ben@contoso.example', 'cy@contoso.example'];
  const address = fc.constantFrom(...addresses);
  const day = fc.integer({ min: -50, max: 8 });
  const alias = fc.record({ address, one: day, two: day, isOpen: fc.boolean() }).map(({ address: held, one, two, isOpen }) => ({
    address: held,
    from: march(Math.min(one, two)),
    ...(isOpen ? {} : { to: march(Math.max(one, two)) }),
  }));
  const world = fc.record({
    people: fc.array(fc.record({ email: address, ended: fc.boolean() }), { minLength: 1, maxLength: 3 }),
    accounts: fc.array(
      fc.record({
        aliases: fc.uniqueArray(alias, { maxLength: 2, selector: (held) => held.address }),
        employee: fc.integer({ min: 0, max: 4 }),
      }),
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
    users: fc.uniqueArray(fc.record({ email: address, external: fc.nat({ max: 4 }) }), { maxLength: 2, selector: ({ email }) => email }),
  });
  const objectId = (index: number) => `00000000-0000-4000-8000-00000000000${index}`;

  it('changes no link', async () => {
    const property = fc.asyncProperty(
      world.chain((given) => {
        const count = given.people.length + given.accounts.length + given.users.length;
        const places = Array.from({ length: count }, (_, index) => index);
        return fc.tuple(fc.constant(given), fc.shuffledSubarray(places, { minLength: count }));
      }),
      async ([{ people, accounts, users }, order]) => {
        const all: readonly Fact[] = [
          ...people.map(
            ({ email, ended }, index): Fact =>
              (to) =>
                to.roster(`${index + 1},${email},2020-01-01,${ended ? '2026-02-01' : ''}`),
          ),
          ...accounts.map(
            ({ aliases, employee }, index): Fact =>
              (to) =>
                to.account({
                  upn: `account${index}`,
                  objectId: objectId(index),
                  aliases,
                  employeeId: String(employee),
                  stretches: enabled,
                }),
          ),
          ...users.map(
            ({ email, external }): Fact =>
              (to) =>
                to.scim({ userName: email, externalId: objectId(external), states: active }),
          ),
        ];
        const inOrder = await freshFacts();
        for (const fact of all) await fact(inOrder);
        const otherwise = await freshFacts();
        for (const place of order) await all[place]?.(otherwise);
        const expected = await links(inOrder);
        expect(await links(otherwise)).toEqual(expected);
        expect(await links(otherwise)).toEqual(expected);
      },
    );
    await fc.assert(property, { numRuns: 25 });
  });
});
