import type { CanonicalValue } from '../kernel/index.ts';
import { digestReference, disclosureDigest } from '../tlog/index.ts';
import type { ProvenRecord } from './check-records.ts';
import { indexAt, objectAt, parseJson, textAt } from './json-shape.ts';
import { linesOf } from './lines.ts';
import { type Problem, problem } from './problem.ts';

/**
 * Each disclosed value is the one whose salted digest its record holds. A value that is not there was erased or kept back;
 * that takes nothing from the record (I11).
 */
export function checkDisclosures(disclosures: Uint8Array, records: ReadonlyMap<number, ProvenRecord>): readonly Problem[] {
  const problems: Problem[] = [];
  let line = 0;
  for (const bytes of linesOf(disclosures)) {
    line += 1;
    problems.push(...checkDisclosure(bytes, line, records));
  }
  return problems;
}

function checkDisclosure(bytes: Uint8Array, line: number, records: ReadonlyMap<number, ProvenRecord>): readonly Problem[] {
  try {
    const { i, path, salt, value } = objectAt(parseJson(bytes), 'the line');
    const index = indexAt(i, 'i');
    const name = textAt(path, 'path');
    const record = records.get(index);
    if (record === undefined)
      return [problem('disclosure', `line ${line} of log/disclosures.jsonl speaks of record ${index}, which is not proven`)];
    const digest = disclosureDigest({ salt: saltAt(salt), path: name, value: value as CanonicalValue });
    const promised = objectAt(record.leaf['disclosures'], 'disclosures')[name];
    if (promised === digestReference(digest)) return [];
    return [
      problem(
        'disclosure',
        `line ${line} of log/disclosures.jsonl was changed: record ${index} (${record.type}, id ${record.id}) holds another digest for ${name}`,
      ),
    ];
  } catch {
    return [problem('disclosure', `line ${line} of log/disclosures.jsonl was changed: it cannot be read any more`)];
  }
}

/** Exactly as it would be printed: Base64url can write the same bytes in several ways. */
function saltAt(value: unknown): Buffer {
  const text = textAt(value, 'salt');
  const salt = Buffer.from(text, 'base64url');
  if (salt.toString('base64url') !== text) throw new TypeError('salt is not Base64url');
  return salt;
}
