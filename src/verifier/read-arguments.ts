import { parseSampleOrder, type SampleOrder } from './sample-report.ts';

/** What the command line asks for. */
export interface Request {
  readonly path: string;
  readonly vkeys: readonly string[];
  /** A file with a checkpoint that the reader kept. */
  readonly prev: string | undefined;
  /** A file with the certificates of time-stamping authorities. */
  readonly tsaCa: string | undefined;
  /** Keys of witnesses, each of which must have cosigned. */
  readonly witnesses: readonly string[];
  /** Files with anchors that were made after the bundle. */
  readonly anchors: readonly string[];
  readonly sample: SampleOrder | undefined;
  /** Places of records that are each to be proven by a file of its own. */
  readonly proofs: readonly number[];
  /** Derive the inputs of every finding from the records. */
  readonly recompute: boolean;
}

const options = ['--vkey', '--prev', '--tsa-ca', '--witness', '--anchor', '--sample', '--proof'];
/** Alone, without a value behind it. */
const RECOMPUTE = '--recompute';

/** Reads the arguments; undefined for what is not understood. */
export function readArguments(args: readonly string[]): Request | undefined {
  try {
    const given = collect(args.filter((argument) => argument !== RECOMPUTE));
    const path = once(given, 'path');
    const wanted = once(given, '--sample');
    const sample = wanted === undefined ? undefined : parseSampleOrder(wanted);
    if (path === undefined || (wanted !== undefined && sample === undefined)) return undefined;
    return {
      path,
      vkeys: given.get('--vkey') ?? [],
      prev: once(given, '--prev'),
      tsaCa: once(given, '--tsa-ca'),
      witnesses: given.get('--witness') ?? [],
      anchors: given.get('--anchor') ?? [],
      sample,
      proofs: (given.get('--proof') ?? []).map(placeOf),
      recompute: args.includes(RECOMPUTE),
    };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Throws a RangeError for what is no place in a ledger. */
function placeOf(text: string): number {
  if (!/^(0|[1-9]\d{0,14})$/.test(text)) throw new RangeError(`${text} is no place of a record`);
  return Number(text);
}

/** Values by their option, and paths under `path`. Throws a RangeError for an option that there is not. */
function collect(args: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const given = new Map<string, string[]>(['path', ...options].map((name) => [name, []]));
  for (let at = 0; at < args.length; at += 1) {
    const argument = args[at] ?? '';
    const name = argument.startsWith('-') ? argument : 'path';
    if (name !== 'path') at += 1;
    const values = given.get(name);
    if (values === undefined) throw new RangeError(`there is no ${name}`);
    values.push(args[at] ?? '');
  }
  return given;
}

/** Throws a RangeError for what was given more than once. */
function once(given: ReadonlyMap<string, readonly string[]>, name: string): string | undefined {
  const [value, ...more] = given.get(name) ?? [];
  if (more.length > 0) throw new RangeError(`${name} was given more than once`);
  return value;
}
