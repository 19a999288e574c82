import { refuse } from '../kernel/index.ts';
import type { Cells } from './read-roster-row.ts';
import {
  type ColumnSource,
  columnKey,
  type PresetName,
  presetNames,
  type RosterField,
  type RosterMapping,
  requiredFields,
  rosterFields,
  sourcesOf,
} from './roster-mapping.ts';

export interface ChosenColumns {
  /** Which columns each field is read from; a field that the roster lacks is left out. */
  readonly columns: Readonly<Partial<Record<RosterField, readonly ColumnSource[]>>>;
  /** Columns that nothing reads, so that a misspelt one is seen. */
  readonly ignoredColumns: readonly string[];
  /** The fields of a row whose column of a key has a text, as `at` gives it. */
  readonly cellsOf: (at: (key: string) => string) => Cells;
}

/**
 * Which of a roster's columns say what, by the mapping. `present`: the keys of its columns.
 * Throws DomainError `invalid-request` where one that a roster cannot do without is not there.
 */
export function chooseColumns(present: ReadonlySet<string>, mapping: RosterMapping): ChosenColumns {
  const chosen = new Map(rosterFields.map((field) => [field, chosenSources(present, mapping, field)]));
  const found = rosterFields.filter((field) => (chosen.get(field) ?? []).length > 0);
  refuseMissing(found, present, mapping);
  const keys = new Map([...chosen].map(([field, sources]) => [field, sources.map(keysOf)]));
  const read = new Set([...keys.values()].flat(2));
  return {
    columns: Object.fromEntries(found.map((field) => [field, chosen.get(field) ?? []])),
    ignoredColumns: [...present].filter((key) => !read.has(key)),
    cellsOf: (at) => (field) => textOf(at, keys.get(field) ?? []),
  };
}

/** Two kinds of numbers may be the same: by a preset, whose names are alternatives, all rows of a roster are known by one of them. Who names several says that they go together. */
const ONE_KIND: readonly RosterField[] = ['employee_id', 'manager_employee_id'];

function chosenSources(present: ReadonlySet<string>, mapping: RosterMapping, field: RosterField): readonly ColumnSource[] {
  const sources = sourcesIn(present, sourcesOf(mapping, field));
  return mapping.columns[field] === undefined && ONE_KIND.includes(field) ? sources.slice(0, 1) : sources;
}

/** Those of a field's sources that the roster has; of several columns put together, those that it has. */
function sourcesIn(present: ReadonlySet<string>, sources: readonly ColumnSource[]): readonly ColumnSource[] {
  const has = (name: string) => present.has(columnKey(name));
  return sources.flatMap((source): readonly ColumnSource[] => {
    if (typeof source === 'string') return has(source) ? [source] : [];
    const some = source.filter(has);
    return some.length === 0 ? [] : [some];
  });
}

/** What a header may hold is shown to whoever sent it alone: without one, the first row stands in its place. */
function refuseMissing(found: readonly RosterField[], present: ReadonlySet<string>, mapping: RosterMapping): void {
  const missing = requiredFields.filter((field) => !found.includes(field));
  if (missing.length === 0) return;
  const wanted = missing.map((field) => `${field} (${sourcesOf(mapping, field).map(shown).join(' or ')})`);
  refuse('invalid-request', {
    detail: `The roster lacks ${wanted.join(', ')}.`,
    next: fitting(present, mapping),
    extra: { columns: [...present].slice(0, MOST_SHOWN).map((name) => name.slice(0, LONGEST_SHOWN)) },
  });
}

/** Of the columns that a refused file has. */
const MOST_SHOWN = 100;
const LONGEST_SHOWN = 100;

function fitting(present: ReadonlySet<string>, mapping: RosterMapping): string {
  const has = (preset: PresetName) =>
    requiredFields.every((field) => sourcesIn(present, sourcesOf({ ...mapping, preset }, field)).length > 0);
  const presets = presetNames.filter(has);
  return presets.length > 0
    ? `The preset ${presets.map((name) => `"${name}"`).join(' or ')} finds all that is needed: set it by PUT roster/mapping.`
    : 'Choose the preset of your HR system, or say by PUT roster/mapping which columns hold them; an end date may be empty where there is none.';
}

function shown(source: ColumnSource): string {
  return typeof source === 'string' ? `"${source}"` : source.map((name) => `"${name}"`).join(' + ');
}

/** The keys of the columns that are put together for a source. */
function keysOf(source: ColumnSource): readonly string[] {
  return (typeof source === 'string' ? [source] : source).map(columnKey);
}

/** The first source of a field that has a text; each is named by the keys of its columns. */
function textOf(at: (key: string) => string, sources: readonly (readonly string[])[]): string {
  for (const keys of sources) {
    const [only] = keys;
    const text = keys.length === 1 && only !== undefined ? at(only) : keys.map(at).filter(Boolean).join(' ');
    if (text !== '') return text;
  }
  return '';
}

const IS_PLAIN = /^[\x20-\x7e]*$/;

/** A cell as it was meant: one Unicode form, spaces of any width as spaces, nothing around it, and ="007" for 007, as spreadsheets keep zeros. */
export function cellText(cell: string | undefined): string {
  const whole = cell ?? '';
  // In one pass: most cells are plain ASCII, and mean what they say.
  const text = (IS_PLAIN.test(whole) ? whole : whole.normalize('NFC').replaceAll(/\p{Zs}/gu, ' ')).trim();
  return /^="([^"]*)"$/.exec(text)?.[1] ?? text;
}
