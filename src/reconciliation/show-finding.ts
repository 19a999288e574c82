import type { FindingId, Instant } from '../kernel/index.ts';
import { diagnosisCodeOf, diagnosisOf } from './diagnose-finding.ts';
import type { Flag } from './flag.ts';
import type { ReportUnit } from './report-population.ts';
import type { ToldSince } from './told-since-read-model.ts';

/** Our ids of the accounts that a finding is about. */
export function accountIdsOf({ systems }: ReportUnit): readonly string[] {
  return systems.flatMap(({ accountId }) => (accountId === null ? [] : [accountId]));
}

/** What is known today of findings and decides no verdict. */
export interface KnownSince {
  readonly flags: readonly Flag[];
  readonly toldSince: ReadonlyMap<FindingId, ToldSince>;
  readonly closedAt: ReadonlyMap<FindingId, Instant>;
}

/** A finding as it is answered, with what is known of it and its accounts since; left out: of a past instant nothing is. */
export function showFinding(
  unit: ReportUnit,
  { closedAt, flags, toldSince }: KnownSince = { closedAt: new Map(), flags: [], toldSince: new Map() },
): Record<string, unknown> {
  const own = new Set(accountIdsOf(unit));
  return {
    ...shown(unit),
    closedAt: closedAt.get(unit.id) ?? null,
    period: unit.period === null ? null : { ...unit.period, toldSince: toldSince.get(unit.id) ?? null },
    flags: flags.filter(({ accountId }) => own.has(accountId)),
  };
}

function shown(unit: ReportUnit): Record<string, unknown> {
  const {
    id,
    kind,
    rule,
    verdict,
    effect,
    all,
    person,
    exclusion,
    disposition,
    end,
    deadline,
    deadlineSinceTold,
    policyId,
    policyVersion,
    sentence,
    evidence,
  } = unit;
  const code = diagnosisCodeOf(all);
  return {
    id,
    kind,
    rule,
    verdict,
    effect,
    all,
    person: person === null ? null : { id: person.id, name: person.displayName, employeeId: person.employeeId },
    exclusion,
    disposition,
    systems: unit.systems.map(shownSystem),
    end,
    deadline,
    deadlineSinceTold,
    policy: policyId === null ? null : { id: policyId, version: policyVersion },
    sentence,
    diagnosis: code === null ? null : diagnosisOf(code),
    since: unit.openedAt,
    evidence,
  };
}

function shownSystem({
  timing,
  judged,
  evidence: _shownWithTheFinding,
  ...system
}: ReportUnit['systems'][number]): Record<string, unknown> {
  return {
    ...system,
    lastProvenUsable: timing?.lastProvenUsable ?? null,
    firstProvenUnusable: timing?.firstProvenUnusable ?? null,
    provenUsableAgain: timing?.provenUsableAgain ?? null,
    outcome: judged?.outcome ?? null,
    late: judged?.late ?? null,
  };
}
