import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setScope } from '../../src/directory/set-scope.ts';
import { type DirectoryConnectionId, HOUR_MS } from '../../src/kernel/index.ts';
import { eraseSubjects } from '../../src/ledger/index.ts';
import { user } from '../directory/simulated-tenant.ts';
import { silentLog } from '../support/log.ts';
import { type Json, resealed } from './resealed.ts';
import { type SealingWorkspace, sealingWorkspace } from './sealing-workspace.ts';
import { verifyBoth } from './verify-both.ts';

const roster = [
  'employee_id,work_email,display_name,start_date,end_date,time_zone',
  '1,late@contoso.example,Lars Late,2020-01-01,2026-03-05,UTC',
].join('\n');
const march = { periodStart: '2026-03-01T00:00:00.000Z', periodEnd: '2026-03-31T00:00:00.000Z' };
const fileName = 'Leavers, Lars Läte.csv';
const unseen = '00000000-0000-4000-8000-000000000001';

let workspace: SealingWorkspace;
let ids: { readonly group: string; readonly account: string };
let sealed: Map<string, Buffer>;
beforeAll(async () => {
  workspace = await sealingWorkspace();
  const { at, bundleOf, client, clock, connected, database, post, tenant } = workspace;
  await post('/policies', { slaHours: 24 });
  await post('/roster/imports?mode=import', roster, 'text/csv', { 'Rollcall-File-Name': encodeURIComponent(fileName) });
  const [account] = await tenant.createUsers([user('late')]);
  const group = await tenant.control<{ id: string }>('POST', '/groups', { displayName: 'Service desk' });
  ids = { group: group.id, account: account?.id ?? '' };
  const connection = await connected();
  at('2026-03-09T12:00:00.000Z');
  await connection.sync();
  const scope = {
    includeUsers: [],
    excludeGroups: [],
    includeGroups: [ids.group, unseen],
    excludeUsers: [ids.account],
    excludeNames: ['svc-*'],
  };
  await setScope(
    { database, log: silentLog },
    client.workspaceId,
    { connectionId: connection.connectionId as DirectoryConnectionId, ...scope, acceptDormant: true },
    { at: clock.now(), actor: 'owner:one' },
  );
  at('2026-03-10T12:00:00.000Z');
  await connection.sync();
  await post('/reconciliation/runs', {});
  sealed = await bundleOf(await post('/reports', { kind: 'interim', ...march }));
}, 180_000);
afterAll(() => workspace.close());

const reportOf = (files: ReadonlyMap<string, Buffer>): Json => JSON.parse(files.get('report.json')?.toString('utf8') ?? '');
const verify = (files: ReadonlyMap<string, Buffer>) => verifyBoth(files, { vkeys: [workspace.vkey], recompute: true });
const pageOf = (files: ReadonlyMap<string, Buffer>) => (files.get('report.html')?.toString('utf8') ?? '').replaceAll(/<\/?(bdi|wbr)>/g, '');

describe('what a report names by an id', () => {
  it('is called by its name beside it, and what no directory ever showed is not', async () => {
    expect(reportOf(sealed).names).toEqual([
      { kind: 'account', id: ids.account, name: 'late@contoso.example' },
      { kind: 'group', id: ids.group, name: 'Service desk' },
    ]);
    const page = pageOf(sealed);
    expect(page).toContain(`2 groups: Service desk <small>(<code>${ids.group}</code>)</small>, <code>${unseen}</code>`);
    expect(page).toContain(`1 user: late@contoso.example <small>(<code>${ids.account}</code>)</small><br>1 pattern of names: svc-*`);
    const { notRecomputed, problems } = await verify(sealed);
    expect(problems).toEqual([]);
    expect(notRecomputed).toEqual(expect.arrayContaining([expect.stringMatching(/are called \(names\)/)]));
  });

  it.each([
    {
      what: 'is another than the records disclose',
      name: 'else@contoso.example',
      says: /^1 of 1 people and accounts .* have another name than their records disclose, .*: account \S+$/,
    },
    { what: 'is the one that they disclose', name: 'late@contoso.example', says: undefined },
    { what: 'was erased', name: null, says: undefined },
  ])('is listed as not recomputed where its name $what', async ({ name, says }) => {
    const report = ({ names }: Json) => void (names[0].name = name);
    const { notRecomputed, problems } = await verify(resealed(sealed, workspace.signer, { report }));
    expect(problems).toEqual([]);
    expect(notRecomputed?.filter((line) => /^\d+ of \d+ people and accounts/.test(line))).toEqual(
      says === undefined ? [] : [expect.stringMatching(says)],
    );
  });

  it('may be a file of HR’s, whose name stands in no record in the clear (I11)', async () => {
    const [input] = reportOf(sealed).sources.roster;
    expect(input).toMatchObject({ fileName, source: 'file' });
    expect(pageOf(sealed)).toContain(fileName);
    const leaves = (sealed.get('log/records.jsonl')?.toString('utf8') ?? '')
      .trim()
      .split('\n')
      .map((line) => Buffer.from((JSON.parse(line) as { leaf: string }).leaf, 'base64').toString('utf8'));
    expect(leaves.filter((leaf) => leaf.includes('hr.import.completed'))).toEqual([expect.stringContaining('"file_name":"d:')]);
    expect(leaves.filter((leaf) => leaf.includes('Leavers') || leaf.includes('late@'))).toEqual([]);
  });

  it.each([
    { what: 'another name', report: (document: Json) => (document.sources.roster[0].fileName = 'people.csv') },
    { what: 'none', report: (document: Json) => (document.sources.roster[0].fileName = null) },
  ])('is found where a file of HR’s is given $what than its record discloses', async ({ report }) => {
    const { problems } = await verify(resealed(sealed, workspace.signer, { report }));
    expect(problems.map(({ detail }) => detail)).toEqual(
      expect.arrayContaining([expect.stringMatching(/fileName is given as .*; record \d+ .* gives "Leavers, Lars Läte\.csv"$/)]),
    );
  });

  it('is called nothing once that was erased, and reports verify on', async () => {
    const { bundleOf, client, clock, database, post } = workspace;
    const [{ importId }] = reportOf(sealed).sources.roster;
    const [account] = reportOf(sealed).findings.flatMap(({ systems }: Json) =>
      systems.filter(({ system }: Json) => system === 'directory'),
    );
    await post(`/roster/imports/${importId}/erasure`, {});
    await database.transaction((tx) =>
      eraseSubjects(tx, client.workspaceId, {
        subject: { kind: 'directory-account', id: account.accountId },
        subjectIds: [account.accountId],
        at: clock.now(),
        actor: 'owner:one',
      }),
    );
    clock.advance(HOUR_MS);
    const files = await bundleOf(await post('/reports', { kind: 'interim', ...march }));
    const { names, sources } = reportOf(files);
    expect(sources.roster).toMatchObject([{ fileName: null }]);
    expect(names).toContainEqual({ kind: 'account', id: ids.account, name: null });
    expect(pageOf(files)).toContain(`erased <small>(<code>${ids.account}</code>)</small>`);
    expect(pageOf(files)).not.toContain(fileName);
    expect((await verify(files)).problems).toEqual([]);
    await expect(post(`/roster/imports/${importId}/erasure`, {})).rejects.toThrow(/discloses nothing/);
  });
});
