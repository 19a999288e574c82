/** A record about a report, as it stands in the tree. */
export interface LeafOfReport {
  readonly index: number;
  readonly id: string;
  readonly leaf: Readonly<Record<string, unknown>>;
}

/** A report that was sealed before this one over some of the same time, as the record of its seal tells. Null: the record does not say. */
export interface EarlierSeal {
  readonly reportId: string | null;
  readonly kind: string | null;
  readonly version: number | null;
  readonly periodStart: string | null;
  readonly periodEnd: string | null;
  readonly asOf: string | null;
  readonly conclusion: string | null;
  readonly sealedAt: string | null;
  readonly manifest: string | null;
  /** The first report that says it corrects that one, this one included. */
  readonly supersededBy: string | null;
  readonly recordId: string;
  /** The place of the record in the ledger. */
  readonly index: number;
}

/** The report that lists them. */
export interface SealingReport {
  readonly reportId: string;
  readonly periodStart: string;
  readonly periodEnd: string;
  readonly supersedes: string | null;
}

/**
 * The seals that a report has to name: of two over one period the reader may have been shown the friendlier one. `records`: all that stand before its own seal,
 * in the tree's order. A record that names no period is among them, since nobody can say that it is over another.
 */
export function sealsOverPeriod(records: readonly LeafOfReport[], own: SealingReport): readonly EarlierSeal[] {
  const told = records.map(readSeal);
  const correcting = [...told, { seal: { reportId: own.reportId }, supersedes: own.supersedes }];
  return told
    .filter(({ seal: { periodEnd, periodStart } }) => overlaps(own, periodStart, periodEnd))
    .map(({ seal }) => ({
      ...seal,
      supersededBy: correcting.find(({ supersedes }) => supersedes !== null && supersedes === seal.reportId)?.seal.reportId ?? null,
    }));
}

/** What the records of seals tell, in their order. */
export function readSeals(records: readonly LeafOfReport[]): readonly EarlierSeal[] {
  return records.map((record) => readSeal(record).seal);
}

/** Instants of this ledger are written in one way, in which the order of the texts is that of time. A period that is not named may be any. */
export function overlaps(own: Pick<SealingReport, 'periodStart' | 'periodEnd'>, start: string | null, end: string | null): boolean {
  return start === null || end === null || (start < own.periodEnd && end > own.periodStart);
}

/** Members that a record of whatever origin may lack, or have as something else. */
function readSeal({ id, index, leaf }: LeafOfReport): { readonly seal: EarlierSeal; readonly supersedes: string | null } {
  const [detail, subject] = [objectOf(leaf['detail']), objectOf(leaf['subject'])];
  const period = objectOf(detail['period']);
  const version = detail['version'];
  return {
    seal: {
      reportId: textOf(subject['id']),
      kind: textOf(detail['kind']),
      version: typeof version === 'number' ? version : null,
      periodStart: textOf(period['start']),
      periodEnd: textOf(period['end']),
      asOf: textOf(detail['as_of']),
      conclusion: textOf(detail['conclusion']),
      sealedAt: textOf(leaf['recorded_at']),
      manifest: textOf(detail['manifest']),
      supersededBy: null,
      recordId: id,
      index,
    },
    supersedes: textOf(objectOf(detail['supersedes'])['reportId']),
  };
}

/** Members that are not there are none. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : {};
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
