import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { auditorLinkRoutes, evidenceRoutes } from '../../src/evidence/index.ts';
import { purgeReports } from '../../src/evidence/purge-reports-task.ts';
import { takeDueDeposits } from '../../src/evidence/deposit-store.ts';
import { DAY_MS, type Instant, type ReportId } from '../../src/kernel/index.ts';
import { retentionRoutes } from '../../src/ledger/index.ts';
import { recordingLog } from '../support/log.ts';
import { administrationServer, type LoopbackServer } from '../support/loopback.ts';
import { verifyFiles } from '../verifier/verify-files.ts';
import { asOf } from './sample-population.ts';
import { type SealedSample, sealAgain, sealedSample, unzip } from './sealed-sample.ts';

let sample: SealedSample;
let server: LoopbackServer;
beforeAll(async () => {
  sample = await sealedSample();
  const { clock, database, integrator, workspaceId } = sample;
  const deps = { database, integrator, clock, publicUrl: 'https://rollcall.example.com', verifierSource: '', softwareVersion: '0' };
  server = await administrationServer({
    clock,
    workspaceId,
    routers: [evidenceRoutes(deps), auditorLinkRoutes(deps), retentionRoutes(deps)],
  });
});
afterAll(async () => {
  await server.close();
  await sample.drop();
});
beforeEach(() => sample.clock.set(asOf));

async function api(method: string, path: string, body?: object) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${server.url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const bytes = Buffer.from(await response.arrayBuffer());
  const isJson = response.headers.get('content-type')?.includes('json') === true && !path.includes('/files/');
  return { status: response.status, bytes, body: (isJson ? JSON.parse(bytes.toString('utf8')) : {}) as Record<string, unknown> };
}

const purge = () => purgeReports({ ...sample, log: recordingLog() }, sample.workspaceId);
const keep = (reportMonths: number | null) => api('PUT', '/ledger/retention', { months: 18, reportMonths });
const shown = async (id: string) => (await api('GET', `/reports/${id}`)).body;

async function purgeRecords(): Promise<readonly Record<string, unknown>[]> {
  const { rows } = await sample.test.owner.query<{ leaf: string }>(
    `select convert_from(record.leaf, 'UTF8') as leaf from ledger_record as record where record.type = 'report.purged' order by record.txid, record.ord`,
  );
  return rows.map(({ leaf }) => JSON.parse(leaf) as Record<string, unknown>);
}

describe('the files of a report', () => {
  it('are kept for good unless somebody says otherwise', async () => {
    sample.clock.set('2126-03-03T09:00:00.000Z' as Instant);
    await purge();
    expect(await shown(sample.report.id)).toMatchObject({ purged: null });
    expect(await api('GET', '/ledger/retention')).toMatchObject({ body: { months: 84, reportMonths: null } });
  });

  it.each([17, 1_201])('are not kept for %i months', async (months) => {
    expect(await keep(months)).toMatchObject({ status: 400 });
  });

  it('are not purged a day early, nor by a retention that was taken back', async () => {
    await keep(18);
    sample.clock.set('2027-09-03T08:59:00.000Z' as Instant);
    await purge();
    await keep(null);
    sample.clock.set('2030-01-01T00:00:00.000Z' as Instant);
    await purge();
    expect(await shown(sample.report.id)).toMatchObject({ purged: null });
  });

  it('wait for the end of an auditor’s link', async () => {
    await keep(18);
    sample.clock.set('2027-09-03T09:00:00.000Z' as Instant);
    const { body } = await api('POST', `/reports/${sample.report.id}/auditor-links`, { recipient: 'Anna Auditor' });
    await purge();
    expect(await shown(sample.report.id)).toMatchObject({ purged: null });
    await api('DELETE', `/reports/${sample.report.id}/auditor-links/${String(body['id'])}`);
  });

  it('cannot be purged by the server’s role outside of the rule', async () => {
    const { clock, database, report, workspaceId } = sample;
    await keep(18);
    clock.set('2028-01-01T00:00:00.000Z' as Instant);
    const mark = (at: string, months: number) =>
      database.query('update report set purged_at = $3, purged_months = $4, purge_record_id = $5 where workspace_id = $1 and id = $2', [
        workspaceId,
        report.id,
        at,
        months,
        report.sealRecordId,
      ]);
    await expect(mark('2027-09-03T08:59:00.000Z', 18)).rejects.toMatchObject({ code: '42501' });
    await expect(mark('2028-01-01T00:00:00.000Z', 19)).rejects.toMatchObject({ code: '42501' });
    const remove = 'delete from report_file where workspace_id = $1 and report_id = $2';
    await expect(database.query(remove, [workspaceId, report.id])).rejects.toMatchObject({ code: '42501' });
    await expect(
      database.query(`update report_file set content = '' where workspace_id = $1 and report_id = $2`, [workspaceId, report.id]),
    ).rejects.toMatchObject({ code: '42501' });
  });

  it('go when they are older than the workspace keeps them: said so, recorded, and told from a forgery still (I11)', async () => {
    const { report, vkey } = sample;
    const handedOut = await unzip(await sample.render());
    await keep(18);
    sample.clock.set('2027-09-03T09:00:00.000Z' as Instant);
    const another = await sealAgain(sample);
    await purge();
    const recorded = (await purgeRecords()).find(({ subject }) => (subject as { id: string }).id === report.id);
    const manifest = report.manifestSha256.toString('hex');
    expect(recorded).toMatchObject({
      actor: 'system',
      subject: { kind: 'report', id: report.id },
      detail: { manifest: `sha256:${manifest}`, months: 18 },
    });
    expect(await shown(another.id)).toMatchObject({ purged: { months: 18 } });
    expect(await shown(report.id)).toMatchObject({
      status: 'sealed',
      manifestSha256: manifest,
      purged: { at: '2027-09-03T09:00:00.000Z', months: 18, recordId: recorded?.['id'] },
    });
    const gone = {
      status: 404,
      body: {
        detail: 'The files of the report were purged at 2027-09-03T09:00:00.000Z: the workspace keeps them for 18 months after the seal.',
      },
    };
    const path = `/reports/${report.id}`;
    expect(await api('GET', `${path}/bundle`)).toMatchObject(gone);
    expect(await api('POST', `${path}/samples`, { seed: 'x', size: 1 })).toMatchObject(gone);
    expect(await api('POST', `${path}/auditor-links`, { recipient: 'Anna' })).toMatchObject(gone);
    expect((await api('GET', `${path}/files/report.html`)).status).toBe(404);
    expect((await api('GET', `${path}/files/manifest.json`)).bytes).toEqual(handedOut.get('manifest.json'));
    expect((await verifyFiles(handedOut, { vkeys: [vkey] })).problems).toEqual([]);
    const { rows } = await sample.test.owner.query('select path from report_file where report_id = $1', [report.id]);
    expect(rows).toEqual([{ path: 'manifest.json' }]);
    await purge();
    expect(await purgeRecords()).toHaveLength(2);
  });

  it('are put into no bucket any more once they are gone', async () => {
    const due = { place: 'somewhere', at: sample.clock.now(), triedBefore: sample.clock.now(), limit: 10 };
    const taken = await sample.database.transaction((tx) => takeDueDeposits(tx, due));
    expect(taken.map(({ reportId }): ReportId => reportId)).not.toContain(sample.report.id);
    sample.clock.advance(DAY_MS);
  });
});
