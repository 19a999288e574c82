import type { AccessPolicy } from './access-policy.ts';
import { type MfaRequirement, mfaRequirementOf } from './mfa-requirement.ts';
import { matchPolicy, type NamedObjects, type PolicyMatch, type PolicySubject, type Through } from './policy-match.ts';
import { all } from './truth.ts';

/** Whether Conditional Access makes an account use MFA, best first. NOT_APPLICABLE: the account is not enabled. */
export const mfaVerdicts = ['ENFORCED', 'UNKNOWN', 'PARTIAL', 'NOT_COVERED', 'NOT_APPLICABLE'] as const;
export type MfaVerdict = (typeof mfaVerdicts)[number];

/** What is known of a tenant. */
export interface MfaTenant {
  /** Null where they were not collected, or not lately. */
  readonly policies: readonly AccessPolicy[] | null;
  readonly named: NamedObjects;
  /** Null where that is not known. */
  readonly securityDefaults: boolean | null;
  /** Whether the tenant has a licence for Conditional Access; null where that is not known. */
  readonly hasPremium: boolean | null;
}

export const mfaWhyCodes = [
  'covered-by',
  'excluded-by',
  'partial',
  'unknown-membership',
  'unknown-exclusion',
  'unknown-state',
  'unknown-controls',
  'report-only',
  'optional-only',
  'custom-control-only',
  'blocked-by',
  'dangling-reference',
  'account-state-unknown',
  'policies-not-collected',
  'security-defaults-on',
  'security-defaults-unknown',
  'no-licence',
  'not-enabled',
] as const;
export type MfaWhyCode = (typeof mfaWhyCodes)[number];

/** One reason. A policy's has the policy, and through what it names the account. */
export interface MfaWhy {
  readonly code: MfaWhyCode;
  readonly policyId: string | null;
  readonly through: Through | null;
  /** Of `partial`, what narrows the policy; of `dangling-reference`, the ids that name nothing. */
  readonly detail: readonly string[];
}

export interface MfaCoverage {
  readonly verdict: MfaVerdict;
  readonly why: readonly MfaWhy[];
}

/**
 * Whether an account must use MFA at every sign-in, by three-valued logic (microsoft-graph §5.2). Pure and total. What is not known never
 * turns into ENFORCED (I10), an exclusion never makes anybody more covered, and the order of the policies means nothing. Policies that apply
 * in part are not added up.
 */
export function mfaCoverageOf(subject: PolicySubject, tenant: MfaTenant): MfaCoverage {
  if (subject.isEnabled === false) return { verdict: 'NOT_APPLICABLE', why: [plain('not-enabled')] };
  if (subject.isEnabled === null) return { verdict: 'UNKNOWN', why: [plain('account-state-unknown')] };
  if (tenant.policies === null) return { verdict: 'UNKNOWN', why: [plain('policies-not-collected')] };
  const judged = tenant.policies.map((policy) => judge(policy, subject, tenant.named));
  const why = judged.flatMap(({ lines }) => lines).toSorted(byCodeAndPolicy);
  const verdict = mfaVerdicts.find((one) => judged.some(({ effect }) => effect === one)) ?? 'NOT_COVERED';
  const doubt = doubtOf(verdict, tenant, tenant.policies);
  return doubt === undefined ? { verdict, why } : { verdict: 'UNKNOWN', why: [plain(doubt), ...why] };
}

/** A reason that a policy gives. */
interface PolicyWhy extends MfaWhy {
  readonly policyId: string;
}

interface Judged {
  /** Undefined where the policy asks nothing of the account. */
  readonly effect: MfaVerdict | undefined;
  readonly lines: readonly PolicyWhy[];
}

function judge(policy: AccessPolicy, subject: PolicySubject, named: NamedObjects): Judged {
  const requirement = mfaRequirementOf(policy);
  const match = matchPolicy(policy, subject, named);
  const effect = effectOf(policy, requirement, match);
  const line = lineOf(policy, requirement, match);
  if (line === undefined) return { effect, lines: [] };
  const names = [...policy.include.users, ...policy.include.groups, ...policy.exclude.users, ...policy.exclude.groups];
  const dangling = [...new Set(names.filter((id) => named.dangling.includes(id)))].toSorted();
  const about = { policyId: policy.id, through: null };
  return { effect, lines: [line, ...(dangling.length === 0 ? [] : [{ code: 'dangling-reference' as const, ...about, detail: dangling }])] };
}

function effectOf({ narrowedBy }: AccessPolicy, { enforced }: MfaRequirement, { applies }: PolicyMatch): MfaVerdict | undefined {
  const isIn = all([enforced, applies]);
  if (isIn === 'no') return undefined;
  if (narrowedBy.length > 0) return 'PARTIAL';
  return isIn === 'yes' ? 'ENFORCED' : 'UNKNOWN';
}

/** What one policy has to say of an account; undefined where it says nothing. */
function lineOf(policy: AccessPolicy, requirement: MfaRequirement, match: PolicyMatch): PolicyWhy | undefined {
  const { included, excluded, applies } = match;
  if (included.truth === 'no' || requirement.kind === 'other') return undefined;
  const line = (code: MfaWhyCode, through: Through | null, detail: readonly string[] = []): PolicyWhy => ({
    code,
    policyId: policy.id,
    through,
    detail,
  });
  if (excluded.truth === 'yes') return requirement.kind === 'enforces' ? line('excluded-by', excluded.through) : undefined;
  const instead = {
    'report-only': 'report-only',
    optional: 'optional-only',
    'custom-control': 'custom-control-only',
    blocks: 'blocked-by',
  } as const;
  if (requirement.kind !== 'enforces') return line(instead[requirement.kind], included.through);
  if (policy.narrowedBy.length > 0) return line('partial', included.through, policy.narrowedBy);
  if (requirement.doubt !== null) return line(`unknown-${requirement.doubt}`, included.through);
  if (applies === 'yes') return line('covered-by', included.through);
  return excluded.truth === 'unknown' ? line('unknown-exclusion', excluded.through) : line('unknown-membership', included.through);
}

/**
 * Why "not covered" cannot be said: security defaults may ask for MFA where Microsoft judges it necessary; and without a licence, or without
 * knowing of them, no policy that is on proves nothing. Policies that are on show that there is a licence, whatever the licences say.
 */
function doubtOf(verdict: MfaVerdict, tenant: MfaTenant, policies: readonly AccessPolicy[]): MfaWhyCode | undefined {
  if (verdict === 'ENFORCED' || verdict === 'UNKNOWN') return undefined;
  if (tenant.securityDefaults === true) return 'security-defaults-on';
  if (policies.some(({ state }) => state === 'enabled')) return undefined;
  if (tenant.hasPremium !== true) return 'no-licence';
  return tenant.securityDefaults === null ? 'security-defaults-unknown' : undefined;
}

function plain(code: MfaWhyCode): MfaWhy {
  return { code, policyId: null, through: null, detail: [] };
}

function byCodeAndPolicy(a: PolicyWhy, b: PolicyWhy): number {
  return mfaWhyCodes.indexOf(a.code) - mfaWhyCodes.indexOf(b.code) || (a.policyId < b.policyId ? -1 : 1);
}
