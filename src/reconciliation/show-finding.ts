import { diagnosisCodeOf, diagnosisOf } from './diagnose-finding.ts';
import type { Flag } from './flag.ts';
import type { ReportUnit } from './report-population.ts';

/** Our ids of the accounts that a finding is about. */
export function accountIdsOf({ systems }: ReportUnit): readonly string[] {
  return systems.flatMap(({ accountId }) => (accountId === null ? [] : [accountId]));
}

/** A finding as it is answered, with those of the flags that are about its accounts. */
export function showFinding(unit: ReportUnit, flags: readonly Flag[]): Record<string, unknown> {
  const own = new Set(accountIdsOf(unit));
  return { ...shown(unit), flags: flags.filter(({ accountId }) => own.has(accountId)) };
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
    period,
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
    period,
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
