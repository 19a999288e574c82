import { ACTIVE_EXPRESSION, type CheckId } from '../activation/index.ts';
import { isOfRoles, type RuleId, type RuleMatch } from '../verdict/index.ts';

/** What is probably behind a verdict, a closed list. */
export type DiagnosisCode =
  | 'active-mapping-is-wrong'
  | 'no-longer-managed'
  | 'provisioning-is-stuck'
  | 'never-in-directory'
  | 'source-is-stale'
  | 'account-vanished'
  | 'whose-account-is-open'
  | 'account-behind-is-open'
  | 'account-was-disowned'
  | 'roster-leaves-open'
  | 'employment-is-unsettled'
  | 'owner-left'
  | 'offboarding-not-done'
  | 'offboarding-late'
  | 'looked-too-seldom'
  | 'nobody-answers'
  | 'assigned-not-provisioned'
  | 'role-is-kept'
  | 'role-cannot-be-compared';

/** What is probably wrong, what to do, and where to see whether it is so. It says why, and decides nothing. */
export interface Diagnosis {
  readonly code: DiagnosisCode;
  readonly cause: string;
  /** In order. */
  readonly steps: readonly string[];
  /** Addresses of this API, and pages of Entra's. */
  readonly lookAt: readonly string[];
}

/** Checks of `GET scim/diagnosis` that look at the same from the side of provisioning. */
function checks(...ids: readonly CheckId[]): string {
  return `GET scim/diagnosis: ${ids.join(', ')}`;
}

const PROVISIONING_LOG = 'Entra: Enterprise application → Provisioning → Provisioning logs';
const RECONCILE = 'Reconcile: POST reconciliation/runs.';

const diagnoses: Readonly<Record<DiagnosisCode, Omit<Diagnosis, 'code'>>> = {
  'active-mapping-is-wrong': {
    cause:
      'Whoever is no longer assigned stays active: most likely active is mapped from accountEnabled, which unassigning does not change, or SkipOutOfScopeDeletions is on.',
    steps: [
      `Map active by the expression ${ACTIVE_EXPRESSION}.`,
      'Turn SkipOutOfScopeDeletions off, and tick Update among the target object actions.',
      'See whether accidental-deletion prevention holds them back, and let them go.',
      'Restart provisioning, so that a whole cycle looks at everybody again, or provision one of them on demand.',
      RECONCILE,
    ],
    lookAt: [
      checks('unassigned-are-inactive', 'mappings-are-right', 'out-of-scope-is-deactivated', 'deletions-are-not-held-back'),
      'POST scim/mapping/review',
      PROVISIONING_LOG,
    ],
  },
  'no-longer-managed': {
    cause:
      'Entra has stopped managing the SCIM user: it sends nothing about an account that was unassigned before it was deleted, so this user stays active until somebody ends it.',
    steps: [
      'Restore the account from Deleted users in Entra, assign it, provision it on demand, and take the assignment away again; where it is gone for good, go on.',
      'Issue a SCIM credential for the purpose: POST scim/credentials.',
      'With it, send PATCH Users/{id} at the Tenant URL with active replaced by false, then revoke it.',
      'Delete accounts in Entra only after they are disabled and a provisioning cycle has passed.',
      RECONCILE,
    ],
    lookAt: [checks('leavers-are-inactive', 'unassigned-are-inactive'), 'GET directory/accounts?state=soft_deleted', PROVISIONING_LOG],
  },
  'provisioning-is-stuck': {
    cause:
      'The directory has disabled the account, and provisioning has not said so for longer than two cycles: the job is stale, paused or in quarantine, or holds deactivations back.',
    steps: [
      'See in Entra whether provisioning is On, paused or in quarantine, and for which reason.',
      'Mend what the reason names (a credential, refused requests), then restart provisioning.',
      'Where accidental-deletion prevention holds deactivations back, see who they are (StagedDelete), then allow the deletes.',
      `Map active from IsSoftDeleted and not from accountEnabled, and tick Update: ${ACTIVE_EXPRESSION}.`,
      RECONCILE,
    ],
    lookAt: [
      checks(
        'job-is-active',
        'job-is-not-in-quarantine',
        'deletions-are-not-held-back',
        'no-silence',
        'users-are-taken',
        'leavers-are-inactive',
      ),
      'GET scim/exchanges?status=4xx',
      PROVISIONING_LOG,
    ],
  },
  'never-in-directory': {
    cause: 'Something other than the connected directory made the SCIM user, or a directory that is not connected knows it.',
    steps: [
      'See which credential made it, and when.',
      'Connect the directory that knows the account; or end the user by the system that made it, and revoke its credential.',
      RECONCILE,
    ],
    lookAt: ['GET scim/exchanges', 'GET directory/connections', checks('external-id-is-object-id')],
  },
  'source-is-stale': {
    cause:
      'No complete look of a directory reaches up to what is judged: it has not been read completely of late, or not since its audit log told that the account was restored or enabled, or was not connected yet; what was seen before may be true no longer.',
    steps: [
      'POST directory/connections/{id}/check says what stands in the way: a secret that ended, a permission, the wrong cloud.',
      'Mend it, and let a run complete: POST directory/runs.',
      RECONCILE,
    ],
    lookAt: ['GET directory/coverage', 'GET directory/runs', 'GET directory/connections'],
  },
  'account-vanished': {
    cause:
      'The directory no longer shows the account, and neither finds it nor says that it is deleted; a permission may have been lost. Absence proves nothing.',
    steps: [
      'See in Entra, under Users and Deleted users, what became of it.',
      'POST directory/connections/{id}/check says whether a permission is missing.',
      'Let a whole look complete (POST directory/runs with kind full): it asks for the account by its id, and the next one proves that it is gone.',
      'Where nobody will look at its tenant again, remove the connection (DELETE directory/connections/{id}): it counts for nobody who stays. Whoever has left stays in doubt until the tenant is connected anew and shows the account.',
      'Where it is nobody’s own, class it: POST account-classifications. Whatever is known of it besides may stand beside the finding (POST dispositions), and settles nothing.',
      RECONCILE,
    ],
    lookAt: ['GET directory/accounts?state=vanished', 'GET directory/connections'],
  },
  'whose-account-is-open': {
    cause:
      'More than one person, or more than one live account of a person, answers to the same identifier; or somebody who leaves has the account still whose identifiers name this person by now.',
    steps: [
      'Disable the account where it is a leaver’s: once a look has shown that, it goes to whom its identifiers name.',
      'Else decide whose it is: POST account-links with link or unlink.',
      'Give each person an employee id of their own in Entra and HR.',
      RECONCILE,
    ],
    lookAt: ['GET account-links', 'GET account-links/candidates'],
  },
  'account-behind-is-open': {
    cause:
      'The person has several directory accounts, and the SCIM user says of none that it is its own: it carries no object id that one of them has, and nobody has signed in through it.',
    steps: [
      'Map externalId from objectId, so that each SCIM user names its account; provisioning then updates it.',
      'Or have the person sign in once by single sign-on: that names the account, too.',
      RECONCILE,
    ],
    lookAt: [checks('external-id-is-object-id'), 'POST scim/mapping/review'],
  },
  'account-was-disowned': {
    cause:
      'A human took an account from the person after the employment had ended, and its access is not proven to have ended in time. Nobody’s word settles that.',
    steps: [
      'See who asked for it, who approved it and why: it stands with the account in the finding, and in every report.',
      'Where it was a mistake, give it back: POST account-links with link.',
      'Where it was right, keep what shows whose the account is: the finding stays in doubt, and the auditor decides.',
    ],
    lookAt: ['GET account-links/requests', 'GET people/{id}/timeline'],
  },
  'roster-leaves-open': {
    cause: 'HR left the person out of a roster before any end that it had told, and nobody has said what that means.',
    steps: ['Ask HR.', 'Answer for them: POST people/{id}/listing, with left and the day or with employed.', RECONCILE],
    lookAt: ['GET people?listing=dropped', 'GET roster/imports'],
  },
  'employment-is-unsettled': {
    cause:
      'Whether somebody is employed cannot be told from what HR says: the time zone in which their first or last day begins or ends is not known, or HR calls the employment to come still although its first day is there.',
    steps: [
      'Have the rows of the roster name a time zone, or name it for each site in the mapping, and import it.',
      'Where the employment has begun, have HR say so, and import it; where it never will, have HR end or withdraw it.',
      RECONCILE,
    ],
    lookAt: ['GET people/{id}', 'GET roster/imports'],
  },
  'owner-left': {
    cause: 'Whoever answered for an account that is nobody’s own has left.',
    steps: [
      'Find out whether the account is still needed; if not, disable it in Entra.',
      'Else withdraw the classification and ask for one with another owner: POST account-classifications.',
      RECONCILE,
    ],
    lookAt: ['GET account-classifications'],
  },
  'offboarding-not-done': {
    cause: 'HR has told the end, and the account in the directory has not been disabled, or was enabled again.',
    steps: [
      'Disable the account in Entra and revoke its sessions.',
      'See who enabled it again, where somebody did: Entra’s audit log.',
      'See that whoever ends access is told of ends by HR, before they come.',
      RECONCILE,
    ],
    lookAt: ['GET directory/accounts?state=enabled', 'Entra: Users → the account → Audit logs', checks('leavers-are-inactive')],
  },
  'offboarding-late': {
    cause: 'Access has ended, after its deadline. What was late stays late.',
    steps: [
      'See whether HR told the end in time: hrRecordedAt and deadlineSinceTold of the finding.',
      'Say what is done so that it does not happen again: POST dispositions. It stands beside the finding in every report.',
    ],
    lookAt: ['GET people/{id}/timeline', 'GET roster/imports'],
  },
  'looked-too-seldom': {
    cause:
      'Nobody looked at the account around its deadline, so whether access ended in time cannot be proven; a later look cannot make up for it.',
    steps: [
      'Grant AuditLog.Read.All, so that the directory’s audit log gives the instant; it is kept by Entra for 7 or 30 days.',
      'Look more often: PUT directory/connections/{id}/schedule. GET policies shows under provable what can be proven.',
      RECONCILE,
    ],
    lookAt: ['GET directory/coverage', 'GET policies'],
  },
  'nobody-answers': {
    cause: 'The account is usable, and no person of the roster could be matched with it.',
    steps: [
      'Where it is somebody’s, link it (POST account-links), and write the employee id into Entra so that it is matched by itself.',
      'Where it is nobody’s own, class it: POST account-classifications.',
      'Where it is neither, disable it in Entra.',
      RECONCILE,
    ],
    lookAt: ['GET account-links/candidates'],
  },
  'assigned-not-provisioned': {
    cause: 'The account is enabled and assigned to the application, and provisioning has not made or kept it active.',
    steps: [
      'Wait for the first cycle to end; then look the account up in the provisioning log, or provision it on demand: it says why.',
      'See what was refused, and mend the mapping.',
      RECONCILE,
    ],
    lookAt: [checks('assigned-are-provisioned', 'users-are-taken', 'no-nested-groups', 'mappings-are-right'), PROVISIONING_LOG],
  },
  'role-is-kept': {
    cause: 'The directory assigns another role than the one that SCIM brought, for longer than provisioning needs.',
    steps: [
      'See that the mapping of the role takes app role assignments: SingleAppRoleAssignment([appRoleAssignments]), by value and not by display name.',
      'Provision the user on demand.',
      RECONCILE,
    ],
    lookAt: ['GET scim/user-roles', 'POST scim/mapping/review', checks('roles-are-known', 'mappings-are-right')],
  },
  'role-cannot-be-compared': {
    cause: 'The role names none of the catalogue, or the assignments of roles are not read.',
    steps: [
      'Add the role to the catalogue (POST roles), or mend the expression of the mapping.',
      'Connect the directory with the application id of the enterprise application (scimAppId).',
      RECONCILE,
    ],
    lookAt: ['GET scim/user-roles?because=unknown-role', checks('roles-are-known')],
  },
};

/** Which diagnosis a rule leads to, what says most first: of the rules that apply, the first in this order decides. */
const ofRules: readonly (readonly [RuleId, DiagnosisCode])[] = [
  ['X02', 'owner-left'],
  ['X03', 'whose-account-is-open'],
  ['X04', 'roster-leaves-open'],
  ['X05', 'roster-leaves-open'],
  ['X07', 'employment-is-unsettled'],
  ['S06', 'active-mapping-is-wrong'],
  ['S03', 'no-longer-managed'],
  ['S04', 'provisioning-is-stuck'],
  ['S05', 'never-in-directory'],
  ['S01', 'source-is-stale'],
  ['S02', 'account-vanished'],
  ['S18', 'account-behind-is-open'],
  ['S17', 'employment-is-unsettled'],
  ['L01', 'offboarding-not-done'],
  ['L02', 'offboarding-not-done'],
  ['L03', 'offboarding-not-done'],
  ['L04', 'provisioning-is-stuck'],
  ['L05', 'offboarding-late'],
  ['X06', 'account-was-disowned'],
  ['L06', 'looked-too-seldom'],
  ['L07', 'looked-too-seldom'],
  ['L08', 'looked-too-seldom'],
  ['S07', 'nobody-answers'],
  ['S10', 'assigned-not-provisioned'],
  ['S11', 'assigned-not-provisioned'],
  ['R01', 'role-is-kept'],
  ['R02', 'role-cannot-be-compared'],
];

/**
 * What is probably wrong where these rules apply, the primary first; null where nothing is, or where it is only not due yet. Of access that is proven to have
 * ended in time nothing is, whatever has become of the account since. Pure.
 */
export function diagnosisCodeOf(all: readonly RuleMatch[]): DiagnosisCode | null {
  const asked = all[0]?.effect === 'PASS' ? all.filter(isOfRoles) : all;
  const due = new Set(asked.filter(({ effect }) => effect !== 'PEND').map(({ rule }) => rule));
  return ofRules.find(([rule]) => due.has(rule))?.[1] ?? null;
}

export function diagnosisOf(code: DiagnosisCode): Diagnosis {
  return { code, ...diagnoses[code] };
}
