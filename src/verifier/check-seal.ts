import { parseTlogProof, verifyInclusion } from '../tlog/index.ts';
import type { ProvenRecord } from './proven-record.ts';
import { toldOtherwise } from './check-told.ts';
import { type JsonObject, objectAt } from './json-shape.ts';
import { type Problem, problem } from './problem.ts';
import { type BundledLog, leafHashAt } from './read-log.ts';

interface Sealed {
  /** Of the manifest, in hex; undefined where there is none. */
  readonly manifestSha256: string | undefined;
  /** Undefined where it cannot be read, which has been said. */
  readonly report: JsonObject | undefined;
}

/** The record that seals the report stands in the signed tree, what it seals is this manifest, and what it tells of the report is what the report says. */
export function checkSeal(
  log: BundledLog,
  records: ReadonlyMap<number, ProvenRecord>,
  { manifestSha256, report }: Sealed,
): readonly Problem[] {
  const proof = parseTlogProof(log.seal);
  if (proof === undefined || proof.extra !== undefined) return [problem('seal', 'log/seal.tlog-proof is no proof, or more than one')];
  const problems: Problem[] = [];
  if (proof.checkpoint !== log.note) problems.push(problem('seal', 'the seal was proven against another checkpoint than log/checkpoint'));
  const record = records.get(proof.index);
  if (record === undefined)
    return [...problems, problem('seal', `record ${proof.index}, which is to seal the report, is missing or was changed`)];
  const leafHash = leafHashAt(log, proof.index);
  const claim = { index: proof.index, size: log.head.size, root: log.head.root };
  if (leafHash === undefined || !verifyInclusion({ ...claim, leafHash }, proof.hashes))
    problems.push(problem('seal', 'the proof of the seal does not lead to the signed root'));
  if (record.type !== 'report.sealed') {
    return [...problems, problem('seal', `record ${proof.index} is a ${record.type}, not the seal of a report`)];
  }
  const sealed = objectAt(record.leaf['detail'], 'the detail of the seal')['manifest'];
  if (manifestSha256 !== undefined && sealed !== `sha256:${manifestSha256}`) {
    problems.push(
      problem('seal', `manifest.json was changed: it is not the one that record ${proof.index} (report.sealed, id ${record.id}) seals`),
    );
  }
  return [...problems, ...(report === undefined ? [] : toldOtherwise(record, report))];
}
