import { createHash } from 'node:crypto';
import { canonicalJson } from '../kernel/index.ts';
import { readmeText } from './readme-text.ts';
import type { ReportDocument } from './report-document.ts';
import { reportPage } from './report-page.ts';
import { coverageCsv, findingsCsv, type LeafIndexes, populationCsv } from './report-tables.ts';

const MANIFEST = 'manifest.json';

/** A report's files by path, and the hash of the manifest that covers them. */
export interface ReportFiles {
  readonly files: ReadonlyMap<string, Buffer>;
  readonly manifestSha256: Buffer;
}

/** Everything of a bundle but the log: a function of the document, so that the same report is the same bytes. */
export function reportFiles(report: ReportDocument, indexes: LeafIndexes, verifierSource: string): ReportFiles {
  const contents: Readonly<Record<string, string>> = {
    'README.txt': readmeText(report),
    'coverage.csv': coverageCsv(report),
    'findings.csv': findingsCsv(report, indexes),
    'population.csv': populationCsv(report, indexes),
    'report.html': reportPage(report, indexes),
    'report.json': `${JSON.stringify(report, null, 1)}\n`,
    'verify.mjs': verifierSource,
  };
  const files = new Map(Object.entries(contents).map(([path, text]) => [path, Buffer.from(text, 'utf8')]));
  const manifest = Buffer.from(
    `${canonicalJson(Object.fromEntries([...files].map(([path, content]) => [path, sha256(content).toString('hex')])))}\n`,
  );
  return { files: files.set(MANIFEST, manifest), manifestSha256: sha256(manifest) };
}

function sha256(content: Uint8Array): Buffer {
  return createHash('sha256').update(content).digest();
}
