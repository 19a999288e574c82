import { digestOf } from '../kernel/index.ts';

/** What was drawn: each with the digest that gave it its place. */
export interface DrawnSample {
  /** SHA-256, in hex, over the ids of the whole population in order, one per line: the sample is of these and no others. */
  readonly populationSha256: string;
  readonly drawn: readonly { readonly id: string; readonly digest: string }[];
}

/**
 * Draws so many of a population by a seed that the auditor chose: in the order of SHA-256(seed ":" id), the first of them. Nobody who did not
 * choose the seed can steer it, and whoever has the population can draw it again (evidence §1.3). Of a smaller population all are drawn.
 */
export function drawSample(ids: readonly string[], { seed, size }: { readonly seed: string; readonly size: number }): DrawnSample {
  const population = [...ids].sort();
  const drawn = population
    .map((id) => ({ id, digest: sha256(`${seed}:${id}`) }))
    .sort((a, b) => (a.digest < b.digest ? -1 : 1))
    .slice(0, size);
  return { populationSha256: sha256(population.map((id) => `${id}\n`).join('')), drawn };
}

function sha256(text: string): string {
  return digestOf('sha256', text).toString('hex');
}
