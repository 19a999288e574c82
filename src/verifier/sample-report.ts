import { drawSample } from '../verdict/index.ts';
import { listAt, objectAt, parseJson, textAt } from './json-shape.ts';

/** Which sample of a report's leavers is wanted. */
export interface SampleOrder {
  readonly seed: string;
  readonly size: number;
}

/** Reads `SEED:SIZE`; the seed may hold colons. Undefined for anything else. */
export function parseSampleOrder(text: string): SampleOrder | undefined {
  const [, seed, size] = /^([^]+):(\d{1,6})$/.exec(text) ?? [];
  return seed === undefined || size === undefined || Number(size) === 0 ? undefined : { seed, size: Number(size) };
}

/**
 * Draws the sample from the bundle's own report, as `sample.drawn` in the ledger was: employment periods in order, and the hash of the
 * population that they come from. Throws a TypeError for a report that cannot be read.
 */
export function sampleReport(report: Uint8Array, order: SampleOrder): readonly string[] {
  const { periodStart, periodEnd, findings } = objectAt(parseJson(report), 'report.json');
  const [start, end] = [textAt(periodStart, 'periodStart'), textAt(periodEnd, 'periodEnd')];
  const leavers = listAt(findings, 'findings').flatMap((value) => {
    const unit = objectAt(value, 'the finding');
    if (unit['end'] === null || unit['period'] === null) return [];
    const earliest = textAt(objectAt(unit['end'], 'end')['earliest'], 'end.earliest');
    return earliest >= start && earliest < end ? [textAt(objectAt(unit['period'], 'period')['id'], 'period.id')] : [];
  });
  const { populationSha256, drawn } = drawSample(leavers, order);
  return [
    `Sample    ${drawn.length} of ${leavers.length} leavers by seed ${JSON.stringify(order.seed)}; population sha256:${populationSha256}`,
    ...drawn.map(({ id, digest }) => `          ${id}  (${digest.slice(0, 16)}…)`),
  ];
}
