import type { Instant } from '../kernel/index.ts';
import type { Comparison } from './compare-identities.ts';
import { objectsOf } from './compare-sources.ts';
import { isObject, type JsonObject, listAt, objectAt } from './json-shape.ts';
import { named, recordedAt, wasSettled } from './ledger-facts.ts';
import type { ProvenRecord } from './proven-record.ts';
import { hasLeft, instantAt } from './read-report.ts';

const outcomes = ['added', 'changed', 'ended', 'rehired', 'unchanged', 'rejected'] as const;
const counts = ['rows', ...outcomes] as const;

/** Holds the way from the rows of HR to the population against itself and against the records. Formats before 4 do not tell it. */
export function compareRoster(document: JsonObject, records: readonly ProvenRecord[]): Comparison {
  const asOf = instantAt(document['asOf'], 'asOf');
  const sources = objectAt(document['sources'], 'sources');
  const roster = objectsOf(sources['roster'], 'sources.roster');
  const told = objectAt(sources['rosterTotals'], 'sources.rosterTotals');
  const totals = objectAt(document['totals'], 'totals');
  return {
    name: 'steps from the rows of HR to the population, that tie and that the records give',
    outcomes: [
      ...roster.map((each) => rowsTie(each, `import ${String(each['importId'])}`)),
      rowsTie(told, 'all imports'),
      importsTie(told, { asOf, records }),
      populationTies(told, totals),
      periodsTie(totals, { asOf, records }),
      citedImports(document, { roster, records }),
    ],
  };
}

function rowsTie(counted: JsonObject, what: string): readonly string[] {
  const parts = outcomes.reduce((sum, name) => sum + Number(counted[name]), 0);
  return parts === counted['rows']
    ? []
    : [`${what}: ${JSON.stringify(counted['rows'])} rows are given; what became of them adds up to ${parts}`];
}

interface Ledger {
  readonly asOf: Instant;
  readonly records: readonly ProvenRecord[];
}

/** A report may be older than the records of the last imports, which come one after the other. */
function importsTie(told: JsonObject, { asOf, records }: Ledger): readonly string[] {
  const made = records.filter((record) => record.type === 'hr.import.completed' && recordedAt(record) <= asOf);
  const settled = made.filter((record) => wasSettled(record, asOf)).length;
  const sums = Array.from({ length: made.length - settled + 1 }, (_, more) => sumOf(made.slice(0, settled + more)));
  if (sums.some((sum) => Object.entries(sum).every(([name, count]) => told[name] === count))) return [];
  const last = sums.at(-1) ?? {};
  return Object.entries(last)
    .filter(([name, count]) => told[name] !== count)
    .map(
      ([name, count]) =>
        `all imports: ${name} is given as ${JSON.stringify(told[name] ?? null)}; the records of ${made.length} imports give ${count}`,
    );
}

function sumOf(made: readonly ProvenRecord[]): Readonly<Record<string, number>> {
  const sum: Record<string, number> = { imports: made.length };
  for (const name of counts) sum[name] = 0;
  for (const record of made) {
    const detail = objectAt(record.leaf['detail'], `the detail of ${named(record)}`);
    const counted = objectAt(detail['counts'], `the counts of ${named(record)}`);
    for (const name of counts) sum[name] = (sum[name] ?? 0) + Number(counted[name] ?? 0);
  }
  return sum;
}

function populationTies(told: JsonObject, totals: JsonObject): readonly string[] {
  const { employmentPeriods } = totals;
  const begun = Number(told['added']) + Number(told['rehired']);
  const parts = ['leavers', 'endedOutsidePeriod', 'continued', 'active', 'prehire'].reduce((sum, name) => sum + Number(totals[name]), 0);
  return [
    ...(begun === employmentPeriods
      ? []
      : [`the totals count ${String(employmentPeriods)} employment periods; the rows of HR began ${begun}`]),
    ...(parts === employmentPeriods
      ? []
      : [`the totals count ${String(employmentPeriods)} employment periods; their parts add up to ${parts}`]),
  ];
}

/** Each period that a record of HR began is one of the population. */
function periodsTie({ employmentPeriods }: JsonObject, { asOf, records }: Ledger): readonly string[] {
  const begun = (isKnown: (record: ProvenRecord) => boolean) =>
    new Set(records.filter((record) => /^hr\.period\.(started|rehired)$/.test(record.type) && isKnown(record)).map(subjectOf)).size;
  const [least, most] = [begun((record) => wasSettled(record, asOf)), begun((record) => recordedAt(record) <= asOf)];
  const count = Number(employmentPeriods);
  return count >= least && count <= most
    ? []
    : [`the totals count ${String(employmentPeriods)} employment periods; records of HR began ${most}`];
}

/** Whatever said something of a leaver's employment is among the imports that are listed. */
function citedImports(
  document: JsonObject,
  { records, roster }: { readonly roster: readonly JsonObject[]; readonly records: readonly ProvenRecord[] },
): readonly string[] {
  const listed = new Set(roster.map(({ importId }) => importId));
  const left = listAt(document['findings'], 'findings').filter((unit) => hasLeft(unit, document));
  const cited = new Set(left.flatMap((unit) => listAt(objectAt(unit, 'a finding')['evidence'], 'evidence')));
  return records.flatMap((record) => {
    if (!record.type.startsWith('hr.period.') || !cited.has(record.id) || !isObject(record.leaf['detail'])) return [];
    const { import: importId } = record.leaf['detail'];
    if (importId === undefined || listed.has(importId)) return [];
    return [`a leaver's finding cites ${named(record)} of the import ${JSON.stringify(importId)}, which is not listed`];
  });
}

function subjectOf(record: ProvenRecord): unknown {
  return objectAt(record.leaf['subject'], `the subject of ${named(record)}`)['id'];
}
