import { type CanonicalValue, canonicalJson, digesting, digestOf } from '../kernel/index.ts';
import { type BundleFiles, readWhole } from './bundle-files.ts';
import { type JsonObject, objectAt, parseJson, textAt } from './json-shape.ts';
import { brokenCheck, type Problem, problem } from './problem.ts';
import { ANCHOR_FILE } from './read-anchors.ts';
import { UnpackError } from './unpack-error.ts';

export const MANIFEST = 'manifest.json';

/** Files that the manifest cannot cover, because they hold the record that seals it: the signature and the tree do. */
export const LOG_FILES = [
  'log/checkpoint',
  'log/vkeys.txt',
  'log/leaf_hashes.bin',
  'log/records.jsonl',
  'log/disclosures.jsonl',
  'log/seal.tlog-proof',
] as const;

/** Where a report was sealed before: its checkpoint, and that the ledger goes on from it. */
export const CONTINUITY_FILES = ['log/prev-checkpoint', 'log/consistency.txt'] as const;

export type LogFile = (typeof LOG_FILES)[number] | (typeof CONTINUITY_FILES)[number];

export interface CheckedManifest {
  /** Of its bytes, in hex; undefined where there is none. */
  readonly sha256?: string;
  /** Which files it lists; undefined where it cannot be read. */
  readonly listed?: readonly string[];
  readonly problems: readonly Problem[];
}

export function sha256Hex(bytes: Uint8Array): string {
  return digestOf('sha256', bytes).toString('hex');
}

/** What a manifest of the fifth format and later lists, besides anchors. */
const REPORT_FILES: readonly string[] = [
  'README.txt',
  'coverage.csv',
  'exceptions.csv',
  'findings.csv',
  'oscal/assessment-results.json',
  'population.csv',
  'report.html',
  'report.json',
  'report.pdf',
  'report.schema.json',
  'verify.mjs',
  'verify.sh',
];

/** Whoever can seal anew could else put a file of their own beside the report, under its seal, or leave one out. */
export function checkReportFiles(listed: readonly string[]): readonly Problem[] {
  return [
    ...listed
      .filter((path) => !REPORT_FILES.includes(path) && !ANCHOR_FILE.test(path))
      .map((path) => problem('unexpected-file', `${path} is listed in the manifest, and is no file of a report`)),
    ...REPORT_FILES.filter((path) => !listed.includes(path)).map((path) =>
      problem('missing-file', `${path} is a file of every report, and is not listed in the manifest`),
    ),
  ];
}

/** Every file that the manifest lists is there and unchanged, and no other file is in the bundle. */
export async function checkManifest(files: BundleFiles): Promise<CheckedManifest> {
  if (!files.paths.includes(MANIFEST)) {
    return { problems: [problem('missing-file', `${MANIFEST} is missing, so nothing says what belongs to the bundle`)] };
  }
  const manifest = await readWhole(files, MANIFEST);
  const sha256 = sha256Hex(manifest);
  try {
    const object = objectAt(parseJson(manifest), MANIFEST);
    return { sha256, listed: Object.keys(object), problems: await checkListed(files, manifest, object) };
  } catch (error) {
    return { sha256, problems: [brokenCheck(MANIFEST, error)] };
  }
}

async function checkListed(files: BundleFiles, manifest: Buffer, object: JsonObject): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const listed = Object.entries(object);
  for (const [path, sha256] of listed) problems.push(...(await checkFile(files, path, textAt(sha256, `${MANIFEST}: ${path}`))));
  const known = new Set<string>([MANIFEST, ...LOG_FILES, ...CONTINUITY_FILES, ...Object.keys(object)]);
  const unexpected = files.paths.filter((path) => !known.has(path));
  for (const path of unexpected) await hashOf(files, path); // so that one that cannot be unpacked is named as that, too
  return [
    // In another form the same bytes could say two things: of a name that is there twice, one program takes the first, another the last.
    ...(manifest.equals(Buffer.from(`${canonicalJson(object as CanonicalValue)}\n`, 'utf8'))
      ? []
      : [problem('malformed', `${MANIFEST} is not written in the one way in which it can be read (RFC 8785)`)]),
    ...problems,
    ...unexpected.map((path) => problem('unexpected-file', `${path} is in the bundle, but the manifest does not list it`)),
  ];
}

async function checkFile(files: BundleFiles, path: string, sha256: string): Promise<readonly Problem[]> {
  if (!files.paths.includes(path)) return [problem('missing-file', `${path} is missing`)];
  const found = await hashOf(files, path);
  return found === sha256 || found === undefined
    ? []
    : [problem('file-changed', `${path} was changed: its hash is not the one in the manifest`)];
}

/** Undefined for a file that cannot be unpacked, which is among the problems of the bundle's files. */
async function hashOf(files: BundleFiles, path: string): Promise<string | undefined> {
  const hash = digesting('sha256');
  try {
    for await (const piece of files.read(path)) hash.update(piece);
  } catch (error) {
    if (error instanceof UnpackError) return undefined;
    throw error;
  }
  return hash.end().toString('hex');
}
