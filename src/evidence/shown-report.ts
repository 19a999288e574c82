import type { Waiting } from './decide-freeze.ts';
import type { Draft } from './draft-store.ts';
import type { Report } from './report-store.ts';

/** A sealed report as the API shows it; `sealing` in the moment before the tree over its seal is signed. `leaversToldSince` is null where that was not asked. */
export function showReport({ manifestSha256, checkpointSize, supersededBy, ...report }: Report, leaversToldSince: number | null = null) {
  const sealed = supersededBy === null ? 'sealed' : 'superseded';
  return {
    ...report,
    supersededBy,
    status: checkpointSize === null ? 'sealing' : sealed,
    manifestSha256: manifestSha256.toString('hex'),
    checkpoint: checkpointSize === null ? null : { size: checkpointSize },
    waitingFor: null,
    leaversToldSince,
  };
}

/** A report on its way to its seal, in the same members; `waitingFor` is null where that was not asked, or where it is frozen. */
export function showDraft(draft: Draft, waitingFor: readonly Waiting[] | null = null) {
  const { id, version, supersedes, periodStart, periodEnd, createdAt, createdBy, summary } = draft;
  const status = statusOf(draft);
  return {
    ...(summary ?? { asOf: null, conclusion: null, totals: null, effects: null }),
    id,
    kind: 'FINAL' as const,
    version,
    supersedes,
    supersededBy: null,
    status,
    periodStart,
    periodEnd,
    manifestSha256: null,
    sealRecordId: null,
    checkpoint: null,
    createdAt,
    createdBy,
    waitingFor: status === 'draft' ? waitingFor : null,
    leaversToldSince: null,
    purged: null,
  };
}

function statusOf({ frozenAt, endedBecause }: Draft) {
  if (endedBecause === 'discarded') return 'discarded';
  return frozenAt === null ? 'draft' : 'frozen';
}

export type ShownReport = ReturnType<typeof showReport> | ReturnType<typeof showDraft>;
