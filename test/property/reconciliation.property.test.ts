import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Instant, WorkspaceId } from '../../src/kernel/index.ts';
import { type Extent, reconcile } from '../../src/reconciliation/reconcile.ts';
import { setPolicy } from '../../src/reconciliation/index.ts';
import { walkFindings } from '../../src/reconciliation/finding-page-read-model.ts';
import { runInForce } from '../../src/reconciliation/past-moment-read-model.ts';
import { effects } from '../../src/verdict/index.ts';
import { givenFacts, LONG_AGO } from '../reconciliation/facts.ts';
import { steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { emptyWorld, happenings, play } from './roster-history.ts';

let db: TestDatabase;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

// Somebody is connected anew only once they are disconnected: both are made likelier.
const happening = fc.record({
  what: fc.constantFrom(...happenings, 'disconnect', 'connect anew', 'connect anew'),
  n: fc.nat(11),
  m: fc.nat(11),
});
const RUNS = { numRuns: 25 };
/** On a machine with other things to do. */
const PATIENCE_MS = 180_000;
/** Played before any that chance makes: somebody whose role is held against an assignment, in a tenant that is connected anew. */
const FIRST = [
  [
    { what: 'hire', n: 1, m: 0 },
    { what: 'account', n: 4, m: 1 },
    { what: 'user', n: 1, m: 2 },
    { what: 'claim role', n: 0, m: 0 },
    { what: 'assign role', n: 2, m: 1 },
  ],
  [
    { what: 'disconnect', n: 0, m: 0 },
    { what: 'connect anew', n: 0, m: 0 },
    { what: 'assign role', n: 2, m: 0 },
  ],
] as const;
/** Histories, cut where a run goes on from the one before. */
const histories = fc.array(fc.array(happening, { minLength: 1, maxLength: 6 }), { minLength: 2, maxLength: 5 });

it(
  'comes to the same findings, byte for byte, by runs of what changed as by a run of everything',
  async () => {
    const seen = { connectedAnew: 0, ofRoles: 0 };
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const clock = steppingClock(LONG_AGO);
        const facts = await givenFacts({ database: db.database, owner: db.owner, clock });
        await setPolicy({ database: db.database, clock }, facts.workspaceId, { slaHours: 24, actor: 'system' });
        const world = await emptyWorld({ owner: db.owner, clock, facts });
        const run = (extent: Extent) => reconcile({ database: db.database, clock }, facts.workspaceId, 'system', extent);
        await play(world, { what: 'hire', n: 0, m: 0 });
        // Somebody with two live accounts: whose they are is in doubt.
        for (const n of [2, 2]) await play(world, { what: 'account', n, m: 0 });
        await run('everything');
        let last = await run('changes');
        for (const stretch of history) {
          for (const each of stretch) await play(world, each);
          await run('changes');
          // Whoever's employment ends by it is judged by a run of whom nothing was written.
          await play(world, { what: 'midnight', n: 0, m: 0 });
          last = await run('changes');
        }
        if (world.connection.id !== facts.connectionId) seen.connectedAnew += 1;
        const byChanges = await findingRows(facts.workspaceId);
        seen.ofRoles += byChanges.filter((row) => row['role_effect'] !== null).length;
        const unmatched = await unmatchedRows(facts.workspaceId);
        const whole = await run('everything');
        expect(await findingRows(facts.workspaceId)).toEqual(byChanges);
        expect(await unmatchedRows(facts.workspaceId)).toEqual(unmatched);
        expect(whole).toEqual({ ...last, id: whole.id, opened: 0, changed: 0, closed: 0 });
      }),
      { ...RUNS, examples: [[FIRST.map((stretch) => [...stretch])]] },
    );
    expect(seen.connectedAnew).toBeGreaterThan(0);
    expect(seen.ofRoles).toBeGreaterThan(0);
  },
  PATIENCE_MS,
);

it(
  'tells of a past instant what it told moment, whatever happened since',
  async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const clock = steppingClock(LONG_AGO);
        const facts = await givenFacts({ database: db.database, owner: db.owner, clock });
        await setPolicy({ database: db.database, clock }, facts.workspaceId, { slaHours: 24, actor: 'system' });
        const world = await emptyWorld({ owner: db.owner, clock, facts });
        await play(world, { what: 'hire', n: 0, m: 0 });
        const told: { readonly at: Instant; readonly findings: readonly unknown[] }[] = [];
        for (const [index, stretch] of [[], ...history].entries()) {
          for (const each of stretch) await play(world, each);
          await reconcile({ database: db.database, clock }, facts.workspaceId, 'system', index === 0 ? 'everything' : 'changes');
          told.push({ at: clock.now(), findings: await findingsAt(facts.workspaceId, undefined) });
          clock.advance(1_000);
        }
        for (const { at, findings } of told) expect(await findingsAt(facts.workspaceId, at)).toEqual(findings);
      }),
      RUNS,
    );
  },
  PATIENCE_MS,
);

/** All findings, now or then, but for what people are called: that is told as of today. */
async function findingsAt(workspaceId: WorkspaceId, at: Instant | undefined): Promise<readonly unknown[]> {
  const run = at === undefined ? undefined : await runInForce(db.database, workspaceId, at);
  const moment = at === undefined || run === undefined ? undefined : { at, run };
  const { rows } = await walkFindings(db.database, workspaceId, { effects, after: undefined, limit: 1_000, moment });
  return rows.map(({ person, ...row }) => ({ ...row, personId: person?.id ?? null }));
}

/** The rows as stored, with the transaction that wrote each. */
async function findingRows(workspaceId: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { rows } = await db.owner.query<Readonly<Record<string, unknown>>>(
    'select finding.xmin::text as written_by, finding.* from finding where finding.workspace_id = $1 order by finding.id',
    [workspaceId],
  );
  return rows;
}

async function unmatchedRows(workspaceId: string): Promise<readonly unknown[]> {
  const { rows } = await db.owner.query(
    'select noted.xmin::text as written_by, noted.* from unmatched_account as noted where noted.workspace_id = $1 order by noted.account_id',
    [workspaceId],
  );
  return rows;
}
