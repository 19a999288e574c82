import type { MfaCoverage, MfaVerdict, MfaWhy, Through } from '../verdict/index.ts';

/** How policies, groups and roles are called; ids stand for what has no name. */
export interface MfaNames {
  readonly policy: (id: string) => string;
  readonly object: (id: string) => string;
}

const verdictSentences: Readonly<Record<MfaVerdict, string>> = {
  ENFORCED: 'Must use MFA at every sign-in.',
  UNKNOWN: 'Whether MFA must be used cannot be told.',
  PARTIAL: 'Must use MFA for some sign-ins only.',
  NOT_COVERED: 'No policy makes this account use MFA.',
  NOT_APPLICABLE: 'The account is disabled.',
};

/** The verdict and its reasons in one go. */
export function mfaSentence({ verdict, why }: MfaCoverage, names: MfaNames): string {
  return [verdictSentences[verdict], ...why.filter(({ code }) => code !== 'not-enabled').map((one) => whySentence(one, names))].join(' ');
}

/** One reason in words. */
export function whySentence(why: MfaWhy, names: MfaNames): string {
  const policy = why.policyId === null ? '' : `“${names.policy(why.policyId)}”`;
  const through = why.through === null ? '' : throughWords(why.through, names);
  return sentences[why.code]({ policy, through, detail: why.detail });
}

interface Said {
  readonly policy: string;
  readonly through: string;
  readonly detail: readonly string[];
}

const sentences: Readonly<Record<MfaWhy['code'], (said: Said) => string>> = {
  'covered-by': ({ policy, through }) => `${policy} covers it through ${through}.`,
  'excluded-by': ({ policy, through }) => `${policy} excludes it through ${through}.`,
  partial: ({ policy, detail }) => `${policy} applies in part: ${detail.join(', ')}.`,
  'unknown-membership': ({ policy, through }) => `Whether ${policy} covers it through ${through} is not known.`,
  'unknown-exclusion': ({ policy, through }) => `Whether ${policy} excludes it through ${through} is not known.`,
  'unknown-state': ({ policy }) => `Whether ${policy} is on is not known.`,
  'unknown-controls': ({ policy }) => `Whether ${policy} demands MFA is not known.`,
  'report-only': ({ policy }) => `${policy} would cover it, but only reports.`,
  'optional-only': ({ policy }) => `${policy} takes MFA or something else.`,
  'custom-control-only': ({ policy }) => `${policy} asks for a custom control, of which nobody here knows whether it is MFA.`,
  'blocked-by': ({ policy }) => `${policy} blocks it.`,
  'dangling-reference': ({ policy, detail }) => `${policy} names what is not there: ${detail.join(', ')}.`,
  'policies-not-collected': () => 'The policies of the tenant are not known at present.',
  'security-defaults-on': () => 'Security defaults are on, which cannot be evaluated account by account.',
  'security-defaults-unknown': () => 'Whether security defaults are on is not known.',
  'account-state-unknown': () => 'The account has vanished: nothing shows it, and nothing says that it is gone.',
  'no-licence': () => 'No policy is on, and no licence for Conditional Access is known.',
  'not-enabled': () => 'The account is disabled.',
};

function throughWords({ kind, id }: Through, names: MfaNames): string {
  if (kind === 'all') return 'all users';
  if (kind === 'user') return 'the account itself';
  if (kind === 'guest') return 'a type of guests';
  if (kind === 'guest-of-tenants') return 'guests of some tenants (Microsoft Graph does not say which tenant a guest comes from)';
  return `the ${kind} ${id === null ? '' : names.object(id)}`.trim();
}
