import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DAY_MS, type Instant, newId, plusMs } from '../../src/kernel/index.ts';
import { reconcile, setPolicy } from '../../src/reconciliation/index.ts';
import { insertRun, listRuns, lockRecording } from '../../src/reconciliation/run-store.ts';
import type { Queryable } from '../../src/platform/index.ts';
import { lastingClock } from '../support/clock.ts';
import { untilBlocked } from '../support/until-blocked.ts';
import { eachTest } from './each-test.ts';
import { ann, annsAccount, LONG_AGO, march } from './facts.ts';
import { servedWorkspace } from './served-workspace.ts';

const given = eachTest(servedWorkspace);

async function get(path: string, accept = 'application/json'): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`${given.world.server.url}${path}`, { headers: { accept } });
  return { status: response.status, text: await response.text() };
}

interface Listed {
  readonly findings: readonly { readonly id: string; readonly rule: string; readonly person: { readonly employeeId: string } | null }[];
  readonly next: string | null;
  readonly asOf: unknown;
}

async function list(query: string): Promise<Listed> {
  return JSON.parse((await get(`/findings?${query}`)).text) as Listed;
}

/** Ann is overdue, Ben is employed, an account is nobody's. */
async function threeStand() {
  await given.world.facts.roster(ann('2026-03-06'), '2,ben@contoso.example,2020-01-01,');
  const anns = await given.world.facts.account({ ...annsAccount, stretches: [{ state: 'enabled', from: LONG_AGO }] });
  await given.world.facts.account({ upn: 'nobody@contoso.example', stretches: [{ state: 'enabled', from: LONG_AGO }] });
  await given.world.runAt(march(10));
  return anns;
}

/** A change after which every one of them says something else: Ann's end is taken back, Ben's told, the account is disabled. */
async function everythingChanges() {
  await given.world.facts.roster(ann(''), '2,ben@contoso.example,2020-01-01,2026-03-11');
  await given.db.owner.query(
    `update directory_observation set state = 'disabled' where workspace_id = $1 and object_id in
       (select object_id from directory_account where workspace_id = $1 and user_principal_name = 'nobody@contoso.example')`,
    [given.world.facts.workspaceId],
  );
  await given.db.owner.query(
    "update directory_account set state = 'disabled', account_enabled = false where workspace_id = $1 and user_principal_name = 'nobody@contoso.example'",
    [given.world.facts.workspaceId],
  );
  await given.db.owner.query("update workspace set time_zone = 'Asia/Tokyo' where workspace_id = $1", [given.world.facts.workspaceId]);
  await setPolicy(given.world.deps, given.world.facts.workspaceId, { slaHours: 4, actor: 'system' });
}

const asOf = (at: Instant, more = '') => `asOf=${at}${more}`;
const first = plusMs(march(10), 60_000);

describe('findings as of a past instant', () => {
  it.each<{ query: string; accept?: string }>([
    { query: '' },
    { query: '&limit=1' },
    { query: '&effect=FAIL' },
    { query: '&effect=INFO,INSUF' },
    { query: '', accept: 'text/csv' },
  ])('are the same bytes for good, whatever is changed and judged later ("$query", $accept)', async ({ query, accept }) => {
    await threeStand();
    const before = await get(`/findings?${asOf(first, query)}`, accept);
    expect(before.status).toBe(200);
    await everythingChanges();
    expect(await get(`/findings?${asOf(first, query)}`, accept)).toEqual(before);
    const later = await given.world.runAt(march(13));
    expect(later.changed + later.closed).toBeGreaterThan(1);
    expect(await get(`/findings?${asOf(first, query)}`, accept)).toEqual(before);
    await given.world.facts.roster(ann('2026-03-12'), '2,ben@contoso.example,2020-01-01,2026-03-12');
    await given.world.runAt(march(16), 'changes');
    await given.world.runAt(march(17));
    expect(await get(`/findings?${asOf(first, query)}`, accept)).toEqual(before);
  });

  it('are what the list said then, but for what other witnesses say', async () => {
    await threeStand();
    const then = await list('');
    await everythingChanges();
    await given.world.runAt(march(13));
    const now = await list('');
    expect(now.findings).not.toEqual(then.findings);
    expect((await list(asOf(first))).findings).toEqual(then.findings);
    expect((await list(asOf(march(13)))).findings).toEqual(now.findings.map((finding) => ({ ...finding, flags: [] })));
  });

  it('would show another end of employment, were the old one not kept', async () => {
    await threeStand();
    const before = await get(`/findings?${asOf(first)}`);
    await given.db.owner.query('alter table employment_period disable trigger keep_period');
    await everythingChanges();
    await given.db.owner.query('alter table employment_period enable trigger keep_period');
    expect(await get(`/findings?${asOf(first)}`)).not.toEqual(before);
  });

  it('say where somebody worked then', async () => {
    await threeStand();
    const before = await get(`/findings?${asOf(first)}`);
    await given.db.owner.query("update employment_period set site = 'Berlin' where workspace_id = $1", [given.world.facts.workspaceId]);
    expect((await get('/findings')).text).toContain('Berlin');
    expect(await get(`/findings?${asOf(first)}`)).toEqual(before);
  });

  it('call people and accounts what they are called today, and change in nothing else', async () => {
    await threeStand();
    const before = await get(`/findings?${asOf(first)}`);
    await given.db.owner.query("update person set display_name = 'Ann Other' where workspace_id = $1 and employee_id = '1'", [
      given.world.facts.workspaceId,
    ]);
    await given.db.owner.query(
      "update directory_account set user_principal_name = 'other@contoso.example' where workspace_id = $1 and employee_id = '1'",
      [given.world.facts.workspaceId],
    );
    const after = await get(`/findings?${asOf(first)}`);
    expect(after).not.toEqual(before);
    expect(after.text).toBe(before.text.replaceAll('Person 1', 'Ann Other').replaceAll(annsAccount.upn, 'other@contoso.example'));
  });

  it('hold whom a run has closed since, and not whom it has opened', async () => {
    await threeStand();
    await given.world.facts.account({ upn: 'later@contoso.example', stretches: [{ state: 'enabled', from: LONG_AGO }] });
    await given.db.owner.query(
      "update directory_account set in_scope = false, scope_state = 'out_of_scope' where workspace_id = $1 and user_principal_name = 'nobody@contoso.example'",
      [given.world.facts.workspaceId],
    );
    await given.world.runAt(march(13));
    const rules = ({ findings }: Listed) => findings.map(({ rule, person }) => `${rule} ${person?.employeeId ?? '-'}`).sort();
    const [then, now] = [await list(asOf(first)), await list('')];
    expect(rules(then)).toEqual(['L03 1', 'S07 -', 'S13 2']);
    expect(rules(now)).toEqual(rules(then));
    const accounts = ({ findings }: Listed) => findings.filter(({ rule }) => rule === 'S07').map(({ id }) => id);
    expect(accounts(now)).not.toEqual(accounts(then));
  });

  it('show the end that HR had told, after a roster of everybody has left the person out before it', async () => {
    const cem = '3,cem@contoso.example,2020-01-01,';
    given.world.clock.set(march(8));
    await given.world.facts.everybody([ann(''), '2,ben@contoso.example,2020-01-01,2026-12-31', cem]);
    const { asOf: told } = await given.world.runAt(march(9));
    const bens = async (query: string) => (await list(query)).findings.find(({ person }) => person?.employeeId === '2');
    const then = await bens(asOf(told));
    expect(then).toMatchObject({ rule: 'S13', period: { endDate: '2026-12-31' } });
    given.world.clock.set(march(10));
    await given.world.facts.everybody([ann(''), cem], { full: true });
    expect(await bens('')).toMatchObject({
      rule: 'S13',
      period: { endDate: '2026-12-31', toldSince: { endDate: null, endedBetween: { from: march(8), to: march(10) } } },
    });
    await given.world.runAt(march(13), 'changes');
    expect(await bens('')).toMatchObject({ rule: 'L10', end: { earliest: march(8), latest: march(10) } });
    expect(await bens(asOf(told))).toEqual(then);
  });

  it('come by pages, each finding once, in the order of the list', async () => {
    await threeStand();
    await everythingChanges();
    await given.world.runAt(march(13));
    const whole = await list(asOf(first));
    const seen: string[] = [];
    let next: string | null = '';
    while (next !== null && seen.length < 9) {
      const page: Listed = await list(asOf(first, `&limit=1${next === '' ? '' : `&after=${next}`}`));
      seen.push(...page.findings.map(({ id }) => id));
      next = page.next;
    }
    expect(seen).toEqual(whole.findings.map(({ id }) => id));
    expect(seen).toHaveLength(3);
  });

  it('name the run whose word they were, from when it was recorded and not as of when it judged', async () => {
    await threeStand();
    given.world.clock.set(march(12));
    const { id } = await reconcile(
      { database: given.db.database, clock: lastingClock(march(12), DAY_MS) },
      given.world.facts.workspaceId,
      'system',
    );
    given.world.clock.set(march(14));
    expect((await list(asOf(plusMs(march(13), -1)))).asOf).toMatchObject({ run: { asOf: march(10), recordedAt: march(10) }, reason: null });
    expect((await list(asOf(march(13)))).asOf).toEqual({
      instant: march(13),
      run: { id, asOf: march(12), recordedAt: march(13) },
      reason: null,
    });
  });

  it('show of what was decided what was decided by then', async () => {
    await threeStand();
    const [{ id } = { id: '' }] = (await list('effect=FAIL')).findings;
    const decide = { method: 'POST', headers: { 'content-type': 'application/json' } };
    const exception = { findingId: id, kind: 'exception', reason: 'handover', expiresAt: '2026-06-01T00:00:00Z' };
    const made = await fetch(`${given.world.server.url}/dispositions`, { ...decide, body: JSON.stringify(exception) });
    expect(made.status).toBe(201);
    given.world.clock.set(march(12));
    const dispositionAt = async (at: Instant) => (await list(asOf(at, '&effect=FAIL'))).findings.find((finding) => finding.id === id);
    expect(await dispositionAt(first)).toMatchObject({ disposition: null });
    expect(await dispositionAt(march(11))).toMatchObject({ disposition: { reason: 'handover', approvedAt: null } });
    const { id: dispositionId } = (await made.json()) as { id: string };
    expect((await fetch(`${given.world.server.url}/dispositions/${dispositionId}`, { method: 'DELETE' })).status).toBe(204);
    given.world.clock.set(march(13));
    expect(await dispositionAt(march(11))).toMatchObject({ disposition: { reason: 'handover' } });
    expect(await dispositionAt(plusMs(march(12), 1))).toMatchObject({ disposition: null });
  });

  it.each([
    { name: 'before the first run', forget: false, reason: 'Nothing had been reconciled by then.' },
    { name: 'before words were kept', forget: true, reason: 'What findings said then was not kept.' },
  ])('are an empty list $name, with the reason', async ({ forget, reason }) => {
    if (forget) {
      await given.db.owner.query(
        `insert into reconciliation_run (workspace_id, id, as_of, started_by, counts, population, opened, changed, closed)
         values ($1, $2, $3, 'system', '{}', '{}', 0, 0, 0)`,
        [given.world.facts.workspaceId, randomUUID(), march(1)],
      );
    }
    await threeStand();
    expect(await list(asOf(march(9)))).toEqual({ findings: [], next: null, urgent: [], asOf: { instant: march(9), run: null, reason } });
    expect((await get(`/findings?${asOf(march(9))}`, 'text/csv')).status).toBe(404);
  });

  it.each(['asOf=yesterday', `asOf=${march(30)}`])('are refused for %s', async (query) => {
    await threeStand();
    expect((await get(`/findings?${query}`)).status).toBe(400);
  });

  it('wait for a run that has said when it was recorded and cannot be seen yet', async () => {
    await threeStand();
    const [last] = await listRuns(given.db.database, given.world.facts.workspaceId, { after: undefined, limit: 1 });
    if (last === undefined) throw new Error('nothing was run');
    const id = newId<'reconciliation-run'>(march(11));
    given.world.clock.set(march(12));
    const asked = await given.db.database.transaction(async (tx) => {
      await lockRecording(tx, given.world.facts.workspaceId);
      await insertRun(
        tx,
        given.world.facts.workspaceId,
        { ...last, id, asOf: march(11) },
        { ord: 2, recordedAt: march(11), timeZone: 'UTC' },
      );
      const asking = list(asOf(march(11, 1)));
      await untilBlocked(given.db.owner);
      return { asking };
    });
    expect((await asked.asking).asOf).toMatchObject({ run: { id } });
  });
});

describe('findings of the past, while HR changes an employment', () => {
  const changeEnd = (tx: Queryable) =>
    tx.query("update employment_period set end_date = '2026-03-20' where workspace_id = $1 and end_date is not null", [
      given.world.facts.workspaceId,
    ]);

  it('say of a run that was recorded before the change could be seen what they said until then', async () => {
    await threeStand();
    const before = await given.db.owner.transaction(async (tx) => {
      await changeEnd(tx);
      await given.world.runAt(march(11));
      given.world.clock.set(march(12));
      return get(`/findings?${asOf(march(11, 1))}`);
    });
    expect((await get('/findings')).text).toContain('2026-03-20');
    expect(await get(`/findings?${asOf(march(11, 1))}`)).toEqual(before);
  });

  it('say the same of a run that had been recorded, and could not be seen, when the change was committed', async () => {
    await threeStand();
    const before = await get('/findings');
    const [last] = await listRuns(given.db.database, given.world.facts.workspaceId, { after: undefined, limit: 1 });
    if (last === undefined) throw new Error('nothing was run');
    const id = newId<'reconciliation-run'>(march(11));
    given.world.clock.set(march(12));
    const changed = await given.db.database.transaction(async (tx) => {
      await lockRecording(tx, given.world.facts.workspaceId);
      await insertRun(
        tx,
        given.world.facts.workspaceId,
        { ...last, id, asOf: march(11) },
        { ord: 2, recordedAt: march(11), timeZone: 'UTC' },
      );
      const changing = changeEnd(given.db.owner);
      await untilBlocked(given.db.owner);
      return { changing };
    });
    await changed.changing;
    const { findings } = await list(asOf(march(11, 1)));
    expect(findings).toEqual((JSON.parse(before.text) as Listed).findings);
    expect((await list('')).findings).not.toEqual(findings);
  });
});

describe('one finding', () => {
  it('tells all that it has said, the latest first, by pages', async () => {
    await threeStand();
    const [{ id } = { id: '' }] = (await list('effect=FAIL')).findings.filter(({ person }) => person !== null);
    await given.world.facts.roster(ann('2026-03-12'));
    await given.world.runAt(march(13));
    await reconcile(given.world.deps, given.world.facts.workspaceId, 'system');
    const { text } = await get(`/findings/${id}`);
    const told = JSON.parse(text) as {
      finding: { rule: string };
      closedAt: string | null;
      versions: Record<string, unknown>[];
      next: string | null;
    };
    expect(told.closedAt).toBeNull();
    expect(told.versions.map(({ rule, recordedAt, until }) => ({ rule, recordedAt, until }))).toEqual([
      { rule: told.finding.rule, recordedAt: march(13), until: null },
      { rule: 'L03', recordedAt: march(10), until: march(13) },
    ]);
    const page = JSON.parse((await get(`/findings/${id}?limit=1`)).text) as typeof told;
    expect(page.versions).toEqual(told.versions.slice(0, 1));
    const second = JSON.parse((await get(`/findings/${id}?limit=1&after=${page.next}`)).text) as typeof told;
    expect([second.versions, second.next]).toEqual([told.versions.slice(1), null]);
  });

  it('is there when it has closed, and ends with what it said last', async () => {
    const { objectId } = await threeStand();
    const [{ id } = { id: '' }] = (await list('effect=FAIL')).findings.filter(({ person }) => person !== null);
    await given.world.facts.roster(ann(''));
    await given.world.facts.scim({ userName: annsAccount.upn, externalId: objectId, states: [{ at: march(11), is: 'active' }] });
    await given.world.runAt(march(13));
    const told = JSON.parse((await get(`/findings/${id}`)).text) as { closedAt: string; versions: Record<string, unknown>[] };
    expect(told).toMatchObject({ closedAt: march(13), versions: [{ rule: 'L03', recordedAt: march(10), until: march(13) }] });
  });

  it.each([randomUUID(), 'nobody'])('is not found as %s', async (id) => {
    expect((await get(`/findings/${id}`)).status).toBe(404);
  });
});

describe('a run', () => {
  it('keeps nothing of what says the same, and of what changes no more than it said', async () => {
    await threeStand();
    const kept = async () =>
      (
        await given.db.owner.query<{ rule: string; since: number; until: number }>(
          `select version.rule, version.since_run as since, version.until_run as until from finding_version as version
           where version.workspace_id = $1 order by version.rule, version.since_run`,
          [given.world.facts.workspaceId],
        )
      ).rows;
    given.world.clock.set(march(10));
    await reconcile(given.world.deps, given.world.facts.workspaceId, 'system');
    expect(await kept()).toEqual([]);
    await given.world.facts.roster('2,ben@contoso.example,2020-01-01,2026-03-11');
    await reconcile(given.world.deps, given.world.facts.workspaceId, 'system');
    expect(await kept()).toEqual([{ rule: 'S13', since: 1, until: 3 }]);
  });
});
