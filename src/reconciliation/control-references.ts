/** A control that a test is relevant to: never a claim that somebody complies with it. */
export interface ControlReference {
  readonly framework: string;
  readonly control: string;
  /** What the control is about, in our words. */
  readonly about: string;
}

function of(framework: string, controls: Readonly<Record<string, string>>): readonly ControlReference[] {
  return Object.entries(controls).map(([control, about]) => ({ framework, control, about }));
}

const SOC_2 = 'SOC 2 (TSC 2017)';
const ISO = 'ISO/IEC 27001:2022';
const NIST = 'NIST SP 800-53 rev. 5';
const HITRUST = 'HITRUST CSF v11';
const CIS = 'CIS Controls v8';
const CJIS = 'CJIS Security Policy';
const NIS2 = 'NIS2, Regulation (EU) 2024/2690';
const TISAX = 'TISAX, VDA ISA 6';
const NYCRR = '23 NYCRR 500';

/** Which controls each test is relevant to (evidence §1.1). */
export const leaverControls: readonly ControlReference[] = [
  ...of(SOC_2, { 'CC6.2': 'credentials of whoever is no longer authorised are taken away', 'CC6.3': 'access is removed as roles end' }),
  ...of(ISO, {
    'A.5.16': 'identities are managed from beginning to end',
    'A.5.18': 'access rights are removed, with a record of it',
    'A.6.5': 'what applies after an employment ends or changes',
    'A.8.2': 'privileged access is restricted and managed',
  }),
  ...of(NIST, {
    'AC-2': 'accounts are disabled and removed, in step with personnel termination',
    'AC-2(3)': 'accounts that belong to nobody any more are disabled within a set time',
    'PS-4': 'system access ends within a set time when somebody is terminated',
  }),
  ...of(HITRUST, {
    '02.g': 'responsibilities when an employment ends or changes',
    '02.i': 'access rights are removed in time, of contractors too',
  }),
  ...of(CIS, { '6.2': 'access is revoked at once on termination, by disabling before deleting' }),
  ...of(CJIS, { 'AC-2': 'account managers are told within a day', 'PS-4': 'access ends immediately on termination' }),
  ...of(NIS2, {
    '10.3.2(b)': 'access rights change when an employment ends or changes',
    '11.2.2(b)': 'access rights are modified on termination or change',
  }),
  ...of(TISAX, { '4.1.3': 'accounts are disabled as soon as somebody has left' }),
  ...of(NYCRR, { '500.7(a)(6)': 'access ends promptly after a departure' }),
];

export const directoryAccountControls: readonly ControlReference[] = [
  ...of(SOC_2, {
    'CC6.1': 'logical access is restricted to those who are authorised',
    'CC6.2': 'credentials of whoever is no longer authorised are taken away',
  }),
  ...of(ISO, { 'A.5.16': 'identities are managed from beginning to end', 'A.5.18': 'access rights are reviewed and removed' }),
  ...of(NIST, {
    'AC-2': 'accounts are managed and reviewed',
    'AC-2(3)': 'accounts that belong to nobody any more are disabled within a set time',
  }),
  ...of(HITRUST, { '02.i': 'access rights are removed in time, of contractors too' }),
  ...of(CIS, { '5.3': 'dormant accounts are found; how long an account has not been used is not tested here' }),
  ...of(NIS2, { '11.2.2(e)': 'a register of access rights is kept' }),
  ...of(TISAX, { '4.1.3': 'accounts are reviewed regularly' }),
  ...of(NYCRR, { '500.7(a)(4)': 'access is reviewed at least once a year' }),
];

/** None that asks for a change of access when somebody moves, or for roles: the test reads no role, which another test does. */
export const scimUserControls: readonly ControlReference[] = [
  ...of(SOC_2, { 'CC6.1': 'logical access is restricted to those who are authorised' }),
  ...of(ISO, { 'A.5.18': 'access rights are provisioned, reviewed and removed' }),
  ...of(NIST, { 'AC-2': 'accounts are authorised before they are used' }),
  ...of(NIS2, { '11.2.2(f)': 'the management of access rights is logged' }),
  ...of(NYCRR, { '500.7(a)(4)': 'access is reviewed at least once a year' }),
];

/** Of whoever changes roles: those who leave are asked for by the first test. */
export const roleControls: readonly ControlReference[] = [
  ...of(SOC_2, { 'CC6.3': 'access is given, changed and removed by role' }),
  ...of(ISO, {
    'A.5.18': 'access rights are modified as roles change, with a record of it',
    'A.6.5': 'what applies after an employment changes',
    'A.8.2': 'privileged access is restricted and managed',
  }),
  ...of(NIST, {
    'AC-2': 'roles and access authorisations of accounts are set, and modified as they change',
    'PS-5': 'access is reviewed and changed when somebody is transferred',
  }),
  ...of(HITRUST, { '02.i': 'access rights are adjusted on change' }),
  ...of(CIS, { '6.2': 'access is revoked when a role changes', '6.8': 'access by role is set and kept' }),
  ...of(NIS2, { '10.3.2(b)': 'access rights change when an employment changes', '11.2.2(b)': 'access rights are modified on change' }),
  ...of(NYCRR, { '500.7(a)(4)': 'access is reviewed at least once a year' }),
];

export const ownerControls: readonly ControlReference[] = [
  ...of(SOC_2, { 'CC6.1': 'logical access is restricted to those who are authorised', 'CC6.3': 'access is given with least privilege' }),
  ...of(ISO, {
    'A.5.16': 'identities that are no person’s have somebody who answers for them',
    'A.8.2': 'privileged access is restricted and managed',
  }),
  ...of(NIST, { 'AC-2': 'account managers are assigned, of system and group accounts too' }),
  ...of(CIS, { '5.3': 'accounts that nobody needs are found; how long an account has not been used is not tested here' }),
  ...of(CJIS, { 'AC-2': 'account managers are assigned' }),
  ...of(NIS2, { '11.2.2(e)': 'a register of access rights is kept' }),
  ...of(TISAX, { '4.1.3': 'collective accounts are regulated' }),
];

export const mfaControls: readonly ControlReference[] = [
  ...of(SOC_2, { 'CC6.1': 'whoever signs in is authenticated, with more than a password where the risk asks for it' }),
  ...of(ISO, { 'A.8.5': 'authentication is secure' }),
  ...of(NIST, { 'IA-2(1)': 'privileged accounts use more than one factor', 'IA-2(2)': 'other accounts use more than one factor' }),
  ...of(CIS, { '6.3': 'applications that can be reached from outside ask for MFA', '6.5': 'administrators use MFA' }),
  ...of(CJIS, { 'IA-2': 'users are authenticated by more than one factor' }),
  ...of(NIS2, { '11.7': 'more than one factor, or continuous authentication, where appropriate' }),
  ...of(TISAX, { '4.1.2': 'users are authenticated as the protection asks for' }),
  ...of(NYCRR, { '500.12': 'MFA for whoever reaches the information systems' }),
];
