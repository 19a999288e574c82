import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { WorkspaceId } from '../../src/kernel/index.ts';
import { walkFindings } from '../../src/reconciliation/finding-page-read-model.ts';
import { accountNames, type FindingRow } from '../../src/reconciliation/finding-read-model.ts';
import { reconcile, setPolicy } from '../../src/reconciliation/index.ts';
import { effects } from '../../src/verdict/index.ts';
import { type AccountGiven, type Facts, givenFacts, LONG_AGO, march, NOW, type ScimGiven } from '../reconciliation/facts.ts';
import { steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let db: TestDatabase;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

/** Something that a source says; each can be taken by itself. */
interface Saying {
  readonly row?: string;
  readonly account?: AccountGiven;
  readonly user?: ScimGiven;
}

async function take({ row, account, user }: Saying, facts: Facts): Promise<void> {
  if (row !== undefined) await facts.roster(row);
  if (account !== undefined) await facts.account(account);
  if (user !== undefined) await facts.scim(user);
}

/** Few identifiers, so that people, accounts and users meet, and now and then claim the same. */
const objectIds = [1, 2, 3, 4].map((n) => `00000000-0000-4000-8000-00000000000${n}`);
const addressOf = (employeeId: string) => `p${employeeId}@contoso.example`;

const employments = fc.constantFrom<readonly (readonly [start: string, end: string])[]>(
  [['2020-01-01', '']],
  [['2020-01-01', '2026-03-06']],
  [
    ['2020-01-01', '2026-03-01'],
    ['2026-03-09', ''],
  ],
  [
    ['2019-01-01', '2020-12-31'],
    ['2023-01-01', '2026-03-09'],
  ],
);

const rowsOf = (employeeId: string) =>
  fc
    .record({ address: fc.constantFrom(addressOf(employeeId), addressOf(employeeId), addressOf('1')), employments })
    .map((given): readonly Saying[] => given.employments.map(([start, end]) => ({ row: [employeeId, given.address, start, end].join() })));

const enabled = { state: 'enabled', from: LONG_AGO } as const;

const accountOf = (objectId: string) =>
  fc
    .record({
      names: fc.constantFrom<Pick<AccountGiven, 'employeeId' | 'mail'>>(
        {},
        { employeeId: '1' },
        { employeeId: '1', mail: addressOf('2') },
        { employeeId: '2', mail: addressOf('1') },
        { mail: addressOf('1') },
      ),
      role: fc.constantFrom<Pick<AccountGiven, 'assigned' | 'appRole'>>({ assigned: false }, {}, { appRole: 'editor' }),
      stretches: fc.constantFrom<AccountGiven['stretches']>(
        [enabled],
        [
          { ...enabled, to: march(7, 4) },
          { state: 'disabled', from: march(7, 5) },
        ],
        [
          { ...enabled, to: march(9, 4) },
          { state: 'vanished', from: march(9, 5) },
        ],
      ),
    })
    .map(
      ({ names, role, stretches }): Saying => ({
        account: { ...names, ...role, stretches, upn: `d${objectId.at(-1)}@contoso.example`, objectId },
      }),
    );

const userOf = (userName: string) =>
  fc
    .record({
      names: fc.oneof(
        fc.constantFrom<Pick<ScimGiven, 'employeeNumber'>>({}, { employeeNumber: '1' }, { employeeNumber: '2' }),
        fc.constantFrom(...objectIds).map((externalId) => ({ externalId })),
      ),
      role: fc.constantFrom<Pick<ScimGiven, 'role'>>({}, { role: 'editor' }, { role: 'nonsense' }),
      states: fc.constantFrom<ScimGiven['states']>(
        [{ at: LONG_AGO, is: 'active' }],
        [
          { at: LONG_AGO, is: 'active' },
          { at: march(8, 3), is: 'inactive' },
        ],
      ),
    })
    .map(({ names, role, states }): Saying => ({ user: { ...names, ...role, states, userName } }));

/** What sources say in one instant, in two orders; of a person's employments the roster may tell the later one first. */
const twoOrders = fc
  .tuple(
    fc.tuple(...['1', '2'].map(rowsOf)).map((people) => people.flat()),
    fc.tuple(...objectIds.map(accountOf)),
    fc.tuple(...[addressOf('2'), 's2@contoso.example', 's3@contoso.example'].map(userOf)),
  )
  .map((sources) => sources.flat())
  .chain((sayings) => fc.tuple(fc.constant(sayings), fc.shuffledSubarray(sayings, { minLength: sayings.length })));

it('comes to the same findings in whatever order people, employments, accounts and users came within one instant', async () => {
  let ambiguous = 0;
  await fc.assert(
    fc.asyncProperty(twoOrders, async ([sayings, otherwise]) => {
      const findings = await findingsOf(sayings);
      ambiguous += findings.filter(({ rule }) => rule === 'X03').length;
      expect(await findingsOf(otherwise)).toEqual(findings);
    }),
    // To shrink a failure would take minutes of PostgreSQL; what failed is short enough to read.
    { numRuns: 12, unbiased: true, endOnFailure: true },
  );
  // Where nobody claims what somebody else claims, no order could matter.
  expect(ambiguous).toBeGreaterThan(0);
});

async function findingsOf(sayings: readonly Saying[]) {
  const clock = steppingClock(LONG_AGO);
  const facts = await givenFacts({ database: db.database, owner: db.owner, clock });
  await setPolicy({ database: db.database, clock }, facts.workspaceId, { slaHours: 24, actor: 'system' });
  for (const saying of sayings) await take(saying, facts);
  clock.set(NOW);
  await facts.looked(NOW);
  await reconcile({ database: db.database, clock }, facts.workspaceId, 'system');
  return saidOf(facts.workspaceId);
}

/** What findings say, with names in place of our random ids, and in the order of their words. */
async function saidOf(workspaceId: WorkspaceId) {
  const { rows } = await walkFindings(db.database, workspaceId, { effects, after: undefined, limit: 1_000 });
  const ids = rows.flatMap(({ systems }) => systems.flatMap(({ accountId }) => accountId ?? []));
  const names = await accountNames(db.database, workspaceId, ids);
  const said = rows.map(({ person: whose, period, systems, evidence, ...row }: FindingRow) => ({
    employeeId: whose?.employeeId ?? null,
    start: period?.startDate ?? null,
    systems: inOrder(
      systems.map(({ accountId, evidence: records, ...system }) => ({
        ...system,
        account: names.get(accountId ?? '')?.account ?? null,
        records: records.length,
      })),
    ),
    records: evidence.length,
    rule: row.rule,
    effect: row.effect,
    all: row.all,
    vector: row.vector,
    sentence: row.sentence,
    between: [row.endEarliest, row.endLatest, row.deadlineEarliest, row.deadlineLatest],
  }));
  return inOrder(said);
}

function inOrder<Each>(items: readonly Each[]): readonly Each[] {
  return items
    .map((item) => [JSON.stringify(item), item] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, item]) => item);
}
