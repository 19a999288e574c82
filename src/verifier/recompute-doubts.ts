import type { Instant } from '../kernel/index.ts';
import { listAt, objectAt, textAt } from './json-shape.ts';
import { type LedgerFacts, mayHaveBeenThere, named, recordedAt, wasSettled } from './ledger-facts.ts';
import type { ProvenRecord } from './proven-record.ts';

interface Reported {
  readonly periodEnd: Instant;
  /** Codes of the doubts that the test about leavers tells. */
  readonly told: ReadonlySet<string>;
  /** Changes alone are HR's word on nobody else, and rows that were not taken are a doubt: of reports from the third format on. */
  readonly isStrict: boolean;
}

/** What had become of a roster that was held, by the record that says so; `because` tells a rejection and a lapse of their kind. */
const untaken: Readonly<Record<string, string>> = { 'hr.import.rejected': 'roster-rejected', 'hr.import.lapsed': 'roster-lapsed' };

/**
 * Whether the test about leavers tells what HR's own records leave in doubt: that HR was heard after the period's end, and that no roster was held and not
 * taken; of a strict report also that no row was rejected and not taken since. For each nothing, or a sentence for the doubt that was left out. A roster that was held within the last minutes may be missing.
 */
export function recomputeDoubts({ isStrict, periodEnd, told }: Reported, facts: LedgerFacts): readonly (readonly string[])[] {
  return rosterDoubts({ isStrict, periodEnd }, facts).map((doubt) =>
    doubt === undefined || doubt.codes.some((code) => told.has(code))
      ? []
      : [`the test about leavers leaves out the doubt ${saidOf(doubt)}`],
  );
}

/** `periodEnd`: null of a test that is of no period. */
export function rosterDoubts(
  { isStrict, periodEnd }: { readonly isStrict: boolean; readonly periodEnd: Instant | null },
  facts: LedgerFacts,
): readonly (Doubt | undefined)[] {
  const taken = facts.ofType('hr.import.completed');
  const heard = isStrict ? taken.filter(speaksOfEverybody) : taken;
  return [unheard(periodEnd, { facts, heard }), notTaken({ facts, heard }), ...(isStrict ? [rowsRejected(taken, facts)] : [])];
}

/** When HR was heard of everybody last; undefined: never. Changes alone are its word on nobody else. */
export function lastHeard(facts: LedgerFacts): { readonly record: ProvenRecord; readonly at: Instant } | undefined {
  return lastOf(facts.ofType('hr.import.completed').filter(speaksOfEverybody), facts);
}

export interface Doubt {
  /** Several where the run need not have known what was recorded within the last minutes: it tells one of them. */
  readonly codes: readonly string[];
  readonly because: string;
}

/** A doubt as a sentence names it. */
export function saidOf({ because, codes }: Doubt): string {
  return `${codes.join(' or ')}: ${because}`;
}

/** What each of these imports tells is HR's word on everybody. */
interface Heard {
  readonly facts: LedgerFacts;
  readonly heard: readonly ProvenRecord[];
}

function speaksOfEverybody(record: ProvenRecord): boolean {
  const detail = objectAt(record.leaf['detail'], `the detail of ${named(record)}`);
  return detail['partial'] !== true || detail['else_unchanged'] === true;
}

/**
 * Each import says how many rows of all until then nobody has taken; one of an earlier version says nothing of it. The run knew the last that was settled, or
 * one after it.
 */
function rowsRejected(taken: readonly ProvenRecord[], facts: LedgerFacts): Doubt | undefined {
  const last = taken.findLastIndex((record) => wasSettled(record, facts.asOf));
  const known = last === -1 ? [] : taken.slice(last).filter((record) => mayHaveBeenThere(record, facts.asOf));
  const [first] = known;
  if (first === undefined || !known.every((record) => openRows(record) > 0)) return undefined;
  return { codes: ['roster-rows-rejected'], because: `${named(first)} tells of ${openRows(first)} that no import has taken` };
}

function openRows(record: ProvenRecord): number {
  const open = objectAt(record.leaf['detail'], `the detail of ${named(record)}`)['rejected_open'];
  return typeof open === 'number' ? open : 0;
}

/** A roster that was held first told what it told when it came. */
function lastOf(heard: readonly ProvenRecord[], facts: LedgerFacts): ReturnType<typeof lastHeard> {
  return heard
    .map((record) => {
      const held = aboutSame(record, facts).find(({ type }) => type === 'hr.import.held');
      return { record, at: recordedAt(held ?? record) };
    })
    .reduce<ReturnType<typeof lastHeard>>((latest, each) => (latest === undefined || each.at >= latest.at ? each : latest), undefined);
}

function unheard(periodEnd: Instant | null, { facts, heard }: Heard): Doubt | undefined {
  const last = lastOf(heard, facts);
  if (last === undefined) return { codes: ['roster-never-imported'], because: 'no record tells of a roster of everybody that was taken' };
  if (periodEnd === null || facts.asOf < periodEnd || last.at >= periodEnd) return undefined;
  return {
    codes: ['roster-before-period-end'],
    because: `HR’s latest roster of everybody by ${named(last.record)} came at ${last.at}, before the period ended`,
  };
}

function notTaken({ facts, heard }: Heard): Doubt | undefined {
  const taken = heard.map(recordedAt).sort().at(-1);
  const all = facts.ofType('hr.import.held');
  const last = all.findLastIndex((record) => wasSettled(record, facts.asOf));
  const held = all[last];
  if (held === undefined || (taken !== undefined && taken >= recordedAt(held))) return undefined;
  const codes = [...new Set(all.slice(last).flatMap((record) => becameOf(record, facts)))];
  const decided = decisionOn(held, facts);
  if (decided === undefined) return { codes, because: `${named(held)} tells of one that nobody had decided` };
  return { codes, because: `${named(held)} tells of one that was held, and ${named(decided)} of what became of it` };
}

/** What a run may have known of a roster that was held: a decision of the last minutes, or not. */
function becameOf(held: ProvenRecord, facts: LedgerFacts): readonly string[] {
  const decided = decisionOn(held, facts);
  if (decided === undefined) return ['roster-held'];
  return [untaken[decided.type] ?? '', ...(wasSettled(decided, facts.asOf) ? [] : ['roster-held'])];
}

function decisionOn(held: ProvenRecord, facts: LedgerFacts): ProvenRecord | undefined {
  return aboutSame(held, facts).find(({ type }) => type in untaken);
}

function aboutSame(record: ProvenRecord, facts: LedgerFacts): readonly ProvenRecord[] {
  const { id } = objectAt(record.leaf['subject'], `the subject of ${named(record)}`);
  return facts.about('roster-import', textAt(id, `the subject of ${named(record)}`));
}

/** The codes that a test of the report tells; none where it has no such test, which has been said elsewhere. */
export function toldDoubts(tests: unknown, id: string): ReadonlySet<string> {
  const test = listAt(tests, 'tests')
    .map((each) => objectAt(each, 'a test'))
    .find((each) => each['id'] === id);
  return new Set(listAt(test?.['doubts'] ?? [], 'doubts').map((each) => textAt(objectAt(each, 'a doubt')['code'], 'the code of a doubt')));
}
