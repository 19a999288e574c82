import { HOUR_MS, type Instant, type LedgerRecordId, newId, plusMs } from '../../src/kernel/index.ts';
import type { ReportPopulation, ReportUnit } from '../../src/reconciliation/index.ts';
import { decide, judgeTiming, type StateVector, sentenceFor, type TimingInput, worstTiming } from '../../src/verdict/index.ts';

const periodStart = '2026-01-01T00:00:00.000Z' as Instant;
const periodEnd = '2026-04-01T00:00:00.000Z' as Instant;
export const asOf = '2026-03-03T09:00:00.000Z' as Instant;
const ended = '2026-02-10T23:00:00.000Z' as Instant;
const end = { earliest: ended, latest: ended };
const deadline = { earliest: plusMs(ended, 24 * HOUR_MS), latest: plusMs(ended, 24 * HOUR_MS) };

interface SampleLeaver {
  readonly name: string;
  readonly employeeId: string;
  /** Hours after the end of the employment; null: not observed. */
  readonly lastUsable: number | null;
  readonly unusable: number | null;
  readonly evidence: readonly LedgerRecordId[];
}

function timingOf({ lastUsable, unusable }: SampleLeaver): TimingInput {
  const after = (hours: number | null) => (hours === null ? null : plusMs(ended, hours * HOUR_MS));
  return {
    neverHadAccount: false,
    end,
    deadline,
    lastProvenUsable: after(lastUsable),
    firstProvenUnusable: after(unusable),
    provenUsableAgain: null,
    evaluatedAt: asOf,
    covered: true,
  };
}

/** A leaver with an account in the directory and one in SCIM, judged as the reconciliation would. */
export function sampleLeaver(leaver: SampleLeaver): ReportUnit {
  const timing = timingOf(leaver);
  const judged = judgeTiming(timing);
  const outcome = worstTiming([judged.outcome]);
  const isOver = leaver.unusable !== null;
  const vector: StateVector = {
    employment: 'ENDED',
    classification: 'HUMAN',
    match: 'ONE',
    directory: isOver ? 'DISABLED' : 'ENABLED',
    scim: isOver ? 'INACTIVE' : 'ACTIVE',
    assigned: 'YES',
    roster: 'LISTED',
    propagation: 'SETTLED',
    role: 'NONE',
    privileged: 'NO',
    directoryTiming: outcome,
    scimTiming: outcome,
  };
  const { primary, all } = decide(vector);
  const account = (system: 'directory' | 'scim') => ({
    system,
    accountId: newId<'scim-user'>(asOf),
    standing: 'linked' as const,
    matchRule: 'M3' as const,
    state: system === 'directory' ? vector.directory : vector.scim,
    grade: 'C' as const,
    timing,
    judged,
    evidence: leaver.evidence,
    account: `${leaver.name.toLowerCase().replace(' ', '.')}@contoso.example`,
    externalId: null,
  });
  return {
    id: newId<'finding'>(asOf),
    kind: 'employment_period',
    exclusion: null,
    disposition: null,
    deadlineSinceTold: null,
    person: {
      id: newId<'person'>(asOf),
      employeeId: leaver.employeeId,
      displayName: leaver.name,
      workEmail: `${leaver.employeeId}@contoso.example`,
    },
    period: {
      id: newId<'employment-period'>(asOf),
      startDate: '2024-05-01',
      endDate: '2026-02-10',
      lastDay: null,
      timeZone: 'Europe/Berlin',
      workerType: 'employee',
      hrRecordedAt: '2026-02-03T09:00:00.000Z' as Instant,
      backdated: false,
    },
    end,
    deadline,
    policyId: null,
    vector,
    systems: [account('directory'), account('scim')],
    rule: primary.rule,
    verdict: primary.verdict,
    effect: primary.effect,
    all,
    sentence: sentenceFor(primary.rule, { vector, directory: [timing], scim: [timing] }),
    openedAt: asOf,
    evidence: leaver.evidence,
  };
}

/** A population of such leavers. */
export function samplePopulation(units: readonly ReportUnit[]): ReportPopulation {
  return {
    run: { id: newId<'reconciliation-run'>(asOf), asOf },
    periodStart,
    periodEnd,
    policies: [],
    totals: {
      employmentPeriods: 40 + units.length,
      leavers: units.length,
      endedOutsidePeriod: 3,
      continued: 0,
      active: 36,
      prehire: 1,
      unmatchedAccounts: 0,
      excludedAccounts: 0,
    },
    units,
  };
}
