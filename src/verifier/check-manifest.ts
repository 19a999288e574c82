import { createHash } from 'node:crypto';
import { objectAt, parseJson, textAt } from './json-shape.ts';
import { type Problem, problem } from './problem.ts';

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

export type LogFile = (typeof LOG_FILES)[number];

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Every file that the manifest lists is there and unchanged, and no other file is in the bundle. */
export function checkManifest(files: ReadonlyMap<string, Uint8Array>): readonly Problem[] {
  const manifest = files.get(MANIFEST);
  if (manifest === undefined) return [problem('missing-file', `${MANIFEST} is missing, so nothing says what belongs to the bundle`)];
  const listed = Object.entries(objectAt(parseJson(manifest), MANIFEST));
  const problems = listed.flatMap(([path, sha256]) => checkFile(path, textAt(sha256, `${MANIFEST}: ${path}`), files.get(path)));
  const known = new Set<string>([MANIFEST, ...LOG_FILES, ...listed.map(([path]) => path)]);
  const unexpected = [...files.keys()].filter((path) => !known.has(path));
  return [
    ...problems,
    ...unexpected.map((path) => problem('unexpected-file', `${path} is in the bundle, but the manifest does not list it`)),
  ];
}

function checkFile(path: string, sha256: string, content: Uint8Array | undefined): readonly Problem[] {
  if (content === undefined) return [problem('missing-file', `${path} is missing`)];
  return sha256Hex(content) === sha256 ? [] : [problem('file-changed', `${path} was changed: its hash is not the one in the manifest`)];
}
