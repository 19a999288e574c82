import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HOUR_MS } from '../../src/kernel/index.ts';
import { user } from '../directory/simulated-tenant.ts';
import { type Json, resealed } from './resealed.ts';
import { type SealingWorkspace, sealingWorkspace } from './sealing-workspace.ts';
import { printVerification } from '../../src/verifier/print-verification.ts';
import { verifyBoth } from './verify-both.ts';

const roster = [
  'employee_id,work_email,display_name,start_date,end_date,time_zone',
  '1,late@contoso.example,Lars Late,2020-01-01,2026-03-05,UTC',
].join('\n');
const march = { periodStart: '2026-03-01T00:00:00.000Z', periodEnd: '2026-03-31T00:00:00.000Z' };
const quarter = { periodStart: '2026-01-01T00:00:00.000Z', periodEnd: '2026-04-01T00:00:00.000Z' };
const february = { periodStart: '2026-02-01T00:00:00.000Z', periodEnd: '2026-03-01T00:00:00.000Z' };

let workspace: SealingWorkspace;
/** One was frozen and given up, one over more time waits still, one is of another period, and one was sealed. */
const reports: Record<'givenUp' | 'waiting' | 'elsewhere' | 'sealed', string> = { givenUp: '', waiting: '', elsewhere: '', sealed: '' };
let sealed: Map<string, Buffer>;

async function frozen(period: object): Promise<string> {
  const { id } = await workspace.post('/reports', { kind: 'final', ...period });
  await workspace.post(`/reports/${id}/freeze`, {});
  workspace.clock.advance(HOUR_MS);
  return id;
}

beforeAll(async () => {
  workspace = await sealingWorkspace();
  const { at, bundleOf, clock, connected, post, remove, tenant } = workspace;
  await post('/policies', { slaHours: 24 });
  await tenant.createUsers([user('late')]);
  const connection = await connected();
  at('2026-04-10T12:00:00.000Z');
  await post('/roster/imports?mode=import&full=true', roster, 'text/csv');
  clock.advance(HOUR_MS);
  await connection.sync();
  await post('/reconciliation/runs', {});
  reports.givenUp = await frozen(march);
  await remove(`/reports/${reports.givenUp}`);
  const { id: neverFrozen } = await post('/reports', { kind: 'final', ...march });
  await remove(`/reports/${neverFrozen}`);
  reports.elsewhere = await frozen(february);
  reports.waiting = await frozen(quarter);
  reports.sealed = await frozen(march);
  await post(`/reports/${reports.sealed}/seal`, {});
  sealed = await bundleOf({ id: reports.sealed });
}, 180_000);
afterAll(() => workspace.close());

const reportOf = (files: ReadonlyMap<string, Buffer>): Json => JSON.parse(files.get('report.json')?.toString('utf8') ?? '');
const details = async (report: (document: Json) => void) =>
  (await verifyBoth(resealed(sealed, workspace.signer, { report }), { vkeys: [workspace.vkey] })).problems.map(({ detail }) => detail);

describe('reports that were frozen over one period and never sealed', () => {
  it('are named by the one that was, with who gave them up and their records, and no others', async () => {
    const { setAside } = reportOf(sealed);
    expect(setAside).toMatchObject([
      { reportId: reports.givenUp, conclusion: 'FAIL', ...march, discarded: { by: expect.any(String), recordId: expect.any(String) } },
      { reportId: reports.waiting, conclusion: 'FAIL', ...quarter, discarded: null },
    ]);
    const verification = await verifyBoth(sealed, { vkeys: [workspace.vkey], recompute: true });
    expect(verification.problems).toEqual([]);
    expect(verification.setAside).toEqual(setAside);
    const name = 'the report names what was sealed, or frozen and never sealed, before it over its period: 2 reports';
    expect(verification.steps.map((step) => step.name)).toContain(name);
  });

  it('are told of on the page that people read, and by the verifier', async () => {
    const page = sealed.get('report.html')?.toString('utf8') ?? '';
    expect(page).toContain('Of 2 reports over some of this period the content had been fixed by then');
    for (const id of [reports.givenUp, reports.waiting]) expect(page).toContain(`<code>${id}</code>`);
    expect(page).not.toContain(reports.elsewhere);
    const printed = printVerification(await verifyBoth(sealed, { vkeys: [workspace.vkey] })).join('\n');
    expect(printed).toMatch(
      /Frozen over this period and never sealed\n.*concluded FAIL .*given up at .*ask why\n.*and waits still: ask why/,
    );
  });

  it.each([
    {
      what: 'leaves one out',
      report: (document: Json) => document.setAside.shift(),
      says: /^record \d+ froze report \S+ over this period at \S+, which concluded FAIL and was not sealed; the report does not say so$/,
    },
    { what: 'says nothing of any', report: (document: Json) => delete document.setAside, says: /setAside is not a list/ },
    {
      what: 'has one conclude otherwise',
      report: (document: Json) => (document.setAside[0].conclusion = 'PASS'),
      says: /which concluded FAIL and was not sealed; the report does not say so$/,
    },
    {
      what: 'says that one waits still',
      report: (document: Json) => (document.setAside[0].discarded = null),
      says: /the report does not say so$/,
    },
    {
      what: 'invents one',
      report: (document: Json) => document.setAside.push({ ...document.setAside[0], index: 3 }),
      says: /^the report lists as set aside what record 3 does not tell of as such$/,
    },
  ])('are found where the report $what, by whoever can seal anew', async ({ report, says }) => {
    expect(await details(report)).toEqual(expect.arrayContaining([expect.stringMatching(says)]));
  });

  it('are not named where they were frozen after the seal, or sealed themselves', async () => {
    await workspace.post(`/reports/${reports.waiting}/seal`, {});
    const files = await workspace.bundleOf({ id: reports.waiting });
    expect(reportOf(files).setAside).toMatchObject([{ reportId: reports.givenUp }, { reportId: reports.elsewhere }]);
    expect(reportOf(files).earlierSeals).toMatchObject([{ reportId: reports.sealed }]);
    expect((await verifyBoth(files, { vkeys: [workspace.vkey] })).problems).toEqual([]);
    expect((await verifyBoth(await workspace.bundleOf({ id: reports.sealed }), { vkeys: [workspace.vkey] })).problems).toEqual([]);
  });
});
