import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DAY_MS } from '../../src/kernel/index.ts';
import { reviewOwnersTask } from '../../src/reconciliation/index.ts';
import { listOwnerFindings } from '../../src/reconciliation/owner-finding-store.ts';
import { judgeOwners } from '../../src/reconciliation/review-owners.ts';
import { createOwner } from '../../src/workspace/index.ts';
import { type SteppingClock, steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { silentLog } from '../support/log.ts';
import { type Facts, givenFacts, LONG_AGO, NOW, switchOn } from './facts.ts';

const OLIVE = '7,olive@contoso.example,2020-01-01,';
const OTTO = '8,otto@contoso.example,2020-01-01,';
const UMA = '9,uma@contoso.example,2020-01-01,';

let db: TestDatabase;
let clock: SteppingClock;
let facts: Facts;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

beforeEach(async () => {
  clock = steppingClock(LONG_AGO);
  facts = await givenFacts({ database: db.database, owner: db.owner, clock });
  clock.set(NOW);
});

describe('an owner whom a roster of everybody names, and the next one does not', () => {
  const judged = () => judgeOwners(db.database, facts.workspaceId, clock.now());
  const open = () => listOwnerFindings(db.database, facts.workspaceId, { state: 'open', after: undefined, limit: 9 });
  const review = () => reviewOwnersTask({ database: db.database, clock, log: silentLog }).run({}, { signal: new AbortController().signal });

  beforeEach(async () => {
    await facts.everybody([OLIVE, OTTO, UMA]);
    const asked = "select id from person where workspace_id = $1 and employee_id = '7'";
    const { rows } = await db.owner.query<{ id: string }>(asked, [facts.workspaceId]);
    await createOwner({ database: db.database, clock }, facts.workspaceId, { name: 'Olive', person: { personId: rows[0]?.id ?? '' } });
    clock.advance(DAY_MS);
  });

  it('has left, though HR names no day (I9)', async () => {
    expect(await judged()).toMatchObject([{ standing: 'present' }]);
    await facts.everybody([OTTO, UMA], { full: true });
    clock.advance(DAY_MS);
    expect(await judged()).toMatchObject([{ standing: 'left', sentence: expect.stringContaining('their employment ended') }]);
    await review();
    expect(await open()).toMatchObject([{ kind: 'person-left' }]);
    await review();
    expect(await open()).toHaveLength(1);
  });

  it('is not known to be here where the end that HR had told lies ahead: it says nothing of why they are left out (I10)', async () => {
    await facts.everybody([`${OLIVE}2026-12-31`, OTTO, UMA]);
    expect(await judged()).toMatchObject([{ standing: 'present' }]);
    clock.advance(DAY_MS);
    await facts.everybody([OTTO, UMA]);
    expect(await judged()).toMatchObject([{ standing: 'unknown', testimonies: [{ system: 'roster', state: 'unlisted' }] }]);
  });

  it('is not known to be here while nobody has said what that means (I10)', async () => {
    await facts.everybody([OTTO, UMA]);
    expect(await judged()).toMatchObject([
      { standing: 'unknown', testimonies: [{ system: 'roster', says: 'unknown', state: 'unlisted', since: clock.now() }] },
    ]);
  });

  it('is here where an earlier import told their end by a day that stands for none', async () => {
    await db.owner.query("update employment_period set end_date = '9999-12-31', hr_recorded_at = $2 where workspace_id = $1", [
      facts.workspaceId,
      NOW,
    ]);
    expect(await judged()).toMatchObject([{ standing: 'present' }]);
  });
});

it('knows an owner’s SCIM user by the name by which they sign in, in other letters', async () => {
  const objectId = '22222222-2222-4222-8222-222222222222';
  const asked = 'select tenant_id as id from directory_connection where workspace_id = $1';
  const tenantId = (await db.owner.query<{ id: string }>(asked, [facts.workspaceId])).rows[0]?.id ?? '';
  await facts.account({ upn: 'Ol\u0130ve.Jose\u0301@contoso.example', objectId, stretches: [{ state: 'vanished', from: LONG_AGO }] });
  await facts.scim({ userName: 'OLI\u0307VE.Jos\u00e9@contoso.example', states: [{ at: LONG_AGO, is: 'inactive' }] });
  await createOwner({ database: db.database, clock }, facts.workspaceId, { name: 'Olive', person: { tenantId, objectId } });
  await switchOn(db.owner, facts.workspaceId);
  expect(await judgeOwners(db.database, facts.workspaceId, clock.now())).toMatchObject([
    { standing: 'left', sentence: expect.stringContaining('their SCIM user was deactivated') },
  ]);
});
