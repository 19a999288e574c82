/** One sample of an exposition. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** An exposition, taken apart; throws for what Prometheus would not take. */
export interface Exposition {
  readonly samples: readonly Sample[];
  /** The types of the metrics, by their names. */
  readonly types: ReadonlyMap<string, string>;
  /** The value of the one sample with these labels; undefined when there is none. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/;

/** Prometheus' text format 0.0.4, as strictly as its own parser reads it, and that every histogram adds up. */
export function readExposition(text: string): Exposition {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const types = new Map<string, string>();
  const helped = new Set<string>();
  const samples: Sample[] = [];
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (kind === 'HELP') helped.add(name);
    else if (kind === 'TYPE') types.set(name, rest);
    else samples.push(readSample(line));
  }
  refuseStrays(samples, types, helped);
  for (const [name, type] of types) if (type === 'histogram') checkHistogram(name, samples);
  const value: Exposition['value'] = (name, labels = {}) =>
    samples.find((sample) => sample.name === name && sameLabels(sample.labels, labels))?.value;
  return { samples, types, value };
}

/** Every sample has a type and a help, and stands there once. */
function refuseStrays(samples: readonly Sample[], types: ReadonlyMap<string, string>, helped: ReadonlySet<string>): void {
  for (const { name } of samples) {
    const family = familyOf(name, types);
    if (family === undefined || !helped.has(family)) throw new Error(`${name} has no type or no help`);
  }
  const seen = samples.map(({ labels, name }) => `${name} ${JSON.stringify(labels)}`);
  if (new Set(seen).size !== seen.length) throw new Error('a sample stands there twice');
}

function readSample(line: string): Sample {
  const [, name, inner = '', text = ''] = SAMPLE.exec(line) ?? [];
  if (name === undefined) throw new Error(`no sample: ${line}`);
  const labels: Record<string, string> = {};
  for (let rest = inner; rest !== ''; ) {
    const found = LABEL.exec(rest);
    if (found === null) throw new Error(`no label: ${rest}`);
    labels[found[1] ?? ''] = found[2] ?? '';
    rest = rest.slice(found[0].length);
  }
  const value = text === '+Inf' ? Number.POSITIVE_INFINITY : Number(text);
  // Prometheus reads NaN in any case; prom-client writes it in one of its own.
  if (Number.isNaN(value) && text.toLowerCase() !== 'nan') throw new Error(`no value: ${line}`);
  return { name, labels, value };
}

function familyOf(name: string, types: ReadonlyMap<string, string>): string | undefined {
  if (types.has(name)) return name;
  const family = name.replace(/_(bucket|sum|count)$/, '');
  return ['histogram', 'summary'].includes(types.get(family) ?? '') ? family : undefined;
}

/** Buckets grow, and the last one holds all. */
function checkHistogram(name: string, samples: readonly Sample[]): void {
  const series = new Map<string, Sample[]>();
  for (const sample of samples.filter((each) => each.name === `${name}_bucket`)) {
    const { le: _bound, ...labels } = sample.labels;
    const key = JSON.stringify(labels);
    series.set(key, [...(series.get(key) ?? []), sample]);
  }
  for (const [key, buckets] of series) {
    const counts = buckets.map(({ value }) => value);
    const count = samples.find((each) => each.name === `${name}_count` && sameLabels(each.labels, JSON.parse(key) as Sample['labels']));
    const grows = counts.every((each, index) => index === 0 || each >= (counts[index - 1] ?? 0));
    if (!grows || buckets.at(-1)?.labels['le'] !== '+Inf' || counts.at(-1) !== count?.value) throw new Error(`${name} does not add up`);
  }
}

function sameLabels(one: Sample['labels'], other: Sample['labels']): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
