import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nothingTold } from '../../src/evidence/ledger-telling.ts';
import { renderBundle } from '../../src/evidence/render-bundle.ts';
import { type FileInputs, reportFiles } from '../../src/evidence/report-files.ts';
import { countReports, type Report } from '../../src/evidence/report-store.ts';
import { readEarlierReports } from '../../src/evidence/seal-inputs.ts';
import { type SealDeps, sealReport } from '../../src/evidence/seal-report.ts';
import { DAY_MS, type LedgerRecordId, newId, plusMs, type WorkspaceId } from '../../src/kernel/index.ts';
import { append, createIntegrator, type LedgerSigner, logOrigin, readLeafIndexes } from '../../src/ledger/index.ts';
import { nodeUnpacking, openZip, readWhole, zipInMemory } from '../../src/verifier/index.ts';
import { type SteppingClock, steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { freshSigner } from '../support/fresh-signer.ts';
import { silentLog } from '../support/log.ts';
import { insertWorkspace } from '../support/workspace.ts';
import { asOf, otherTests, sampleGap, sampleLeaver, sampleReport } from './sample-population.ts';

/** A workspace with a ledger of 42 records and a sealed interim report on three leavers. */
export interface SealedSample extends SealDeps {
  readonly test: TestDatabase;
  readonly clock: SteppingClock;
  readonly workspaceId: WorkspaceId;
  readonly report: Report;
  /** The key that an auditor was given. */
  readonly vkey: string;
  readonly signer: LedgerSigner;
  render(): Promise<Buffer>;
  drop(): Promise<void>;
}

type SampleAnchors = Partial<Pick<FileInputs, 'stamps' | 'cosigned' | 'collected'>>;

/** Has the sample's ledger anchored before the report is sealed, and says what came of it. */
export type AnchorSample = (deps: SealDeps, workspaceId: WorkspaceId, signer: LedgerSigner) => Promise<SampleAnchors>;

export async function sealedSample(anchor: AnchorSample = () => Promise.resolve({})): Promise<SealedSample> {
  const test = await testDatabase();
  const clock = steppingClock(asOf);
  const workspaceId = await insertWorkspace(test.owner, clock.now());
  const signer = freshSigner();
  const integrator = createIntegrator({ database: test.database, clock, log: silentLog, signer });
  const deps = { database: test.database, integrator };
  const records = await writeRecords(test, workspaceId);
  await integrator.settle(workspaceId);
  const report = await seal(deps, workspaceId, {
    evidence: records.slice(3, 5),
    leavers: 3,
    anchors: await anchor(deps, workspaceId, signer),
  });
  return {
    ...deps,
    test,
    clock,
    workspaceId,
    report,
    signer,
    vkey: signer.forOrigin(logOrigin(workspaceId)).vkey,
    render: async () => await collected((await renderBundle(deps, workspaceId, report.id)).zip),
    drop: () => test.drop(),
  };
}

async function writeRecords(test: TestDatabase, workspaceId: WorkspaceId): Promise<readonly LedgerRecordId[]> {
  const users = Array.from({ length: 40 }, (_, n) => ({ id: newId<'scim-user'>(asOf), userName: `person${n}@contoso.example` }));
  return await test.database.transaction((tx) =>
    append(
      tx,
      workspaceId,
      users.map(({ id, userName }) => ({
        type: 'scim.user.deactivated' as const,
        at: asOf,
        actor: 'system',
        subject: { kind: 'scim-user', id },
        before: { active: true },
        after: { active: false },
        disclose: { userName },
      })),
    ),
  );
}

/** Another report over the same ledger, with one leaver less. */
export async function sealAgain({ workspaceId, ...deps }: SealedSample): Promise<Report> {
  return await seal(deps, workspaceId, { evidence: [], leavers: 2, anchors: {} });
}

interface Sealing {
  readonly evidence: readonly LedgerRecordId[];
  readonly leavers: number;
  readonly anchors: SampleAnchors;
}

async function seal(deps: SealDeps, workspaceId: WorkspaceId, { anchors, evidence, leavers }: Sealing): Promise<Report> {
  const units = [
    sampleLeaver({ name: 'Ada Example', employeeId: '0007', lastUsable: 1, unusable: 2, evidence }),
    sampleLeaver({ name: 'Grace Sample', employeeId: '0008', lastUsable: 30, unusable: 31, evidence }),
    sampleLeaver({ name: '=cmd|<b>Eve</b>', employeeId: '0009', lastUsable: 20, unusable: 27, evidence }),
  ].slice(0, leavers);
  const head = { workspace: { id: workspaceId, name: 'Contoso <Example>' }, log: logOrigin(workspaceId) };
  const coverage = [sampleGap(plusMs(asOf, -61 * DAY_MS), plusMs(asOf, -40 * DAY_MS))];
  const report = sampleReport(units, { head, coverage, tests: otherTests });
  const document = { ...report, ...(await readEarlierReports(deps.database, workspaceId, report)) };
  const indexes = await readLeafIndexes(deps.database, workspaceId, evidence);
  const inputs = { indexes, telling: nothingTold, verifierSource: verifierSource(), stamps: [], cosigned: [], collected: [], ...anchors };
  return await sealReport(deps, document, {
    files: await reportFiles(document, inputs),
    reportsBefore: await countReports(deps.database, workspaceId),
  });
}

/** verify.mjs, bundled as the build does it. */
function verifierSource(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-verifier-'));
  const outfile = join(folder, 'verify.mjs');
  try {
    const options = ['--bundle', '--platform=node', '--format=esm', '--target=node20', `--outfile=${outfile}`, '--log-level=error'];
    execFileSync('node_modules/.bin/esbuild', ['src/verifier/main.ts', ...options]);
    return readFileSync(outfile, 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export async function collected(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

export async function unzip(zip: Uint8Array): Promise<Map<string, Buffer>> {
  const opened = await openZip(zipInMemory(zip), nodeUnpacking);
  if (opened === undefined) throw new Error('no ZIP');
  const files = new Map<string, Buffer>();
  for (const path of opened.paths) files.set(path, await readWhole(opened, path));
  if (opened.problems().length > 0) throw new Error(`not a clean ZIP: ${JSON.stringify(opened.problems())}`);
  return files;
}
