import { type CanonicalValue, canonicalJson, DAY_MS, type Instant, plusMs } from '../kernel/index.ts';
import { isSince } from './check-conclusion.ts';
import { sha256Hex } from './check-manifest.ts';
import { compareGaps, compareGapsBefore4 } from './compare-gaps.ts';
import type { Comparison } from './compare-identities.ts';
import { isObject, type JsonObject, listAt, objectAt } from './json-shape.ts';
import { named, recordedAt, wasSettled } from './ledger-facts.ts';
import type { ProvenRecord } from './proven-record.ts';
import { instantAt } from './read-report.ts';
import { same } from './same-value.ts';

/** What a report tells of its sources, and the records that tell of them too. */
interface Sources {
  readonly asOf: Instant;
  readonly periodStart: Instant;
  /** The report is of format 4 or later. */
  readonly isToldWhole: boolean;
  /** Or of format 5 or later. */
  readonly isOfFifth: boolean;
  /** Of one type, in the ledger's order. */
  ofType(type: string): readonly ProvenRecord[];
}

/** Holds policies, roster inputs, looks, gaps and who decided who is synced against the records of them. */
export function compareSources(document: JsonObject, records: readonly ProvenRecord[]): readonly Comparison[] {
  const sources: Sources = {
    asOf: instantAt(document['asOf'], 'asOf'),
    periodStart: instantAt(document['periodStart'], 'periodStart'),
    isToldWhole: isSince(document['format'], 4),
    isOfFifth: isSince(document['format'], 5),
    ofType: (type) => records.filter((record) => record.type === type),
  };
  const told = objectAt(document['sources'], 'sources');
  const directories = objectsOf(told['directories'], 'sources.directories');
  const coverage = objectsOf(document['coverage'], 'coverage');
  return [
    { name: 'versions of the policy, from the records that set them', outcomes: policiesOf(document, sources) },
    { name: 'files and pushes of HR, from the records of their imports', outcomes: rostersOf(told, coverage, sources) },
    { name: 'directories, from the records of their connections and looks', outcomes: directoriesOf(directories, sources) },
    {
      name: 'complete and failed looks that are listed, from their records',
      outcomes: looksOf(coverage, sources),
    },
    {
      name: 'lists of when nobody was looking, from the looks and connections',
      outcomes: [
        sources.isToldWhole
          ? [...compareGaps(directories, coverage, sources), ...looksBefore(directories, coverage, sources)]
          : compareGapsBefore4(directories, coverage, sources),
      ],
    },
    { name: 'accounts of who decided who is synced, from the records of the switch', outcomes: authorityOf(told, sources) },
  ];
}

/** Each an object, of a list; throws a TypeError for anything else. */
export function objectsOf(value: unknown, what: string): readonly JsonObject[] {
  return listAt(value, what).map((each) => objectAt(each, what));
}

/** What of the report's members is not what a record gives, in a sentence each. */
export function differing(what: string, given: JsonObject, recorded: JsonObject, record: ProvenRecord): readonly string[] {
  return Object.entries(recorded)
    .filter(([name, value]) => !same(given[name] ?? null, value ?? null))
    .map(([name, value]) => `${what}: ${name} is given as ${shown(given[name])}; ${named(record)} gives ${shown(value)}`);
}

function shown(value: unknown): string {
  return JSON.stringify(value ?? null).slice(0, 200);
}

function policiesOf({ policies }: JsonObject, { asOf, ofType }: Sources): readonly (readonly string[])[] {
  const listed = objectsOf(policies, 'policies');
  const sets = ofType('policy.set');
  const outcomes = listed.map((given) => {
    const at = sets.findIndex(({ id }) => id === given['recordId']);
    const record = sets[at];
    const what = `policy version ${shown(given['version'])}`;
    if (record === undefined) return [`${what}: the record that is to have set it is none`];
    const next = sets[at + 1];
    const ended = next === undefined ? null : recordedAt(next);
    // The report may be older than the record that ended it.
    const supersededAt = given['supersededAt'] === null && next !== undefined && !wasSettled(next, asOf) ? null : ended;
    return differing(what, given, { ...policyOf(record), effectiveFrom: recordedAt(record), supersededAt }, record);
  });
  return [...outcomes, ...unlisted(sets, listed, asOf)];
}

function policyOf({ leaf }: ProvenRecord): JsonObject {
  const after = objectAt(leaf['after'], 'what a policy sets');
  const privileged = isObject(after['privileged']) ? after['privileged'] : null;
  return {
    id: objectAt(leaf['subject'], 'the subject of a policy')['id'],
    version: after['version'],
    preset: after['preset'] ?? null,
    ...allowanceOf(after),
    sites: objectsOf(after['sites'] ?? [], 'sites').map((site) => ({ site: site['site'], ...allowanceOf(site) })),
    privileged: privileged === null ? null : { slaHours: privileged['sla_hours'], roles: privileged['roles'] },
  };
}

function allowanceOf(set: JsonObject): JsonObject {
  return { slaHours: set['sla_hours'] ?? null, businessDays: set['business_days'] ?? null, holidays: set['holidays'] ?? [] };
}

/** Records that a report of that instant must list, and does not. */
function unlisted(records: readonly ProvenRecord[], listed: readonly JsonObject[], asOf: Instant): readonly (readonly string[])[] {
  const ids = new Set(listed.map(({ recordId }) => recordId));
  return records.filter((record) => wasSettled(record, asOf) && !ids.has(record.id)).map((record) => [`${named(record)} is not listed`]);
}

/** What reports tell of an import from some format on. */
function toldOf(
  given: JsonObject,
  record: ProvenRecord,
  { isOfFifth, isToldWhole }: Pick<Sources, 'isOfFifth' | 'isToldWhole'>,
): JsonObject {
  const detail = detailOf(record);
  return {
    ...('tells' in given && { tells: tellsOf(detail) }),
    ...(isToldWhole && { format: formatOf(detail) }),
    ...(isOfFifth && fileNameOf(record)),
  };
}

/** As the record discloses it; what is not shown, since it was erased or left out, is not compared. */
function fileNameOf({ leaf, shown: values }: ProvenRecord): JsonObject {
  const promised = isObject(leaf['disclosures']) && leaf['disclosures']['file_name'] !== undefined;
  if (promised && values?.has('file_name') !== true) return {};
  return { fileName: values?.get('file_name') ?? null };
}

/** What reports tell of an import from format 5 on: when HR told it, which of one that was held is when it came, and by which columns it was read. */
function readAs(given: JsonObject, record: ProvenRecord, ofType: Sources['ofType']): JsonObject {
  const detail = detailOf(record);
  const released = ofType('hr.import.released').find((each) => subjectOf(each) === subjectOf(record));
  const receivedAt = released === undefined ? undefined : detailOf(released)['received_at'];
  const { mapping_record: mappingRecord } = detail;
  const set = ofType('hr.mapping.set').find(({ id }) => id === mappingRecord);
  return {
    toldAt: receivedAt ?? recordedAt(record),
    ...(mappingRecord !== undefined && { mapping: mappingOf(objectAt(given['mapping'], 'mapping'), detail, set) }),
  };
}

/** Without a mapping of its own a roster has the product's own columns. */
function mappingOf(given: JsonObject, { date_format: dateFormat, preset }: JsonObject, set: ProvenRecord | undefined): JsonObject {
  const { columns, time_zones: timeZones } = set === undefined ? { columns: {}, time_zones: {} } : objectAt(set.leaf['after'], 'a mapping');
  return { ...given, preset, dateFormat, columns, timeZones };
}

/** The list of what was wrong with rows is the one that the record names the hash of. Of imports of before that was recorded it is the report's word. */
function rejectionsOf(given: JsonObject, record: ProvenRecord): readonly string[] {
  const { counts: counted, rejections_sha256: sha256 } = detailOf(record);
  const isNone = objectAt(counted, `the counts of ${named(record)}`)['rejected'] === 0;
  const own = sha256Hex(Buffer.from(canonicalJson((given['rejections'] ?? null) as CanonicalValue), 'utf8'));
  if (isNone ? same(given['rejections'] ?? null, []) : sha256 === undefined || own === sha256) return [];
  return [`import ${shown(given['importId'])}: the list of what was wrong with its rows is not the one that ${named(record)} tells of`];
}

/** How a file was read; null of rows that a program pushed, and where the record is of before that was told. */
function formatOf({ format }: JsonObject): JsonObject | null {
  if (!isObject(format)) return null;
  const { delimiter, encoding, header_line: headerLine } = format;
  return { delimiter, encoding, headerLine };
}

const counts = ['rows', 'added', 'changed', 'ended', 'rehired', 'unchanged', 'rejected', 'dropped'] as const;

function rostersOf(
  told: JsonObject,
  coverage: readonly JsonObject[],
  { asOf, isOfFifth, isToldWhole, periodStart, ofType }: Sources,
): readonly (readonly string[])[] {
  const imports = ofType('hr.import.completed');
  const listed = objectsOf(told['roster'], 'sources.roster');
  const outcomes = listed.map((given) => {
    const record = imports.find(({ id }) => id === given['recordId']);
    const what = `import ${shown(given['importId'])}`;
    return record === undefined
      ? [`${what}: the record that is to tell of it is none`]
      : [
          ...differing(
            what,
            given,
            { ...importOf(record), ...toldOf(given, record, { isOfFifth, isToldWhole }), ...(isOfFifth && readAs(given, record, ofType)) },
            record,
          ),
          ...(isOfFifth ? rejectionsOf(given, record) : []),
        ];
  });
  const shownImports = new Set(coverage.map(({ ref, what }) => (what === 'imported' ? ref : undefined)));
  const uncovered = imports
    .filter((record) => wasSettled(record, asOf) && !shownImports.has(subjectOf(record)))
    .map((record) => [`${named(record)} is not in the coverage`]);
  const within = imports.filter((record) => recordedAt(record) >= periodStart);
  return [...outcomes, ...unlisted(within, listed, asOf), ...uncovered];
}

function importOf(record: ProvenRecord): JsonObject {
  const { leaf } = record;
  const detail = objectAt(leaf['detail'], `the detail of ${named(record)}`);
  const counted = objectAt(detail['counts'], `the counts of ${named(record)}`);
  return {
    importId: subjectOf(record),
    sha256: String(leaf['raw']).replace(/^sha256:/, ''),
    bytes: detail['bytes'],
    source: detail['source'],
    isFull: detail['full'],
    ...Object.fromEntries(counts.flatMap((name) => (name in counted ? [[name, counted[name]]] : []))),
    importedBy: leaf['actor'],
    importedAt: leaf['recorded_at'],
  };
}

/** Of whom a roster speaks; reports of earlier formats do not say. */
function tellsOf({ else_unchanged: elseUnchanged, partial }: JsonObject): string {
  if (partial !== true) return 'everybody';
  return elseUnchanged === true ? 'changes-and-no-others' : 'changes';
}

function subjectOf({ leaf }: ProvenRecord): unknown {
  return objectAt(leaf['subject'], 'the subject of a record')['id'];
}

function detailOf(record: ProvenRecord): JsonObject {
  return objectAt(record.leaf['detail'], `the detail of ${named(record)}`);
}

function directoriesOf(
  directories: readonly JsonObject[],
  { asOf, isOfFifth, periodStart, ofType }: Sources,
): readonly (readonly string[])[] {
  const added = ofType('directory.connection.added');
  const outcomes = directories.map((given) => {
    const id = given['connectionId'];
    const record = added.find((each) => subjectOf(each) === id);
    const what = `connection ${shown(id)}`;
    if (record === undefined) return [`${what}: no record tells that it was added`];
    const after = objectAt(record.leaf['after'], `what ${named(record)} tells`);
    const ended = (type: string) => ofType(type).filter((each) => detailOf(each)['connection'] === id);
    const failed = ended('graph.sync.failed').filter((each) => isWithin(recordedAt(each), periodStart) && wasSettled(each, asOf)).length;
    const complete = ended('graph.sync.completed').length;
    return [
      ...differing(what, given, { tenantId: after['tenant_id'], cloud: after['cloud'], connectedAt: recordedAt(record) }, record),
      ...(isOfFifth ? removalOf(what, given, { asOf, removed: ofType('directory.connection.removed') }) : []),
      ...(Number(given['failedLooks']) >= failed
        ? []
        : [`${what}: ${shown(given['failedLooks'])} looks failed; records tell of ${failed}`]),
      ...(Number(given['completeLooks']) <= complete
        ? []
        : [`${what}: ${shown(given['completeLooks'])} looks were complete; records tell of ${complete}`]),
    ];
  });
  const ids = new Set(directories.map(({ connectionId }) => connectionId));
  const missing = added.filter((each) => recordedAt(each) >= periodStart && wasSettled(each, asOf) && !ids.has(subjectOf(each)));
  return [...outcomes, ...missing.map((record) => [`${named(record)} is not listed`])];
}

/** One that was removed since the as-of may be said to be so or not: the report was made afterwards. */
function removalOf(
  what: string,
  { connectionId, removedAt }: JsonObject,
  { asOf, removed }: { readonly asOf: Instant; readonly removed: readonly ProvenRecord[] },
): readonly string[] {
  const record = removed.find((each) => subjectOf(each) === connectionId);
  if (record === undefined)
    return removedAt === null ? [] : [`${what}: removedAt is given as ${shown(removedAt)}; no record tells that it was removed`];
  return removedAt === null && !wasSettled(record, asOf) ? [] : differing(what, { removedAt }, { removedAt: recordedAt(record) }, record);
}

/** A look may have been asked for before the period, and told within it: those of its first day are not missed. */
function isWithin(at: Instant, periodStart: Instant): boolean {
  return at >= plusMs(periodStart, DAY_MS);
}

function looksOf(coverage: readonly JsonObject[], { asOf, periodStart, ofType }: Sources): readonly (readonly string[])[] {
  const [complete, failed] = [ofType('graph.account.coverage'), ofType('graph.sync.failed')];
  const byRun = new Map(complete.map((record) => [detailOf(record)['run'], record]));
  const listed = coverage.filter(({ source, what }) => source === 'directory' && (what === 'looked' || what === 'failed'));
  const refs = new Set(listed.map(({ ref, what }) => `${String(what)} ${String(ref)}`));
  const outcomes = listed
    .filter(({ what }) => what === 'looked')
    .map((row) => {
      const record = byRun.get(row['ref']);
      if (record === undefined) return [`look ${shown(row['ref'])}: no record tells that it was complete`];
      const { from, to } = objectAt(record.leaf['observed'], `what ${named(record)} observed`);
      return differing(`look ${shown(row['ref'])}`, row, { from, to, detail: `connection ${String(subjectOf(record))}` }, record);
    });
  const missed = [
    ...complete.map((record) => ({ record, row: `looked ${String(detailOf(record)['run'])}` })),
    ...failed.map((record) => ({ record, row: `failed ${String(subjectOf(record))}` })),
  ].filter(({ record, row }) => isWithin(recordedAt(record), periodStart) && wasSettled(record, asOf) && !refs.has(row));
  return [...outcomes, ...missed.map(({ record }) => [`${named(record)} tells of a look that is not listed`])];
}

/**
 * A stretch in which nobody looked when the period began is told from its own beginning: of each connection that was there then the last complete look before the
 * period is listed.
 */
function looksBefore(
  directories: readonly JsonObject[],
  coverage: readonly JsonObject[],
  { asOf, periodStart, ofType }: Sources,
): readonly string[] {
  const complete = ofType('graph.account.coverage');
  return directories.flatMap(({ connectionId, removedAt }) => {
    if (typeof removedAt === 'string' && removedAt < periodStart) return [];
    const before = complete.filter(
      (record) => subjectOf(record) === connectionId && wasSettled(record, asOf) && lookedFrom(record) < periodStart,
    );
    const from = before.map(lookedFrom).toSorted().at(-1);
    const isListed = coverage.some(
      (row) =>
        row['what'] === 'looked' &&
        row['detail'] === `connection ${String(connectionId)}` &&
        String(row['from']) >= String(from) &&
        String(row['from']) < periodStart,
    );
    return from === undefined || isListed
      ? []
      : [`connection ${shown(connectionId)}: its last complete look before the period, from ${from}, is not listed`];
  });
}

function lookedFrom(record: ProvenRecord): string {
  return String(objectAt(record.leaf['observed'], `what ${named(record)} observed`)['from']);
}

/** Before the first record of the switch, the scope decides. */
function authorityOf(told: JsonObject, { asOf, periodStart, ofType }: Sources): readonly (readonly string[])[] {
  const [created] = ofType('workspace.created');
  if (created === undefined) return [];
  const given = objectsOf(told['authority'], 'sources.authority');
  // Who turned the switch is said from format 4 on, where the scope settings are, too.
  const isTurned = told['scopes'] !== undefined;
  const changes = ofType('scope.authority.changed').map((record) => ({
    authority: objectAt(record.leaf['after'], `what ${named(record)} tells`)['authority'],
    from: recordedAt(record),
    ...(isTurned && { by: record.leaf['actor'], recordId: record.id }),
  }));
  const bands = [{ authority: 'scope', from: recordedAt(created), ...(isTurned && { by: null, recordId: null }) }, ...changes].map(
    (band, index) => ({
      ...band,
      to: changes[index]?.from ?? null,
    }),
  );
  const expected = bands.filter(({ from, to }) => from <= asOf && (to === null || to > periodStart));
  // The last may have ended since the report was made.
  const isSame = (band: (typeof expected)[number], index: number) =>
    same(given[index] ?? null, band) || (band.to !== null && band.to > asOf && same(given[index] ?? null, { ...band, to: null }));
  return given.length === expected.length && expected.every(isSame)
    ? [[]]
    : [[`who decided who is synced is given as ${shown(given)}; the records give ${shown(expected)}`]];
}
