import { refuse } from '../kernel/index.ts';
import { cellText, chooseColumns } from './choose-columns.ts';
import type { RosterReading } from './parse-roster.ts';
import { type ParsedRow, readRosterRow } from './read-roster-row.ts';
import { columnKey, type RosterMapping } from './roster-mapping.ts';

/** Objects within objects, as APIs nest an employment in an employee: `employment.type`. */
const MAX_DEPTH = 4;

/**
 * Reads a roster from JSON objects, one employment period each, by the same mapping as a file's columns; a member within an object goes
 * by both names with a point between. What a file calls a line is the object's place, from 1.
 * Throws DomainError `invalid-request` for what is no list of objects, or lacks what a roster cannot do without.
 */
export function readJsonRoster(value: unknown, mapping: RosterMapping): RosterReading {
  const rows = Array.isArray(value) && value.every(isObject) ? value.map(flatten) : refuseShape();
  if (rows.length === 0) return { columns: {}, ignoredColumns: [], rows: inTurn([]), format: null };
  const { columns, ignoredColumns, cellsOf } = chooseColumns(new Set(rows.flatMap((row) => [...row.keys()])), mapping);
  const parsed = rows.map(
    (row, index): ParsedRow =>
      readRosterRow(
        index + 1,
        cellsOf((key) => row.get(key) ?? ''),
        mapping,
      ),
  );
  return { columns, ignoredColumns, rows: inTurn(parsed), format: null };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuseShape(): never {
  return refuse('invalid-request', { detail: '"rows" must be a list of objects, one for each employment period.' });
}

function flatten(row: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const take = (object: Readonly<Record<string, unknown>>, path: readonly string[]): void => {
    for (const [name, value] of Object.entries(object)) {
      const key = [...path, columnKey(name)];
      const typed = typedTexts(value);
      if (isObject(value) && key.length < MAX_DEPTH) take(value, key);
      else if (typed.size > 0) for (const [type, data] of typed) texts.set([...key, columnKey(type)].join('.'), cellText(data));
      else texts.set(key.join('.'), cellText(scalarText(name, value)));
    }
  };
  take(row, []);
  return texts;
}

/** Of a list of texts with their types, as Finch gives addresses (`emails: [{"data": "…", "type": "work"}]`): the first of each type. */
function typedTexts(list: unknown): ReadonlyMap<string, string> {
  const first = new Map<string, string>();
  for (const item of Array.isArray(list) ? list : []) {
    if (!isObject(item)) continue;
    const { data, type } = item;
    if (typeof data === 'string' && typeof type === 'string' && !first.has(type)) first.set(type, data);
  }
  return first;
}

/** Other lists and what lies too deep say nothing that a roster reads. An integer beyond 2⁵³ is no longer the one that was sent. */
function scalarText(name: string, value: unknown): string {
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    refuse('invalid-request', { detail: `"${name}" is a number that JSON does not carry to its last digit.`, next: 'Send ids as texts.' });
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

async function* inTurn(rows: readonly ParsedRow[]): AsyncGenerator<ParsedRow> {
  yield* rows;
}
