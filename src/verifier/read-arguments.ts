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

/** The command line as it was understood, or what about it was not, in words. */
export type ReadArguments =
  | { readonly kind: 'understood'; readonly request: Request }
  | { readonly kind: 'misunderstood'; readonly because: string };

const options = ['--vkey', '--prev', '--tsa-ca', '--witness', '--anchor', '--sample', '--proof'];
/** Alone, without a value behind it. */
const RECOMPUTE = '--recompute';

export function readArguments(args: readonly string[]): ReadArguments {
  try {
    return { kind: 'understood', request: requestIn(args) };
  } catch (error) {
    if (error instanceof RangeError) return { kind: 'misunderstood', because: error.message };
    throw error;
  }
}

/** Throws a RangeError that says what is not understood. */
function requestIn(args: readonly string[]): Request {
  const given = collect(args.filter((argument) => argument !== RECOMPUTE));
  const path = once(given, PATH);
  if (path === undefined) throw new RangeError('no bundle is named');
  const wanted = once(given, '--sample');
  return {
    path,
    vkeys: given.get('--vkey') ?? [],
    prev: once(given, '--prev'),
    tsaCa: once(given, '--tsa-ca'),
    witnesses: given.get('--witness') ?? [],
    anchors: given.get('--anchor') ?? [],
    sample: wanted === undefined ? undefined : sampleIn(wanted),
    proofs: (given.get('--proof') ?? []).map(placeIn),
    recompute: args.includes(RECOMPUTE),
  };
}

function sampleIn(text: string): SampleOrder {
  const sample = parseSampleOrder(text);
  if (sample === undefined) throw new RangeError(`--sample wants SEED:SIZE, such as 4711:25, and not ${JSON.stringify(text)}`);
  return sample;
}

function placeIn(text: string): number {
  if (!/^(0|[1-9]\d{0,14})$/.test(text)) {
    throw new RangeError(`--proof wants the place of a record, counted from 0, and not ${JSON.stringify(text)}`);
  }
  return Number(text);
}

/** What stands behind no option. */
const PATH = 'the bundle';

/** Values by their option, and paths. Throws a RangeError for an option that there is not, or that has no value. */
function collect(args: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const given = new Map<string, string[]>([PATH, ...options].map((name) => [name, []]));
  for (let at = 0; at < args.length; at += 1) {
    const argument = args[at] ?? '';
    const name = argument.startsWith('-') ? argument : PATH;
    if (name !== PATH) at += 1;
    const values = given.get(name);
    if (values === undefined) throw new RangeError(`there is no option ${name}`);
    const value = args[at] ?? '';
    // What a shell makes of a variable that is not set.
    if (value === '') throw new RangeError(`${name} has no value`);
    values.push(value);
  }
  return given;
}

/** Throws a RangeError for what was given more than once. */
function once(given: ReadonlyMap<string, readonly string[]>, name: string): string | undefined {
  const [value, ...more] = given.get(name) ?? [];
  if (more.length > 0) throw new RangeError(`${name} was given more than once`);
  return value;
}
