import { HOUR_MS } from '../kernel/index.ts';
import { type BundleFiles, readWhole } from './bundle-files.ts';
import { isObject, type JsonObject, listAt, textAt } from './json-shape.ts';
import { FORMATS, isSince } from './check-conclusion.ts';
import { brokenCheck, type Problem, ProblemList, problem } from './problem.ts';
import { namesInTables } from './names-in-tables.ts';
import { hasLeft } from './read-report.ts';
import { readTable, type TableRow } from './read-table.ts';

/** What a row of a table has to say, by column. */
type Said = Readonly<Record<string, string>>;

interface Expected {
  /** Columns without which a table says nothing; the others came to it over time. */
  readonly needed: readonly string[];
  readonly rows: (report: JsonObject) => readonly Said[];
}

/** Where facts stand in the ledger, and what is odd about names: not compared. */
const UNCOMPARED = ['leaf_indexes', 'name_marks'];

/** A cell that a spreadsheet would run as a formula; it stands behind an apostrophe. */
const FORMULA = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;

/** The tables of a bundle, by what `report.json` says. */
const tables: Readonly<Record<string, Expected>> = {
  'population.csv': {
    needed: ['period_id', 'system', 'verdict', 'effect'],
    rows: (report) =>
      findingsOf(report)
        .filter((unit) => hasLeft(unit, report))
        .flatMap(populationRows),
  },
  'findings.csv': { needed: ['finding_id', 'verdict', 'effect'], rows: (report) => findingsOf(report).map(findingRow) },
  'exceptions.csv': {
    needed: ['exception_id', 'kind', 'finding_id'],
    rows: (report) => {
      const names = namesInTables(report);
      return [
        ...findingsOf(report).flatMap(exceptionRows),
        ...decisionsBeside(report).map(decisionRow),
        ...takenOf(report).map(takenRow),
      ].map(({ owner_person_ref = '', moved_to_person_ref = '', ...row }) => ({
        ...row,
        owner_person_ref,
        moved_to_person_ref,
        owner_name: names.person(owner_person_ref),
        moved_to_name: names.person(moved_to_person_ref),
        requested_by_name: names.actor(row['requested_by'] ?? ''),
        approved_by_name: names.actor(row['approved_by'] ?? ''),
      }));
    },
  },
  'coverage.csv': {
    needed: ['source', 'what', 'from_utc', 'to_utc'],
    rows: (report) => listAt(report['coverage'], 'coverage').map(coverageRow),
  },
};

/** Columns that came with the fourth format. */
const columnsSince4: Readonly<Record<string, readonly string[]>> = {
  'population.csv': ['gap_id'],
  'findings.csv': ['gap_id'],
  'coverage.csv': ['gap_id', 'because'],
};

/** Columns that came with the fifth format. */
const columnsSince5: Readonly<Record<string, readonly string[]>> = {
  'exceptions.csv': ['owner_name', 'requested_by_name', 'approved_by_name', 'moved_to_person_ref', 'moved_to_name'],
};

/** Their names. */
export const TABLES: readonly string[] = Object.keys(tables);

/**
 * The tables say what `report.json` says, row for row: whoever can seal a report anew could otherwise have each say something else. The page
 * and the PDF are not compared.
 */
export async function checkTables(files: BundleFiles, report: JsonObject): Promise<{ readonly problems: readonly Problem[] }> {
  const problems: Problem[] = [];
  for (const [path, { needed, rows }] of Object.entries(tables)) {
    const since = [isSince(report['format'], 4) ? columnsSince4 : {}, isSince(report['format'], 5) ? columnsSince5 : {}];
    const expected = { needed: [...needed, ...since.flatMap((columns) => columns[path] ?? [])], rows };
    if (!files.paths.includes(path)) {
      // Bundles of the first format have fewer; that one is gone shows in the manifest, but to whoever reads a manifest that was made without it.
      if (report['format'] !== FORMATS[0]) problems.push(problem('table', `${path} is missing`));
      continue;
    }
    try {
      problems.push(...compare(path, { bytes: await readWhole(files, path), expected, report }));
    } catch (error) {
      problems.push(brokenCheck(path, error));
    }
  }
  return { problems };
}

interface Compared {
  readonly bytes: Uint8Array;
  readonly expected: Expected;
  readonly report: JsonObject;
}

function compare(path: string, { bytes, expected: { needed, rows }, report }: Compared): readonly Problem[] {
  const { columns, rows: written } = readTable(bytes, path);
  const list = new ProblemList();
  const asOf = `${textAt(report['kind'], 'kind').toLowerCase()}_as_of`;
  for (const name of [...needed, asOf]) if (!columns.includes(name)) list.add('table', `${path} has no column ${name}`);
  const told = rows(report).map((row) => disarmed({ ...row, [asOf]: text(report['asOf']) }));
  const known = told[0] === undefined ? columns : [...Object.keys(told[0]), ...UNCOMPARED];
  const strange = columns.filter((name) => !known.includes(name));
  for (const name of strange)
    list.add('table', `${path} has a column ${JSON.stringify(name.slice(0, 80))}, of which report.json knows nothing`);
  const names = columns.filter((name) => !UNCOMPARED.includes(name) && !strange.includes(name));
  const left = new Map<string, number>();
  for (const row of told) left.set(keyOf(names, row), (left.get(keyOf(names, row)) ?? 0) + 1);
  for (const row of written) {
    const key = keyOf(names, Object.fromEntries(row.cells));
    const count = left.get(key) ?? 0;
    if (count === 0) list.add('table', `${path}, row ${row.line}${about(row)} says what report.json does not`);
    else left.set(key, count - 1);
  }
  const missing = [...left.values()].reduce((sum, count) => sum + count, 0);
  if (missing > 0) list.add('table', `${path} lacks ${missing} of the ${told.length} rows that report.json gives`);
  return list.all();
}

function about({ cells }: TableRow): string {
  const id = cells.get('finding_id') ?? cells.get('period_id') ?? cells.get('ref') ?? '';
  return id === '' ? '' : ` (${id})`;
}

function keyOf(names: readonly string[], row: Said): string {
  return JSON.stringify(names.map((name) => row[name] ?? ''));
}

/** As it has to stand in the table. */
function disarmed(row: Said): Said {
  return Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, FORMULA.test(cell) ? `'${cell}` : cell]));
}

/** Nothing is an empty cell. */
function text(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What lies at a path of members; undefined where one of them is missing. */
function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((here, name) => (isObject(here) ? here[name] : undefined), value);
}

function findingsOf(report: JsonObject): readonly unknown[] {
  return listAt(report['findings'], 'findings');
}

function systemsOf(unit: unknown): readonly unknown[] {
  return listAt(at(unit, 'systems'), 'systems');
}

function personCells(unit: unknown): Said {
  const person = (name: string) => text(at(unit, 'person', name));
  return { person_ref: person('id'), employee_id: person('employeeId'), name: person('displayName'), work_email: person('workEmail') };
}

function populationRows(unit: unknown): readonly Said[] {
  const period = (name: string) => text(at(unit, 'period', name));
  const leaver = {
    ...personCells(unit),
    period_id: period('id'),
    kind: period('workerType'),
    end_date: period('lastDay') || period('endDate'),
    end_tz: period('timeZone'),
    end_instant_utc: rangeOf(at(unit, 'end')),
    hr_recorded_at: period('hrRecordedAt'),
    deadline_earliest_utc: text(at(unit, 'deadline', 'earliest')),
    deadline_latest_utc: text(at(unit, 'deadline', 'latest')),
    verdict: text(at(unit, 'verdict')),
    effect: text(at(unit, 'effect')),
    exception_id: isExcepted(unit) && text(at(unit, 'disposition', 'approvedAt')) !== '' ? text(at(unit, 'disposition', 'id')) : '',
  };
  return systemsOf(unit).map((system) => ({ ...leaver, ...accountCells(system) }));
}

function accountCells(system: unknown): Said {
  const cell = (...path: readonly string[]) => text(at(system, ...path));
  return {
    system: cell('system'),
    account_ref: cell('accountId'),
    account_external_id: cell('externalId'),
    last_proven_usable_utc: cell('timing', 'lastProvenUsable'),
    first_proven_unusable_utc: cell('timing', 'firstProvenUnusable'),
    grade: cell('grade'),
    late_min_h: hours(at(system, 'judged', 'late', 'atLeastMs'), Math.floor),
    late_max_h: hours(at(system, 'judged', 'late', 'atMostMs'), Math.ceil),
    match_rule: cell('matchRule'),
    standing: cell('standing'),
    gap_id: gapIds(blindAt(system)),
  };
}

/** With two decimals, rounded away from a verdict. */
function hours(ms: unknown, round: (value: number) => number): string {
  return typeof ms === 'number' ? (round((ms / HOUR_MS) * 100) / 100).toFixed(2) : '';
}

function rangeOf(range: unknown): string {
  const [earliest, latest] = [text(at(range, 'earliest')), text(at(range, 'latest'))];
  return earliest === latest ? earliest : `${earliest}/${latest}`;
}

function findingRow(unit: unknown): Said {
  const cell = (name: string) => text(at(unit, name));
  return {
    ...personCells(unit),
    finding_id: cell('id'),
    kind: cell('kind'),
    effect: cell('effect'),
    verdict: cell('verdict'),
    rule: cell('rule'),
    all_rules: listAt(at(unit, 'all'), 'all')
      .map((each) => text(at(each, 'rule')))
      .join(' '),
    opened_at: cell('openedAt'),
    period_id: text(at(unit, 'period', 'id')),
    accounts: accountsOf(unit),
    sentence: cell('sentence'),
    gap_id: gapIds(systemsOf(unit).flatMap(blindAt)),
  };
}

function accountsOf(unit: unknown): string {
  const named = systemsOf(unit).filter((system) => text(at(system, 'account')) !== '');
  return named.map((system) => `${text(at(system, 'system'))}:${text(at(system, 'account'))}`).join(' ');
}

function blindAt(system: unknown): readonly unknown[] {
  const blind = at(system, 'blind');
  return blind === undefined ? [] : listAt(blind, 'blind');
}

/** Each once, in the order of time, apart by spaces. */
function gapIds(blind: readonly unknown[]): string {
  const orders = new Map(blind.map((each) => [text(at(each, 'gapId')), `${text(at(each, 'from'))} ${text(at(each, 'gapId'))}`]));
  return [...orders.keys()].toSorted((a, b) => ((orders.get(a) ?? '') < (orders.get(b) ?? '') ? -1 : 1)).join(' ');
}

function isExcepted(unit: unknown): boolean {
  return at(unit, 'disposition', 'kind') === 'exception';
}

function exceptionRows(unit: unknown): readonly Said[] {
  const {
    person_ref = '',
    employee_id = '',
    name = '',
    work_email = '',
    finding_id = '',
    verdict = '',
    effect = '',
    accounts = '',
  } = findingRow(unit);
  const shared = { person_ref, employee_id, name, work_email, finding_id, verdict, effect, accounts };
  const empty = { class: '', owner_person_ref: '', ticket: '', requested_at: '', approved_at: '', after_deadline: '', ...unended };
  return [
    ...(isExcepted(unit) ? [{ ...shared, ...empty, kind: 'exception', ...decided(unit, 'disposition'), ...exceptedCells(unit) }] : []),
    ...(isObject(at(unit, 'exclusion'))
      ? [{ ...shared, ...empty, kind: 'exclusion', ...decided(unit, 'exclusion'), ...excludedCells(unit) }]
      : []),
  ];
}

/** Of a decision that stands beside a finding. */
const unended = { test: '', ended_at: '', ended_because: '' };

/** What was in force and stands beside no finding. Reports of before say nothing of it. */
function decisionsBeside(report: JsonObject): readonly unknown[] {
  if (report['decisions'] === undefined) return [];
  const shown = new Set(findingsOf(report).flatMap((unit) => [at(unit, 'disposition', 'id'), at(unit, 'exclusion', 'id')]));
  return listAt(report['decisions'], 'decisions').filter((decision) => !shown.has(at(decision, 'id')));
}

function decisionRow(decision: unknown): Said {
  const cell = (name: string) => text(at(decision, name));
  return {
    ...personCells(decision),
    verdict: '',
    effect: '',
    after_deadline: '',
    exception_id: cell('id'),
    kind: cell('kind'),
    finding_id: cell('findingId'),
    accounts: cell('system') === '' ? '' : `${cell('system')}:${cell('account') || cell('accountId')}`,
    class: cell('class'),
    owner_person_ref: cell('ownerPersonId'),
    reason: cell('reason'),
    ticket: cell('ticket'),
    requested_by: cell('requestedBy'),
    requested_at: cell('requestedAt'),
    approved_by: cell('approvedBy'),
    approved_at: cell('approvedAt'),
    expires_at: cell('expiresAt'),
    test: cell('test'),
    ended_at: cell('endedAt'),
    ended_because: cell('endedBecause'),
  };
}

/** Reports of before say nothing of it. */
function takenOf(report: JsonObject): readonly unknown[] {
  return report['takenAccounts'] === undefined ? [] : listAt(report['takenAccounts'], 'takenAccounts');
}

function takenRow(taken: unknown): Said {
  const cell = (name: string) => text(at(taken, name));
  return {
    ...personCells(taken),
    finding_id: '',
    verdict: '',
    effect: '',
    accounts: `${cell('system')}:${cell('account') || cell('accountId')}`,
    class: '',
    owner_person_ref: '',
    ticket: '',
    after_deadline: '',
    expires_at: '',
    ...unended,
    kind: cell('because'),
    exception_id: cell('id'),
    reason: cell('reason'),
    requested_by: cell('requestedBy'),
    requested_at: cell('requestedAt'),
    approved_by: cell('approvedBy'),
    approved_at: cell('approvedAt'),
    moved_to_person_ref: cell('movedTo'),
  };
}

/** What an exception and an exclusion both have. */
function decided(unit: unknown, what: 'disposition' | 'exclusion'): Said {
  const cell = (name: string) => text(at(unit, what, name));
  return {
    exception_id: cell('id'),
    reason: cell('reason'),
    requested_by: cell('requestedBy'),
    approved_by: cell('approvedBy'),
    expires_at: cell('expiresAt'),
  };
}

function exceptedCells(unit: unknown): Said {
  const cell = (name: string) => text(at(unit, 'disposition', name));
  const [ticket, requested_at, approved_at] = [cell('ticket'), cell('requestedAt'), cell('approvedAt')];
  return { ticket, requested_at, approved_at, after_deadline: approved_at === '' ? '' : cell('isAfterDeadline') };
}

function excludedCells(unit: unknown): Said {
  return { class: text(at(unit, 'exclusion', 'class')), owner_person_ref: text(at(unit, 'exclusion', 'ownerPersonId')) };
}

function coverageRow(row: unknown): Said {
  const cell = (name: string) => text(at(row, name));
  return {
    source: cell('source'),
    what: cell('what'),
    ref: cell('ref'),
    from_utc: cell('from'),
    to_utc: cell('to'),
    detail: cell('detail'),
    gap_id: cell('gapId'),
    because: cell('because'),
  };
}
