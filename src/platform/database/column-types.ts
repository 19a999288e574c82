import pg from 'pg';
import { type Instant, instantOf } from '../../kernel/index.ts';

const { builtins } = pg.types;

/** jsonb arrives parsed, int8 as a number (it must be a safe one), dates as `YYYY-MM-DD`, timestamps as instants. */
const parsers = new Map<number, (text: string) => unknown>([
  [builtins.INT8, parseInt8],
  [builtins.DATE, (text) => text],
  [builtins.TIMESTAMPTZ, instantOfText],
  [1016, (text) => parseArray(text).map((item) => (item === null ? null : parseInt8(item)))],
  [1182, (text) => parseArray(text)],
  [1185, (text) => parseArray(text).map((item) => (item === null ? null : instantOfText(item)))],
]);

const parseTextArray = pg.types.getTypeParser(1009 as never, 'text') as unknown as (text: string) => (string | null)[];

/** The `types` option of a pg client: ours where we have one, pg's otherwise. */
export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    (format ?? 'text') === 'text' ? (parsers.get(oid) ?? pg.types.getTypeParser(oid)) : pg.types.getTypeParser(oid, 'binary')) as never,
};

function parseArray(text: string): (string | null)[] {
  return parseTextArray(text);
}

function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`the database holds ${text}, which no JavaScript number can carry exactly`);
  return value;
}

/** The instant that PostgreSQL writes as text. Throws a RangeError for an infinite one. */
export function instantOfText(text: string): Instant {
  if (isInUtc(text)) return `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, -3).padEnd(3, '0')}Z` as Instant;
  if (text.includes('infinity')) throw new RangeError('an infinite timestamp is not an instant');
  const iso = text.replace(' ', 'T').replace(/([+-]\d{2})$/, '$1:00');
  return instantOf(Date.parse(iso));
}

/**
 * A session in UTC writes `2026-01-31 08:15:00.12+00`; any other form goes the long way round: more than milliseconds, and years of more or
 * fewer than four digits. By its length and two characters, which a run over a million people reads several times faster than a pattern.
 */
function isInUtc(text: string): boolean {
  const isShort = text.length === 22 || (text.length > 23 && text.length < 27 && text.charAt(19) === '.');
  return isShort && text.charAt(10) === ' ' && text.endsWith('+00');
}
