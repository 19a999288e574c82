import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS, plusMs } from '../../src/kernel/index.ts';
import { approveException } from '../../src/reconciliation/decide-disposition.ts';
import { user } from '../directory/simulated-tenant.ts';
import { count, findingOf, recount, redecide, rejudge, systemOf, testOf } from './forged-findings.ts';
import { type Forgery, type Json, resealed } from './resealed.ts';
import { type SealingWorkspace, sealingWorkspace } from './sealing-workspace.ts';
import { verifyBoth } from './verify-both.ts';

const header = 'employee_id,work_email,display_name,start_date,end_date,time_zone,worker_type';
const late = '1,late@contoso.example,Lars Late,2020-01-01,2026-03-05,UTC,employee';
const usable = '2,usable@contoso.example,Uwe Usable,2020-01-01,2026-03-05,UTC,employee';
const here = '3,here@contoso.example,Hedy Here,2020-01-01,,UTC,contractor';
const absent = '4,absent@contoso.example,Alan Absent,2020-01-01,2026-03-05,UTC,employee';
const works = '5,works@contoso.example,Wanda Works,2020-01-01,,UTC,employee';
const told = '6,told@contoso.example,Tim Told,2020-01-01,2026-03-02,UTC,employee';

let workspace: SealingWorkspace;
/**
 * One whose account was disabled late, which two people excepted afterwards; one who can use both accounts; one without; one whose end HR told late; a contractor without an end;
 * one who works; and an account that is nobody's.
 */
let sealed: Map<string, Buffer>;
beforeAll(async () => {
  workspace = await sealingWorkspace();
  const { at, bundleOf, client, clock, connected, database, post, tenant } = workspace;
  await post('/policies', { slaHours: 24 });
  await post('/roster/imports?mode=import', [header, late, usable, here, absent, works].join('\n'), 'text/csv');
  const accounts = await tenant.createUsers(['late', 'usable', 'here', 'works', 'told', 'orphan'].map((name) => user(name)));
  const users: string[] = [];
  for (const { id } of accounts.slice(0, 4))
    users.push(await client.addUser(`user-${id}@contoso.example`, { externalId: id, active: true }));
  const connection = await connected();
  await connection.sync();
  at('2026-03-04T12:00:00.000Z');
  const unread = '7,new@contoso.example,Nina New,soon,,UTC,employee';
  await post(
    '/roster/imports?mode=import&allowRejected=true',
    [header, late, usable, here, absent, works, told, unread].join('\n'),
    'text/csv',
  );
  at('2026-03-08T08:00:00.000Z');
  await connection.sync();
  await tenant.control('PATCH', `/users/${accounts[0]?.id}`, { accountEnabled: false });
  await client.patch(`/Users/${users[0]}`, [{ op: 'Replace', path: 'active', value: false }]);
  clock.advance(HOUR_MS);
  await connection.sync();
  clock.advance(HOUR_MS);
  await post('/reconciliation/runs', {});
  const finding = await workspace.database.query<{ id: string }>(
    `select finding.id from finding join person on person.workspace_id = finding.workspace_id and person.id = finding.person_id
     where person.employee_id = '1' and finding.workspace_id = $1 and finding.closed_at is null`,
    [client.workspaceId],
  );
  const expiresAt = '2026-06-01T00:00:00.000Z';
  const asked = { findingId: finding.rows[0]?.id, kind: 'exception', reason: 'handed over', expiresAt };
  const { id } = await post('/dispositions', asked);
  await approveException({ database, clock }, client.workspaceId, { id, actor: 'owner:second' });
  clock.advance(HOUR_MS);
  await connection.sync();
  clock.advance(HOUR_MS);
  await post('/reconciliation/runs', {});
  sealed = await bundleOf(await post('/reports', { kind: 'interim', periodStart: '2026-03-01T00:00:00.000Z', periodEnd: clock.now() }));
}, 180_000);
afterAll(() => workspace.close());

async function found(forgery: Forgery, recompute = true): Promise<readonly string[]> {
  const { problems } = await verifyBoth(resealed(sealed, workspace.signer, forgery), { vkeys: [workspace.vkey], recompute });
  return problems.map(({ detail }) => detail);
}

const original = (): Json => JSON.parse(sealed.get('report.json')?.toString('utf8') ?? '');

/** Says of a leaver what is said of one without accounts. */
function withoutAccounts(report: Json, name: string): void {
  const finding = findingOf(report, name);
  const { end, deadline } = finding;
  const lines = structuredClone(findingOf(report, 'Alan Absent').systems);
  finding.systems = lines.map((line: Json) => ({ ...line, timing: { ...line.timing, end, deadline } }));
  Object.assign(finding.vector, { directory: 'NEVER', scim: 'NEVER', assigned: 'UNKNOWN', role: 'NONE' });
  rejudge(report, finding);
}

it('is a bundle in which all holds, with an exception that came after its deadline and an end that was told late', async () => {
  const report = original();
  expect(report.findings.map(({ person, verdict }: Json) => `${person?.displayName} ${verdict}`).sort()).toEqual([
    'Alan Absent LEAVER_NO_ACCOUNT_FOUND',
    'Hedy Here NO_END_DATE',
    'Lars Late DEPROVISIONED_LATE',
    'Tim Told TERMINATED_ACTIVE_DIR',
    'Uwe Usable TERMINATED_ACTIVE_BOTH',
    'undefined UNMATCHED_ACCOUNT',
  ]);
  expect(findingOf(report, 'Lars Late').disposition).toMatchObject({ isAfterDeadline: true });
  expect(findingOf(report, 'Tim Told').deadlineSinceTold).not.toBeNull();
  const { problems } = await verifyBoth(sealed, { vkeys: [workspace.vkey], recompute: true });
  expect(problems).toEqual([]);
});

describe('one fact that is altered, and all that follows from it, by whoever can seal anew', () => {
  const asked: readonly { readonly name: string; readonly forgery: Forgery; readonly says: RegExp }[] = [
    {
      name: 'the sentence of a test',
      forgery: { report: (report) => void (testOf(report, 'mfa-on-azure').sentence = 'Everybody must use MFA at every sign-in.') },
      says: /^the test mfa-on-azure: its sentence is not the one that such a test, its figures and the report give$/,
    },
    {
      name: 'when a member of a test passes',
      forgery: { report: (report) => void (testOf(report, 'roles-match').rule = 'A member passes where it has a role.') },
      says: /^the test roles-match: its rule is not the one/,
    },
    {
      name: 'a test that is gone',
      forgery: { report: (report) => void report.tests.pop() },
      says: /^the report has the tests \S+, .*roles-match, owners-are-here; there are \S+, .*owners-are-here, mfa-on-azure$/,
    },
    {
      name: 'what a test was asked as of',
      forgery: { report: (report) => void (testOf(report, 'owners-are-here').asOf = plusMs(report.asOf, DAY_MS)) },
      says: /^the test owners-are-here: its asOf is not the one/,
    },
    {
      name: 'who sealed it',
      forgery: { report: (report) => void (report.createdBy = 'administrator:somebody-else') },
      says: /^record \d+ \(report\.sealed\) tells otherwise of who did it than report\.json$/,
    },
    {
      name: 'when it was sealed',
      forgery: { report: (report) => void (report.createdAt = plusMs(report.createdAt, -HOUR_MS)) },
      says: /^record \d+ \(report\.sealed\) tells otherwise of when it was done than report\.json$/,
    },
    {
      name: 'an objective that OSCAL calls satisfied',
      forgery: { files: { 'oscal/assessment-results.json': (text) => text.replaceAll('"not-satisfied"', '"satisfied"') } },
      says: /^oscal\/assessment-results\.json tells of objectives that come to something else than report\.json$/,
    },
    {
      name: 'a finding of another verdict in OSCAL',
      forgery: { files: { 'oscal/assessment-results.json': (text) => text.replaceAll('TERMINATED_ACTIVE_BOTH', 'DEPROVISIONED_IN_TIME') } },
      says: /^oscal\/assessment-results\.json tells of other findings than report\.json$/,
    },
    {
      name: 'a conclusion that OSCAL alone has',
      forgery: { files: { 'oscal/assessment-results.json': (text) => text.replaceAll('"FAIL: ', '"PASS: ') } },
      says: /^oscal\/assessment-results\.json concludes otherwise than report\.json$/,
    },
  ];

  it.each(asked)('shows without being asked for: $name', async ({ forgery, says }) => {
    expect(await found(forgery, false)).toContainEqual(expect.stringMatching(says));
  });

  const recomputed: readonly { readonly name: string; readonly forgery: Forgery; readonly says: RegExp }[] = [
    {
      name: 'a leaver whose accounts are said never to have been',
      forgery: { report: (report) => withoutAccounts(report, 'Uwe Usable') },
      says: /^finding \S+: record \d+ \(match\.linked\) links the directory account \S+ to the person, and it is not listed$/,
    },
    {
      name: 'another verdict than the run recorded, for the same reason',
      forgery: { report: (report) => withoutAccounts(report, 'Uwe Usable') },
      says: /^finding \S+: effect is given as "N\/A"; record \d+ \(finding\.\w+\) gives "FAIL"$/,
    },
    {
      name: 'somebody who is employed, whose finding is gone',
      forgery: {
        report: (report) => {
          report.findings = report.findings.filter((finding: Json) => finding !== findingOf(report, 'Hedy Here'));
          count(report);
        },
      },
      says: /^record \d+ \(finding\.opened\) tells of finding \S+, in which something is wrong, and it is not listed$/,
    },
    {
      name: 'an account that is nobody’s, whose finding is gone',
      forgery: {
        report: (report) => {
          report.findings = report.findings.filter(({ kind }: Json) => kind !== 'account');
          report.totals.unmatchedAccounts = 0;
          count(report);
        },
      },
      says: /^record \d+ \(finding\.opened\) tells of finding \S+, in which something is wrong, and it is not listed$/,
    },
    {
      name: 'a contractor who is said to be an employee',
      forgery: { report: (report) => redecide(report, findingOf(report, 'Hedy Here'), { roster: 'LISTED' }) },
      says: /^finding \S+: vector is given as \{.*"roster":"LISTED".*\}; record \d+ \(finding\.opened\) gives \{.*"roster":"OPEN_ENDED".*\}$/,
    },
    {
      name: 'assignments that nobody read',
      forgery: { report: (report) => redecide(report, findingOf(report, 'Hedy Here'), { assigned: 'YES' }) },
      says: /^finding \S+: vector is given as \{.*"assigned":"YES".*\}; record \d+ \(finding\.opened\) gives \{"assigned":"UNKNOWN"/,
    },
    {
      name: 'accounts that were read up to before the deadline',
      forgery: {
        report: (report) => {
          const finding = findingOf(report, 'Uwe Usable');
          for (const { timing } of finding.systems)
            Object.assign(timing, {
              evaluatedAt: plusMs(finding.deadline.earliest, -HOUR_MS),
              lastProvenUsable: null,
              firstProvenUnusable: null,
            });
          rejudge(report, finding);
        },
      },
      says: /^finding \S+: its directory account \S+ was read up to \S+, before its deadline, which had passed when the report was made$/,
    },
    {
      name: 'an account that was read up to before it was seen disabled',
      forgery: {
        report: (report) => {
          const system = systemOf(report, 'Lars Late', 'directory');
          Object.assign(system.timing, { evaluatedAt: '2026-03-08T08:30:00.000Z', firstProvenUnusable: null });
          system.evidence = system.evidence.slice(0, 2);
          rejudge(report, findingOf(report, 'Lars Late'));
        },
      },
      says: /^finding \S+: its directory account \S+ was read up to \S+, and does not cite record \d+ \(graph\.account\.disabled\), which tells of it since$/,
    },
    {
      name: 'a leaver who may have been employed again',
      forgery: {
        report: (report) => {
          const finding = findingOf(report, 'Uwe Usable');
          for (const { timing } of finding.systems)
            Object.assign(timing, {
              mayBeEmployedFrom: finding.deadline.earliest,
              lastProvenUsable: plusMs(finding.deadline.earliest, -1),
            });
          rejudge(report, finding);
        },
      },
      says: /^finding \S+: its scim account is judged as if the person may have been employed again from \S+; no record of HR tells of an employment that begins then$/,
    },
    {
      name: 'another rule by which an account is somebody’s',
      forgery: { report: (report) => void (systemOf(report, 'Uwe Usable', 'directory').matchRule = 'M0') },
      says: /^finding \S+: no record links the directory account \S+ to the person as linked by M0$/,
    },
    {
      name: 'how well an instant is known',
      forgery: { report: (report) => void (systemOf(report, 'Lars Late', 'directory').grade = 'A') },
      says: /^finding \S+: its directory account \S+ is given the grade A; its observations give B$/,
    },
    {
      name: 'since when a finding has been open',
      forgery: { report: (report) => void (findingOf(report, 'Lars Late').openedAt = report.asOf) },
      says: /^finding \S+: openedAt is given as "\S+"; record \d+ \(finding\.\w+\) gives "\S+"$/,
    },
    {
      name: 'an exception that is said to have come in time',
      forgery: { report: (report) => void (findingOf(report, 'Lars Late').disposition.isAfterDeadline = false) },
      says: /^finding \S+: isAfterDeadline of what is decided about it is given as false; its approval and the deadline give true$/,
    },
    {
      name: 'an exception that had ended',
      forgery: {
        record: (record) => {
          if (record.type === 'disposition.approved') Object.assign(record, { type: 'disposition.withdrawn' });
        },
      },
      says: /^finding \S+: what is decided about it is shown as in force; record \d+ \(disposition\.withdrawn\) tells that it ended$/,
    },
    {
      name: 'what was undisputed since HR told the end',
      forgery: {
        report: (report) => {
          const finding = findingOf(report, 'Tim Told');
          finding.deadlineSinceTold = { earliest: report.asOf, latest: report.asOf };
        },
      },
      says: /^finding \S+: its deadlineSinceTold is given as \{.*\}; its policies give \{"earliest":"2026-03-05T12:00:\S+Z",/,
    },
    {
      name: 'another version of a policy',
      forgery: { report: (report) => void (findingOf(report, 'Lars Late').policyVersion = 2) },
      says: /^finding \S+: its policy is given as version 2; record \d+ \(policy\.set\) gives 1$/,
    },
    {
      name: 'another kind of employment',
      forgery: { report: (report) => void (findingOf(report, 'Lars Late').period.workerType = 'contractor') },
      says: /^finding \S+: its period: workerType is given as "contractor"; record \d+ \(hr\.period\.\w+\) gives "employee"$/,
    },
    {
      name: 'a member that failed, counted among those that pass',
      forgery: { report: (report) => recount(report, 'directory-accounts-have-people', { FAIL: -1, PASS: 1 }) },
      says: /^the test directory-accounts-have-people counts \d+ × FAIL; of the accounts of findings, and of those that vanished, \d+ are$/,
    },
    {
      name: 'a member in doubt, counted among those that pass',
      forgery: { report: (report) => recount(report, 'scim-users-are-assigned', { INSUF: -2, PASS: 2 }) },
      says: /^the test scim-users-are-assigned counts \d+ × INSUF; of the accounts of findings, and of those that vanished, \d+ are$/,
    },
    {
      name: 'more members that pass than there are accounts',
      forgery: { report: (report) => recount(report, 'directory-accounts-have-people', { PASS: 40 }) },
      says: /^the test directory-accounts-have-people is of \d+ accounts; by the records \d+ were ENABLED at most$/,
    },
    {
      name: 'more users that pass than there are',
      forgery: { report: (report) => recount(report, 'roles-match', { PASS: 40 }) },
      says: /^the test roles-match is of \d+ accounts; by the records \d+ were ACTIVE at most$/,
    },
    {
      name: 'more SCIM users than there are',
      forgery: { report: ({ sources }) => void (sources.scim.active += 1) },
      says: /^SCIM: active is given as 4; the records give 3$/,
    },
    {
      name: 'a directory that was not looked at of late',
      forgery: {
        record: ({ observed, type }) => {
          if (type === 'graph.sync.completed') observed.from = plusMs(observed.from as Instant, -2 * DAY_MS);
        },
      },
      says: /^the test roles-match leaves out the doubt directory-stale: by the records the directory of connection \S+ was last read whole at \S+$/,
    },
    {
      name: 'a directory that was never looked at',
      forgery: { record: ({ detail, type }) => void (type === 'graph.sync.completed' && (detail.kind = 'delta')) },
      says: /^the test terminated-people-are-deactivated leaves out the doubt directory-never-read: no record tells that the directory of connection \S+ was read whole$/,
    },
    {
      name: 'HR that was not heard of late',
      forgery: {
        record: (record) => {
          if (record.type === 'hr.import.completed') record.recorded_at = plusMs(record.recorded_at as Instant, -40 * DAY_MS);
        },
      },
      says: /^the test owners-are-here leaves out the doubt roster-stale: HR’s latest roster of everybody by record \d+ \(hr\.import\.completed\) came at \S+$/,
    },
    {
      name: 'another date format of a roster',
      forgery: { report: ({ sources }) => void (sources.roster[0].mapping.dateFormat = 'DD/MM/YYYY') },
      says: /^import "\S+": mapping is given as \{.*"DD\/MM\/YYYY".*\}; record \d+ \(hr\.import\.completed\) gives \{.*"YYYY-MM-DD"/,
    },
    {
      name: 'another instant at which HR told a roster',
      forgery: { report: ({ sources }) => void (sources.roster[0].toldAt = '2026-03-01T09:00:00.000Z') },
      says: /^import "\S+": toldAt is given as "2026-03-01T09:00:00\.000Z"; record \d+ \(hr\.import\.completed\) gives "2026-03-03T09:/,
    },
    {
      name: 'other reasons for which a row was rejected',
      forgery: { report: ({ sources }) => void (sources.roster.at(-1).rejections[0].reason = 'is a test') },
      says: /^import "\S+": the list of what was wrong with its rows is not the one that record \d+ \(hr\.import\.completed\) tells of$/,
    },
    {
      name: 'rejected rows that are gone',
      forgery: { report: ({ sources }) => void (sources.roster.at(-1).rejections = []) },
      says: /^import "\S+": the list of what was wrong with its rows is not the one/,
    },
    {
      name: 'an audit log that is said to have been read throughout',
      forgery: {
        report: ({ sources }) => void Object.assign(sources.directories[0], { isAudited: true, promisedMinutes: 0, provableMinutes: 0 }),
      },
      says: /^connection \S+: its audit log is said to have been read throughout; the records of its looks tell of no reading from \S+ to \S+$/,
    },
    {
      name: 'a connection that is said to be removed',
      forgery: { report: ({ asOf, sources }) => void (sources.directories[0].removedAt = plusMs(asOf, -MINUTE_MS)) },
      says: /^connection "\S+": removedAt is given as "\S+"; no record tells that it was removed$/,
    },
    {
      name: 'a connection that was removed',
      forgery: {
        record: (record) => {
          if (record.type === 'graph.sync.started')
            Object.assign(record, {
              type: 'directory.connection.removed',
              subject: { kind: 'directory-connection', id: record.detail.connection },
            });
        },
      },
      says: /^connection "\S+": removedAt is given as null; record \d+ \(directory\.connection\.removed\) gives "\S+"$/,
    },
  ];

  it.each(recomputed)('shows where it is derived again: $name', async ({ forgery, says }) => {
    expect(await found(forgery)).toContainEqual(expect.stringMatching(says));
  });
});
