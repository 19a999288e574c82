import { isBeyondEmployment } from '../kernel/index.ts';

/** How a file writes its dates. Chosen by a person, never guessed: 03/04/2026 is in March to some and in April to others. */
export const dateFormats = [
  'YYYY-MM-DD',
  'DD.MM.YYYY',
  'DD/MM/YYYY',
  'MM/DD/YYYY',
  'DD-MM-YYYY',
  'MM-DD-YYYY',
  'YYYY/MM/DD',
  'YYYYMMDD',
  'DD-MMM-YYYY',
  'excel-1900',
  'excel-1904',
] as const;
export type DateFormat = (typeof dateFormats)[number];

/** Earlier than anybody who is still employed began; what lies before is a typing error, or the zero of a spreadsheet. */
const EARLIEST_DATE = '1900-01-02';
const DAY_MS = 86_400_000;

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

type Parts = readonly [year: string, month: string, day: string];
type Order = readonly [year: number, month: number, day: number];

const orders: Readonly<Partial<Record<DateFormat, { readonly form: RegExp; readonly order: Order }>>> = {
  'YYYY-MM-DD': { form: /^(\d{4})-(\d{2})-(\d{2})$/, order: [1, 2, 3] },
  'DD.MM.YYYY': { form: /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/, order: [3, 2, 1] },
  'DD/MM/YYYY': { form: /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/, order: [3, 2, 1] },
  'MM/DD/YYYY': { form: /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/, order: [3, 1, 2] },
  'DD-MM-YYYY': { form: /^(\d{1,2})-(\d{1,2})-(\d{4})$/, order: [3, 2, 1] },
  'MM-DD-YYYY': { form: /^(\d{1,2})-(\d{1,2})-(\d{4})$/, order: [3, 1, 2] },
  'YYYY/MM/DD': { form: /^(\d{4})\/(\d{1,2})\/(\d{1,2})$/, order: [1, 2, 3] },
  YYYYMMDD: { form: /^(\d{4})(\d{2})(\d{2})$/, order: [1, 2, 3] },
  'DD-MMM-YYYY': { form: /^(\d{1,2})[- /]([A-Za-z]{3})[- /](\d{4})$/, order: [3, 2, 1] },
};

/** The serial number 0 of a spreadsheet's calendar, as the day that its later numbers count from. */
const serialZeros: Readonly<Partial<Record<DateFormat, number>>> = {
  // Excel takes 1900 for a leap year: from March of it on, its numbers are one too many.
  'excel-1900': Date.UTC(1899, 11, 30),
  'excel-1904': Date.UTC(1904, 0, 1),
};

/** `date`: `YYYY-MM-DD`. */
export type ReadDate = { readonly date: string } | { readonly wrong: string };

/** Reads a date, or says what is wrong with it, with what to do where another format would have fit. */
export function readDate(text: string, format: DateFormat): ReadDate {
  const day = withoutMidnight(text);
  const date = orders[format] === undefined ? dateOfSerial(day, format) : dateOfParts(day, format);
  if (date === undefined) return { wrong: wrongOf(day, format) };
  if (date < EARLIEST_DATE) return { wrong: 'lies before the year 1900' };
  return isBeyondEmployment(date) ? { wrong: 'lies later than any employment goes on: leave the end empty where there is none' } : { date };
}

/** APIs and databases write a date as the midnight that begins it, there where it is one. */
function withoutMidnight(text: string): string {
  return text.replace(/(?:[T ]00:00(?::00(?:\.0+)?)?(?:Z|[+-]\d{2}:?\d{2})?| 12:00(?::00)? ?AM)$/i, '');
}

function dateOfParts(text: string, format: DateFormat): string | undefined {
  const spec = orders[format];
  const match = spec?.form.exec(text);
  if (spec === undefined || match === null || match === undefined) return undefined;
  const [year, month, day] = spec.order.map((group) => match[group] ?? '') as unknown as Parts;
  return calendarDate(`${year}-${monthNumber(month)}-${day.padStart(2, '0')}`);
}

function monthNumber(month: string): string {
  const named = months.indexOf(month.toLowerCase());
  return (named === -1 ? month : String(named + 1)).padStart(2, '0');
}

function dateOfSerial(text: string, format: DateFormat): string | undefined {
  const zero = serialZeros[format];
  if (zero === undefined || !/^\d{1,6}(\.0+)?$/.test(text)) return undefined;
  return new Date(zero + Math.floor(Number(text)) * DAY_MS).toISOString().slice(0, 10);
}

/** Undefined for a day that no calendar has. `text`: `YYYY-MM-DD`; of a day that does not exist, another month would come. */
function calendarDate(text: string): string | undefined {
  const [month, day] = [Number(text.slice(5, 7)), Number(text.slice(8))];
  if (!(month >= 1 && month <= 12 && day >= 1)) return undefined; // none of it may be a number
  const isThere = day <= 28 || new Date(Date.UTC(Number(text.slice(0, 4)), month - 1, day)).getUTCMonth() === month - 1;
  return isThere ? text : undefined;
}

function wrongOf(text: string, format: DateFormat): string {
  const fitting = dateFormats.filter((other) => other !== format && dateOf(text, other) !== undefined && other !== 'excel-1904');
  if (fitting.length === 0) return `is no date of the form ${format}, nor of another that dateFormat may be`;
  if (fitting.includes('excel-1900'))
    return `is no date of the form ${format}; if it is a spreadsheet's number, set dateFormat to excel-1900`;
  return `is no date of the form ${format}; which number is the day is not guessed: set dateFormat to ${fitting.join(' or ')}`;
}

function dateOf(text: string, format: DateFormat): string | undefined {
  return orders[format] === undefined ? dateOfSerial(text, format) : dateOfParts(text, format);
}
