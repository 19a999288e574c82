import { describe, expect, it } from '@jest/globals';
import { HOUR_MS, type Instant, plusMs } from '../../src/kernel/index.ts';
import { decideLink } from '../../src/reconciliation/decide-link.ts';
import { approveLink } from '../../src/reconciliation/approve-link.ts';
import { eachTest } from './each-test.ts';
import { ann, annsAccount, LONG_AGO, march, NOW } from './facts.ts';
import { servedWorkspace } from './served-workspace.ts';

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

const given = eachTest(servedWorkspace);

/** As a look writes them down with what it saw. */
async function record(at: Instant, type: string, ids: readonly string[]): Promise<void> {
  await given.db.owner.query(
    `insert into ledger_record (workspace_id, id, recorded_at, type, leaf)
     select $1, given.id, $2, $4, '{}' from unnest($3::uuid[]) as given (id)`,
    [given.world.facts.workspaceId, at, ids, type],
  );
}

async function timeline(query = ''): Promise<Timeline> {
  const { rows } = await given.db.owner.query<{ id: string }>("select id from person where workspace_id = $1 and employee_id = '1'", [
    given.world.facts.workspaceId,
  ]);
  const response = await fetch(`${given.world.server.url}/people/${rows[0]?.id}/timeline${query}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Timeline;
}

/** Ann is employed, and leaves by HR's word of the 5th; her account was seen enabled then, and on the 9th it is known that it was disabled on the 7th. */
async function annLeaves() {
  await given.world.facts.roster(ann(''));
  const { accountId, objectId, records } = await given.world.facts.account({
    ...annsAccount,
    stretches: [
      { state: 'enabled', from: LONG_AGO, to: march(7, 2) },
      { state: 'disabled', from: march(7, 4) },
    ],
  });
  await record(LONG_AGO, 'graph.account.first_seen', records.slice(0, 1));
  await record(march(9), 'graph.account.disabled', records.slice(1));
  await given.world.runAt(march(2));
  await given.world.facts.roster(ann('2026-03-05'));
  return { accountId, objectId };
}

describe('the timeline of a person as of a past instant', () => {
  it('tells what had been recorded by then, and the same whatever has been learnt since', async () => {
    const { accountId, objectId } = await annLeaves();
    await given.world.runAt(march(6));
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

    const audits = await given.world.facts.audited(objectId, [{ at: march(7, 3), ledTo: 'disabled' }]);
    await record(march(9), 'graph.account.audited', audits);
    await given.world.facts.roster(ann('2026-03-04'));
    await given.world.runAt(NOW);
    const outcome = await decideLink(given.world.deps, given.world.facts.workspaceId, {
      personId: (await given.db.owner.query<{ id: string }>("select id from person where employee_id = '1'")).rows[0]?.id ?? '',
      system: 'directory',
      accountId,
      action: 'unlink',
      reason: 'not hers',
      actor: 'administrator:one',
    });
    if (outcome.kind === 'decided') throw new Error('one person decided it');
    await approveLink(given.world.deps, given.world.facts.workspaceId, { id: outcome.request.id, actor: 'administrator:two' });
    given.world.clock.advance(HOUR_MS);

    expect(await timeline(`?asOf=${march(6, 0)}`)).toEqual(told);
    const now = await timeline();
    expect(now.asOf).toBeNull();
    expect(now.facts.length).toBeGreaterThan(told.facts.length + 4);
  });

  it('knows of no end and no deadline before HR had told of one', async () => {
    await annLeaves();
    await given.world.runAt(march(6));
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
    await given.world.runAt(march(6));
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
    await given.world.runAt(march(6));
    for (const { facts: told } of [await timeline(), await timeline(`?asOf=${march(6)}`)])
      expect(told.filter((fact) => fact.record === null)).toEqual([]);
  });

  it('is of an instant that has passed', async () => {
    await annLeaves();
    const id = (await given.db.owner.query<{ id: string }>("select id from person where employee_id = '1'")).rows[0]?.id;
    expect((await fetch(`${given.world.server.url}/people/${id}/timeline?asOf=2999-01-01T00:00:00Z`)).status).toBe(400);
  });
});

/** What the look that ended on the 9th brought, and provisioning said on the 8th, without records. */
async function beforeRecords(): Promise<void> {
  const { facts } = given.world;
  const { objectId } = await annLeaves();
  const { userId } = await facts.scim({ userName: annsAccount.upn, externalId: objectId, states: [{ at: march(3), is: 'active' }] });
  await given.world.runAt(march(6));
  await facts.looked(march(9));
  const scope = [facts.workspaceId, facts.connectionId, objectId, march(9)];
  const look = 'select id from directory_run where workspace_id = $1 and connection_id = $2 and finished_at = $4';
  await given.db.owner.query(
    `insert into directory_audit_event (workspace_id, connection_id, object_id, id, led_to, at, raw_sha256, run_id)
     select $1, $2, $3, 'entry', 'disabled', $5, '\\x00', look.id from (${look}) as look`,
    [...scope, march(7, 3)],
  );
  await given.db.owner.query(
    `insert into directory_leave_date (workspace_id, connection_id, object_id, ordinal, leave_at, observed_at, run_id)
     select $1, $2, $3, 1, $5, $4, look.id from (${look}) as look`,
    [...scope, march(5)],
  );
  await given.db.owner.query(
    'insert into scim_user_state (workspace_id, scim_user_id, version, active, deleted, at) values ($1, $2, 2, false, false, $3)',
    [facts.workspaceId, userId, march(8)],
  );
  await given.world.runAt(NOW);
}

describe('what was written down before it had a record', () => {
  it.each([
    { what: 'graph.account.audited', grade: 'B', at: march(7, 3), recordedAt: march(9) },
    { what: 'graph.account.leave_told', grade: 'C', at: march(9), recordedAt: march(9) },
    { what: 'scim.user.deactivated', grade: 'A', at: march(8), recordedAt: march(8) },
  ])('is told without one, by when it was written down: $what', async (fact) => {
    await beforeRecords();
    const told = async (query = '') => (await timeline(query)).facts.filter(({ what }) => what === fact.what);
    expect(await told()).toEqual([expect.objectContaining({ ...fact, record: null })]);
    expect(await told(`?asOf=${fact.recordedAt}`)).toEqual(await told());
    expect(await told(`?asOf=${plusMs(fact.recordedAt, -1)}`)).toEqual([]);
  });
});
