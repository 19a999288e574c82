import type { CheckId, CheckState, DiagnosisCheck, DiagnosisFacts } from './diagnosis.ts';

export type Check = (facts: DiagnosisFacts) => DiagnosisCheck;

/** What a check found, beside which check it was and how it stands. */
export type Finding = Omit<DiagnosisCheck, 'check' | 'state' | 'permission'>;

export function ok(check: CheckId, detail: string, evidence: DiagnosisCheck['evidence'] = {}): DiagnosisCheck {
  return found(check, 'ok', { detail, evidence, remedy: null });
}

export function problem(check: CheckId, finding: Finding): DiagnosisCheck {
  return found(check, 'problem', finding);
}

export function found(check: CheckId, state: CheckState, { detail, evidence, remedy }: Finding): DiagnosisCheck {
  return { check, state, detail, evidence, remedy, permission: null };
}
