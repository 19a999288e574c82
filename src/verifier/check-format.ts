import { isObject, type JsonObject } from './json-shape.ts';
import type { ProvenRecord } from './proven-record.ts';
import { type Problem, problem } from './problem.ts';

/**
 * A report is of no earlier format than was written when it was sealed: an earlier one is concluded by its own rule, and whoever can seal could choose that
 * for being kinder. From when on a format was written is in the ledger; where it is not, nothing is found wrong.
 */
export function checkFormat(
  report: JsonObject,
  { records, seal }: { readonly records: Iterable<ProvenRecord>; readonly seal: number | undefined },
): readonly Problem[] {
  const own = numberOf(report['format']);
  if (own === undefined || seal === undefined) return []; // has been said
  for (const { after, index } of formatsSet(records)) {
    const set = numberOf(after['format']);
    if (index > seal || set === undefined || set <= own) continue;
    const said = `record ${index} (report.format.set) says that reports are written as ${String(after['format'])}`;
    return [problem('seal', `the report is of ${String(report['format'])}, and was sealed by record ${seal} after ${said}`)];
  }
  return [];
}

function* formatsSet(records: Iterable<ProvenRecord>): Generator<{ readonly index: number; readonly after: JsonObject }> {
  for (const { index, leaf, type } of records) {
    const after = leaf['after'];
    if (type === 'report.format.set' && isObject(after)) yield { index, after };
  }
}

function numberOf(format: unknown): number | undefined {
  const [, number] = /^rollcall-report\/(\d{1,9})$/.exec(String(format)) ?? [];
  return number === undefined ? undefined : Number(number);
}
