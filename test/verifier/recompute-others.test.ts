import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HOUR_MS } from '../../src/kernel/index.ts';
import { user } from '../directory/simulated-tenant.ts';
import { findingOf, redecide } from './forged-findings.ts';
import { type Forgery, type Json, resealed } from './resealed.ts';
import { type SealingWorkspace, sealingWorkspace } from './sealing-workspace.ts';
import { verifyBoth } from './verify-both.ts';

const header = 'employee_id,work_email,display_name,start_date,end_date,time_zone';
const here = '1,here@contoso.example,Hedy Here,2020-01-01,,UTC';
const early = '2,early@contoso.example,Petra Prehire,2026-06-01,,UTC';
const missed = '3,missed@contoso.example,Mia Missed,2020-01-01,,UTC';

let workspace: SealingWorkspace;
/** Nobody left: one is employed, one begins in June and has an account that lets her in, one the second roster does not name, and one account is nobody's. */
let sealed: Map<string, Buffer>;
beforeAll(async () => {
  workspace = await sealingWorkspace();
  const { at, bundleOf, client, clock, connected, post, tenant } = workspace;
  await post('/policies', { slaHours: 24 });
  await post('/roster/imports?mode=import', [header, here, early, missed].join('\n'), 'text/csv');
  const accounts = await tenant.createUsers(['here', 'early', 'missed', 'orphan'].map((name) => user(name)));
  await client.addUser('early@contoso.example', { externalId: accounts[1]?.id, active: true });
  const connection = await connected();
  await connection.sync();
  at('2026-03-10T08:00:00.000Z');
  await post('/roster/imports?mode=import', [header, here, early].join('\n'), 'text/csv');
  clock.advance(HOUR_MS);
  await connection.sync();
  clock.advance(HOUR_MS);
  await post('/reconciliation/runs', {});
  sealed = await bundleOf(await post('/reports', { kind: 'interim', periodStart: '2026-03-01T00:00:00.000Z', periodEnd: clock.now() }));
}, 180_000);
afterAll(() => workspace.close());

async function found(forgery: Forgery, recompute = true): Promise<readonly string[]> {
  const { problems } = await verifyBoth(resealed(sealed, workspace.signer, forgery), { vkeys: [workspace.vkey], recompute });
  return problems.map(({ detail }) => detail);
}

const orphanOf = (report: Json) => report.findings.find(({ kind }: Json) => kind === 'account');

describe('the recomputation of whoever did not leave', () => {
  it('derives the totals, the accounts that are nobody’s, who has not begun and whom no roster names', async () => {
    const report: Json = JSON.parse(sealed.get('report.json')?.toString('utf8') ?? '');
    expect(report.findings.map(({ person, verdict }: Json) => `${person?.displayName} ${verdict}`).sort()).toEqual([
      'Mia Missed ROSTER_DROPPED',
      'Petra Prehire ACTIVE_BEFORE_START',
      'undefined UNMATCHED_ACCOUNT',
    ]);
    const { problems, steps } = await verifyBoth(sealed, { vkeys: [workspace.vkey], recompute: true });
    expect(problems).toEqual([]);
    expect(steps.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'recomputed: 6 of 6 totals of employments, by the records of HR',
        'recomputed: 1 of 1 states of accounts that nobody answers for, from the observations',
        'recomputed: 1 of 1 verdicts on accounts that nobody answers for, from these',
      ]),
    );
  });

  const forgeries: readonly { readonly name: string; readonly forgery: Forgery; readonly says: RegExp }[] = [
    {
      name: 'totals that count somebody as employed who has not begun',
      forgery: { report: ({ totals }) => Object.assign(totals, { active: 3, prehire: 0 }) },
      says: /^the totals count 3 as active; the records of HR give 2$/,
    },
    {
      name: 'totals of fewer employments',
      forgery: { report: ({ totals }) => Object.assign(totals, { active: 1, employmentPeriods: 2 }) },
      says: /^the totals count 2 as employmentPeriods; the records of HR give 3$/,
    },
    {
      name: 'an employment that is said to have begun',
      forgery: { report: (report) => redecide(report, findingOf(report, 'Petra Prehire'), { employment: 'ACTIVE' }) },
      says: /: its employment is said to have begun; the records of HR tell a first day that begins at 2026-06-01T00:00:00\.000Z$/,
    },
    {
      name: 'an employment that is said not to have begun',
      forgery: { record: ({ after }) => void (after?.start_date === '2026-06-01' && (after.start_date = '2026-02-01')) },
      says: /: its employment is said not to have begun; the records of HR tell a first day that begins at 2026-02-01T00:00:00\.000Z$/,
    },
    {
      name: 'a person who is said to be listed',
      forgery: { report: (report) => redecide(report, findingOf(report, 'Mia Missed'), { roster: 'LISTED' }) },
      says: /: it is said to be listed by HR; record \d+ \(hr\.person\.dropped\) tells that a roster left the person out, and no record what that means$/,
    },
    {
      name: 'a person who is said to be left out',
      forgery: { report: (report) => redecide(report, findingOf(report, 'Petra Prehire'), { roster: 'DROPPED' }) },
      says: /: it is said that a roster left the person out and nobody has said what that means; no record tells so$/,
    },
    {
      name: 'an account that is said to be disabled',
      forgery: {
        report: (report) => {
          const orphan = orphanOf(report);
          for (const system of orphan.systems) if (system.accountId !== null) system.state = 'DISABLED';
          redecide(report, orphan, { directory: 'DISABLED' });
        },
      },
      says: /: its directory account \S+ is given as DISABLED; record \d+ \(graph\.account\.first_seen\) gives ENABLED$/,
    },
    {
      name: 'the verdict on an account that is said to be disabled',
      forgery: {
        report: (report) => {
          const orphan = orphanOf(report);
          for (const system of orphan.systems) if (system.accountId !== null) system.state = 'DISABLED';
          redecide(report, orphan, { directory: 'DISABLED' });
        },
      },
      says: /; the records of its accounts give FAIL UNMATCHED_ACCOUNT$/,
    },
  ];

  it.each(forgeries)('finds out $name', async ({ forgery, says }) => {
    expect(await found(forgery)).toEqual(expect.arrayContaining([expect.stringMatching(says)]));
  });
});

describe('sums that do not add up, of whoever can seal anew', () => {
  it.each([
    {
      name: 'of employments',
      report: ({ totals }: Json) => (totals.active += 1),
      says: 'the totals are of 3 employments; those that they tell apart are 4',
    },
    {
      name: 'of accounts that nobody answers for',
      report: ({ totals }: Json) => (totals.unmatchedAccounts = 0),
      says: 'the totals count 0 accounts that nobody answers for; 1 are listed',
    },
    {
      name: 'of who passed a test',
      report: ({ tests }: Json) => (tests[1].passed += 1),
      says: expect.stringMatching(/^the test directory-accounts-have-people says that \d+ of \d+ pass; its members give \d+ of \d+$/),
    },
    {
      name: 'of whom a test is about',
      report: ({ tests }: Json) => (tests[1].ties.rows += 1),
      says: expect.stringMatching(/^the test directory-accounts-have-people is of \d+ rows; its parts are \d+$/),
    },
    {
      name: 'of the employments that were tested',
      report: ({ tests }: Json) => {
        tests[0].ties.rows += 1;
        tests[0].ties.parts[3].count += 1;
      },
      says: 'the test terminated-people-are-deactivated is of 4 employments; the totals are of 3',
    },
  ])('are refused: $name', async ({ report, says }) => {
    expect(await found({ report }, false)).toEqual(expect.arrayContaining([says]));
  });
});
