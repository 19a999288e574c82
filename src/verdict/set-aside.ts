import { type LeafOfReport, objectOf, overlaps, type SealingReport, textOf } from './seals-over-period.ts';

/**
 * A report whose content was frozen over some of the same time, and that was not sealed: its conclusion was known, and another's is shown. Null: the record does
 * not say.
 */
export interface SetAside {
  readonly reportId: string | null;
  readonly periodStart: string | null;
  readonly periodEnd: string | null;
  readonly asOf: string | null;
  readonly conclusion: string | null;
  readonly frozenAt: string | null;
  readonly frozenBy: string | null;
  /** The hash of what was frozen. */
  readonly document: string | null;
  /** The record of the freezing, and its place in the ledger. */
  readonly recordId: string;
  readonly index: number;
  /** By which record it was given up; null while it is open still. */
  readonly discarded: { readonly at: string | null; readonly by: string | null; readonly recordId: string; readonly index: number } | null;
}

/**
 * What was frozen over a report's period and never sealed. `records`: those of freezings (`report.frozen`), discards and seals that stand before the report's own
 * seal, in the tree's order. What was frozen for the report itself is not among them.
 */
export function setAsideOverPeriod(
  records: readonly LeafOfReport[],
  own: Pick<SealingReport, 'reportId' | 'periodStart' | 'periodEnd'>,
): readonly SetAside[] {
  const ofType = (type: string) => records.filter(({ leaf }) => leaf['type'] === type);
  const sealed = new Set(ofType('report.sealed').map(reportOf));
  const discards = new Map(ofType('report.discarded').map((record) => [reportOf(record), record]));
  return ofType('report.frozen')
    .filter((record) => reportOf(record) !== own.reportId && !sealed.has(reportOf(record)))
    .map((record) => readFreezing(record, discards.get(reportOf(record))))
    .filter(({ periodEnd, periodStart }) => overlaps(own, periodStart, periodEnd));
}

function readFreezing({ id, index, leaf }: LeafOfReport, discard: LeafOfReport | undefined): SetAside {
  const detail = objectOf(leaf['detail']);
  const period = objectOf(detail['period']);
  return {
    reportId: textOf(objectOf(leaf['subject'])['id']),
    periodStart: textOf(period['start']),
    periodEnd: textOf(period['end']),
    asOf: textOf(detail['as_of']),
    conclusion: textOf(detail['conclusion']),
    frozenAt: textOf(leaf['recorded_at']),
    frozenBy: textOf(leaf['actor']),
    document: textOf(detail['document']),
    recordId: id,
    index,
    discarded:
      discard === undefined
        ? null
        : { at: textOf(discard.leaf['recorded_at']), by: textOf(discard.leaf['actor']), recordId: discard.id, index: discard.index },
  };
}

function reportOf({ leaf }: LeafOfReport): string | null {
  return textOf(objectOf(leaf['subject'])['id']);
}
