import { createHash } from 'node:crypto';
import { exceptionsCsv } from '../../src/evidence/exceptions-table.ts';
import { oscalResults } from '../../src/evidence/oscal-results.ts';
import { coverageCsv, findingsCsv, populationCsv } from '../../src/evidence/report-tables.ts';
import { type CanonicalValue, canonicalJson } from '../../src/kernel/index.ts';
import type { LedgerSigner } from '../../src/ledger/index.ts';
import {
  emptyFrontier,
  extendFrontier,
  formatCheckpoint,
  formatTlogProof,
  leafHash,
  nodesOverLeaves,
  parseCheckpoint,
  parseNote,
  planConsistency,
  planInclusion,
  proofOf,
  rootOf,
  signNote,
} from '../../src/tlog/index.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- whatever the bundle holds; each forgery says what it changes
export type Json = any;

/** What somebody who holds the database and the signing key changes in a bundle before they seal it anew. */
export interface Forgery {
  readonly report?: (report: Json) => void;
  /** Changes a record, or returns others to stand in its place. */
  readonly record?: (record: Json) => void;
  /** Writes a record in another way. */
  readonly leaf?: (text: string) => string;
  /** Changes files, once the tables say what the report says. */
  readonly files?: Readonly<Record<string, (text: string) => string>>;
}

const tables: Readonly<Record<string, (report: Json) => Iterable<string>>> = {
  'population.csv': (report) => populationCsv(report, new Map()),
  'findings.csv': (report) => findingsCsv(report, new Map()),
  // A report may leave out what it must not.
  'exceptions.csv': (report) => exceptionsCsv({ decisions: [], ...report }),
  'coverage.csv': coverageCsv,
};

const OSCAL = 'oscal/assessment-results.json';

/** A report may leave out what it must not, so that nothing can be made of it. */
function oscalOf(document: Json, files: ReadonlyMap<string, Buffer>): Buffer {
  try {
    return Buffer.from([...oscalResults(document, new Map(), files)].join(''));
  } catch {
    return files.get(OSCAL) ?? Buffer.alloc(0);
  }
}

const hex = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** The bundle forged so that every seal, hash and signature of it holds: only what it says can give it away. */
export function resealed(
  sealed: ReadonlyMap<string, Buffer>,
  signer: LedgerSigner,
  { report, record, leaf: rewritten = (text) => text, files: changed = {} }: Forgery,
): Map<string, Buffer> {
  const files = new Map(sealed);
  const document: Json = JSON.parse(textOf(files, 'report.json'));
  report?.(document);
  files.set('report.json', Buffer.from(JSON.stringify(document)));
  for (const [path, written] of Object.entries(tables)) files.set(path, Buffer.from([...written(document)].join('')));
  if (files.has(OSCAL)) files.set(OSCAL, oscalOf(document, files));
  for (const [path, change] of Object.entries(changed)) files.set(path, Buffer.from(change(textOf(files, path))));
  const listed = Object.keys(JSON.parse(textOf(files, 'manifest.json')));
  const hashes = Object.fromEntries(listed.map((path) => [path, hex(files.get(path) ?? Buffer.alloc(0))]));
  files.set('manifest.json', Buffer.from(`${canonicalJson(hashes)}\n`));

  const leaves = linesOf(files, 'log/records.jsonl').map(({ leaf }) => Buffer.from(leaf, 'base64'));
  const last = leaves.length - 1;
  const written = leaves.map((bytes, i) => {
    const leaf: Json = JSON.parse(bytes.toString('utf8'));
    if (['report.sealed', 'report.frozen'].includes(leaf.type) && leaf.subject.id === document.reportId)
      Object.assign(leaf.detail, toldOf(document));
    record?.(leaf);
    if (leaf.type === 'report.sealed' && i === last) leaf.detail.manifest = `sha256:${hex(files.get('manifest.json') ?? Buffer.alloc(0))}`;
    return Buffer.from(rewritten(canonicalJson(leaf as CanonicalValue)), 'utf8');
  });
  const leafHashes = written.map((bytes) => leafHash(bytes));
  const head = parseCheckpoint(parseNote(textOf(files, 'log/checkpoint'))?.text ?? '');
  if (head === undefined) throw new Error('no checkpoint');
  const root = rootOf(extendFrontier(emptyFrontier, leafHashes));
  const note = signNote(formatCheckpoint({ ...head, root }), [signer.forOrigin(head.origin)]);
  const index = written.length - 1;
  const hashesToRoot = proofOf(planInclusion(index, head.size), nodesOverLeaves(leafHashes));
  for (const [path, content] of continuityOf(files, leafHashes, signer)) files.set(path, Buffer.from(content));
  return files
    .set('log/records.jsonl', Buffer.from(written.map((leaf, i) => `${JSON.stringify({ i, leaf: leaf.toString('base64') })}\n`).join('')))
    .set('log/leaf_hashes.bin', Buffer.concat(leafHashes))
    .set('log/checkpoint', Buffer.from(note))
    .set('log/seal.tlog-proof', Buffer.from(formatTlogProof({ index, hashes: hashesToRoot, checkpoint: note })));
}

/** Where the bundle brings the checkpoint of the report before, one that fits the forged tree: it then differs from the one in that report's bundle. */
function continuityOf(
  files: ReadonlyMap<string, Buffer>,
  leafHashes: readonly Uint8Array[],
  signer: LedgerSigner,
): readonly (readonly [string, string])[] {
  const before = parseCheckpoint(parseNote(textOf(files, 'log/prev-checkpoint'))?.text ?? '');
  if (before === undefined) return [];
  const { origin, size } = before;
  const root = rootOf(extendFrontier(emptyFrontier, leafHashes.slice(0, size)));
  const proof = proofOf(planConsistency(size, leafHashes.length), nodesOverLeaves(leafHashes));
  return [
    ['log/prev-checkpoint', signNote(formatCheckpoint({ origin, size, root }), [signer.forOrigin(origin)])],
    ['log/consistency.txt', proof.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('')],
  ];
}

/** What the records of freezing and seal tell of a report. */
function toldOf({ asOf, conclusion, periodEnd, periodStart }: Json): Json {
  return { as_of: asOf, conclusion, period: { start: periodStart, end: periodEnd } };
}

function textOf(files: ReadonlyMap<string, Buffer>, path: string): string {
  return files.get(path)?.toString('utf8') ?? '';
}

function linesOf(files: ReadonlyMap<string, Buffer>, path: string): readonly { readonly leaf: string }[] {
  return textOf(files, path)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly leaf: string });
}
