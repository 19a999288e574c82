import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HOUR_MS } from '../../src/kernel/index.ts';
import { user } from '../directory/simulated-tenant.ts';
import { count, findingOf, rejudge } from './forged-findings.ts';
import { type Forgery, type Json, resealed } from './resealed.ts';
import { type SealingWorkspace, sealingWorkspace } from './sealing-workspace.ts';
import { verifyBoth } from './verify-both.ts';

/** The zone is none: the employment ended between 10:00 on the sixth and 12:00 on the seventh. */
const header = 'employee_id,work_email,display_name,start_date,end_date,time_zone';
const roster = [
  header,
  '1,leaver@contoso.example,Lea Leaver,2020-01-01,2026-03-06,Berlin Office',
  '2,back@contoso.example,Bea Back,2020-01-01,2026-03-06,Berlin Office',
].join('\n');
const returned = [header, '2,back@contoso.example,Bea Back,2026-03-08,,Berlin Office'].join('\n');

let workspace: SealingWorkspace;
let files: Map<string, Buffer>;

/** Four hours until the evening of the sixth, and 72 from then on; access went 50 hours after the earliest end. */
beforeAll(async () => {
  workspace = await sealingWorkspace();
  const { at, bundleOf, client, clock, connected, post, tenant } = workspace;
  await post('/policies', { slaHours: 4 });
  await post('/roster/imports?mode=import', roster, 'text/csv');
  const [account] = await tenant.createUsers([user('leaver')]);
  const id = account?.id ?? '';
  const scimUser = await client.addUser('leaver@contoso.example', { externalId: id, active: true });
  const directory = await connected();
  await directory.sync();
  at('2026-03-06T20:00:00.000Z');
  await post('/policies', { slaHours: 72 });
  at('2026-03-08T11:00:00.000Z');
  await post('/roster/imports?mode=import&partial=true&elseUnchanged=true', returned, 'text/csv');
  await directory.sync();
  at('2026-03-08T12:00:00.000Z');
  await client.patch(`/Users/${scimUser}`, [{ op: 'Replace', path: 'active', value: false }]);
  await tenant.control('PATCH', `/users/${id}`, { accountEnabled: false });
  await directory.sync();
  at('2026-03-11T12:00:00.000Z');
  await directory.sync();
  clock.advance(HOUR_MS);
  await post('/reconciliation/runs', {});
  files = await bundleOf(await post('/reports', { kind: 'interim', periodStart: '2026-03-01T00:00:00.000Z', periodEnd: clock.now() }));
}, 180_000);

afterAll(() => workspace.close());

async function deadlinesOf(forgery: Forgery): Promise<readonly string[]> {
  const { steps } = await verifyBoth(resealed(files, workspace.signer, forgery), { vkeys: [workspace.vkey], recompute: true });
  return steps.flatMap(({ name, problems }) =>
    / deadlines, | leavers /.test(name) ? [name, ...problems.map(({ detail }) => detail)] : [],
  );
}

/** As if the policy of the latest end had judged alone. */
function judgedByLatest(report: Json, name = 'Lea Leaver'): void {
  const finding = findingOf(report, name);
  const deadline = { earliest: '2026-03-09T10:00:00.000Z', latest: '2026-03-10T12:00:00.000Z' };
  const { recordId } = report.policies.find(({ version }: Json) => version === 1);
  finding.evidence = finding.evidence.filter((id: string) => id !== recordId);
  finding.deadline = deadline;
  for (const { timing } of finding.systems) timing.deadline = deadline;
  rejudge(report, finding);
}

describe('an end that is a range in which the policy changed', () => {
  it('is judged by both policies, and derived again from the records of both (I10)', async () => {
    const report = JSON.parse(files.get('report.json')?.toString('utf8') ?? '');
    const finding = findingOf(report, 'Lea Leaver');
    expect(finding).toMatchObject({
      verdict: 'TIMING_INDETERMINATE',
      policyVersion: 2,
      evidence: expect.arrayContaining(report.policies.map(({ recordId }: Json) => recordId)),
      deadline: { earliest: '2026-03-06T14:00:00.000Z', latest: '2026-03-10T12:00:00.000Z' },
    });
    const { problems } = await verifyBoth(files, { vkeys: [workspace.vkey], recompute: true });
    expect(problems).toEqual([]);
  });

  it('has both policies on the leaver’s page, each with the place of its record', () => {
    const page = files.get('report.html')?.toString('utf8') ?? '';
    const line = page.match(/<p>End between [^<]*72 h by[^<]*|End between [^<]*72 h by[^<]*/)?.[0];
    expect(line).toMatch(
      /\+ 72 h by policy version 2 \[\d+\], or 4 h by policy version 1 \[\d+\], whichever was in force at the end, = deadline between 2026-03-06 14:00:00 /,
    );
  });

  it('is not believed to have been judged by the policy of the latest end alone, which makes a pass of it', async () => {
    const forged = await deadlinesOf({
      report: (report) => {
        judgedByLatest(report);
        expect(findingOf(report, 'Lea Leaver')).toMatchObject({ verdict: 'DEPROVISIONED_IN_TIME' });
      },
    });
    expect(forged).toEqual([
      expect.stringContaining('2 of 2 leavers'),
      expect.stringContaining('1 of 2 deadlines'),
      expect.stringMatching(
        /its deadline comes from record (\d+) \(policy\.set\); record \1 \(policy\.set\) and record \d+ \(policy\.set\) may have been in force when the employment ended$/,
      ),
      expect.stringMatching(
        /its deadline is given as 2026-03-09T10:00:00\.000Z\/2026-03-10T12:00:00\.000Z; record \d+ \(policy\.set\) allows 72 h and record \d+ \(policy\.set\) allows 4 h, which gives 2026-03-06T14:00:00\.000Z\/2026-03-10T12:00:00\.000Z$/,
      ),
    ]);
  });

  it('was judged by the policy of the latest end alone in reports up to format 3, and they verify so', async () => {
    const earlier = await deadlinesOf({
      report: (report) => {
        for (const name of ['Lea Leaver', 'Bea Back']) judgedByLatest(report, name);
        report.format = 'rollcall-report/3';
      },
    });
    expect(earlier).toEqual([expect.stringContaining('2 of 2 leavers'), expect.stringContaining('2 of 2 deadlines')]);
  });

  it('excuses nobody who was employed again after the earliest deadline of any policy', async () => {
    const left = (format: string) =>
      deadlinesOf({
        report: (report) => {
          report.findings = report.findings.filter((finding: Json) => finding !== findingOf(report, 'Bea Back'));
          report.format = format;
          count(report);
        },
      });
    expect(await left('rollcall-report/4')).toEqual([
      expect.stringContaining('1 of 2 leavers'),
      expect.stringMatching(/ended 2026-03-06T10:00:00\.000Z\/2026-03-07T12:00:00\.000Z by record \d+ .* no finding is about it$/),
      expect.stringContaining('1 of 1 deadlines'),
    ]);
    // Up to format 3 the deadline of the latest end alone excused.
    expect((await left('rollcall-report/3'))[0]).toContain('1 of 1 leavers');
  });
});
