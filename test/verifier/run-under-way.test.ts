import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { HOUR_MS, MINUTE_MS } from '../../src/kernel/index.ts';
import { approveClassification } from '../../src/reconciliation/classify-account.ts';
import { reconcile, reviewOwnersTask } from '../../src/reconciliation/index.ts';
import { createOwner } from '../../src/workspace/index.ts';
import { namePerson } from '../../src/workspace/name-owner-person.ts';
import { user } from '../directory/simulated-tenant.ts';
import { silentLog } from '../support/log.ts';
import { untilBlocked } from '../support/until-blocked.ts';
import { recount, testOf } from './forged-findings.ts';
import { type Forgery, type Json, resealed } from './resealed.ts';
import { type SealingWorkspace, sealingWorkspace } from './sealing-workspace.ts';
import { verifyBoth } from './verify-both.ts';

const roster = [
  'employee_id,work_email,display_name,start_date,end_date,time_zone',
  '1,here@contoso.example,Hedy Here,2020-01-01,,UTC',
  '2,gone@contoso.example,Gwen Gone,2020-01-01,2026-03-05,UTC',
].join('\n');

let workspace: SealingWorkspace;
/**
 * Frozen when a run had been under way for a quarter of an hour, which had found a stranger's account, and ended what somebody had said of a printer and a scanner; and sealed after somebody who is here was named
 * behind an owner whose person had left.
 */
let sealed: Map<string, Buffer>;
beforeAll(async () => {
  workspace = await sealingWorkspace();
  const { at, bundleOf, client, clock, connected, database, post, tenant } = workspace;
  const { workspaceId } = client;
  await post('/policies', { slaHours: 24 });
  await post('/roster/imports?mode=import', roster, 'text/csv');
  await tenant.createUsers(['here', 'printer', 'scanner'].map((name) => user(name)));
  const connection = await connected();
  await connection.sync();
  await post('/reconciliation/runs', {});
  await exclude('2026-03-12T08:30:00.000Z');
  const owner = await createOwner({ database, clock }, workspaceId, { name: 'Olga', person: { personId: await personOf('2') } });
  at('2026-03-12T07:00:00.000Z');
  await connection.sync();
  clock.advance(HOUR_MS);
  await post('/reconciliation/runs', {});
  const period = { periodStart: '2026-03-01T00:00:00.000Z', periodEnd: '2026-03-11T00:00:00.000Z' };
  const { id } = await post('/reports', { kind: 'final', ...period });

  await tenant.createUsers([user('stranger')]);
  await connection.sync();
  clock.advance(HOUR_MS);
  const running = await database.transaction(async (tx) => {
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('findings:' || $1::text, 0))`, [workspaceId]);
    const run = reconcile({ database, clock }, workspaceId, 'system');
    await untilBlocked(database);
    clock.advance(15 * MINUTE_MS);
    await post(`/reports/${id}/freeze`, {});
    clock.advance(5 * MINUTE_MS);
    return { run };
  });
  await running.run;
  clock.advance(HOUR_MS);
  const person = { tenantId: null, objectId: null, personId: await personOf('1') };
  const naming = { ownerId: owner.id, person, reason: null, at: clock.now(), actor: 'system' };
  await database.transaction((tx) => namePerson(tx, workspaceId, naming));
  await reviewOwnersTask({ database, clock, log: silentLog }).run({}, { signal: new AbortController().signal });
  sealed = await bundleOf(await post(`/reports/${id}/seal`, {}));
}, 180_000);
afterAll(() => workspace.close());

async function personOf(employeeId: string): Promise<string> {
  const { client, database } = workspace;
  const asked = 'select id from person where workspace_id = $1 and employee_id = $2';
  return (await database.query<{ id: string }>(asked, [client.workspaceId, employeeId])).rows[0]?.id ?? '';
}

/** The printer and the scanner, for which Hedy answers. */
async function exclude(expiresAt: string): Promise<void> {
  const { client, clock, database, post } = workspace;
  const ownerPersonId = await personOf('1');
  const { rows } = await database.query<{ accountId: string }>(
    `select account.account_id as "accountId" from directory_account as account
     where account.workspace_id = $1 and account.user_principal_name similar to '(printer|scanner)@%'`,
    [client.workspaceId],
  );
  for (const { accountId } of rows) {
    const about = { system: 'directory', accountId, class: 'shared', ownerPersonId };
    const { id } = await post('/account-classifications', { ...about, reason: 'stands in the hall', expiresAt });
    await approveClassification({ database, clock }, client.workspaceId, { id, actor: 'administrator:second' });
  }
}

async function found(forgery: Forgery = {}): Promise<readonly string[]> {
  const { problems } = await verifyBoth(resealed(sealed, workspace.signer, forgery), { vkeys: [workspace.vkey], recompute: true });
  return problems.map(({ detail }) => detail);
}

const laterRun =
  /^record \d+ \(finding\.(?:opened|changed)\) tells of a run that judged at 2026-03-12T09:00:40\.000Z; the report speaks as of 2026-03-12T08:00:20\.000Z and was made at 2026-03-12T09:15:40\.000Z$/;

it('knows nothing of a run that was under way when it was frozen, and holds', async () => {
  const report = JSON.parse(sealed.get('report.json')?.toString('utf8') ?? '');
  expect(report).toMatchObject({ asOf: '2026-03-12T08:00:20.000Z', frozen: { at: '2026-03-12T09:15:40.000Z' } });
  expect(testOf(report, 'owners-are-here').effects).toEqual({ PASS: 2, FAIL: 1 });
  expect(await found()).toEqual([]);
});

it.each<{ readonly name: string; readonly change: (record: Json) => void }>([
  { name: 'had ended long before', change: (record) => void (record.recorded_at = '2026-03-12T09:05:00.000Z') },
  { name: 'is another one', change: ({ detail }) => void (detail.as_of = '2026-03-12T09:00:40.001Z') },
])('is not held to be made beside a run that $name', async ({ change }) => {
  const record = (each: Json) => void (each.type === 'reconciliation.ended' && change(each));
  expect(await found({ record })).toContainEqual(expect.stringMatching(laterRun));
});

it('counts an owner as left whose person was back only after the freezing', async () => {
  const report = (document: Json) => recount(document, 'owners-are-here', { FAIL: -1, PASS: 1 });
  expect(await found({ report })).toContainEqual('the test owners-are-here counts 3 × PASS; by the records 2 can pass at most');
});
