import { refuse } from '../kernel/index.ts';
import type { BodyReader } from '../platform/index.ts';
import { dateFormats } from './roster-date.ts';
import { type ColumnSource, presetNames, type RosterMapping, rosterFields } from './roster-mapping.ts';

/** No header has longer names, no field more sources, and no company more sites, that anybody chose on purpose. */
const MAX_NAME = 200;
const MAX_SOURCES = 20;
const MAX_SITES = 2_000;

/** Reads a mapping from a request. Throws DomainError `invalid-request`, naming the member. */
export function readMappingOf(body: BodyReader): RosterMapping {
  return {
    preset: body.has('preset') ? body.oneOf('preset', presetNames) : 'canonical',
    columns: body.has('columns') ? columnsOf(body.json('columns')) : {},
    dateFormat: body.has('dateFormat') ? body.oneOf('dateFormat', dateFormats) : dateFormats[0],
    timeZones: body.has('timeZones') ? zonesOf(body.json('timeZones')) : {},
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
    if (!isName(site) || !isName(zone) || !isZone(zone)) {
      refuse('invalid-request', {
        detail: `"timeZones" gives the site "${site.slice(0, MAX_NAME)}" no zone that is known, such as Europe/Berlin.`,
      });
    }
  }
  return Object.fromEntries(zones) as Readonly<Record<string, string>>;
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
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
