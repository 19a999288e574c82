import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DAY_MS, HOUR_MS, plusMs } from '../../src/kernel/index.ts';
import { createOwner } from '../../src/workspace/index.ts';
import { namePerson } from '../../src/workspace/name-owner-person.ts';
import { user } from '../directory/simulated-tenant.ts';
import { recount, testOf } from './forged-findings.ts';
import { type Forgery, type Json, resealed } from './resealed.ts';
import { type SealingWorkspace, sealingWorkspace } from './sealing-workspace.ts';
import { verifyBoth } from './verify-both.ts';

const roster = [
  'employee_id,work_email,display_name,start_date,end_date,time_zone',
  '1,two@contoso.example,Tessa Two,2020-01-01,,UTC',
  '2,off@contoso.example,Otis Off,2020-01-01,,UTC',
  '3,gone@contoso.example,Gwen Gone,2020-01-01,2026-03-05,UTC',
].join('\n');

let workspace: SealingWorkspace;
/**
 * One who works, whose account is enabled, and whose other one was enabled when it was last shown and has vanished; one whose other one had been disabled before; and an owner whose
 * person left, beside one of whom nobody says who they are.
 */
let sealed: Map<string, Buffer>;
/** An hour later somebody who works was named behind that owner, whom nobody has reviewed since. */
let named: Map<string, Buffer>;
beforeAll(async () => {
  workspace = await sealingWorkspace();
  const { at, bundleOf, client, clock, connected, database, post, tenant } = workspace;
  const { workspaceId } = client;
  await post('/policies', { slaHours: 24 });
  await post('/roster/imports?mode=import', roster, 'text/csv');
  const accounts = await tenant.createUsers(['two', 'off', 'adm-two', 'adm-off'].map((name) => user(name)));
  await tenant.control('PATCH', `/users/${accounts[3]?.id}`, { accountEnabled: false });
  const connection = await connected();
  await connection.sync();
  await post('/reconciliation/runs', {});
  const idsOf = async (query: string) => (await database.query<{ id: string }>(query, [workspaceId])).rows.map(({ id }) => id);
  const people = await idsOf('select id from person where workspace_id = $1 order by employee_id');
  const others = await idsOf(
    `select account_id as id from directory_account where workspace_id = $1 and user_principal_name like 'adm-%' order by user_principal_name desc`,
  );
  for (const [n, accountId] of others.entries())
    await post('/account-links', { personId: people[n], system: 'directory', accountId, action: 'link', reason: 'asked them' });
  const gone = { personId: people[2] };
  const olga = await createOwner({ database, clock }, workspaceId, { name: 'Olga', person: gone });
  await createOwner({ database, clock }, workspaceId, { name: 'Otto' });
  at('2026-03-09T08:00:00.000Z');
  for (const account of accounts.slice(2)) await tenant.control('POST', `/users/${account.id}/withhold`, { withheld: true });
  await connection.sync();
  clock.advance(HOUR_MS);
  await post('/reconciliation/runs', {});
  clock.advance(HOUR_MS);
  const reported = async () =>
    bundleOf(await post('/reports', { kind: 'interim', periodStart: '2026-03-01T00:00:00.000Z', periodEnd: clock.now() }));
  sealed = await reported();
  const person = { tenantId: null, objectId: null, personId: people[0] ?? null };
  const naming = { ownerId: olga.id, person, reason: null, at: clock.advance(HOUR_MS), actor: 'system' };
  await database.transaction((tx) => namePerson(tx, workspaceId, naming));
  named = await reported();
}, 180_000);
afterAll(() => workspace.close());

async function found(files: ReadonlyMap<string, Buffer>): Promise<readonly string[]> {
  const { problems } = await verifyBoth(files, { vkeys: [workspace.vkey], recompute: true });
  return problems.map(({ detail }) => detail);
}

it('is a bundle in which all holds, and in which nobody who works has a finding', async () => {
  const report = JSON.parse(sealed.get('report.json')?.toString('utf8') ?? '');
  expect(report.findings.map(({ person }: Json) => person?.displayName)).toEqual(['Gwen Gone']);
  expect(testOf(report, 'directory-accounts-have-people').effects).toEqual({ PASS: 2, INSUF: 1 });
  expect(testOf(report, 'owners-are-here').effects).toEqual({ FAIL: 1, INSUF: 1 });
  expect(await found(sealed)).toEqual([]);
});

it('is a bundle in which all holds, too, before a review has closed the finding about an owner who is somebody else by now', async () => {
  const report = JSON.parse(named.get('report.json')?.toString('utf8') ?? '');
  expect(testOf(report, 'owners-are-here').effects).toEqual({ INSUF: 2 });
  expect(await found(named)).toEqual([]);
});

describe('what no finding tells of, altered by whoever can seal anew', () => {
  const rows: readonly { readonly name: string; readonly forgery: Forgery; readonly says: RegExp }[] = [
    {
      name: 'an account that vanished while it was enabled, counted as a pass',
      forgery: { report: (report) => recount(report, 'directory-accounts-have-people', { INSUF: -1, PASS: 1 }) },
      says: /^the test directory-accounts-have-people counts 0 × INSUF; of the accounts of findings, and of those that vanished, 1 are$/,
    },
    {
      name: 'an account that vanished while it was enabled, left out',
      forgery: { report: (report) => recount(report, 'directory-accounts-have-people', { INSUF: -1 }) },
      says: /^the test directory-accounts-have-people counts 0 × INSUF; of the accounts of findings, and of those that vanished, 1 are$/,
    },
    {
      name: 'an owner whose person left, counted as a pass',
      forgery: { report: (report) => recount(report, 'owners-are-here', { FAIL: -1, PASS: 1 }) },
      says: /^the test owners-are-here counts 1 × PASS; by the records 0 can pass at most$/,
    },
    {
      name: 'an owner of whom nobody says who they are, counted as a pass',
      forgery: { report: (report) => recount(report, 'owners-are-here', { INSUF: -1, PASS: 1 }) },
      says: /^the test owners-are-here counts 1 × PASS; by the records 0 can pass at most$/,
    },
    {
      name: 'an owner who is left out',
      forgery: { report: (report) => recount(report, 'owners-are-here', { FAIL: -1 }) },
      says: /^the test owners-are-here is of 1 members; the records tell of 2 owners and excluded accounts$/,
    },
    {
      name: 'an earlier look that is called the last',
      forgery: { report: ({ asOf, sources }) => void (sources.directories[0].lastLookAt = plusMs(asOf, -DAY_MS)) },
      says: /^connection \S+: its last look is given as asked for at \S+; record \d+ \(graph\.sync\.completed\) tells of one that was asked for at \S+$/,
    },
    {
      name: 'an earlier look that is called the last whole one',
      forgery: { report: ({ sources }) => void (sources.directories[0].lastFullLook = null) },
      says: /^connection \S+: no whole look is given; record \d+ \(graph\.sync\.completed\) tells of one that was asked for at \S+$/,
    },
    {
      name: 'how many accounts the last whole look showed',
      forgery: { report: ({ sources }) => void (sources.directories[0].lastFullLook.accounts += 1) },
      says: /^connection \S+: its last whole look: accounts is given as \d+; record \d+ \(graph\.sync\.completed\) gives \d+$/,
    },
    {
      name: 'when SCIM users were counted',
      forgery: { report: ({ createdAt, sources }) => void (sources.scim.countedAt = plusMs(createdAt, -HOUR_MS)) },
      says: /^SCIM: countedAt is given as \S+; the report was made at \S+$/,
    },
    {
      name: 'a run that judged earlier than the last one',
      forgery: { report: (report) => void (report.asOf = plusMs(report.asOf, -3 * HOUR_MS)) },
      says: /^record \d+ \(finding\.opened\) tells of a run that judged at \S+; the report speaks as of \S+ and was made at \S+$/,
    },
    {
      name: 'a file of their own that the manifest lists',
      forgery: { files: { 'summary.html': () => 'All is well.', 'manifest.json': (text) => text.replace('}', ',"summary.html":""}') } },
      says: /^summary\.html is listed in the manifest, and is no file of a report$/,
    },
    {
      name: 'a file that every report has, and the manifest does not list',
      forgery: { files: { 'manifest.json': (text) => text.replace(/"report\.pdf":"\w+",/, '') } },
      says: /^report\.pdf is a file of every report, and is not listed in the manifest$/,
    },
  ];

  it.each(rows)('is found out: $name', async ({ forgery, says }) => {
    expect(await found(resealed(sealed, workspace.signer, forgery))).toContainEqual(expect.stringMatching(says));
  });
});
