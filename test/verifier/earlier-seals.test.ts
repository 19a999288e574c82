import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HOUR_MS } from '../../src/kernel/index.ts';
import { formatCheckpoint, leafHash, signNote } from '../../src/tlog/index.ts';
import { user } from '../directory/simulated-tenant.ts';
import { type Json, resealed } from './resealed.ts';
import { type SealingWorkspace, sealingWorkspace } from './sealing-workspace.ts';
import { verifyBoth } from './verify-both.ts';

const roster = [
  'employee_id,work_email,display_name,start_date,end_date,time_zone',
  '1,late@contoso.example,Lars Late,2020-01-01,2026-03-05,UTC',
].join('\n');
const march = { periodStart: '2026-03-01T00:00:00.000Z', periodEnd: '2026-03-31T00:00:00.000Z' };
const april = { periodStart: '2026-03-31T00:00:00.000Z', periodEnd: '2026-04-30T00:00:00.000Z' };

let workspace: SealingWorkspace;
/** One who still has access is reported, then another who has none any more; a report on another period stands between. */
let [first, between, second]: readonly { readonly id: string }[] = [];
let sealed: Map<string, Buffer>;
beforeAll(async () => {
  workspace = await sealingWorkspace();
  const { at, bundleOf, clock, connected, post, tenant } = workspace;
  await post('/policies', { slaHours: 24 });
  await post('/roster/imports?mode=import', roster, 'text/csv');
  const [account] = await tenant.createUsers([user('late')]);
  const connection = await connected();
  at('2026-03-10T12:00:00.000Z');
  await connection.sync();
  await post('/reconciliation/runs', {});
  first = await post('/reports', { kind: 'interim', ...march });
  clock.advance(HOUR_MS);
  between = await post('/reports', { kind: 'interim', ...april });
  await tenant.control('PATCH', `/users/${account?.id}`, { accountEnabled: false });
  clock.advance(HOUR_MS);
  await connection.sync();
  await post('/reconciliation/runs', {});
  second = await post('/reports', { kind: 'interim', ...march });
  sealed = await bundleOf(second);
}, 180_000);
afterAll(() => workspace.close());

const reportOf = (files: ReadonlyMap<string, Buffer>): Json => JSON.parse(files.get('report.json')?.toString('utf8') ?? '');
const details = async (report: (document: Json) => void) =>
  (await verifyBoth(resealed(sealed, workspace.signer, { report }), { vkeys: [workspace.vkey] })).problems.map(({ detail }) => detail);

describe('reports that were sealed over one period', () => {
  it('name those before them over it, as the ledger tells of them, and no others', async () => {
    expect(reportOf(await workspace.bundleOf(first ?? { id: '' })).earlierSeals).toEqual([]);
    expect(reportOf(sealed).earlierSeals).toMatchObject([
      { reportId: first?.id, kind: 'INTERIM', conclusion: 'FAIL', supersededBy: null, ...march },
    ]);
    expect(JSON.stringify(reportOf(sealed).earlierSeals)).not.toContain(between?.id);
    const verification = await verifyBoth(sealed, { vkeys: [workspace.vkey] });
    expect(verification.problems).toEqual([]);
    expect(verification.earlierSeals).toEqual(reportOf(sealed).earlierSeals);
    expect(verification.steps.map(({ name }) => name)).toContain(
      'the report names what was sealed, or frozen and never sealed, before it over its period: 1 report',
    );
  });

  it('say so on the page that people read', () => {
    expect(sealed.get('report.html')?.toString('utf8')).toContain(`<code>${first?.id}</code> (INTERIM)`);
  });

  it.each([
    {
      what: 'leaves one out',
      report: (document: Json) => (document.earlierSeals = []),
      says: /^record \d+ sealed INTERIM report \S+ over this period at \S+, which concluded FAIL; the report does not say so$/,
    },
    {
      what: 'says nothing of any',
      report: (document: Json) => delete document.earlierSeals,
      says: /earlierSeals is not a list/,
    },
    {
      what: 'has one conclude otherwise',
      report: (document: Json) => (document.earlierSeals[0].conclusion = 'PENDING'),
      says: /which concluded FAIL; the report does not say so$/,
    },
    {
      what: 'invents one',
      report: (document: Json) => document.earlierSeals.push({ ...document.earlierSeals[0], index: 3 }),
      says: /^the report lists a seal by record 3 which that record does not tell of$/,
    },
    {
      what: 'calls one superseded',
      report: (document: Json) => (document.earlierSeals[0].supersededBy = document.reportId),
      says: /the report does not say so$/,
    },
  ])('are refused where one $what, by whoever can seal anew', async ({ report, says }) => {
    expect(await details(report)).toEqual(expect.arrayContaining([expect.stringMatching(says)]));
  });

  it('bring the checkpoint of the one before along, of whatever period, and are its continuation', async () => {
    const [of, ofBetween] = [await workspace.bundleOf(first ?? { id: '' }), await workspace.bundleOf(between ?? { id: '' })];
    expect([of.has('log/prev-checkpoint'), of.has('log/consistency.txt')]).toEqual([false, false]);
    expect(sealed.get('log/prev-checkpoint')).toEqual(ofBetween.get('log/checkpoint'));
    expect(ofBetween.get('log/prev-checkpoint')).toEqual(of.get('log/checkpoint'));
    const { steps } = await verifyBoth(sealed, { vkeys: [workspace.vkey] });
    const [, size] = ofBetween.get('log/checkpoint')?.toString('utf8').split('\n') ?? [];
    expect(steps.map(({ name }) => name)).toContain(`the ledger goes on from the checkpoint of the report before: ${size} records`);
  });

  const older = async () => (await workspace.bundleOf(first ?? { id: '' })).get('log/checkpoint') ?? '';
  it.each([
    {
      what: 'both are gone',
      paths: ['log/prev-checkpoint', 'log/consistency.txt'],
      to: () => undefined,
      says: /^log\/prev-checkpoint is missing$/,
    },
    { what: 'the proof is gone', paths: ['log/consistency.txt'], to: () => undefined, says: /^log\/consistency\.txt is missing$/ },
    {
      what: 'it is an older one',
      paths: ['log/prev-checkpoint'],
      to: older,
      says: /does not hold the seal of the report before, record \d+$/,
    },
    {
      what: 'it is of another history',
      paths: ['log/prev-checkpoint'],
      to: () => {
        const [origin = '', size] = sealed.get('log/prev-checkpoint')?.toString('utf8').split('\n') ?? [];
        const text = formatCheckpoint({ origin, size: Number(size), root: leafHash(Buffer.from('another history')) });
        return signNote(text, [workspace.signer.forOrigin(origin)]);
      },
      says: /^the first \d+ records are not those that the report before was sealed with: the ledger was rewritten since$/,
    },
    {
      what: 'its text was changed',
      paths: ['log/prev-checkpoint'],
      to: () =>
        sealed
          .get('log/prev-checkpoint')
          ?.toString('utf8')
          .replace(/\n(\d+)\n/, (_, size) => `\n${Number(size) - 1}\n`),
      says: /^log\/prev-checkpoint was changed: the signature does not fit it$/,
    },
    {
      what: 'it is of another ledger',
      paths: ['log/prev-checkpoint'],
      to: () =>
        sealed
          .get('log/prev-checkpoint')
          ?.toString('utf8')
          .replaceAll(/workspaces\/\w{8}/g, 'workspaces/00000000'),
      says: /^log\/prev-checkpoint is of another ledger/,
    },
    {
      what: 'the proof is of another tree',
      paths: ['log/consistency.txt'],
      to: () => `${leafHash(Buffer.from('x')).toString('base64')}\n`,
      says: /^log\/consistency\.txt does not prove that the ledger goes on from log\/prev-checkpoint$/,
    },
    { what: 'the proof is no proof', paths: ['log/consistency.txt'], to: () => 'x', says: /^log\/consistency\.txt does not prove/ },
  ])('are refused without the checkpoint before: $what', async ({ paths, to, says }) => {
    const files = new Map(sealed);
    for (const path of paths) {
      const content = await to();
      if (content === undefined) files.delete(path);
      else files.set(path, Buffer.from(content));
    }
    const { problems } = await verifyBoth(files, { vkeys: [workspace.vkey] });
    expect(problems.map(({ detail }) => detail)).toEqual(expect.arrayContaining([expect.stringMatching(says)]));
  });

  it('are sealed one after another: of two at one moment each names the other, or is refused', async () => {
    const both = await Promise.allSettled([1, 2].map(() => workspace.post('/reports', { kind: 'interim', ...march })));
    const done = both.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    const refused = both.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []));
    expect(done.length).toBeGreaterThan(0);
    for (const each of refused) expect(each).toContain('Another report was sealed, frozen or given up at the same moment');
    for (const each of done) expect((await verifyBoth(await workspace.bundleOf(each), { vkeys: [workspace.vkey] })).problems).toEqual([]);
  });
});
