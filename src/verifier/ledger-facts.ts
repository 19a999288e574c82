import { type Instant, MINUTE_MS, parseInstant, plusMs } from '../kernel/index.ts';
import type { ProvenRecord } from './proven-record.ts';
import { objectAt, textAt } from './json-shape.ts';

/**
 * A record bears the time at which its transaction began, and can be read only once that has ended. So a verdict may not know a record that
 * was written shortly before; one that it does not know for longer was left out. The largest look at a directory is written within this.
 */
export const IN_FLIGHT_MS = 10 * MINUTE_MS;

/** The proven records of a bundle, looked up as the recomputation needs them; all lists are in the ledger's order. */
export interface LedgerFacts {
  readonly asOf: Instant;
  about(kind: string, id: string): readonly ProvenRecord[];
  /** By its id; undefined where it is not in the log, or was written later. */
  record(id: string): ProvenRecord | undefined;
  /** Ids of all subjects of a kind. */
  idsOf(kind: string): readonly string[];
  ofType(type: string): readonly ProvenRecord[];
}

/** `asOf`: of the report; what was written later is not known to its verdicts, and left out. */
export function ledgerFacts(records: Iterable<ProvenRecord>, asOf: Instant): LedgerFacts {
  const subjects = new Map<string, Map<string, ProvenRecord[]>>();
  const types = new Map<string, ProvenRecord[]>();
  const ids = new Map<string, ProvenRecord>();
  for (const record of records) {
    if (recordedAt(record) > asOf) continue;
    const subject = objectAt(record.leaf['subject'], `the subject of record ${record.index}`);
    push(ofKind(subjects, String(subject['kind'])), String(subject['id']), record);
    push(types, record.type, record);
    ids.set(record.id, record);
  }
  return {
    asOf,
    record: (id) => ids.get(id),
    about: (kind, id) => subjects.get(kind)?.get(id) ?? [],
    idsOf: (kind) => [...(subjects.get(kind)?.keys() ?? [])],
    ofType: (type) => types.get(type) ?? [],
  };
}

function ofKind(subjects: Map<string, Map<string, ProvenRecord[]>>, kind: string): Map<string, ProvenRecord[]> {
  const known = subjects.get(kind) ?? new Map<string, ProvenRecord[]>();
  subjects.set(kind, known);
  return known;
}

function push(lists: Map<string, ProvenRecord[]>, key: string, record: ProvenRecord): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [record]);
  else list.push(record);
}

export function recordedAt(record: ProvenRecord): Instant {
  return instantOfRecord(record.leaf['recorded_at'], record);
}

/** Whether a verdict of `asOf` must have known a record. */
export function wasSettled(record: ProvenRecord, asOf: Instant): boolean {
  return recordedAt(record) <= plusMs(asOf, -IN_FLIGHT_MS);
}

/** Whether a record may have been there when a run judged as of that instant: a transaction may have begun before it and been recorded after. */
export function mayHaveBeenThere(record: ProvenRecord, asOf: Instant): boolean {
  return recordedAt(record) <= plusMs(asOf, IN_FLIGHT_MS);
}

/** Throws a TypeError for what is no instant. */
export function instantOfRecord(value: unknown, { index, type }: ProvenRecord): Instant {
  const text = textAt(value, `an instant of record ${index} (${type})`);
  const instant = parseInstant(text);
  if (instant === undefined || instant !== text) throw new TypeError(`record ${index} (${type}) has no instant where one belongs`);
  return instant;
}

/** How a sentence calls a record. */
export function named({ index, type }: Pick<ProvenRecord, 'index' | 'type'>): string {
  return `record ${index} (${type})`;
}
