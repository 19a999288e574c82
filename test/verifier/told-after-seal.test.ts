import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { user } from '../directory/simulated-tenant.ts';
import { type Json, resealed } from './resealed.ts';
import { type SealingWorkspace, sealingWorkspace } from './sealing-workspace.ts';
import { verifyBoth } from './verify-both.ts';

const roster = (evasEnd: string) =>
  [
    'employee_id,work_email,display_name,start_date,end_date,time_zone',
    '1,lars@contoso.example,Lars Leaver,2020-01-01,2026-03-05,UTC',
    `2,eva@contoso.example,Eva Early,2020-01-01,${evasEnd},UTC`,
    '3,nora@contoso.example,Nora Now,2020-01-01,,UTC',
  ].join('\n');
const march = { periodStart: '2026-03-01T00:00:00.000Z', periodEnd: '2026-04-01T00:00:00.000Z' };
const april = { periodStart: '2026-04-01T00:00:00.000Z', periodEnd: '2026-05-01T00:00:00.000Z' };

let workspace: SealingWorkspace;
/** On March, sealed while Eva was employed by all that HR had told; on April, after HR told that she had left in March; and that again, once March was corrected. */
let [first, next, corrected]: readonly { readonly id: string }[] = [];
let sealed: Map<string, Buffer>;
beforeAll(async () => {
  workspace = await sealingWorkspace();
  const { at, bundleOf, connected, post, tenant } = workspace;
  const judged = async (instant: string) => {
    at(instant);
    await connection.sync();
    await post('/reconciliation/runs', {});
  };
  const final = async (period: object) => {
    const { id } = await post('/reports', { kind: 'final', ...period });
    await post(`/reports/${id}/freeze`, {});
    await post(`/reports/${id}/seal`, {});
    return { id };
  };
  at('2026-03-01T12:00:00.000Z');
  await post('/policies', { slaHours: 24 });
  await post('/roster/imports?mode=import', roster(''), 'text/csv');
  const accounts = await tenant.createUsers([user('lars'), user('eva'), user('nora')]);
  const connection = await connected();
  await judged('2026-03-04T12:00:00.000Z');
  for (const account of accounts.slice(0, 2)) await tenant.control('PATCH', `/users/${account.id}`, { accountEnabled: false });
  await judged('2026-03-05T12:00:00.000Z');
  await judged('2026-04-05T12:00:00.000Z');
  first = await final(march);
  at('2026-04-10T09:00:00.000Z');
  await post('/roster/imports?mode=import', roster('2026-03-20'), 'text/csv');
  await judged('2026-04-10T12:00:00.000Z');
  next = await post('/reports', { kind: 'interim', ...april });
  sealed = await bundleOf(next);
  await final({ ...march, supersedes: first.id });
  await judged('2026-04-11T12:00:00.000Z');
  corrected = await post('/reports', { kind: 'interim', ...april });
}, 180_000);
afterAll(() => workspace.close());

const reportOf = (files: ReadonlyMap<string, Buffer>): Json => JSON.parse(files.get('report.json')?.toString('utf8') ?? '');
const pageOf = (files: ReadonlyMap<string, Buffer>) => files.get('report.html')?.toString('utf8') ?? '';
const asked = () => ({ vkeys: [workspace.vkey], recompute: true });
const details = async (report: (document: Json) => void) =>
  (await verifyBoth(resealed(sealed, workspace.signer, { report }), asked())).problems.map(({ detail }) => detail);

describe('a leaver of whom HR tells after the seal of the period', () => {
  it('is in the next report, though it passes, with the report that could not know (I10)', async () => {
    const { findings, toldAfterSeal } = reportOf(sealed);
    expect(toldAfterSeal).toMatchObject([{ knownAt: '2026-04-10T09:00:00.000Z', reportId: first?.id }]);
    const [late] = toldAfterSeal;
    expect(findings.find(({ id }: Json) => id === late.findingId)).toMatchObject({
      effect: 'PASS',
      person: { displayName: 'Eva Early' },
      period: { id: late.employmentPeriodId, endDate: '2026-03-20', backdated: true },
    });
    expect((await verifyBoth(sealed, asked())).problems).toEqual([]);
  });

  it('is marked on the page that people read', () => {
    expect(pageOf(sealed)).toContain('told after the seal of its period');
    expect(pageOf(sealed)).toContain(`<code>${first?.id}</code>`);
  });

  it('is in no later report once a corrected one has her', async () => {
    const files = await workspace.bundleOf(corrected ?? { id: '' });
    expect(reportOf(files)).toMatchObject({ toldAfterSeal: [] });
    expect(pageOf(files)).not.toContain('Eva Early');
    expect((await verifyBoth(files, asked())).problems).toEqual([]);
  });

  it.each([
    {
      what: 'leaves one out',
      report: (document: Json) => (document.toldAfterSeal = []),
      says: /^employment period \S+ ended within the period of report \S+, by record \d+ \(hr\.period\.end_set\), which came after that report; no report has it, and this one does not say so$/,
    },
    {
      what: 'names another report that did not know',
      report: (document: Json) => (document.toldAfterSeal[0].reportId = document.reportId),
      says: /told after a seal: reportId is given as/,
    },
    {
      what: 'says that HR told earlier',
      report: (document: Json) => (document.toldAfterSeal[0].knownAt = '2026-04-02T09:00:00.000Z'),
      says: /told after a seal: knownAt is given as 2026-04-02T09:00:00\.000Z; the records give 2026-04-10T09:00:00\.000Z/,
    },
    {
      what: 'names a finding that it does not have',
      report: (document: Json) => (document.toldAfterSeal[0].findingId = document.reportId),
      says: /told after a seal: the report has no such finding/,
    },
    {
      what: 'lists somebody whom the report over that time could know',
      report: (document: Json) =>
        (document.toldAfterSeal = [...document.toldAfterSeal, { ...document.toldAfterSeal[0], employmentPeriodId: document.reportId }]),
      says: /is listed as told after a seal; the records do not say so/,
    },
  ])('is missed by no reader of a report that $what', async ({ report, says }) => {
    expect(await details(report)).toContainEqual(expect.stringMatching(says));
  });
});
