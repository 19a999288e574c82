import { isOffset, isTimeZone, refuse } from '../kernel/index.ts';
import type { BodyReader } from '../platform/index.ts';
import { dateFormats } from './roster-date.ts';
import { type ColumnSource, presetNames, type RosterMapping, rosterFields, type RosterWords } from './roster-mapping.ts';
import { rosterStatuses, workerTypes } from './roster-row.ts';

/** No header has longer names, no field more sources, and no company more sites, that anybody chose on purpose. */
const MAX_NAME = 200;
const MAX_SOURCES = 20;
const MAX_SITES = 2_000;
const MAX_WORDS = 200;

/** Reads a mapping from a request. Throws DomainError `invalid-request`, naming the member. */
export function readMappingOf(body: BodyReader): RosterMapping {
  return {
    preset: body.has('preset') ? body.oneOf('preset', presetNames) : 'canonical',
    columns: body.has('columns') ? columnsOf(body.json('columns')) : {},
    dateFormat: body.has('dateFormat') ? body.oneOf('dateFormat', dateFormats) : dateFormats[0],
    timeZones: body.has('timeZones') ? zonesOf(body.json('timeZones')) : {},
    words: body.has('words') ? wordsOf(body.json('words')) : {},
  };
}

function columnsOf(value: unknown): RosterMapping['columns'] {
  const entries = Object.entries(objectOf('columns', value)).map(([name, sources]) => {
    const field = rosterFields.find((known) => known === name) ?? refuseField(name);
    const list = Array.isArray(sources) ? sources : [sources];
    if (list.length === 0 || list.length > MAX_SOURCES) refuseSources(name);
    return [field, list.map((source) => sourceOf(name, source))] as const;
  });
  return Object.fromEntries(entries);
}

function sourceOf(field: string, source: unknown): ColumnSource {
  if (isName(source)) return source;
  return Array.isArray(source) && source.length > 0 && source.length <= MAX_SOURCES && source.every(isName) ? source : refuseSources(field);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= MAX_NAME && !/[\0\p{Surrogate}]/u.test(value);
}

function zonesOf(value: unknown): Readonly<Record<string, string>> {
  const zones = Object.entries(objectOf('timeZones', value));
  if (zones.length > MAX_SITES) refuse('invalid-request', { detail: `"timeZones" may name ${MAX_SITES} sites at most.` });
  for (const [site, zone] of zones) {
    requireZone(`"timeZones" gives the site`, site, zone);
  }
  return Object.fromEntries(zones) as Readonly<Record<string, string>>;
}

function requireZone(says: string, name: string, zone: unknown): string {
  if (!isName(name) || !isName(zone) || !isTimeZone(zone)) {
    const next =
      isName(zone) &&
      isOffset(zone) &&
      `${zone} is an offset, which may stand for a zone with summer time: name the place, such as America/New_York.`;
    refuse('invalid-request', {
      detail: `${says} "${name.slice(0, MAX_NAME)}" no zone that is known, such as Europe/Berlin.`,
      ...(next && { next }),
    });
  }
  return zone;
}

/** Words are compared in lower case. */
function wordsOf(value: unknown): RosterWords {
  const { status, worker_type: workerType, time_zone: timeZone, ...others } = objectOf('words', value);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    refuse('invalid-request', {
      detail: `"words" names no field "${unknown.slice(0, MAX_NAME)}".`,
      next: 'Fields: status, worker_type, time_zone.',
    });
  }
  return {
    ...(status !== undefined && { status: meanings('status', status, rosterStatuses) }),
    ...(workerType !== undefined && { worker_type: meanings('worker_type', workerType, workerTypes) }),
    ...(timeZone !== undefined && { time_zone: zonesCalled(timeZone) }),
  };
}

function zonesCalled(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    wordsIn('time_zone', value).map(([word, zone]) => [word.trim().toLowerCase(), requireZone('"words.time_zone" gives', word, zone)]),
  );
}

function wordsIn(field: string, value: unknown): readonly (readonly [string, unknown])[] {
  const words = Object.entries(objectOf(`words.${field}`, value));
  if (words.length > MAX_WORDS) refuse('invalid-request', { detail: `"words.${field}" may name ${MAX_WORDS} words at most.` });
  return words;
}

function meanings<Word extends string>(field: string, value: unknown, ours: readonly Word[]): Readonly<Record<string, Word>> {
  return Object.fromEntries(
    wordsIn(field, value).map(([word, meant]): readonly [string, Word] => {
      const our = ours.find((known) => known === meant);
      if (our !== undefined && isName(word)) return [word.trim().toLowerCase(), our];
      return refuse('invalid-request', {
        detail: `"words.${field}" gives "${word.slice(0, MAX_NAME)}" no meaning that is known.`,
        next: `Meanings: ${ours.join(', ')}.`,
      });
    }),
  );
}

function objectOf(name: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  return refuse('invalid-request', { detail: `"${name}" must be an object.` });
}

function refuseField(name: string): never {
  return refuse('invalid-request', {
    detail: `"columns" names no field "${name.slice(0, MAX_NAME)}".`,
    next: `Fields: ${rosterFields.join(', ')}.`,
  });
}

function refuseSources(field: string): never {
  return refuse('invalid-request', {
    detail: `"columns.${field}" must be a column's name, or a list of 1 to ${MAX_SOURCES} of them; a list within the list is put together.`,
  });
}
