import type { FindingId, Instant, LedgerRecordId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { endsKnownLater } from '../reconciliation/index.ts';
import { type EarlierSeal, unawareSeal } from '../verdict/index.ts';

/** A leaver of the period of a final report that was sealed before HR's word on that end came. */
export interface ToldAfterSeal {
  readonly findingId: FindingId;
  readonly employmentPeriodId: string;
  /** When HR's word came, and that of a roster that was held when it was taken. */
  readonly knownAt: Instant;
  /** The report that did not know of it, and the record of its seal. */
  readonly reportId: string | null;
  readonly sealRecordId: LedgerRecordId;
}

/** Whom a report lists beside its own leavers, since no other has them: by the seals of the workspace and the latest run, in order of the finding's id. */
export async function toldAfterSeals(
  q: Queryable,
  workspaceId: WorkspaceId,
  {
    seals,
    ...asking
  }: { readonly seals: readonly EarlierSeal[]; readonly periodStart: Instant; readonly periodEnd: Instant; readonly asOf: Instant },
): Promise<readonly ToldAfterSeal[]> {
  const stretches = seals.flatMap(({ asOf, kind, periodEnd, periodStart }) =>
    kind === 'FINAL' && periodStart !== null && periodEnd !== null && asOf !== null
      ? [{ start: periodStart as Instant, end: periodEnd as Instant, knownUntil: asOf as Instant }]
      : [],
  );
  const ends = await endsKnownLater(q, workspaceId, stretches);
  return ends.flatMap(({ employmentPeriodId, findingId, ...end }) => {
    const seal = unawareSeal(end, seals, asking);
    if (seal === undefined) return [];
    const { recordId, reportId } = seal;
    return [{ findingId, employmentPeriodId, knownAt: end.knownAt, reportId, sealRecordId: recordId as LedgerRecordId }];
  });
}
