import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The values that each label may have. Closed: nothing from outside ever becomes a label, and every series is there from the start. */
export type LabelSets = Readonly<Record<string, readonly string[]>>;

/** Values of labels, one for each. One that is not in its set counts as `other`, where the set has that, and as its first else. */
export type Labels<Sets extends LabelSets> = Readonly<Record<keyof Sets, string>>;

export interface MetricDefinition<Sets extends LabelSets> {
  readonly name: string;
  /** What it counts, in a sentence for the operator. */
  readonly help: string;
  readonly labels: Sets;
}

/** The metrics of one server. Made by the composition root; there is no other registry in the process. */
export interface MetricsRegistry {
  /** Counts up, by one unless told otherwise. */
  counter<const Sets extends LabelSets>(definition: MetricDefinition<Sets>): (labels: Labels<Sets>, amount?: number) => void;
  histogram<const Sets extends LabelSets>(
    definition: MetricDefinition<Sets> & { readonly buckets: readonly number[] },
  ): (labels: Labels<Sets>, value: number) => void;
  /** A value as it is now; null where it is not known, and then it is not shown. */
  gauge<const Sets extends LabelSets>(definition: MetricDefinition<Sets>): (labels: Labels<Sets>, value: number | null) => void;
  /** The exposition in Prometheus' text format, and its media type. */
  render(): Promise<{ readonly type: string; readonly text: string }>;
}

export function createMetricsRegistry(): MetricsRegistry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const common = ({ help, labels, name }: MetricDefinition<LabelSets>) => ({
    name,
    help,
    labelNames: Object.keys(labels),
    registers: [registry],
  });
  return {
    counter: (definition) => {
      const metric = new Counter(common(definition));
      const inc = bySeries(definition.labels, (labels) => metric.labels(labels));
      for (const labels of seriesOf(definition.labels)) metric.inc(labels, 0);
      return (labels, amount) => inc(labels).inc(amount);
    },
    histogram: (definition) => {
      const metric = new Histogram({ ...common(definition), buckets: [...definition.buckets] });
      const at = bySeries(definition.labels, (labels) => metric.labels(labels));
      return (labels, value) => at(labels).observe(value);
    },
    gauge: (definition) => {
      const metric = new Gauge(common(definition));
      const valuesOf = (labels: Readonly<Record<string, string>>) => Object.keys(definition.labels).map((name) => labels[name] ?? '');
      const at = bySeries(definition.labels, (labels) => labels);
      return (labels, value) => {
        const series = at(labels);
        if (value === null) metric.remove(...valuesOf(series));
        else metric.set(series, value);
      };
    },
    render: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  };
}

/** Finds a series by the values of its labels; each is made once, so that counting on the hot path costs a look-up. */
function bySeries<Sets extends LabelSets, Series>(sets: Sets, make: (labels: Record<string, string>) => Series) {
  const names = Object.keys(sets);
  const known = new Map<string, Series>();
  return (given: Labels<Sets>): Series => {
    const key = names.map((name) => given[name]).join(' ');
    const found = known.get(key);
    if (found !== undefined) return found;
    const labels = Object.fromEntries(names.map((name) => [name, closed(sets[name] ?? [], given[name] ?? '')]));
    const settled = names.map((name) => labels[name]).join(' ');
    const series = known.get(settled) ?? make(labels);
    // Under the settled name alone: what came from outside fills no memory either.
    known.set(settled, series);
    return series;
  };
}

function closed(set: readonly string[], value: string): string {
  if (set.includes(value)) return value;
  return set.includes('other') ? 'other' : (set[0] ?? '');
}

/** Every combination of the labels' values. */
function seriesOf(sets: LabelSets): readonly Readonly<Record<string, string>>[] {
  return Object.entries(sets).reduce<readonly Readonly<Record<string, string>>[]>(
    (series, [name, values]) => series.flatMap((labels) => values.map((value) => ({ ...labels, [name]: value }))),
    [{}],
  );
}
