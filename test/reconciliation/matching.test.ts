import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { reconcile } from '../../src/reconciliation/index.ts';
import type { SteppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { ann, type Facts, givenFacts, LONG_AGO, leavesOf, march } from './facts.ts';
import { judgeableWorkspace } from './judgeable-workspace.ts';

const enabled = [{ state: 'enabled', from: LONG_AGO }] as const;
const active = [{ at: LONG_AGO, is: 'active' }] as const;

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

interface Link {
  readonly employeeId: string;
  readonly system: string;
  readonly account: string;
  readonly standing: string;
  readonly rule: string;
}

/** Runs a reconciliation, and says who holds what. */
async function links(): Promise<readonly string[]> {
  await reconcile({ database: db.database, clock }, facts.workspaceId, 'system');
  const { rows } = await db.owner.query<Link>(
    `select person.employee_id as "employeeId", link.system, coalesce(account.user_principal_name, scim_user.user_name) as account,
            link.standing, link.rule
     from account_link as link
     join person using (workspace_id)
     left join directory_account as account on account.workspace_id = link.workspace_id and account.account_id = link.account_id
     left join scim_user on scim_user.workspace_id = link.workspace_id and scim_user.id = link.account_id
     where link.workspace_id = $1 and person.id = link.person_id and link.ended_at is null
     order by link.system, account, "employeeId"`,
    [facts.workspaceId],
  );
  return rows.map(({ employeeId, system, account, standing, rule }) => `${employeeId} ${standing} ${system} ${account} by ${rule}`);
}

async function recordTypes(): Promise<readonly string[]> {
  return (await leavesOf(db.owner, facts.workspaceId, 'match.')).map(({ type }) => type);
}

describe('matching accounts with the roster', () => {
  it('goes by employee id before the address, and by the object id before anything in SCIM', async () => {
    await facts.roster(ann(''), '2,ben@contoso.example,2020-01-01,');
    const { objectId } = await facts.account({ upn: 'ben@contoso.example', employeeId: ' 1 ', stretches: enabled });
    await facts.account({ upn: 'Ben@Contoso.Example', stretches: enabled });
    await facts.scim({ userName: 'ben@contoso.example', externalId: objectId.toUpperCase(), employeeNumber: '2', states: active });
    await facts.scim({ userName: 'someone', employeeNumber: '2', states: active });
    expect(await links()).toEqual([
      '2 linked directory Ben@Contoso.Example by M4',
      '1 linked directory ben@contoso.example by M3',
      '1 linked scim ben@contoso.example by M1',
      '2 linked scim someone by M3',
    ]);
    expect(await recordTypes()).toEqual(Array.from({ length: 4 }, () => 'match.linked'));
  });

  it.each([
    { name: 'in letters', hr: 'm\u00fcller@b\u00fccher.example', theirs: 'm\u00fcller@xn--bcher-kva.example' },
    { name: 'for the wire', hr: 'm\u00fcller@XN--bcher-kva.example', theirs: 'M\u00fcller@B\u00fccher.example' },
  ])('goes by an address whose domain HR spells $name, and the directory and SCIM do not', async ({ hr, theirs }) => {
    await facts.roster(`1,${hr},2020-01-01,`);
    await facts.account({ upn: theirs, stretches: enabled });
    await facts.scim({ userName: theirs, states: active });
    expect((await links()).map((link) => link.split(' ').slice(0, 3).join(' '))).toEqual(['1 linked directory', '1 linked scim']);
  });

  it.each([
    { name: 'a dotted capital I', address: '\u0130nci@contoso.example' },
    { name: 'sigmas', address: '\u0393\u0399\u03a9\u03a1\u0393\u039f\u03a3@contoso.example' },
    { name: 'a capital sharp s', address: 'GRO\u1e9e@contoso.example' },
    { name: 'a Kelvin sign', address: '\u212aurt@contoso.example' },
    { name: 'an accent apart', address: 'Jose\u0301@contoso.example' },
  ])('goes by an address with $name as HR writes it, in the directory and in SCIM', async ({ address }) => {
    await facts.roster(`1,${address},2020-01-01,`);
    await facts.account({ upn: address.normalize('NFC'), stretches: enabled });
    await facts.scim({ userName: address.normalize('NFC').toLowerCase(), states: active });
    expect((await links()).map((link) => link.split(' ').slice(0, 3).join(' '))).toEqual(['1 linked directory', '1 linked scim']);
  });

  it('goes by the address anew when a roster names somebody whose address had been folded otherwise', async () => {
    const row = '1,\u0130nci@contoso.example,2020-01-01,';
    await facts.roster(row);
    await db.owner.query("update person set email_key = 'folded otherwise' where workspace_id = $1", [facts.workspaceId]);
    await facts.account({ upn: '\u0130nci@contoso.example', stretches: enabled });
    expect(await links()).toEqual([]);
    await facts.roster(row);
    expect(await links()).toHaveLength(1);
  });

  it('takes leading zeros and every other sign of an employee id as it is', async () => {
    await facts.roster('007,ann@contoso.example,2020-01-01,');
    await facts.account({ upn: 'bond@contoso.example', employeeId: '7', stretches: enabled });
    expect(await links()).toEqual([]);
  });

  it('finds two live accounts with one employee id ambiguous, until a human says otherwise', async () => {
    await facts.roster(ann('2026-03-06'));
    await facts.account({ upn: 'ann@contoso.example', employeeId: '1', stretches: enabled });
    await facts.account({ upn: 'ann2@contoso.example', employeeId: '1', stretches: enabled });
    expect(await links()).toEqual(['1 ambiguous directory ann2@contoso.example by M3', '1 ambiguous directory ann@contoso.example by M3']);
    expect(await recordTypes()).toEqual(['match.ambiguous', 'match.ambiguous']);
  });

  it('finds a SCIM user ambiguous where its directory account is', async () => {
    await facts.roster(ann(''));
    const { objectId } = await facts.account({ upn: 'ann@contoso.example', employeeId: '1', stretches: enabled });
    await facts.account({ upn: 'ann2@contoso.example', employeeId: '1', stretches: enabled });
    await facts.scim({ userName: 'ann@contoso.example', externalId: objectId, states: active });
    expect(await links()).toContain('1 ambiguous scim ann@contoso.example by M1');
  });

  it('finds an account ambiguous that two people claim', async () => {
    await facts.roster(ann('2026-03-06'), '2,ann@contoso.example,2020-01-01,');
    await facts.account({ upn: 'ann@contoso.example', stretches: enabled });
    expect(await links()).toEqual(['1 ambiguous directory ann@contoso.example by M4', '2 ambiguous directory ann@contoso.example by M4']);
  });

  it('gives a deleted account to its person beside the live one', async () => {
    await facts.roster(ann(''));
    await facts.account({ upn: 'ann@contoso.example', employeeId: '1', stretches: enabled });
    await facts.account({ upn: 'old@contoso.example', employeeId: '1', stretches: [{ state: 'soft_deleted', from: LONG_AGO }] });
    expect(await links()).toEqual(['1 linked directory ann@contoso.example by M3', '1 linked directory old@contoso.example by M3']);
  });

  it('refuses an address whose account was made after the person had left', async () => {
    await facts.roster(ann('2026-01-31'));
    await facts.account({ upn: 'ann@contoso.example', createdAt: march(1), stretches: enabled });
    expect(await links()).toEqual([]);
  });

  it('keeps a link whose identifiers went away with the account, and says nothing new', async () => {
    await facts.roster(ann(''));
    await facts.account({ upn: 'ann@contoso.example', stretches: enabled });
    const before = await links();
    await db.owner.query("update directory_account set address_keys = '{}', state = 'soft_deleted' where workspace_id = $1", [
      facts.workspaceId,
    ]);
    expect(await links()).toEqual(before);
    expect(await recordTypes()).toEqual(['match.linked']);
  });

  it('moves an account whose identifiers now speak of somebody else, and records both', async () => {
    await facts.roster(ann(''), '2,ben@contoso.example,2020-01-01,');
    await facts.account({ upn: 'ann@contoso.example', stretches: enabled });
    await links();
    await db.owner.query("update directory_account set employee_id = '2' where workspace_id = $1", [facts.workspaceId]);
    expect(await links()).toEqual(['2 linked directory ann@contoso.example by M3']);
    expect(await recordTypes()).toEqual(['match.linked', 'match.unlinked', 'match.linked']);
  });

  it('lets an ambiguity go when it is resolved at its source', async () => {
    await facts.roster(ann(''));
    const { accountId } = await facts.account({ upn: 'ann@contoso.example', employeeId: '1', stretches: enabled });
    await facts.account({ upn: 'ann2@contoso.example', employeeId: '1', stretches: enabled });
    await links();
    await db.owner.query("update directory_account set employee_id = 'other' where workspace_id = $1 and account_id <> $2", [
      facts.workspaceId,
      accountId,
    ]);
    expect(await links()).toEqual(['1 linked directory ann@contoso.example by M3']);
  });

  it('does not see a connection without a complete run (I8)', async () => {
    await facts.roster(ann(''));
    await facts.account({ upn: 'ann@contoso.example', stretches: enabled });
    await db.owner.query(
      'update directory_connection set last_complete_run_id = null, last_complete_requested_at = null, confirmed_until = null where workspace_id = $1',
      [facts.workspaceId],
    );
    expect(await links()).toEqual([]);
  });

  it('sees nothing of another workspace (I12)', async () => {
    const other = await givenFacts({ database: db.database, owner: db.owner, clock });
    await other.account({ upn: 'ann@contoso.example', employeeId: '1', stretches: enabled });
    await other.scim({ userName: 'ann@contoso.example', states: active });
    await facts.roster(ann('2026-03-06'));
    expect(await links()).toEqual([]);
    const { rows } = await db.owner.query<{ count: number }>('select count(*) as count from finding where workspace_id = $1', [
      other.workspaceId,
    ]);
    expect(rows[0]?.count).toBe(0);
  });
});
