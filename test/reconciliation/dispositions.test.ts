import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DAY_MS, plusMs } from '../../src/kernel/index.ts';
import {
  approveException,
  decideDisposition,
  type DispositionRequest,
  withdrawDisposition,
} from '../../src/reconciliation/decide-disposition.ts';
import { reconcile, reportPopulation } from '../../src/reconciliation/index.ts';
import type { SteppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { oneWithTwoCredentials } from '../support/owners.ts';
import { ann, annsAccount, type Facts, LONG_AGO, leavesOf, march, NOW } from './facts.ts';
import { judgeableWorkspace } from './judgeable-workspace.ts';

const REASON = 'hands over until Friday';
const TICKET = 'OPS-17';

let db: TestDatabase;
let clock: SteppingClock;
let facts: Facts;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

beforeEach(async () => {
  ({ clock, facts } = await judgeableWorkspace(db));
  await facts.roster(ann('2026-03-06'), '2,ben@contoso.example,2020-01-01,');
  await facts.account({ ...annsAccount, stretches: [{ state: 'enabled', from: LONG_AGO }] });
  await run();
});

const deps = () => ({ database: db.database, clock });
const run = () => reconcile(deps(), facts.workspaceId, 'system');
const exception = { kind: 'exception', expiresAt: plusMs(NOW, 3 * DAY_MS) } as const;

async function findingOf(employeeId = '1'): Promise<string> {
  const { rows } = await db.owner.query<{ id: string }>(
    `select finding.id from finding join person on person.workspace_id = finding.workspace_id and person.id = finding.person_id
     where finding.workspace_id = $1 and person.employee_id = $2 and finding.closed_at is null`,
    [facts.workspaceId, employeeId],
  );
  return rows[0]?.id ?? '';
}

async function decide(more: Partial<DispositionRequest>): Promise<string> {
  const asked = { kind: 'remediate', reason: REASON, ticket: TICKET, expiresAt: null, actor: 'administrator:one' } as const;
  const { id } = await decideDisposition(deps(), facts.workspaceId, { findingId: await findingOf(), ...asked, ...more });
  return id;
}

const approve = (id: string, actor = 'administrator:two') => approveException(deps(), facts.workspaceId, { id, actor });

/** Ann's verdict as a report shows it. */
async function shown() {
  const { units } = await reportPopulation(db.database, facts.workspaceId, { periodStart: march(1), periodEnd: march(9) });
  const [unit] = units;
  if (unit === undefined) throw new Error('Ann is not in the report');
  return unit;
}

describe('what is decided about a finding', () => {
  it.each([{ kind: 'remediate' }, { kind: 'dispute' }, exception] as const)('alters nothing of the verdict: $kind', async (more) => {
    const { disposition: none, ...before } = await shown();
    const id = await decide(more);
    if (more.kind === 'exception') await approve(id);
    await run();
    const { disposition, ...after } = await shown();
    expect(none).toBeNull();
    expect(disposition).toMatchObject({ id, kind: more.kind, reason: REASON, ticket: TICKET, requestedBy: 'administrator:one' });
    expect(after.rule).toBe('L03');
    // A later run looks later; all that was decided from stands as it was.
    expect([after.vector, after.all, after.deadline, after.evidence]).toEqual([
      before.vector,
      before.all,
      before.deadline,
      before.evidence,
    ]);
  });

  it('is an exception only once somebody else approves it, and says that this came after the deadline', async () => {
    const id = await decide(exception);
    expect((await shown()).disposition).toMatchObject({ approvedBy: null, isAfterDeadline: false });
    await expect(approve(id, 'administrator:one')).rejects.toMatchObject({ code: 'forbidden' });
    await approve(id);
    expect((await shown()).disposition).toMatchObject({ approvedBy: 'administrator:two', approvedAt: NOW, isAfterDeadline: true });
    await expect(approve(id)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('cannot be approved with another credential of whoever asked', async () => {
    const [one, other] = await oneWithTwoCredentials(deps(), facts.workspaceId);
    const id = await decide({ ...exception, actor: one });
    await expect(approve(id, other)).rejects.toMatchObject({ code: 'forbidden' });
    expect((await shown()).disposition).toMatchObject({ approvedBy: null });
  });

  it('cannot be approved by whoever asked, even past the server', async () => {
    const id = await decide(exception);
    const forge = db.owner.query(
      'update disposition set approved_at = $2, approved_by = requested_by, approval_record_id = $1 where id = $1',
      [id, NOW],
    );
    await expect(forge).rejects.toMatchObject({ message: expect.stringContaining('disposition_four_eyes') });
  });

  it('ends when it expires, and the finding stands bare again', async () => {
    const id = await decide(exception);
    await approve(id);
    clock.set(exception.expiresAt);
    await facts.looked(exception.expiresAt);
    await expect(withdrawDisposition(deps(), facts.workspaceId, { id, actor: 'system' })).rejects.toMatchObject({ code: 'not-found' });
    await run();
    await run();
    expect((await shown()).disposition).toBeNull();
    const leaves = await leavesOf(db.owner, facts.workspaceId, 'disposition.');
    expect(leaves.map(({ type, actor }) => `${type} ${String(actor)}`)).toEqual([
      'disposition.requested administrator:one',
      'disposition.approved administrator:two',
      'disposition.expired system',
    ]);
    expect(JSON.stringify(leaves)).not.toMatch(new RegExp(`${REASON}|${TICKET}`));
  });

  it('can be taken back and decided anew, and stays in the ledger', async () => {
    const id = await decide({ kind: 'dispute' });
    await expect(decide({})).rejects.toMatchObject({ code: 'conflict' });
    await withdrawDisposition(deps(), facts.workspaceId, { id, actor: 'administrator:two' });
    expect((await shown()).disposition).toBeNull();
    await decide({});
    expect((await leavesOf(db.owner, facts.workspaceId, 'disposition.')).map(({ type }) => type)).toEqual([
      'disposition.requested',
      'disposition.withdrawn',
      'disposition.requested',
    ]);
  });

  it.each<{ name: string; more: Partial<DispositionRequest>; code: string }>([
    { name: 'a finding that is not there', more: { findingId: randomUUID() }, code: 'not-found' },
    { name: 'an exception without an end', more: { kind: 'exception' }, code: 'invalid-request' },
    { name: 'an exception that has ended', more: { kind: 'exception', expiresAt: NOW }, code: 'invalid-request' },
    { name: 'an end of what is no exception', more: { expiresAt: exception.expiresAt }, code: 'invalid-request' },
  ])('is not taken for $name', async ({ more, code }) => {
    await expect(decide(more)).rejects.toMatchObject({ code });
  });

  it('is not taken where nothing is wrong, and no dispute is approved', async () => {
    await expect(decide({ findingId: await findingOf('2') })).rejects.toMatchObject({ code: 'conflict' });
    await expect(approve(await decide({ kind: 'dispute' }))).rejects.toMatchObject({ code: 'conflict' });
  });
});
