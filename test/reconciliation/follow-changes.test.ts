import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { reconcile, setPolicy } from '../../src/reconciliation/index.ts';
import { followChangesTask, reconcileTask } from '../../src/reconciliation/follow-changes.ts';
import { installJobs } from '../../src/jobs/index.ts';
import type { SteppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { silentLog } from '../support/log.ts';
import { rosterServer } from '../roster/roster-server.ts';
import { ann, annsAccount, type Facts, LONG_AGO, march } from './facts.ts';
import { judgeableWorkspace } from './judgeable-workspace.ts';

let db: TestDatabase;
let clock: SteppingClock;
let facts: Facts;

beforeAll(async () => {
  db = await testDatabase();
  await installJobs(db.ownerUrl);
});
afterAll(() => db.drop());

beforeEach(async () => {
  ({ clock, facts } = await judgeableWorkspace(db));
  await facts.roster(ann('2026-03-11'));
  await facts.account({ ...annsAccount, stretches: [{ state: 'enabled', from: LONG_AGO }] });
});

const deps = () => ({ database: db.database, clock, log: silentLog });
const context = { signal: new AbortController().signal };

/** Looks, and answers how many runs wait for the workspace. */
async function follow(): Promise<number> {
  await followChangesTask(deps()).run({}, context);
  const { rows } = await db.owner.query('select from graphile_worker.jobs as job where job.key = $1', [
    `reconciliation.run:${facts.workspaceId}`,
  ]);
  return rows.length;
}

/** Does what waits, as the queue would. */
async function work(): Promise<void> {
  await db.owner.query('select graphile_worker.remove_job($1)', [`reconciliation.run:${facts.workspaceId}`]);
  await reconcileTask(deps()).run({ workspaceId: facts.workspaceId }, context);
}

/** Judges until nothing is left: other transactions of the server hold the horizon back. */
async function settle(): Promise<void> {
  await reconcile(deps(), facts.workspaceId, 'system');
  for (let round = 0; round < 100 && (await follow()) > 0; round += 1) await work();
}

describe('what is new to judge', () => {
  it('waits for the first run, which a person asks for', async () => {
    expect(await follow()).toBe(0);
  });

  it('asks for no run where there is nothing', async () => {
    await settle();
    clock.advance(60_000);
    expect(await follow()).toBe(0);
  });

  it.each([
    ['a directory was looked at completely', () => facts.looked(clock.now())],
    ['a roster was imported', () => facts.roster('2,ben@contoso.example,2020-01-01,')],
    ['a policy was set', () => setPolicy(deps(), facts.workspaceId, { slaHours: 4, actor: 'system' })],
    ['an employment has ended', () => Promise.resolve(clock.set(march(12, 1)))],
    ['a directory has gone stale', () => Promise.resolve(clock.set(march(11, 13)))],
  ])('asks for one run, however often it looks, when %s', async (_, happens) => {
    await settle();
    clock.advance(60_000);
    await happens();
    expect(await follow()).toBe(1);
    expect(await follow()).toBe(1);
  });

  it('is a roster that was held, once a second person has released it, and not before', async () => {
    const of = (actor: string) => rosterServer(db, clock, { workspaceId: facts.workspaceId, actor });
    const [sender, releaser] = [await of('administrator:first'), await of('administrator:second')];
    const company = (end: string) => Array.from({ length: 30 }, (_, n) => `${n + 10},p${n}@contoso.example,P,2020-01-01,${end},,`);
    await sender.post('mode=import&partial=true', company(''));
    await settle();
    const held = await sender.post('mode=import&partial=true', company('2026-03-01'));
    expect(held.status).toBe(202);
    expect(await follow()).toBe(0);
    const decision = { decision: 'released', reason: 'the site in Bonn closes' };
    expect(await releaser.send('POST', `/roster/held-imports/${String(held.body['id'])}/decision`, decision)).toMatchObject({
      status: 200,
    });
    expect(await follow()).toBe(1);
    await work();
    const { rows } = await db.owner.query<{ count: number }>(
      `select count(*) as count from finding
       where finding.workspace_id = $1 and finding.closed_at is null and finding.vector ->> 'employment' = 'ENDED'`,
      [facts.workspaceId],
    );
    expect(rows[0]?.count).toBe(30);
    await Promise.all([sender.close(), releaser.close()]);
  });

  it('is judged by the run that it asks for', async () => {
    await settle();
    clock.set(march(12, 1));
    expect(await follow()).toBe(1);
    await work();
    const { rows } = await db.owner.query<{ verdict: string }>(
      'select finding.verdict from finding where finding.workspace_id = $1 and finding.closed_at is null',
      [facts.workspaceId],
    );
    expect(rows).toEqual([{ verdict: 'PENDING_WITHIN_SLA' }]);
    const { rows: runs } = await db.owner.query<{ by: string }>(
      'select run.started_by as by from reconciliation_run as run where run.workspace_id = $1 order by run.as_of desc limit 1',
      [facts.workspaceId],
    );
    expect(runs).toEqual([{ by: 'system' }]);
  });

  it('refuses a job that names no workspace', async () => {
    await expect(reconcileTask(deps()).run({}, context)).rejects.toThrow('a job without a workspace');
  });
});
