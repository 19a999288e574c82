import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { presentHorizon } from '../../src/reconciliation/change-store.ts';
import { reconcile, setPolicy } from '../../src/reconciliation/index.ts';
import { RULES_VERSION } from '../../src/verdict/index.ts';
import { startScim } from '../scim/scim-server.ts';
import type { SteppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { ann, annsAccount, type Facts, LONG_AGO, march, NOW } from './facts.ts';
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

async function run(extent: 'everything' | 'changes') {
  return reconcile({ database: db.database, clock }, facts.workspaceId, 'system', extent);
}

/** Judges everything, and goes on until nothing is noted any more: other transactions of the server hold the horizon back. */
async function settle(): Promise<void> {
  await run('everything');
  for (let round = 0; round < 100; round += 1) {
    await run('changes');
    const { rows } = await db.owner.query('select from reconciliation_change where workspace_id = $1', [facts.workspaceId]);
    if (rows.length === 0) return;
  }
  throw new Error('something holds the horizon back');
}

/** Breaks a finding behind everybody's back: a run that judges its unit mends it. */
async function spoil(): Promise<void> {
  await db.owner.query(`update finding set digest = '\\x00', content_hash = null where workspace_id = $1`, [facts.workspaceId]);
}

async function isSpoilt(): Promise<boolean> {
  const { rows } = await db.owner.query('select from finding where workspace_id = $1 and closed_at is null and content_hash is null', [
    facts.workspaceId,
  ]);
  return rows.length > 0;
}

/** Has the last run have judged by what is given, and by everything else as it is. */
async function lastJudged(by: { readonly rules?: number; readonly zones?: string }): Promise<void> {
  const present = { freshIds: [facts.connectionId], rules: RULES_VERSION, zones: process.versions['tz'] ?? 'unknown' };
  await db.owner.transaction(async (tx) => {
    const { commonDigest } = await presentHorizon(tx, facts.workspaceId, { ...present, ...by });
    await tx.query('update reconciliation_horizon set common_digest = $2 where workspace_id = $1', [facts.workspaceId, commonDigest]);
  });
}

const active = { state: 'enabled', from: LONG_AGO } as const;

describe('a run of what changed', () => {
  beforeEach(async () => {
    await facts.roster(ann(''));
    await facts.account({ ...annsAccount, stretches: [active] });
  });

  it('judges everything where nothing was judged before', async () => {
    expect((await run('changes')).counts.byVerdict).toEqual({ ASSIGNED_NOT_PROVISIONED: 1 });
  });

  it('does not look at those of whom nothing was written', async () => {
    await settle();
    await spoil();
    expect(await run('changes')).toMatchObject({ changed: 0, counts: { byVerdict: { ASSIGNED_NOT_PROVISIONED: 1 } } });
    expect(await isSpoilt()).toBe(true);
    expect(await run('everything')).toMatchObject({ changed: 1 });
    expect(await isSpoilt()).toBe(false);
  });

  it.each([
    ['a policy was set', () => setPolicy({ database: db.database, clock }, facts.workspaceId, { slaHours: 4, actor: 'system' })],
    ['a directory is no longer fresh', () => Promise.resolve(clock.set(march(12)))],
    [
      'a role of the catalogue is another',
      () =>
        db.owner.query(`insert into role (workspace_id, id, name, rank, created_at) values ($1, 'auditor', 'Auditor', 5, $2)`, [
          facts.workspaceId,
          NOW,
        ]),
    ],
    ['the last one judged by earlier rules', () => lastJudged({ rules: RULES_VERSION - 1 })],
    ['the last one knew time zones otherwise', () => lastJudged({ zones: '2025a' })],
  ])('judges everything when %s, which concerns everybody', async (_, happens) => {
    await settle();
    await spoil();
    await happens();
    await run('changes');
    expect(await isSpoilt()).toBe(false);
  });

  it('goes on from the last one where nothing of that is another', async () => {
    await settle();
    await spoil();
    await lastJudged({});
    await run('changes');
    expect(await isSpoilt()).toBe(true);
  });

  it('judges an employment again once the next one has begun wherever that is, and HR calls it to come still', async () => {
    await run('everything');
    await facts.roster(
      '1,ann@contoso.example,2020-01-01,2026-03-10,,,Berlin Office',
      '1,ann@contoso.example,2026-03-11,,,prehire,Berlin Office',
    );
    clock.set(march(11, 11));
    await facts.looked(march(11, 11));
    await settle();
    expect(await run('changes')).toMatchObject({ population: { employmentPeriods: 2, continued: 1 } });
    clock.set(march(11, 13));
    const byChanges = await run('changes');
    expect(byChanges).toMatchObject({ population: { employmentPeriods: 2, continued: 0 }, opened: 1 });
    expect(await run('everything')).toMatchObject({ counts: byChanges.counts, opened: 0, changed: 0, closed: 0 });
  });

  it('judges an employment that ends although nobody writes anything', async () => {
    await facts.roster(ann('2026-03-10'));
    expect((await run('everything')).counts.byVerdict).toEqual({ ASSIGNED_NOT_PROVISIONED: 1 });
    await run('changes');
    clock.set(march(11, 1));
    expect((await run('changes')).counts.byVerdict).toEqual({ PENDING_WITHIN_SLA: 1 });
    await facts.looked(march(12, 1));
    clock.set(march(12, 1));
    expect((await run('changes')).counts.byVerdict).toEqual({ TERMINATED_ACTIVE_DIR: 1 });
  });

  it('keeps the doubt whose account it is when an employment ends and nobody writes anything', async () => {
    await facts.roster(ann('2026-03-10'));
    await facts.account({ ...annsAccount, upn: 'ann.second@contoso.example', stretches: [active] });
    await settle();
    clock.set(march(11, 1));
    expect((await run('changes')).counts.byVerdict).toEqual({ AMBIGUOUS_MATCH: 1 });
    expect((await run('everything')).counts.byVerdict).toEqual({ AMBIGUOUS_MATCH: 1 });
  });

  it('counts an employment that goes on in another', async () => {
    await run('everything');
    await facts.roster('1,ann@contoso.example,2020-01-01,2026-03-08', '1,ann@contoso.example,2026-03-09,');
    expect(await run('changes')).toMatchObject({
      counts: { byVerdict: { ASSIGNED_NOT_PROVISIONED: 1 } },
      population: { employmentPeriods: 2, continued: 1 },
    });
  });

  it('counts none as going on in another that may have begun too late, and judges it as that draws near (I10)', async () => {
    await run('everything');
    await facts.roster('1,ann@contoso.example,2020-01-01,2026-03-10', '1,ann@contoso.example,2026-03-12,,,,Berlin Office');
    const come: unknown[] = [];
    for (const instant of [march(11, 9), march(11, 11), march(12, 1), march(12, 11), march(12, 13)]) {
      await facts.looked(instant);
      clock.set(instant);
      const { counts, population } = await run('changes');
      come.push(counts.byVerdict);
      expect(await run('everything')).toMatchObject({ counts, population, changed: 0 });
    }
    const here = { ASSIGNED_NOT_PROVISIONED: 1 };
    const perhapsHere = { START_UNCONFIRMED: 1 };
    expect(come).toEqual([
      { ...here, PENDING_WITHIN_SLA: 1 },
      { ...perhapsHere, PENDING_WITHIN_SLA: 1 },
      { ...perhapsHere, OVERDUE_UNPROVEN: 1 },
      { ...perhapsHere, OVERDUE_UNPROVEN: 1 },
      { ...here, NO_COVERAGE: 1 },
    ]);
  });

  it('would miss what nobody noted, so that noting is what it rests on', async () => {
    await settle();
    await db.owner.query('alter table directory_app_assignment disable trigger note_deleted_account');
    try {
      await db.owner.query('delete from directory_app_assignment where workspace_id = $1', [facts.workspaceId]);
    } finally {
      await db.owner.query('alter table directory_app_assignment enable trigger note_deleted_account');
    }
    expect((await run('changes')).counts.byVerdict).toEqual({ ASSIGNED_NOT_PROVISIONED: 1 });
    expect((await run('everything')).counts.byVerdict).toEqual({ DIRECTORY_ONLY: 1 });
  });
});

it('judges whom SCIM deactivates, which the ledger tells', async () => {
  const server = await startScim();
  try {
    const deps = { database: server.database, clock: server.clock };
    const client = await server.client();
    await setPolicy(deps, client.workspaceId, { slaHours: 24, actor: 'system' });
    const id = await client.addUser('nobody@contoso.example');
    expect((await reconcile(deps, client.workspaceId, 'system')).opened).toBe(1);
    await client.patch(`/Users/${id}`, [{ op: 'Replace', path: 'active', value: 'False' }]);
    expect(await reconcile(deps, client.workspaceId, 'system', 'changes')).toMatchObject({ closed: 1, counts: { byVerdict: {} } });
  } finally {
    await server.close();
  }
});
