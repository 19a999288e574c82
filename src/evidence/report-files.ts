import { canonicalJson } from '../kernel/index.ts';
import type { CosignedCheckpoint, MetaProof, StampedCheckpoint } from '../ledger/index.ts';
import { cosignedFiles, metaFiles, stampFiles } from './anchor-files.ts';
import { exceptionsCsv } from './exceptions-table.ts';
import { bytesOf } from './in-pieces.ts';
import { jsonFile } from './json-pieces.ts';
import type { LedgerTelling } from './ledger-telling.ts';
import { oscalResults } from './oscal-results.ts';
import { renderPdf } from './render-pdf.ts';
import { readmeText } from './readme-text.ts';
import { type ReportDocument, sha256Of } from './report-document.ts';
import { reportPage } from './report-page.ts';
import { reportSchemaText } from './report-schema.ts';
import { coverageCsv, findingsCsv, type LeafIndexes, populationCsv } from './report-tables.ts';
import { verifyScript } from './verify-script.ts';

const MANIFEST = 'manifest.json';

/** A report's files by path, and the hash of the manifest that covers them. */
export interface ReportFiles {
  readonly files: ReadonlyMap<string, Buffer>;
  readonly manifestSha256: Buffer;
}

/** What goes into the files beside the document. */
export interface FileInputs {
  readonly indexes: LeafIndexes;
  /** What the cited records say of when. */
  readonly telling: LedgerTelling;
  readonly verifierSource: string;
  /** Time stamps that were there when the report was sealed. */
  readonly stamps: readonly StampedCheckpoint[];
  /** Checkpoints that witnesses had cosigned by then. */
  readonly cosigned: readonly CosignedCheckpoint[];
  /** Checkpoints in the meta-log, which somebody outside had signed by then. */
  readonly collected: readonly MetaProof[];
}

/** Everything of a bundle but the log: a function of what is given, so that the same report is the same bytes. */
export async function reportFiles(
  report: ReportDocument,
  { collected, cosigned, indexes, stamps, telling, verifierSource }: FileInputs,
): Promise<ReportFiles> {
  const texts: Readonly<Record<string, Iterable<string>>> = {
    'README.txt': [readmeText(report, { stamps: stamps.length, cosigned: cosigned.length, collected: collected.length })],
    'coverage.csv': coverageCsv(report),
    'exceptions.csv': exceptionsCsv(report),
    'findings.csv': findingsCsv(report, indexes),
    'population.csv': populationCsv(report, indexes),
    'report.html': reportPage(report, indexes, telling),
    'report.json': jsonFile(report, 2),
    'report.schema.json': [reportSchemaText()],
    'verify.mjs': [verifierSource],
    'verify.sh': [verifyScript],
  };
  const files = new Map<string, Buffer>();
  for (const [path, pieces] of Object.entries(texts)) files.set(path, await bytesOf(pieces));
  for (const [path, content] of [...stampFiles(stamps), ...cosignedFiles(cosigned), ...metaFiles(collected)]) files.set(path, content);
  files.set('report.pdf', await renderPdf(report, files.get('report.html') ?? Buffer.alloc(0)));
  files.set('oscal/assessment-results.json', await bytesOf(oscalResults(report, indexes, files)));
  const manifest = Buffer.from(
    `${canonicalJson(Object.fromEntries([...files].map(([path, content]) => [path, sha256Of(content).toString('hex')])))}\n`,
  );
  return { files: files.set(MANIFEST, manifest), manifestSha256: sha256Of(manifest) };
}
