/** The compliance tests, a closed list, in the order in which they are shown. */
export const complianceTestIds = [
  'terminated-people-are-deactivated',
  'directory-accounts-have-people',
  'scim-users-are-assigned',
  'roles-match',
  'owners-are-here',
  'mfa-on-azure',
] as const;
export type ComplianceTestId = (typeof complianceTestIds)[number];

/** What a test asks, and of whom. */
export interface TestWords {
  readonly title: string;
  /** Who is tested: all of them, whether they pass or not. */
  readonly population: string;
  /** When a member passes, and when it is left open. */
  readonly rule: string;
  /** As the sentence goes on after "12 of 14 ". */
  readonly passes: string;
  /** What was looked at where there is nobody to test. */
  readonly nobody: string;
}

/** Reports are held to these words, so that other ones want another format, of which the old words stay. */
export const testWords: Readonly<Record<ComplianceTestId, TestWords>> = {
  'terminated-people-are-deactivated': {
    title: 'Terminated people’s accounts are deactivated',
    population: 'Every employment period of the roster that ended, by HR’s word, with all accounts of the person.',
    rule: 'A member passes where access is proven to have ended by the deadline of the policy; one in doubt or not due yet does not, and one without an account is listed outside the test.',
    passes: 'employments that ended are proven to have lost access in time',
    nobody: 'No employment has ended',
  },
  'directory-accounts-have-people': {
    title: 'Every active directory account belongs to an active person',
    population:
      'Every directory account that is enabled and in the scope, matched or not, and each that was enabled when it was last shown and has vanished.',
    rule: 'A member passes where a person who is employed answers for it; one that has vanished is in doubt; accounts excluded as nobody’s own are listed outside the test.',
    passes: 'enabled directory accounts belong to somebody who is employed',
    nobody: 'No directory account in the scope is enabled',
  },
  'scim-users-are-assigned': {
    title: 'Every active SCIM user is assigned and known',
    population: 'Every active SCIM user, matched or not.',
    rule: 'A member passes where a person of the roster answers for it and its directory account is enabled and assigned to the application: of several of the person the one whose object id it carries. Whether the person has left is asked by the first test.',
    passes: 'active SCIM users are known to the roster and the directory, and assigned',
    nobody: 'No SCIM user is active',
  },
  'roles-match': {
    title: 'Roles held through SCIM are the ones that the directory assigns',
    population: 'Every active SCIM user, matched or not.',
    rule: 'A member passes where the role that it brought is one that the directory assigns to the person, so that nobody whose assignment changed keeps the old one; two provisioning cycles are allowed for that. One without a role on either side is listed outside the test. Whether the directory assigns what a job asks for is not tested: HR tells no position.',
    passes: 'active SCIM users are proven to have a role that the directory assigns to them',
    nobody: 'No SCIM user is active',
  },
  'owners-are-here': {
    title: 'Owners and service accounts have living owners',
    population: 'Every owner of the workspace, and every account that is excluded as nobody’s own.',
    rule: 'An owner passes where the person named as them is shown to be here, an account where the person who answers for it is employed. An owner for whom nobody is named is in doubt.',
    passes: 'owners and excluded accounts have a person who is here',
    nobody: 'There is no owner and no excluded account',
  },
  'mfa-on-azure': {
    title: 'MFA on Azure',
    population: 'Every directory account that is enabled and synced, guests included.',
    rule: 'A member passes where a Conditional Access policy makes it use MFA at every sign-in; one that must for some sign-ins only fails, and one of which it cannot be told is in doubt.',
    passes: 'enabled accounts must use MFA at every sign-in',
    nobody: 'No enabled account is synced',
  },
};
