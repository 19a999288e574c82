import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HOUR_MS, type Instant, plusMs } from '../../src/kernel/index.ts';
import { decideLink } from '../../src/reconciliation/decide-link.ts';
import { approveLink } from '../../src/reconciliation/approve-link.ts';
import { reconcile, reconciliationRoutes, setPolicy } from '../../src/reconciliation/index.ts';
import { type SteppingClock, steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { administrationServer, type LoopbackServer } from '../support/loopback.ts';
import { ann, annsAccount, type Facts, givenFacts, LONG_AGO, march, NOW } from './facts.ts';

interface Fact {
  readonly what: string;
  readonly at: string;
  readonly grade: string | null;
  readonly record: { readonly id: string } | null;
  readonly sentence: string;
}

interface Timeline {
  readonly facts: readonly Fact[];
  readonly next: string | null;
  readonly asOf: { readonly instant: string; readonly run: object | null; readonly reason: string | null } | null;
}

let db: TestDatabase;
let clock: SteppingClock;
let facts: Facts;
let server: LoopbackServer;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

const deps = () => ({ database: db.database, clock });

beforeEach(async () => {
  clock = steppingClock(LONG_AGO);
  facts = await givenFacts({ database: db.database, owner: db.owner, clock });
  await setPolicy(deps(), facts.workspaceId, { slaHours: 24, actor: 'system' });
  server = await administrationServer({ clock, workspaceId: facts.workspaceId, routers: [reconciliationRoutes(deps())] });
});
afterEach(() => server.close());

async function runAt(at: Instant): Promise<void> {
  clock.set(at);
  await facts.looked(at);
  await reconcile(deps(), facts.workspaceId, 'system');
  clock.set(plusMs(at, HOUR_MS));
}

/** As a look writes them down with what it saw. */
async function record(at: Instant, type: string, ids: readonly string[]): Promise<void> {
  await db.owner.query(
    `insert into ledger_record (workspace_id, id, recorded_at, type, leaf)
     select $1, given.id, $2, $4, '{}' from unnest($3::uuid[]) as given (id)`,
    [facts.workspaceId, at, ids, type],
  );
}

async function timeline(query = ''): Promise<Timeline> {
  const { rows } = await db.owner.query<{ id: string }>("select id from person where workspace_id = $1 and employee_id = '1'", [
    facts.workspaceId,
  ]);
  const response = await fetch(`${server.url}/people/${rows[0]?.id}/timeline${query}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Timeline;
}

/** Ann is employed, and leaves by HR's word of the 5th; her account was seen enabled then, and on the 9th it is known that it was disabled on the 7th. */
async function annLeaves() {
  await facts.roster(ann(''));
  const { accountId, objectId, records } = await facts.account({
    ...annsAccount,
    stretches: [
      { state: 'enabled', from: LONG_AGO, to: march(7, 2) },
      { state: 'disabled', from: march(7, 4) },
    ],
  });
  await record(LONG_AGO, 'graph.account.first_seen', records.slice(0, 1));
  await record(march(9), 'graph.account.disabled', records.slice(1));
  await runAt(march(2));
  await facts.roster(ann('2026-03-05'));
  return { accountId, objectId };
}

describe('the timeline of a person as of a past instant', () => {
  it('tells what had been recorded by then, and the same whatever has been learnt since', async () => {
    const { accountId, objectId } = await annLeaves();
    await runAt(march(6));
    const told = await timeline(`?asOf=${march(6, 0)}`);
    expect(told.facts.map(({ what }) => what)).toEqual([
      'hr.period.started',
      'graph.account.first_seen',
      'match.linked',
      'finding.opened',
      'hr.period.end_set',
      'employment.ended',
      'finding.changed',
      'access.due',
    ]);
    expect(told.asOf).toMatchObject({ instant: march(6), run: { asOf: march(6) }, reason: null });
    expect(told.next).toBeNull();

    const audits = await facts.audited(objectId, [{ at: march(7, 3), ledTo: 'disabled' }]);
    await record(march(9), 'graph.account.audited', audits);
    await facts.roster(ann('2026-03-04'));
    await runAt(NOW);
    const outcome = await decideLink(deps(), facts.workspaceId, {
      personId: (await db.owner.query<{ id: string }>("select id from person where employee_id = '1'")).rows[0]?.id ?? '',
      system: 'directory',
      accountId,
      action: 'unlink',
      reason: 'not hers',
      actor: 'administrator:one',
    });
    if (outcome.kind === 'decided') throw new Error('one person decided it');
    await approveLink(deps(), facts.workspaceId, { id: outcome.request.id, actor: 'administrator:two' });
    clock.advance(HOUR_MS);

    expect(await timeline(`?asOf=${march(6, 0)}`)).toEqual(told);
    const now = await timeline();
    expect(now.asOf).toBeNull();
    expect(now.facts.length).toBeGreaterThan(told.facts.length + 4);
  });

  it('knows of no end and no deadline before HR had told of one', async () => {
    await annLeaves();
    await runAt(march(6));
    expect((await timeline(`?asOf=${march(2, 0)}`)).facts.map(({ what }) => what)).toEqual([
      'hr.period.started',
      'graph.account.first_seen',
      'match.linked',
      'finding.opened',
    ]);
  });

  it('says before the first run why there is no verdict, and tells what was recorded all the same', async () => {
    await annLeaves();
    expect(await timeline(`?asOf=${march(1)}`)).toMatchObject({
      facts: [{ what: 'hr.period.started' }],
      asOf: { instant: march(1), run: null, reason: 'Nothing had been reconciled by then.' },
    });
  });

  it('comes by pages', async () => {
    await annLeaves();
    await runAt(march(6));
    const whole = await timeline(`?asOf=${march(6, 0)}`);
    const walked: Fact[] = [];
    for (let after = ''; ; ) {
      const { facts: page, next } = await timeline(`?asOf=${march(6, 0)}&limit=2${after}`);
      walked.push(...page);
      if (next === null) break;
      after = `&after=${next}`;
    }
    expect(walked).toEqual(whole.facts);
  });

  it('cites a record of each fact', async () => {
    await annLeaves();
    await runAt(march(6));
    for (const { facts: told } of [await timeline(), await timeline(`?asOf=${march(6)}`)])
      expect(told.filter((fact) => fact.record === null)).toEqual([]);
  });

  it('is of an instant that has passed', async () => {
    await annLeaves();
    const id = (await db.owner.query<{ id: string }>("select id from person where employee_id = '1'")).rows[0]?.id;
    expect((await fetch(`${server.url}/people/${id}/timeline?asOf=2999-01-01T00:00:00Z`)).status).toBe(400);
  });
});
