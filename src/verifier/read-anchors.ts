import { parseCheckpoint, parseNote, readTimestampAnswer, type TimestampAnswer, type TreeHead, decodeBase64 } from '../tlog/index.ts';
import { readMetaProof, type BroughtMetaProof } from './meta-proof.ts';
import { type BundleFiles, readWhole } from './bundle-files.ts';
import { type Problem, problem } from './problem.ts';

export type GrantedStamp = Extract<TimestampAnswer, { kind: 'granted' }>;

/** A checkpoint that was put outside, as a bundle or a file beside it brings it. */
export interface BroughtAnchor {
  /** Its files without their endings. */
  readonly name: string;
  readonly head: TreeHead;
  /** The exact bytes that were stamped. */
  readonly note: Buffer;
  readonly stamp: GrantedStamp | undefined;
  /** The proof that the bundle's tree is the beginning of this one; undefined where none came along. */
  readonly consistency: readonly Uint8Array[] | undefined;
  /** The proof that it is in a meta-log: what was signed outside is that log's checkpoint then. */
  readonly meta: BroughtMetaProof | undefined;
}

/** What somebody outside signed: the checkpoint, or that of the meta-log in which it is. */
export function signedOutside({ meta, note }: BroughtAnchor): Buffer {
  return meta === undefined ? note : Buffer.from(meta.checkpoint, 'utf8');
}

export interface BroughtAnchors {
  readonly anchors: readonly BroughtAnchor[];
  readonly problems: readonly Problem[];
}

/** An authority's answer has its certificates; 256 KiB of them is what is taken from one. */
const MAX_ANCHOR_BYTES = 256 * 1024;

/** How files of anchors are called; what stands before the dot is the anchor's. */
export const ANCHOR_FILE = /^(anchors\/[0-9a-f-]{36})\.(checkpoint|tsr|consistency|meta)$/;

/** Anchors, by the names of their files. What cannot be read is a problem. */
export async function readAnchors(files: BundleFiles): Promise<BroughtAnchors> {
  const paths = files.paths.filter((path) => ANCHOR_FILE.test(path));
  const tooLarge = paths.find((path) => (files.sizeOf(path) ?? 0) > MAX_ANCHOR_BYTES);
  if (tooLarge !== undefined) return { anchors: [], problems: [problem('malformed', `${tooLarge} is larger than anything of an anchor`)] };
  const contents = new Map<string, Buffer>();
  for (const path of paths) contents.set(path, await readWhole(files, path));
  const names = new Set(paths.flatMap((path) => ANCHOR_FILE.exec(path)?.[1] ?? []));
  const read = [...names].map((name) => readAnchor(name, contents));
  return {
    anchors: read.filter((each) => 'name' in each),
    problems: read.filter((each) => 'code' in each),
  };
}

/** A file that was handed over beside the bundle holds anchors and nothing else. */
export async function readLaterAnchors(files: BundleFiles): Promise<BroughtAnchors> {
  const { anchors, problems } = await readAnchors(files);
  const others = files.paths.filter((path) => !ANCHOR_FILE.test(path));
  const strange = others.map((path) => problem('unexpected-file', `${path} is no file of an anchor`));
  const none =
    anchors.length + problems.length + strange.length > 0 ? [] : [problem('missing-file', 'the file given with --anchor holds no anchor')];
  return { anchors, problems: [...files.problems(), ...problems, ...strange, ...none] };
}

function readAnchor(name: string, files: ReadonlyMap<string, Buffer>): BroughtAnchor | Problem {
  const [checkpoint, tsr, consistency, proof] = ['checkpoint', 'tsr', 'consistency', 'meta'].map((ending) =>
    files.get(`${name}.${ending}`),
  );
  if (checkpoint === undefined) return problem('missing-file', `${name}.checkpoint is missing: nothing says what was stamped`);
  const note = Buffer.from(checkpoint);
  const head = parseCheckpoint(parseNote(note.toString('utf8'))?.text ?? '');
  const [stamp, hashes] = [tsr && readStamp(tsr), consistency && readHashes(consistency)];
  const meta = proof && readMetaProof(proof);
  if (head === undefined) return problem('malformed', `${name}.checkpoint is no signed checkpoint`);
  if (stamp === 'none') return problem('time-stamp', `${name}.tsr is no time stamp`);
  if (hashes === 'none') return problem('malformed', `${name}.consistency is no proof`);
  if (meta === 'none') return problem('malformed', `${name}.meta is no proof`);
  return { name, head, note, stamp, consistency: hashes, meta };
}

function readStamp(bytes: Uint8Array): GrantedStamp | 'none' {
  const stamp = readTimestampAnswer(Buffer.from(bytes));
  return stamp?.kind === 'granted' ? stamp : 'none';
}

/** A hash in Base64 on each line. */
function readHashes(bytes: Uint8Array): readonly Uint8Array[] | 'none' {
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  const hashes = lines.slice(0, -1).map(decodeBase64);
  return lines.at(-1) === '' && hashes.every((hash) => hash !== undefined) ? hashes : 'none';
}
