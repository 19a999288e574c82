import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DAY_MS, type Instant, plusMs } from '../../src/kernel/index.ts';
import { approveClassification, requestClassification, withdrawClassification } from '../../src/reconciliation/classify-account.ts';
import { listCandidates } from '../../src/reconciliation/candidate-read-model.ts';
import { decideLink } from '../../src/reconciliation/decide-link.ts';
import { reconcile, reportPopulation } from '../../src/reconciliation/index.ts';
import type { Extent } from '../../src/reconciliation/reconcile.ts';
import { decideListing } from '../../src/roster/decide-listing.ts';
import type { SteppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { oneWithTwoCredentials } from '../support/owners.ts';
import { ann, type Facts, LONG_AGO, leavesOf, march, NOW } from './facts.ts';
import { judgeableWorkspace } from './judgeable-workspace.ts';

const enabled = [{ state: 'enabled', from: LONG_AGO }] as const;
const REASON = 'sends the invoices';

let db: TestDatabase;
let clock: SteppingClock;
let facts: Facts;
let personId: string;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

beforeEach(async () => {
  ({ clock, facts } = await judgeableWorkspace(db));
  await facts.roster(ann(''));
  const { rows } = await db.owner.query<{ id: string }>('select id from person where workspace_id = $1', [facts.workspaceId]);
  personId = rows[0]?.id ?? '';
});

const deps = () => ({ database: db.database, clock });
const request = (
  accountId: string,
  more: { system?: 'directory' | 'scim'; expiresAt?: Instant; ownerPersonId?: string; actor?: string } = {},
) =>
  requestClassification(deps(), facts.workspaceId, {
    system: 'directory',
    accountId,
    class: 'service',
    ownerPersonId: personId,
    reason: REASON,
    expiresAt: plusMs(NOW, 30 * DAY_MS),
    actor: 'administrator:one',
    ...more,
  });
const approve = (id: string, actor = 'administrator:two') => approveClassification(deps(), facts.workspaceId, { id, actor });

async function excluded(accountId: string, more: Parameters<typeof request>[1] = {}): Promise<string> {
  const { id } = await request(accountId, more);
  await approve(id);
  return id;
}

/** What a run comes to for accounts. */
async function verdicts(extent: Extent = 'everything'): Promise<readonly string[]> {
  await reconcile(deps(), facts.workspaceId, 'system', extent);
  const { rows } = await db.owner.query<{ line: string }>(
    `select rule || ' ' || verdict as line from finding where workspace_id = $1 and unit_kind = 'account' and closed_at is null order by line`,
    [facts.workspaceId],
  );
  return rows.map(({ line }) => line);
}

describe('an account that is nobody’s own', () => {
  it('is excluded once somebody else has approved it, and no sooner', async () => {
    const { accountId } = await facts.account({ upn: 'invoices@contoso.example', stretches: enabled });
    expect(await verdicts()).toEqual(['S07 UNMATCHED_ACCOUNT']);
    const { id } = await request(accountId);
    expect(await verdicts()).toEqual(['S07 UNMATCHED_ACCOUNT']);
    await expect(approve(id, 'administrator:one')).rejects.toMatchObject({ code: 'forbidden' });
    await approve(id);
    expect(await verdicts()).toEqual(['X01 EXCLUDED']);
    await expect(approve(id)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('cannot be approved with another credential of whoever asked', async () => {
    const [one, other] = await oneWithTwoCredentials(deps(), facts.workspaceId);
    const { accountId } = await facts.account({ upn: 'invoices@contoso.example', stretches: enabled });
    const { id } = await request(accountId, { actor: one });
    await expect(approve(id, other)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await verdicts()).toEqual(['S07 UNMATCHED_ACCOUNT']);
  });

  it('cannot be approved by whoever asked, even past the server', async () => {
    const { accountId } = await facts.account({ upn: 'invoices@contoso.example', stretches: enabled });
    const { id } = await request(accountId);
    const forge = db.owner.query(
      'update account_classification set approved_at = $2, approved_by = requested_by, approval_record_id = $1 where id = $1',
      [id, NOW],
    );
    await expect(forge).rejects.toMatchObject({ message: expect.stringContaining('account_classification_four_eyes') });
  });

  it.each([
    { name: 'has ended', end: '2026-03-06', verdict: 'X02 EXCLUDED_OWNER_LEFT' },
    { name: 'is on notice', end: '2026-06-30', verdict: 'X01 EXCLUDED' },
  ])('$verdict where the owner’s employment $name (I9)', async ({ end, verdict }) => {
    const { accountId } = await facts.account({ upn: 'invoices@contoso.example', stretches: enabled });
    await excluded(accountId);
    await facts.roster(ann(end));
    expect(await verdicts()).toEqual([verdict]);
  });

  it('is in doubt where a roster leaves its owner out and nobody has said what that means, until somebody has (I10)', async () => {
    const OTHER = '2,bob@contoso.example,2020-01-01,';
    const { accountId } = await facts.account({ upn: 'invoices@contoso.example', stretches: enabled });
    await excluded(accountId);
    await facts.everybody([ann(''), OTHER]);
    expect(await verdicts()).toEqual(['X01 EXCLUDED']);
    clock.advance(1_000);
    await facts.everybody([OTHER]);
    clock.advance(1_000);
    expect(await verdicts('changes')).toEqual(['X05 EXCLUDED_OWNER_DROPPED']);
    const kept = { answer: { decision: 'employed' }, reason: REASON, actor: 'system' } as const;
    await decideListing(deps(), facts.workspaceId, { personId, ...kept });
    clock.advance(1_000);
    expect(await verdicts('changes')).toEqual(['X01 EXCLUDED']);
  });

  it('is a finding again when it expires, and the ledger says so once', async () => {
    const { accountId } = await facts.account({ upn: 'invoices@contoso.example', stretches: enabled });
    await excluded(accountId, { expiresAt: march(11) });
    expect(await verdicts()).toEqual(['X01 EXCLUDED']);
    clock.set(march(11));
    await facts.looked(march(11));
    expect(await verdicts()).toEqual(['S07 UNMATCHED_ACCOUNT']);
    expect(await verdicts()).toEqual(['S07 UNMATCHED_ACCOUNT']);
    const leaves = await leavesOf(db.owner, facts.workspaceId, 'account.classification.');
    expect(leaves.map(({ type, actor }) => `${type} ${String(actor)}`)).toEqual([
      'account.classification.requested administrator:one',
      'account.classification.approved administrator:two',
      'account.classification.expired system',
    ]);
    expect(JSON.stringify(leaves)).not.toContain(REASON);
  });

  it('is a finding again when the classification is withdrawn, and can be classed anew', async () => {
    const { accountId } = await facts.account({ upn: 'invoices@contoso.example', stretches: enabled });
    const id = await excluded(accountId);
    await expect(request(accountId)).rejects.toMatchObject({ code: 'conflict' });
    await withdrawClassification(deps(), facts.workspaceId, { id, actor: 'administrator:one' });
    expect(await verdicts()).toEqual(['S07 UNMATCHED_ACCOUNT']);
    await expect(withdrawClassification(deps(), facts.workspaceId, { id, actor: 'administrator:one' })).rejects.toMatchObject({
      code: 'not-found',
    });
    await excluded(accountId);
    expect(await verdicts()).toEqual(['X01 EXCLUDED']);
  });

  it('is taken from the person whose address it has, with the SCIM user that goes where it goes, and comes back', async () => {
    const { accountId, objectId } = await facts.account({ upn: 'ann@contoso.example', employeeId: '1', stretches: enabled });
    await facts.scim({ userName: 'ann@contoso.example', externalId: objectId, states: [{ at: LONG_AGO, is: 'active' }] });
    expect(await verdicts()).toEqual([]);
    const id = await excluded(accountId);
    expect(await verdicts()).toEqual(['X01 EXCLUDED']);
    expect((await leavesOf(db.owner, facts.workspaceId, 'match.')).map(({ type }) => type)).toEqual([
      'match.linked',
      'match.linked',
      'match.unlinked',
      'match.unlinked',
    ]);
    await withdrawClassification(deps(), facts.workspaceId, { id, actor: 'administrator:one' });
    expect(await verdicts()).toEqual([]);
  });

  it('does not cover the directory account by what is said of its SCIM user', async () => {
    const { objectId } = await facts.account({ upn: 'robot@contoso.example', stretches: enabled });
    const { userId } = await facts.scim({ userName: 'robot', externalId: objectId, states: [{ at: LONG_AGO, is: 'active' }] });
    await excluded(userId, { system: 'scim' });
    expect(await verdicts()).toEqual(['S07 UNMATCHED_ACCOUNT']);
  });

  it('stays listed while it is disabled, with its records and why', async () => {
    const { accountId } = await facts.account({ upn: 'old@contoso.example', stretches: [{ state: 'disabled', from: LONG_AGO }] });
    const id = await excluded(accountId);
    expect(await verdicts()).toEqual(['X01 EXCLUDED']);
    const { totals, units } = await reportPopulation(db.database, facts.workspaceId, { periodStart: march(1), periodEnd: march(9) });
    const records = (await leavesOf(db.owner, facts.workspaceId, 'account.classification.')).map((leaf) => leaf.id);
    expect(totals).toMatchObject({ unmatchedAccounts: 0, excludedAccounts: 1 });
    expect(units).toMatchObject([
      {
        vector: { classification: 'EXCLUDED' },
        exclusion: {
          id,
          class: 'service',
          ownerPersonId: personId,
          reason: REASON,
          requestedBy: 'administrator:one',
          approvedBy: 'administrator:two',
        },
        evidence: expect.arrayContaining(records),
      },
    ]);
  });

  it('takes its SCIM user out of the candidates with it, also while it waits for an approval', async () => {
    const { accountId, objectId } = await facts.account({ upn: 'ann+invoices@contoso.example', stretches: enabled });
    await facts.scim({ userName: 'ann+scim@contoso.example', externalId: objectId, states: [{ at: LONG_AGO, is: 'active' }] });
    const candidates = async () =>
      (await listCandidates(db.database, facts.workspaceId, { after: undefined, limit: 10 })).rows.map(({ account }) => account).sort();
    await verdicts();
    expect(await candidates()).toEqual(['ann+invoices@contoso.example', 'ann+scim@contoso.example']);
    const { id } = await request(accountId);
    expect(await candidates()).toEqual([]);
    await withdrawClassification(deps(), facts.workspaceId, { id, actor: 'system' });
    expect(await candidates()).toHaveLength(2);
  });

  it('cannot be half of a person: a SCIM user whose directory account is theirs is refused, when asked for and when approved', async () => {
    const { objectId } = await facts.account({ upn: 'shared@contoso.example', employeeId: '9', stretches: enabled });
    const { userId } = await facts.scim({ userName: 'x', externalId: objectId, states: [{ at: LONG_AGO, is: 'active' }] });
    const { id } = await request(userId, { system: 'scim' });
    await facts.roster('9,nina@contoso.example,2020-01-01,');
    await verdicts();
    await expect(approve(id)).rejects.toMatchObject({ code: 'conflict', next: expect.stringContaining('unlink the directory account') });
    await withdrawClassification(deps(), facts.workspaceId, { id, actor: 'system' });
    await expect(request(userId, { system: 'scim' })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('is a person'),
    });
  });

  it('and a human’s word on whose an account is stand against one another', async () => {
    const { accountId } = await facts.account({ upn: 'x@contoso.example', stretches: enabled });
    const link = { personId, system: 'directory', accountId, reason: 'hers', actor: 'system' } as const;
    await decideLink(deps(), facts.workspaceId, { ...link, action: 'link' });
    await expect(request(accountId)).rejects.toMatchObject({ code: 'conflict' });
    await decideLink(deps(), facts.workspaceId, { ...link, action: 'unlink' });
    await excluded(accountId);
    await expect(decideLink(deps(), facts.workspaceId, { ...link, action: 'link' })).rejects.toMatchObject({ code: 'conflict' });
  });

  it.each([
    { name: 'a person who is not there', more: { ownerPersonId: randomUUID() }, code: 'not-found' },
    { name: 'an account of another system', more: { system: 'scim' as const }, code: 'not-found' },
    { name: 'an end that has passed', more: { expiresAt: NOW }, code: 'invalid-request' },
  ])('is not asked for with $name', async ({ more, code }) => {
    const { accountId } = await facts.account({ upn: 'x@contoso.example', stretches: enabled });
    await expect(request(accountId, more)).rejects.toMatchObject({ code });
  });
});
