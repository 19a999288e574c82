import type { AccessPolicy, PolicyControls } from './access-policy.ts';
import { all, type Truth } from './truth.ts';

/** What a policy asks of whom it applies to. */
export interface MfaRequirement {
  /** Whether it enforces MFA. */
  readonly enforced: Truth;
  /** What it would do, or does instead: each a reason why it does not enforce MFA. */
  readonly kind: 'enforces' | 'report-only' | 'optional' | 'custom-control' | 'blocks' | 'other';
  /** Of what is not known: the state or the controls. */
  readonly doubt: 'state' | 'controls' | null;
}

const knownControls = new Set([
  'mfa',
  'compliantDevice',
  'domainJoinedDevice',
  'approvedApplication',
  'compliantApplication',
  'passwordChange',
]);

function isKnown(control: string): boolean {
  return knownControls.has(control);
}

/**
 * Whether a policy demands MFA, whoever it applies to (microsoft-graph §5.2): it is on, and MFA is the one way through, or one of those that
 * must all be gone. MFA or a compliant device is not MFA, and neither is a custom factor: nobody here knows what it does.
 */
export function mfaRequirementOf(policy: AccessPolicy): MfaRequirement {
  const { state, controls, isForWorkloads } = policy;
  if (controls === null || isForWorkloads) return { enforced: 'no', kind: 'other', doubt: null };
  if (controls.builtIn.includes('block')) return { enforced: 'no', kind: state === 'enabled' ? 'blocks' : 'other', doubt: null };
  const isOn = stateTruth(state);
  const demanded = demandedBy(controls);
  const enforced = all([isOn, demanded]);
  if (enforced !== 'no') return { enforced, kind: 'enforces', doubt: doubtOf(isOn, demanded) };
  return { enforced, kind: insteadOf(state, controls, demanded), doubt: null };
}

function stateTruth(state: string | null): Truth {
  if (state === 'enabled') return 'yes';
  return state === 'disabled' || state === 'enabledForReportingButNotEnforced' ? 'no' : 'unknown';
}

function doubtOf(isOn: Truth, demanded: Truth): MfaRequirement['doubt'] {
  if (isOn === 'unknown') return 'state';
  return demanded === 'unknown' ? 'controls' : null;
}

function insteadOf(state: string | null, controls: PolicyControls, demanded: Truth): MfaRequirement['kind'] {
  if (state === 'enabledForReportingButNotEnforced') return demanded === 'yes' ? 'report-only' : 'other';
  if (state !== 'enabled') return 'other';
  if (hasMfa(controls) === 'yes') return 'optional';
  return controls.custom > 0 && controls.builtIn.length === 0 && controls.strength === null ? 'custom-control' : 'other';
}

function demandedBy(controls: PolicyControls): Truth {
  const { operator, builtIn, custom, terms, strength } = controls;
  const mfa = hasMfa(controls);
  const ways = builtIn.length + custom + terms + (strength === null ? 0 : 1);
  if (ways <= 1 || operator === 'AND') return mfa;
  if (operator !== 'OR') return mfa === 'no' ? 'no' : 'unknown';
  // A way that nobody knows may be MFA itself.
  return builtIn.every(isKnown) ? 'no' : 'unknown';
}

function hasMfa({ builtIn, strength }: PolicyControls): Truth {
  if (builtIn.includes('mfa') || strength?.satisfies === 'mfa') return 'yes';
  const isStrengthKnown = strength === null || strength.satisfies === 'none';
  return isStrengthKnown && builtIn.every(isKnown) ? 'no' : 'unknown';
}
