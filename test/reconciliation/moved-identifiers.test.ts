import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { addressKey, type Instant } from '../../src/kernel/index.ts';
import { append } from '../../src/ledger/index.ts';
import { approveLink } from '../../src/reconciliation/approve-link.ts';
import { decideLink } from '../../src/reconciliation/decide-link.ts';
import { type Extent, reconcile } from '../../src/reconciliation/reconcile.ts';
import type { SteppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type AccountGiven, type Facts, LONG_AGO, march, NOW, type StretchGiven } from './facts.ts';
import { judgeableWorkspace } from './judgeable-workspace.ts';

const ANN = 'ann@contoso.example';
const BEN = 'ben@contoso.example';
/** A row of HR's: who, by which address, and until when. */
const row = (employeeId: string, address: string, end = '') => `${employeeId},${address},2020-01-01,${end}`;

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

const enabled: readonly StretchGiven[] = [{ state: 'enabled', from: LONG_AGO }];
/** Disabled a few hours after the end of the 6th, and still so. */
const offInTime: readonly StretchGiven[] = [
  { state: 'enabled', from: LONG_AGO, to: march(7, 1) },
  { state: 'disabled', from: march(7, 2) },
];

const offLate: readonly StretchGiven[] = [
  { state: 'enabled', from: LONG_AGO, to: march(9, 1) },
  { state: 'disabled', from: march(9, 2) },
];

function run(extent: Extent = 'changes') {
  return reconcile({ database: db.database, clock }, facts.workspaceId, 'system', extent);
}

/** A whole look was completed, by which what it showed was so until then. */
async function lookedUntil(confirmedUntil: Instant): Promise<void> {
  await db.database.transaction((tx) =>
    append(tx, facts.workspaceId, [
      {
        type: 'graph.account.coverage',
        at: clock.now(),
        actor: 'system',
        subject: { kind: 'directory-connection', id: facts.connectionId },
        detail: { confirmed_until: confirmedUntil },
      },
    ]),
  );
}

/** Who holds or claims which account, by which rule. */
async function links(): Promise<readonly string[]> {
  const { rows } = await db.owner.query<{ line: string }>(
    `select concat_ws(' ', person.employee_id, link.standing, link.system, coalesce(account.user_principal_name, scim_user.user_name), link.rule) as line
     from account_link as link
     join person on person.workspace_id = link.workspace_id and person.id = link.person_id
     left join directory_account as account on account.workspace_id = link.workspace_id and account.account_id = link.account_id
     left join scim_user on scim_user.workspace_id = link.workspace_id and scim_user.id = link.account_id
     where link.workspace_id = $1 and link.ended_at is null
     order by line`,
    [facts.workspaceId],
  );
  return rows.map(({ line }) => line);
}

/** The present verdicts, by the employee id of whom they are about. */
async function verdicts(): Promise<readonly string[]> {
  const { rows } = await db.owner.query<{ line: string }>(
    `select concat_ws(' ', coalesce(person.employee_id, 'nobody'), finding.rule, finding.effect) as line
     from finding left join person on person.workspace_id = finding.workspace_id and person.id = finding.person_id
     where finding.workspace_id = $1 and finding.closed_at is null
     order by line`,
    [facts.workspaceId],
  );
  return rows.map(({ line }) => line);
}

/** What a run of what changed and one of everything come to alike. */
async function comesTo(): Promise<{ readonly links: readonly string[]; readonly verdicts: readonly string[] }> {
  await run();
  const byChanges = { links: await links(), verdicts: await verdicts() };
  const { opened, changed, closed } = await run('everything');
  expect({ opened, changed, closed, links: await links(), verdicts: await verdicts() }).toEqual({
    opened: 0,
    changed: 0,
    closed: 0,
    ...byChanges,
  });
  return byChanges;
}

async function moveTo(employeeId: string | null, accountId: string): Promise<void> {
  await db.owner.query('update directory_account set employee_id = $3 where workspace_id = $1 and account_id = $2', [
    facts.workspaceId,
    accountId,
    employeeId,
  ]);
}

/** The account gets another state at an instant, as a look shows it. */
async function turn(accountId: string, state: 'enabled' | 'disabled', at: Instant): Promise<void> {
  await db.owner.query(
    `with turned as (
       update directory_account set state = $3 where workspace_id = $1 and account_id = $2 returning workspace_id, connection_id, object_id
     ), ended as (
       update directory_observation as stretch set confirmed_until = greatest(stretch.seen_from, $4::timestamptz - interval '1 hour')
       from turned
       where stretch.workspace_id = turned.workspace_id and stretch.connection_id = turned.connection_id
         and stretch.object_id = turned.object_id and stretch.confirmed_until is null
       returning stretch.*
     )
     insert into directory_observation (workspace_id, connection_id, object_id, ordinal, state, not_before, seen_from, observed_at, source, run_id, record_id)
     select workspace_id, connection_id, object_id, ordinal + 1, $3, confirmed_until, $4, $4, 'full', gen_random_uuid(), gen_random_uuid() from ended`,
    [facts.workspaceId, accountId, state, at],
  );
}

async function later(at: Instant): Promise<void> {
  await facts.looked(at);
  clock.set(at);
}

const annsAccount = (more: Partial<AccountGiven> = {}): AccountGiven => ({ upn: ANN, employeeId: '1', stretches: enabled, ...more });

describe('an account that a leaver has still', () => {
  it('stays theirs with its failure when the directory gives its employee id to somebody new, who is in doubt until a human decides', async () => {
    await facts.roster(row('1', ANN, '2026-03-06'));
    const { accountId } = await facts.account(annsAccount());
    await run('everything');
    expect(await verdicts()).toEqual(['1 L03 FAIL']);
    await facts.roster('2,new@contoso.example,2026-03-09,');
    await moveTo('2', accountId);
    const contested = {
      links: ['1 linked directory ann@contoso.example M3', '2 ambiguous directory ann@contoso.example M3'],
      verdicts: ['1 L03 FAIL', '2 X03 INSUF'],
    };
    expect(await comesTo()).toEqual(contested);
    await later(march(12));
    expect(await comesTo()).toEqual(contested);
  });

  it('stays theirs when HR gives their address to somebody who was there all along', async () => {
    await facts.roster(row('1', ANN, '2026-03-06'), row('2', BEN));
    await facts.account(annsAccount({ employeeId: 'none' }));
    await run('everything');
    expect(await verdicts()).toEqual(['1 L03 FAIL', '2 S13 INFO']);
    await facts.roster(row('2', ANN));
    expect(await comesTo()).toEqual({
      links: ['1 linked directory ann@contoso.example M4', '2 ambiguous directory ann@contoso.example M4'],
      verdicts: ['1 L03 FAIL', '2 X03 INSUF'],
    });
  });

  it('stays theirs when HR takes their own address away as well', async () => {
    await facts.roster(row('1', ANN, '2026-03-06'), row('2', BEN));
    await facts.account(annsAccount({ employeeId: 'none' }));
    await run('everything');
    await facts.roster(row('1', 'left@contoso.example', '2026-03-06'), row('2', ANN));
    expect(await comesTo()).toEqual({
      links: ['1 linked directory ann@contoso.example M4', '2 ambiguous directory ann@contoso.example M4'],
      verdicts: ['1 L03 FAIL', '2 X03 INSUF'],
    });
  });

  it('leaves the other accounts of whoever claims it to them', async () => {
    await facts.roster(row('1', ANN, '2026-03-06'), row('2', BEN));
    const { accountId } = await facts.account(annsAccount());
    await facts.account({ upn: BEN, employeeId: '2', stretches: enabled });
    await run('everything');
    await moveTo('2', accountId);
    expect((await comesTo()).links).toEqual([
      '1 linked directory ann@contoso.example M3',
      '2 ambiguous directory ann@contoso.example M3',
      '2 linked directory ben@contoso.example M3',
    ]);
  });

  it('keeps its SCIM user with it', async () => {
    await facts.roster(row('1', ANN, '2026-03-06'), row('2', BEN));
    const { accountId, objectId } = await facts.account(annsAccount());
    await facts.scim({ userName: ANN, externalId: objectId, states: [{ at: LONG_AGO, is: 'active' }] });
    await run('everything');
    await moveTo('2', accountId);
    expect(await comesTo()).toEqual({
      links: [
        '1 linked directory ann@contoso.example M3',
        '1 linked scim ann@contoso.example M1',
        '2 ambiguous directory ann@contoso.example M3',
      ],
      verdicts: ['1 L02 FAIL', '2 X03 INSUF'],
    });
  });

  it.each([
    ['the object id', { external_id: true }],
    ['the employee number', { employee_number: true }],
    ['the name', { user_name: true }],
  ])(
    'is a SCIM user that stays theirs when %s becomes somebody else’s',
    async (_, { external_id, employee_number, user_name }: Record<string, boolean>) => {
      await facts.roster(row('1', ANN, '2026-03-06'), row('2', BEN));
      const anns = await facts.account(annsAccount());
      const bens = await facts.account({ upn: BEN, employeeId: '2', stretches: enabled });
      const { userId } = await facts.scim({
        userName: ANN,
        employeeNumber: user_name === true ? 'none' : '1',
        externalId: external_id === true ? anns.objectId : 'none',
        states: [{ at: LONG_AGO, is: 'active' }],
      });
      await run('everything');
      expect(await verdicts()).toContain('1 L02 FAIL');
      await db.owner.query(
        `update scim_user set external_id = case when $3 then $4 else external_id end, employee_number = case when $5 then '2' else employee_number end,
         user_name = case when $6 then $7 else user_name end, user_name_key = case when $6 then $7 else user_name_key end,
         email_keys = case when $6 then array[$7] else email_keys end
       where workspace_id = $1 and id = $2`,
        [facts.workspaceId, userId, external_id === true, bens.objectId, employee_number === true, user_name === true, addressKey(BEN)],
      );
      await run('everything');
      expect(await links()).toEqual(
        expect.arrayContaining([expect.stringMatching(/^1 linked scim /), expect.stringMatching(/^2 ambiguous scim /)]),
      );
      expect(await verdicts()).toEqual(['1 L02 FAIL', '2 X03 INSUF']);
    },
  );

  it('is in doubt as soon as HR has told an end, since a claim may come just before it', async () => {
    await facts.roster(row('1', ANN, '2026-03-20'), row('2', BEN));
    const { accountId } = await facts.account(annsAccount());
    await run('everything');
    await moveTo('2', accountId);
    expect(await comesTo()).toEqual({
      links: ['1 linked directory ann@contoso.example M3', '2 ambiguous directory ann@contoso.example M3'],
      verdicts: ['1 S10 WARN', '2 X03 INSUF'],
    });
    await later(march(23));
    expect((await comesTo()).verdicts).toEqual(['1 L03 FAIL', '2 X03 INSUF']);
  });

  it('stays theirs while nobody has said what it means that a roster leaves them out', async () => {
    await facts.everybody([row('1', ANN), row('2', BEN)]);
    const { accountId } = await facts.account(annsAccount());
    await run('everything');
    await facts.everybody([row('2', BEN)]);
    await moveTo('2', accountId);
    expect((await comesTo()).verdicts).toEqual(['1 X04 INSUF', '2 X03 INSUF']);
  });

  it('is a matter for a human when the same person comes back under another employee id', async () => {
    await facts.roster(row('1', ANN, '2026-03-06'));
    const { accountId } = await facts.account(annsAccount());
    await run('everything');
    await facts.roster(`7,${ANN},2026-03-09,`);
    await moveTo('7', accountId);
    expect((await comesTo()).verdicts).toEqual(['1 L03 FAIL', '7 X03 INSUF']);
  });

  it.each([
    ['the claimant', 'link', '2', '2 linked directory ann@contoso.example M0'],
    ['the leaver', 'link', '1', '1 linked directory ann@contoso.example M0'],
  ] as const)('goes by a human’s decision for %s', async (_, action, employeeId, link) => {
    await facts.roster(row('1', ANN, '2026-03-06'), row('2', BEN));
    const { accountId } = await facts.account(annsAccount());
    await run('everything');
    await moveTo('2', accountId);
    await run();
    const { rows } = await db.owner.query<{ id: string }>('select id from person where workspace_id = $1 and employee_id = $2', [
      facts.workspaceId,
      employeeId,
    ]);
    const deps = { database: db.database, clock };
    const decided = await decideLink(deps, facts.workspaceId, {
      personId: rows[0]?.id ?? '',
      system: 'directory',
      accountId,
      action,
      reason: 'asked them',
      actor: 'administrator:one',
    });
    // What takes it from somebody who leaves takes two people.
    expect(decided.kind).toBe(employeeId === '2' ? 'waits' : 'decided');
    if (decided.kind === 'waits') {
      await approveLink(deps, facts.workspaceId, { id: decided.request.id, actor: 'administrator:two' });
    }
    expect((await comesTo()).links).toEqual([link]);
  });
});

describe('an account that was seen off', () => {
  it('goes by its identifiers to whoever comes next, while it is disabled or as it is enabled for them', async () => {
    await facts.roster(row('1', ANN, '2026-03-06'), row('2', BEN));
    const { accountId } = await facts.account(annsAccount({ stretches: offInTime }));
    await run('everything');
    expect(await verdicts()).toEqual(['1 L12 PASS', '2 S13 INFO']);
    await later(march(11));
    await turn(accountId, 'enabled', march(10, 23));
    await moveTo('2', accountId);
    expect(await comesTo()).toEqual({ links: ['2 linked directory ann@contoso.example M3'], verdicts: ['1 L12 PASS', '2 S10 WARN'] });
  });

  it.each([
    { story: 'in time', stretches: offInTime, before: '1 L12 PASS', claimed: '2 S13 INFO' },
    { story: 'late', stretches: offLate, before: '1 L05 FAIL', claimed: '2 S13 INFO' },
  ])('leaves behind what it proves of whoever had it: that it ended $story', async ({ stretches, before, claimed }) => {
    await facts.roster(row('1', ANN, '2026-03-06'), row('2', BEN));
    const { accountId, objectId } = await facts.account(annsAccount({ stretches }));
    const last = stretches[1]?.from ?? NOW;
    await facts.scim({
      userName: ANN,
      externalId: objectId,
      states: [
        { at: LONG_AGO, is: 'active' },
        { at: last, is: 'inactive' },
      ],
    });
    await run('everything');
    expect(await verdicts()).toEqual([before, '2 S13 INFO']);
    await moveTo('2', accountId);
    const passedOn = ['2 linked directory ann@contoso.example M3', '2 linked scim ann@contoso.example M1'];
    expect(await comesTo()).toEqual({ links: passedOn, verdicts: [before, claimed] });
    // Whatever becomes of it is the next one's.
    await later(march(12));
    await turn(accountId, 'enabled', march(11, 20));
    expect((await comesTo()).verdicts).toEqual([before, '2 S11 WARN']);
    await later(march(13));
    await moveTo('3', accountId);
    await facts.roster(row('3', 'cy@contoso.example'));
    expect((await comesTo()).verdicts).toContain(before);
  });

  it('says once how it ended, however late its name is given away', async () => {
    await facts.roster(row('1', ANN, '2026-03-06'));
    await facts.account(annsAccount({ employeeId: 'none', stretches: offLate }));
    await run('everything');
    await facts.roster(row('1', 'left@contoso.example', '2026-03-06'), row('2', ANN));
    expect(await comesTo()).toMatchObject({ links: ['2 linked directory ann@contoso.example M4'], verdicts: ['1 L05 FAIL', '2 S13 INFO'] });
  });

  it('is let go by a look after it was disabled, though nothing else is written', async () => {
    await facts.roster(row('1', ANN, '2026-03-11'), row('2', BEN));
    const { accountId } = await facts.account(annsAccount());
    await run('everything');
    await turn(accountId, 'disabled', NOW);
    await moveTo('2', accountId);
    expect((await comesTo()).links).toEqual(['1 linked directory ann@contoso.example M3', '2 ambiguous directory ann@contoso.example M3']);
    await later(march(13));
    expect(await comesTo()).toEqual({ links: ['2 linked directory ann@contoso.example M3'], verdicts: ['1 L11 PASS', '2 S13 INFO'] });
  });

  it('stays in doubt where it was enabled again while it was the leaver’s', async () => {
    await facts.roster(row('1', ANN, '2026-03-06'), row('2', BEN));
    const { accountId } = await facts.account(annsAccount({ stretches: offInTime }));
    await run('everything');
    await later(march(11));
    await turn(accountId, 'enabled', march(10, 23));
    await run();
    expect(await verdicts()).toEqual(['1 L01 FAIL', '2 S13 INFO']);
    await moveTo('2', accountId);
    expect((await comesTo()).verdicts).toEqual(['1 L01 FAIL', '2 X03 INSUF']);
  });

  it('is another account where it was deleted and the address was given to a new one', async () => {
    await facts.roster(row('1', ANN, '2026-03-06'));
    await facts.account(
      annsAccount({
        employeeId: 'none',
        stretches: [
          { state: 'enabled', from: LONG_AGO, to: march(7, 1) },
          { state: 'soft_deleted', from: march(7, 2) },
        ],
      }),
    );
    await run('everything');
    await facts.roster(`2,${ANN},2026-03-09,`);
    await facts.account({
      upn: 'Ann@contoso.example',
      createdAt: march(9),
      aliases: [{ address: ANN, notBefore: march(8), from: march(9) }],
      stretches: [{ state: 'enabled', from: march(9) }],
    });
    expect((await comesTo()).links).toContain('2 linked directory Ann@contoso.example M4');
  });
});

describe('an account of somebody who stays', () => {
  it('follows its identifiers at once: HR corrects what was mistyped', async () => {
    await facts.roster(row('1', ANN), row('2', BEN));
    const { accountId } = await facts.account(annsAccount());
    await run('everything');
    await moveTo('2', accountId);
    expect((await comesTo()).links).toEqual(['2 linked directory ann@contoso.example M3']);
  });

  it('leaves behind what it proves of an employment before, when it follows them', async () => {
    await facts.roster(`1,${ANN},2020-01-01,2026-02-10`, `1,${ANN},2026-03-02,`, row('2', BEN));
    const { accountId } = await facts.account(annsAccount());
    await lookedUntil('2026-02-20T08:00:00.000Z' as Instant);
    await run('everything');
    expect(await verdicts()).toEqual(['1 L03 FAIL', '1 S10 WARN', '2 S13 INFO']);
    await moveTo('2', accountId);
    expect((await comesTo()).verdicts).toEqual(['1 L03 FAIL', '1 S13 INFO', '2 S10 WARN']);
  });

  it('proves nothing of an end that is told after it went', async () => {
    await facts.roster(row('1', ANN), row('2', BEN));
    const { accountId } = await facts.account(annsAccount());
    await run('everything');
    await moveTo('2', accountId);
    await run();
    await facts.roster(row('1', ANN, '2026-03-11'));
    await later(march(14));
    expect((await comesTo()).verdicts).toEqual(['1 L10 N/A', '2 S10 WARN']);
  });

  it('follows them when HR takes an end back', async () => {
    await facts.roster(row('1', ANN, '2026-03-20'), row('2', BEN));
    const { accountId } = await facts.account(annsAccount());
    await run('everything');
    await moveTo('2', accountId);
    await run();
    await facts.roster(row('1', ANN));
    expect((await comesTo()).links).toEqual(['2 linked directory ann@contoso.example M3']);
  });
});
