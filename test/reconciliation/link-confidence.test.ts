import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { reconcile } from '../../src/reconciliation/index.ts';
import { listLinks } from '../../src/reconciliation/link-store.ts';
import type { SteppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type AccountGiven, ann, type Facts, LONG_AGO, leavesOf, march } from './facts.ts';
import { judgeableWorkspace } from './judgeable-workspace.ts';

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
  ({ clock, facts } = await judgeableWorkspace(db));
});

const account = (upn: string, more: Partial<AccountGiven> = {}): AccountGiven => ({
  upn,
  stretches: [{ state: 'enabled', from: LONG_AGO }],
  ...more,
});

describe('what a link rests on', () => {
  const listed = async () => {
    await reconcile({ database: db.database, clock }, facts.workspaceId, 'system');
    return (await listLinks(db.database, facts.workspaceId, { after: undefined, limit: 100 })).map(
      ({ rule, standing, confidence, validFrom, validTo }) => ({ rule, standing, confidence, validFrom, validTo }),
    );
  };
  const open = { validFrom: null, validTo: null };

  it.each<{ story: string; given: AccountGiven; link: object }>([
    { story: 'HR’s number', given: account('x', { employeeId: '1' }), link: { rule: 'M3', confidence: 'strong', ...open } },
    { story: 'an address that was always there', given: account(ANN), link: { rule: 'M4', confidence: 'probable', ...open } },
    {
      story: 'an address since the account was made',
      given: account(ANN, { createdAt: march(1) }),
      link: { rule: 'M4', confidence: 'probable', validFrom: march(1), validTo: null },
    },
    {
      story: 'an address that it had for a while',
      given: account('x', { aliases: [{ address: ANN, notBefore: march(1), from: march(1), to: march(2) }] }),
      link: { rule: 'M5', confidence: 'weak', validFrom: march(1), validTo: march(2) },
    },
  ])('is $story, with its confidence and between when it held, in the list and in the ledger', async ({ given, link }) => {
    await facts.roster(ann(''));
    await facts.account(given);
    expect(await listed()).toEqual([{ standing: 'linked', ...link }]);
    const { confidence, validFrom: valid_from, validTo: valid_to } = link as { confidence: string; validFrom: string; validTo: string };
    expect(await leavesOf(db.owner, facts.workspaceId, 'match.linked')).toMatchObject([{ detail: { confidence, valid_from, valid_to } }]);
  });

  it('is the same object for a SCIM user, whatever made its directory account the person’s', async () => {
    await facts.roster(ann(''));
    const { objectId } = await facts.account(account(ANN));
    await facts.scim({ userName: 'x', externalId: objectId, states: active });
    expect(await listed()).toContainEqual({ rule: 'M1', standing: 'linked', confidence: 'certain', ...open });
  });

  it('is one claim, however often the account shows the address', async () => {
    await facts.roster(ann(''));
    await facts.account(account('x', { mail: ANN, aliases: [{ address: ANN, from: march(1) }] }));
    expect(await listed()).toMatchObject([{ standing: 'linked' }]);
  });

  it('is nothing while two are possible', async () => {
    await facts.roster(ann(''), '2,ann@contoso.example,2020-01-01,');
    await facts.account(account(ANN));
    expect((await listed()).map(({ confidence }) => confidence)).toEqual([null, null]);
  });
});
