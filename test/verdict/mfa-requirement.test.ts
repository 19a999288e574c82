import { describe, it } from '@jest/globals';
import { ids, type Row, verify } from './mfa-policies.ts';

const strength = (satisfies: string | undefined) => ({ builtInControls: [], authenticationStrength: { requirementsSatisfied: satisfies } });

const what: readonly Row[] = [
  { name: 'is off', policies: [{ state: 'disabled' }], expected: 'NOT_COVERED', why: [] },
  { name: 'only reports', policies: [{ state: 'enabledForReportingButNotEnforced' }], expected: 'NOT_COVERED', why: ['report-only'] },
  { name: 'is in a state of later days', policies: [{ state: 'unknownFutureValue' }], expected: 'UNKNOWN', why: ['unknown-state'] },
  {
    name: 'only reports, and would take a device',
    policies: [{ state: 'enabledForReportingButNotEnforced', controls: { builtInControls: ['compliantDevice'] } }],
    expected: 'NOT_COVERED',
    why: [],
  },
  {
    name: 'only reports, and not of the account',
    policies: [{ state: 'enabledForReportingButNotEnforced', users: { excludeUsers: [ids.ada] } }],
    expected: 'NOT_COVERED',
    why: [],
  },
  {
    name: 'takes MFA or a compliant device (microsoft-graph §10 #13)',
    policies: [{ controls: { builtInControls: ['mfa', 'compliantDevice'] } }],
    expected: 'NOT_COVERED',
    why: ['optional-only'],
  },
  {
    name: 'takes MFA and a compliant device',
    policies: [{ controls: { operator: 'AND', builtInControls: ['mfa', 'compliantDevice'] } }],
    expected: 'ENFORCED',
  },
  {
    name: 'takes MFA or terms of use',
    policies: [{ controls: { termsOfUse: ['terms'] } }],
    expected: 'NOT_COVERED',
    why: ['optional-only'],
  },
  { name: 'takes MFA and terms of use', policies: [{ controls: { operator: 'AND', termsOfUse: ['terms'] } }], expected: 'ENFORCED' },
  {
    name: 'takes a compliant device alone',
    policies: [{ controls: { builtInControls: ['compliantDevice'] } }],
    expected: 'NOT_COVERED',
    why: [],
  },
  ...['compliantDevice', 'domainJoinedDevice', 'approvedApplication', 'compliantApplication', 'passwordChange'].map(
    (control): Row => ({
      name: `takes ${control} alone, which is no MFA`,
      policies: [{ controls: { builtInControls: [control] } }],
      expected: 'NOT_COVERED',
      why: [],
    }),
  ),
  {
    name: 'takes a strength that is MFA or a compliant device',
    policies: [{ controls: { ...strength('mfa'), builtInControls: ['compliantDevice'] } }],
    expected: 'NOT_COVERED',
    why: ['optional-only'],
  },
  {
    name: 'takes MFA or a custom factor',
    policies: [{ controls: { customAuthenticationFactors: ['Vendor'] } }],
    expected: 'NOT_COVERED',
    why: ['optional-only'],
  },
  {
    name: 'takes terms of use alone',
    policies: [{ controls: { builtInControls: [], termsOfUse: ['terms'] } }],
    expected: 'NOT_COVERED',
    why: [],
  },
  {
    name: 'takes a custom factor or a compliant device',
    policies: [{ controls: { builtInControls: ['compliantDevice'], customAuthenticationFactors: ['Vendor'] } }],
    expected: 'NOT_COVERED',
    why: [],
  },
  {
    name: 'takes a custom factor or a strength that is less',
    policies: [{ controls: { ...strength('none'), customAuthenticationFactors: ['Vendor'] } }],
    expected: 'NOT_COVERED',
    why: [],
  },
  {
    name: 'joins devices by a word of later days',
    policies: [{ controls: { operator: 'XOR', builtInControls: ['compliantDevice', 'domainJoinedDevice'] } }],
    expected: 'NOT_COVERED',
    why: [],
  },
  {
    name: 'blocks, and is off',
    policies: [{ state: 'disabled', controls: { builtInControls: ['block'] } }],
    expected: 'NOT_COVERED',
    why: [],
  },
  { name: 'takes a strength that is MFA', policies: [{ controls: strength('mfa') }], expected: 'ENFORCED' },
  { name: 'takes a strength that is less', policies: [{ controls: strength('none') }], expected: 'NOT_COVERED' },
  {
    name: 'takes a strength of later days',
    policies: [{ controls: strength('unknownFutureValue') }],
    expected: 'UNKNOWN',
    why: ['unknown-controls'],
  },
  { name: 'takes a strength that does not say', policies: [{ controls: strength(undefined) }], expected: 'UNKNOWN' },
  {
    name: 'takes a custom factor alone',
    policies: [{ controls: { builtInControls: [], customAuthenticationFactors: ['Vendor'] } }],
    expected: 'NOT_COVERED',
    why: ['custom-control-only'],
  },
  { name: 'takes nothing', policies: [{ controls: null }], expected: 'NOT_COVERED', why: [] },
  { name: 'takes a control of later days', policies: [{ controls: { builtInControls: ['unknownFutureValue'] } }], expected: 'UNKNOWN' },
  {
    name: 'takes MFA or a control of later days',
    policies: [{ controls: { builtInControls: ['mfa', 'newControl'] } }],
    expected: 'UNKNOWN',
  },
  {
    name: 'takes MFA and a control of later days',
    policies: [{ controls: { operator: 'AND', builtInControls: ['mfa', 'newControl'] } }],
    expected: 'ENFORCED',
  },
  {
    name: 'joins MFA and a device by a word of later days',
    policies: [{ controls: { operator: 'XOR', builtInControls: ['mfa', 'compliantDevice'] } }],
    expected: 'UNKNOWN',
  },
  { name: 'blocks', policies: [{ controls: { builtInControls: ['block'] } }], expected: 'NOT_COVERED', why: ['blocked-by'] },
];

describe('what a Conditional Access policy demands (microsoft-graph §5.2)', () => {
  it.each(what)('asks what a policy does: it $name: $expected', verify);
});
