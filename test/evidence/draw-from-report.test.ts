import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { drawFromReport } from '../../src/evidence/draw-from-report.ts';
import { insertReport, insertReportFiles } from '../../src/evidence/report-store.ts';
import { newId, type ReportId, type WorkspaceId } from '../../src/kernel/index.ts';
import { appendOne } from '../../src/ledger/index.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { insertWorkspace } from '../support/workspace.ts';
import { asOf, sampleLeaver, sampleReport } from './sample-population.ts';

/** As many ids as no record could hold: a leaf has at most 65,535 bytes. */
const LEAVERS = 2_000;

let test: TestDatabase;
let workspaceId: WorkspaceId;
let reportId: ReportId;
beforeAll(async () => {
  test = await testDatabase();
  workspaceId = await insertWorkspace(test.owner, asOf);
  const leaver = sampleLeaver({ name: 'Ada Example', employeeId: '0007', lastUsable: 1, unusable: 2, evidence: [] });
  const units = Array.from({ length: LEAVERS }, () => ({
    ...leaver,
    period: leaver.period && { ...leaver.period, id: newId<'employment-period'>(asOf) },
  }));
  const report = sampleReport(units);
  reportId = report.reportId;
  await test.database.transaction(async (tx) => {
    const sealed = { type: 'report.sealed' as const, at: asOf, actor: 'system', subject: { kind: 'report', id: reportId } };
    const sealRecordId = await appendOne(tx, workspaceId, sealed);
    const { kind, version, periodStart, periodEnd, conclusion, totals, effects } = report;
    const row = {
      id: reportId,
      kind,
      version,
      supersedes: null,
      supersededBy: null,
      periodStart,
      periodEnd,
      asOf,
      conclusion,
      totals,
      effects,
    };
    const rest = {
      manifestSha256: Buffer.alloc(32),
      sealRecordId,
      checkpointSize: null,
      createdAt: asOf,
      createdBy: 'system',
      purged: null,
    };
    await insertReport(tx, workspaceId, { ...row, ...rest });
    await insertReportFiles(tx, workspaceId, reportId, new Map([['report.json', Buffer.from(JSON.stringify(report))]]));
  });
});
afterAll(() => test.drop());

it('draws and records a sample of any size, of which the record says seed, size and population', async () => {
  const deps = {
    database: test.database,
    integrator: { settle: () => Promise.reject(new Error('not asked')) },
    verifierSource: '',
    softwareVersion: '',
  };
  const sample = await drawFromReport(deps, workspaceId, reportId, { seed: 'mine', size: 10_000, actor: 'system', at: asOf });
  expect(sample.drawn).toHaveLength(LEAVERS);
  const { rows } = await test.owner.query<{ leaf: Buffer }>("select leaf from ledger_record where type = 'sample.drawn'");
  expect(JSON.parse(rows[0]?.leaf.toString('utf8') ?? '{}').detail).toEqual({
    seed: 'mine',
    size: 10_000,
    of: LEAVERS,
    population: `sha256:${sample.populationSha256}`,
  });
});
