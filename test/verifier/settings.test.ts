import { beforeAll, describe, expect, it } from '@jest/globals';
import { setSchedule } from '../../src/directory/set-schedule.ts';
import { setScope } from '../../src/directory/set-scope.ts';
import { type DirectoryConnectionId, HOUR_MS } from '../../src/kernel/index.ts';
import { user } from '../directory/simulated-tenant.ts';
import { silentLog } from '../support/log.ts';
import { type Json, resealed } from './resealed.ts';
import type { SealedLeavers } from './sealed-leavers.ts';
import { sealingWorkspace } from './sealing-workspace.ts';
import { verifyBoth } from './verify-both.ts';

const roster = [
  'employee_id,work_email,display_name,start_date,end_date,time_zone',
  '1,late@contoso.example,Lars Late,2020-01-01,2026-03-05,UTC',
  '2,here@contoso.example,Hedy Here,2020-01-01,,UTC',
].join('\n');
const [sales, interns, shared] = [1, 2, 3].map((n) => `00000000-0000-4000-8000-00000000000${n}`);

let sealed: Pick<SealedLeavers, 'files' | 'signer' | 'vkey'>;
beforeAll(async () => {
  sealed = await sealedSettings();
}, 180_000);

/** Looked at every hour, then every four hours; with a scope of before the period, and another one since. Between two looks lie 26 hours. */
async function sealedSettings(): Promise<typeof sealed> {
  const { at, bundleOf, client, clock, close, connected, database, post, signer, tenant, vkey } = await sealingWorkspace();
  const { workspaceId } = client;
  await post('/policies', { slaHours: 24 });
  await post('/roster/imports?mode=import', roster, 'text/csv');
  await tenant.createUsers(['late', 'here'].map((name) => user(name)));
  const connection = await connected();
  const connectionId = connection.connectionId as DirectoryConnectionId;
  const deps = { database, log: silentLog };
  const scope = async (more: object) => {
    const nothing = { includeGroups: [], includeUsers: [], excludeGroups: [], excludeUsers: [], excludeNames: [] };
    const by = { at: clock.now(), actor: 'administrator:first' };
    await setScope(deps, workspaceId, { connectionId, ...nothing, ...more, acceptDormant: true }, by);
  };
  await connection.sync();
  // Says of nobody anything that the first did not.
  clock.advance(HOUR_MS);
  await post(
    '/roster/imports?mode=import&allowRejected=true',
    `${roster}\n3,new@contoso.example,Nina New,soon,,UTC`.replaceAll(',', ';'),
    'text/csv',
  );
  await scope({ includeGroups: [sales, interns] });

  at('2026-03-07T08:00:00.000Z');
  await connection.sync();
  await setSchedule(
    deps,
    workspaceId,
    { connectionId, syncEveryMinutes: 240, fullEveryMinutes: 720 },
    { at: clock.now(), actor: 'owner:one' },
  );
  await scope({ excludeUsers: [shared], excludeNames: ['svc-*'] });
  at('2026-03-08T10:00:00.000Z');
  await connection.sync();
  clock.advance(HOUR_MS);
  await connection.sync();
  await post('/reconciliation/runs', {});
  clock.advance(HOUR_MS);
  const periodStart = '2026-03-06T00:00:00.000Z';
  const files = await bundleOf(await post('/reports', { kind: 'interim', periodStart, periodEnd: clock.now() }));
  await close();
  return { files, signer, vkey };
}

const textOf = (path: string) => sealed.files.get(path)?.toString('utf8') ?? '';
const sourcesIn = () => JSON.parse(textOf('report.json')).sources;

async function details(report?: (document: Json) => void): Promise<readonly string[]> {
  const files = report === undefined ? sealed.files : resealed(sealed.files, sealed.signer, { report });
  const { problems } = await verifyBoth(files, { vkeys: [sealed.vkey], recompute: true });
  return problems.map(({ detail }) => detail);
}

describe('the imports that a report rests on', () => {
  it('are the last of everybody, and whichever told of a leaver before, with what was left out of them and why', () => {
    const { roster, rosterTotals } = sourcesIn();
    expect(roster.map(({ added, rejected, unchanged }: Json) => ({ added, rejected, unchanged }))).toEqual([
      { added: 2, rejected: 0, unchanged: 0 },
      { added: 0, rejected: 1, unchanged: 2 },
    ]);
    expect(roster[1].rejections).toEqual([{ column: 'start_date', reason: expect.any(String), cells: 1 }]);
    expect(rosterTotals).toEqual({ imports: 2, rows: 5, added: 2, changed: 0, ended: 0, rehired: 0, unchanged: 2, rejected: 1 });
    const page = textOf('report.html').replaceAll(/\s+/g, ' ');
    expect(page).toContain(
      '5 rows of 2 imports = 2 added + 0 changed + 0 ended + 0 re-hired + 2 unchanged + 1 rejected. 2 added + 0 re-hired = 2 employment periods begun.',
    );
  });

  it('are said with how each file was read, as its record tells', async () => {
    const file = { encoding: 'utf-8', headerLine: 1 };
    expect(sourcesIn().roster.map(({ format }: Json) => format)).toEqual([
      { ...file, delimiter: ',' },
      { ...file, delimiter: ';' },
    ]);
    expect(textOf('report.html')).toContain('utf-8, “;” between cells, columns named on line 1');
    const says = /^import \S+: format is given as \{.*"\|".*\}; record \d+ \(hr\.import\.completed\) gives \{.*";".*\}$/;
    expect(await details(({ sources }) => void (sources.roster[1].format.delimiter = '|'))).toEqual([expect.stringMatching(says)]);
  });

  it('are found out where one is missing that a leaver’s finding cites', async () => {
    const says = /^a leaver's finding cites record \d+ \(hr\.period\.\w+\) of the import \S+, which is not listed$/;
    expect(await details(({ sources }) => void sources.roster.shift())).toContainEqual(expect.stringMatching(says));
  });
});

describe('what was set for the directories within the period of a report', () => {
  it('is every schedule and every scope that was in force, with its record', () => {
    const { directories, scopes } = sourcesIn();
    expect(directories[0].schedules.map(({ syncEveryMinutes, recordId }: Json) => [syncEveryMinutes, recordId !== null])).toEqual([
      [60, false],
      [240, true],
    ]);
    expect(directories[0].schedules[0].to).toBe(directories[0].schedules[1].from);
    expect(scopes.map(({ includeGroups, excludeUsers, excludeNames }: Json) => [includeGroups, excludeUsers, excludeNames])).toEqual([
      [
        { count: 2, values: [sales, interns] },
        { count: 0, values: [] },
        { count: 0, values: [] },
      ],
      [
        { count: 0, values: [] },
        { count: 1, values: [shared] },
        { count: 1, values: ['svc-*'] },
      ],
    ]);
    expect(scopes.map(({ setBy, to }: Json) => [setBy, to !== null])).toEqual([
      ['administrator:first', true],
      ['administrator:first', false],
    ]);
  });

  it('proves no shorter allowance than the looks that were made, whatever the schedule promises', () => {
    const [{ longestUnseen, promisedMinutes, provableMinutes }] = sourcesIn().directories;
    expect(promisedMinutes).toBe(245);
    expect([longestUnseen.from, longestUnseen.to].map((at: string) => at.slice(0, 13))).toEqual(['2026-03-06T00', '2026-03-07T08']);
    expect(provableMinutes).toBeGreaterThanOrEqual(32 * 60 + 5);
  });

  it('stands on the page', () => {
    const page = textOf('report.html').replaceAll(/\s+/g, ' ');
    expect(page).toContain('<h3>Filters</h3>');
    expect(page).toContain('1 user: <code>00000000-0000-4000-8000-000000000003</code><br>1 pattern of names: svc-*');
    expect(page.replaceAll(/<\/?time[^>]*>/g, '')).toMatch(/every 60 min since \S+ \S+ UTC; every 240 min since /);
    expect(page).toMatch(/245 min by the schedule; \d+ min by the looks as they happened: from /);
    expect(page).toMatch(/of whom active: 0, as counted at /);
  });

  it('is said with every query that was sent, by the list that the records of the looks name', () => {
    const [{ requests }] = sourcesIn().directories;
    expect(requests.map(({ kind, looks, sha256 }: Json) => [kind, looks, typeof sha256])).toEqual([['full', 3, 'string']]);
    expect(requests[0].queries).toContain(
      "GET {graph}/v1.0/auditLogs/directoryAudits?$filter=activityDateTime ge {from} and category eq 'UserManagement'&$top=999",
    );
    const page = textOf('report.html').replaceAll(/\s+/g, ' ');
    expect(page).toContain('GET {graph}/v1.0/groups?$select=id,displayName&#38;$top=999');
    expect(page).toContain('3 of 3');
    expect(page).toContain(requests[0].sha256);
  });

  it('holds against its records', async () => {
    expect(await details()).toEqual([]);
  });

  it.each([
    {
      name: 'a tighter schedule',
      report: ({ sources }: Json) => void (sources.directories[0].schedules[1].syncEveryMinutes = 5),
      says: /^schedule of connection \S+: syncEveryMinutes is given as 5; its records give 240$/,
    },
    {
      name: 'a looser one before the first record',
      report: ({ sources }: Json) => void (sources.directories[0].schedules[0].syncEveryMinutes = 600),
      says: /^schedule of connection \S+: syncEveryMinutes is given as 600; its records give 60$/,
    },
    {
      name: 'a query that filters',
      report: ({ sources }: Json) => void (sources.directories[0].requests[0].queries[0] += '&$filter=accountEnabled eq true'),
      says: /^connection \S+: the list of queries [0-9a-f]{64} has the SHA-256 [0-9a-f]{64}$/,
    },
    {
      name: 'queries that are not said',
      report: ({ sources }: Json) => void (sources.directories[0].requests = []),
      says: /^connection \S+: 0 looks \(full [0-9a-f]{64}\) are given; the records tell of 3$/,
    },
    {
      name: 'queries that are said not to have been recorded',
      report: ({ sources }: Json) => void Object.assign(sources.directories[0].requests[0], { sha256: null, queries: null }),
      says: /^connection \S+: 3 looks \(full without a list\) are given; the records tell of 0$/,
    },
    {
      name: 'a schedule less',
      report: ({ sources }: Json) => void sources.directories[0].schedules.pop(),
      says: /^schedule of connection \S+: what record \d+ \(directory\.schedule\.set\) is not listed$/,
    },
    {
      name: 'a scope that excludes nobody',
      report: ({ sources }: Json) => void (sources.scopes[1].excludeNames = { count: 0, values: [] }),
      says: /^scope of connection \S+: excludeNames is given as \{"count":0,"values":\[\]\}; its records give \{"count":1,"values":\["svc-\*"\]\}$/,
    },
    {
      name: 'a scope that somebody else set',
      report: ({ sources }: Json) => void (sources.scopes[1].setBy = 'owner:eve'),
      says: /^scope of connection \S+: setBy is given as "owner:eve"; its records give "administrator:first"$/,
    },
    {
      name: 'a scope that was in force for longer',
      report: ({ sources }: Json) => void (sources.scopes[0].to = null),
      says: /^scope of connection \S+: to is given as null; its records give "2026-03-07T/,
    },
    {
      name: 'no scopes',
      report: ({ sources }: Json) => void (sources.scopes = []),
      says: /^scope of connection \S+: what record \d+ \(scope\.changed\) is not listed$/,
    },
    {
      name: 'looks that lie closer together',
      report: ({ sources }: Json) => void (sources.directories[0].longestUnseen.from = '2026-03-07T07:00:00.000Z'),
      says: /^connection \S+: longestUnseen is given as \S+; the records of its 4 complete looks give /,
    },
    {
      name: 'an allowance that the looks do not allow',
      report: ({ sources }: Json) => void (sources.directories[0].provableMinutes = 65),
      says: /^connection \S+: provableMinutes is given as 65; its longest stretch without a look gives \d+$/,
    },
    {
      name: 'another promise than the schedules make',
      report: ({ sources }: Json) => void (sources.directories[0].promisedMinutes = 65),
      says: /^connection \S+: promisedMinutes is given as 65; its schedules give 245$/,
    },
  ])('is found out with $name', async ({ report, says }) => {
    expect(await details(report)).toContainEqual(expect.stringMatching(says));
  });
});
