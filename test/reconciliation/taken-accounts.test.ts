import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HOUR_MS, plusMs } from '../../src/kernel/index.ts';
import { withdrawClassification } from '../../src/reconciliation/classify-account.ts';
import { decideLink } from '../../src/reconciliation/decide-link.ts';
import { listLinkRequests } from '../../src/reconciliation/link-request-store.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { oneWithTwoCredentials } from '../support/owners.ts';
import { ann, annsAccount, LONG_AGO, leavesOf, march, NOW } from './facts.ts';
import { BEN, enabled, inTime, late, REASON, type LeaverAndColleague, leaverAndColleague } from './leaver-and-colleague.ts';

let db: TestDatabase;
let facts: LeaverAndColleague['facts'];
let deps: LeaverAndColleague['deps'];
let personOf: LeaverAndColleague['personOf'];
let verdictsOf: LeaverAndColleague['verdictsOf'];
let accountVerdicts: LeaverAndColleague['accountVerdicts'];
let annLeft: LeaverAndColleague['annLeft'];
let decide: LeaverAndColleague['decide'];
let asked: LeaverAndColleague['asked'];
let approve: LeaverAndColleague['approve'];
let withdraw: LeaverAndColleague['withdraw'];
let classed: LeaverAndColleague['classed'];
let population: LeaverAndColleague['population'];
let testOf: LeaverAndColleague['testOf'];
let lookAt: LeaverAndColleague['lookAt'];
let toldAt: LeaverAndColleague['toldAt'];
let annsUnit: LeaverAndColleague['annsUnit'];

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

beforeEach(async () => {
  ({
    facts,
    deps,
    personOf,
    verdictsOf,
    accountVerdicts,
    annLeft,
    decide,
    asked,
    approve,
    withdraw,
    classed,
    population,
    testOf,
    lookAt,
    toldAt,
    annsUnit,
  } = await leaverAndColleague(db));
});

describe('an account that is barred from somebody after their employment ended', () => {
  it('stays theirs, and the verdict with it, until a second person approves it', async () => {
    const accountId = await annLeft(late);
    expect(await verdictsOf('1')).toEqual(['L05 FAIL']);
    const id = await asked(accountId, 'unlink');
    expect(await verdictsOf('1')).toEqual(['L05 FAIL']);
    expect(await listLinkRequests(db.database, facts.workspaceId, { after: undefined, limit: 10 })).toMatchObject([
      { id, action: 'unlink', reason: REASON, requestedBy: 'administrator:one', approvedAt: null, endedAt: null },
    ]);
    await expect(approve(id, 'administrator:one')).rejects.toMatchObject({ code: 'forbidden' });
    expect(await verdictsOf('1')).toEqual(['L05 FAIL']);
    await approve(id);
    expect(await verdictsOf('1')).toEqual(['X06 INSUF']);
    await expect(approve(id)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('cannot be approved with another credential of whoever asked', async () => {
    const [one, other] = await oneWithTwoCredentials(deps(), facts.workspaceId);
    const accountId = await annLeft(late);
    const id = await asked(accountId, 'unlink', { actor: one });
    await expect(approve(id, other)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await verdictsOf('1')).toEqual(['L05 FAIL']);
  });

  it('cannot be approved by whoever asked, even past the server', async () => {
    const id = await asked(await annLeft(late), 'unlink');
    const forge = db.owner.query(
      'update account_link_request set approved_at = $2, approved_by = requested_by, approval_record_id = $1 where id = $1',
      [id, NOW],
    );
    await expect(forge).rejects.toMatchObject({ message: expect.stringContaining('account_link_request_four_eyes') });
  });

  it('is asked for once, and stays theirs where that is withdrawn; what was approved is not', async () => {
    const accountId = await annLeft(late);
    const id = await asked(accountId, 'unlink');
    await expect(decide(accountId, 'unlink')).rejects.toMatchObject({ code: 'conflict' });
    await withdraw(id);
    await expect(approve(id)).rejects.toMatchObject({ code: 'not-found' });
    await expect(withdraw(id)).rejects.toMatchObject({ code: 'not-found' });
    expect(await verdictsOf('1')).toEqual(['L05 FAIL']);
    const again = await asked(accountId, 'unlink');
    await approve(again);
    await expect(withdraw(again)).rejects.toMatchObject({ code: 'conflict' });
    const leaves = await leavesOf(db.owner, facts.workspaceId, 'match.decision.');
    expect(leaves.map(({ type, actor }) => `${type} ${String(actor)}`)).toEqual([
      'match.decision.requested administrator:one',
      'match.decision.withdrawn administrator:two',
      'match.decision.requested administrator:one',
      'match.decision.approved administrator:two',
    ]);
    expect(JSON.stringify(leaves)).not.toContain(REASON);
  });

  it('is named by the finding, with who asked, who approved, when and why, and its own end of access beside', async () => {
    const accountId = await annLeft(late);
    await verdictsOf('1');
    await approve(await asked(accountId, 'unlink'));
    await verdictsOf('1');
    const { all, sentence, systems, vector } = await annsUnit();
    expect(all.map(({ rule }) => rule)).toEqual(['X06']);
    expect(vector).toMatchObject({ match: 'DISOWNED', directory: 'NEVER', directoryTiming: 'NO_ACCOUNT' });
    expect(systems[0]).toMatchObject({
      accountId,
      standing: 'barred',
      matchRule: 'M3',
      judged: { outcome: 'LATE' },
      taken: {
        because: 'barred',
        at: NOW,
        requestedBy: 'administrator:one',
        requestedAt: NOW,
        approvedBy: 'administrator:two',
        approvedAt: NOW,
        reason: REASON,
      },
    });
    expect(sentence).toContain('that it never was theirs is the word of those who decided it');
    expect(sentence).toContain('Listed and not counted: 1 account that a human took from the person after the employment had ended.');
  });

  it('leaves no doubt where its access is proven to have ended in time; the finding names it all the same', async () => {
    const accountId = await annLeft(inTime);
    expect(await verdictsOf('1')).toEqual(['L12 PASS']);
    await approve(await asked(accountId, 'unlink'));
    expect(await verdictsOf('1')).toEqual(['L10 N/A']);
    const { sentence, systems } = await annsUnit();
    expect(sentence).toContain('Listed and not counted: 1 account');
    expect(systems[0]).toMatchObject({ standing: 'barred', taken: { approvedBy: 'administrator:two' } });
  });

  it('leaves the doubt where it was last seen off before the end, and on after it was taken', async () => {
    const offBefore = { state: 'disabled', from: march(1), to: march(6, 12) } as const;
    const accountId = await annLeft([{ state: 'enabled', from: LONG_AGO, to: march(1) }, offBefore, { state: 'enabled', from: march(12) }]);
    await verdictsOf('1');
    await approve(await asked(accountId, 'unlink'));
    await lookAt(march(14));
    expect(await verdictsOf('1')).toEqual(['X06 INSUF']);
  });

  it('is nobody’s and a finding of its own while it is enabled, which the test of accounts counts once', async () => {
    const accountId = await annLeft(enabled);
    await verdictsOf('1');
    await approve(await asked(accountId, 'unlink'));
    expect(await verdictsOf('1')).toEqual(['X06 INSUF']);
    expect(await accountVerdicts()).toEqual(['S07 FAIL']);
    expect(await testOf('directory-accounts-have-people')).toMatchObject({ of: 1, effects: { FAIL: 1 } });
    expect(await testOf('terminated-people-are-deactivated')).toMatchObject({
      verdict: 'INSUFFICIENT',
      sentence: expect.stringContaining('Of 1 of them a human took an account after the employment had ended'),
    });
  });

  it('does not hide what fails by another account', async () => {
    const accountId = await annLeft(late);
    await facts.scim({ userName: 'ann@contoso.example', employeeNumber: '1', states: [{ at: LONG_AGO, is: 'active' }] });
    await verdictsOf('1');
    await approve(await asked(accountId, 'unlink'));
    expect(await verdictsOf('1')).toEqual(['L04 FAIL']);
    expect((await annsUnit()).all.map(({ rule }) => rule)).toContain('X06');
  });

  it('counts again when it is linked again by hand, which takes one person', async () => {
    const accountId = await annLeft(late);
    await verdictsOf('1');
    await approve(await asked(accountId, 'unlink'));
    await verdictsOf('1');
    expect(await decide(accountId, 'link')).toMatchObject({ kind: 'decided', link: { standing: 'linked' } });
    expect(await verdictsOf('1')).toEqual(['L05 FAIL']);
    expect((await annsUnit()).systems[0]).toMatchObject({ standing: 'linked', matchRule: 'M0', taken: null });
  });

  it('takes a second person, too, where it only may be theirs; whose of several it was is left to the two', async () => {
    const accountId = await annLeft(late);
    const other = await facts.account({ ...annsAccount, upn: 'ann.second@contoso.example', stretches: enabled });
    await db.owner.query("update directory_account set state = 'enabled' where account_id = $1", [accountId]);
    expect(await verdictsOf('1')).toEqual(['X03 INSUF']);
    await approve(await asked(other.accountId, 'unlink'));
    expect(await verdictsOf('1')).toEqual(['L05 FAIL']);
    expect((await annsUnit()).systems.map(({ standing }) => standing).sort()).toEqual(['barred', 'linked', 'none']);
  });

  it('is followed on: what becomes of it is judged by a run of what changed', async () => {
    await facts.roster(ann('2026-03-06'), BEN);
    const { userId } = await facts.scim({ userName: 'ann@contoso.example', employeeNumber: '1', states: [{ at: LONG_AGO, is: 'active' }] });
    expect(await verdictsOf('1')).toEqual(['L04 FAIL']);
    const decision = { personId: await personOf('1'), system: 'scim', accountId: userId, action: 'unlink', reason: REASON } as const;
    const outcome = await decideLink(deps(), facts.workspaceId, { ...decision, actor: 'administrator:one' });
    if (outcome.kind !== 'waits') throw new Error('it did not wait for a second person');
    await approve(outcome.request.id);
    expect(await verdictsOf('1')).toEqual(['X06 INSUF']);
    await db.owner.query(
      `insert into scim_user_state (workspace_id, scim_user_id, version, active, deleted, at, record_id) values ($1, $2, 2, false, false, $3, $2)`,
      [facts.workspaceId, userId, march(10, 11)],
    );
    await db.owner.query(`insert into reconciliation_change (workspace_id, kind, id) values ($1, 'account', $2) on conflict do nothing`, [
      facts.workspaceId,
      userId,
    ]);
    await verdictsOf('1');
    expect((await annsUnit()).systems.find(({ system }) => system === 'scim')).toMatchObject({
      standing: 'barred',
      judged: { outcome: 'LATE' },
    });
  });
});

describe('an account that is classed as nobody’s own after somebody’s employment ended', () => {
  it('counts for the leaver as it did at the end, and the finding says who classed it', async () => {
    const accountId = await annLeft(enabled);
    expect(await verdictsOf('1')).toEqual(['L03 FAIL']);
    await classed(accountId);
    expect(await verdictsOf('1')).toEqual(['L03 FAIL']);
    expect(await accountVerdicts()).toEqual(['X01 N/A']);
    const { sentence, systems } = await annsUnit();
    expect(sentence).toContain('Counted as when the employment ended: 1 account classed as nobody’s own since.');
    expect(systems[0]).toMatchObject({
      accountId,
      standing: 'classed',
      taken: { because: 'classed', requestedBy: 'administrator:one', approvedBy: 'administrator:two', reason: REASON },
    });
    expect(await testOf('directory-accounts-have-people')).toMatchObject({ of: 1, effects: { 'N/A': 1 } });
  });

  it('is theirs as before once the classification is withdrawn', async () => {
    const accountId = await annLeft(late);
    await verdictsOf('1');
    const id = await classed(accountId);
    expect(await verdictsOf('1')).toEqual(['L05 FAIL']);
    await withdrawClassification(deps(), facts.workspaceId, { id, actor: 'administrator:one' });
    expect(await verdictsOf('1')).toEqual(['L05 FAIL']);
    expect((await annsUnit()).systems[0]).toMatchObject({ standing: 'linked', taken: null });
  });

  it('counts with the SCIM user that goes where it goes', async () => {
    await facts.roster(ann('2026-03-06'), BEN);
    const { accountId, objectId } = await facts.account({ ...annsAccount, stretches: late });
    await facts.scim({ userName: 'x', externalId: objectId, states: [{ at: LONG_AGO, is: 'active' }] });
    expect(await verdictsOf('1')).toEqual(['L04 FAIL']);
    await classed(accountId);
    expect(await verdictsOf('1')).toEqual(['L04 FAIL']);
    expect((await annsUnit()).systems.map(({ standing }) => standing)).toEqual(['classed', 'classed']);
  });

  it('is no account of an employment that began afterwards, nor of one that ended after it was classed', async () => {
    await facts.roster(ann(''), BEN);
    const { accountId } = await facts.account({ ...annsAccount, stretches: enabled });
    await verdictsOf('1');
    await classed(accountId);
    expect(await verdictsOf('1')).toEqual(['S13 INFO']);
    await facts.roster(ann('2026-03-11'), BEN);
    await lookAt(march(12, 12));
    expect(await verdictsOf('1')).toEqual(['L10 N/A']);
  });
});

describe('what was taken from people by hand', () => {
  it('is listed in the population of a report, what waits included', async () => {
    const first = await annLeft(late);
    const second = await facts.account({ upn: 'ann@contoso.example', stretches: [{ state: 'disabled', from: LONG_AGO }] });
    await verdictsOf('1');
    await approve(await asked(first, 'unlink'));
    const waits = await asked(second.accountId, 'unlink');
    await verdictsOf('1');
    const { takenAccounts } = await population();
    expect(takenAccounts).toMatchObject([
      {
        because: 'barred',
        accountId: first,
        account: 'ann@contoso.example',
        person: { employeeId: '1' },
        matchRule: 'M3',
        takenAt: NOW,
        approvedBy: 'administrator:two',
        reason: REASON,
      },
      { id: waits, because: 'barred', accountId: second.accountId, takenAt: null, approvedBy: null },
    ]);
    const known = (await leavesOf(db.owner, facts.workspaceId, 'match.')).map(({ id }) => id);
    expect(known).toEqual(expect.arrayContaining(takenAccounts.flatMap(({ recordIds }) => recordIds)));
  });

  it('is told as of a past instant as it was then', async () => {
    const accountId = await annLeft(late);
    await verdictsOf('1');
    await lookAt(plusMs(NOW, HOUR_MS));
    const before = await toldAt(NOW);
    await approve(await asked(accountId, 'unlink'));
    await verdictsOf('1');
    await lookAt(plusMs(NOW, 2 * HOUR_MS));
    const after = await toldAt(plusMs(NOW, HOUR_MS));
    await decide(accountId, 'link');
    expect(await verdictsOf('1')).toEqual(['L05 FAIL']);
    expect(await toldAt(NOW)).toEqual(before);
    expect(await toldAt(plusMs(NOW, HOUR_MS))).toEqual(after);
    expect([before[0]?.rule, after[0]?.rule]).toEqual(['L05', 'X06']);
    expect(after[0]?.systems[0]?.taken).toMatchObject({ approvedBy: 'administrator:two', reason: REASON });
  });
});
