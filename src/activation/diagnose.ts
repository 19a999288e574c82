import { DAY_MS, MINUTE_MS, msBetween, plural } from '../kernel/index.ts';
import { jobChecks } from './diagnose-job.ts';
import { entraSaysTheSame } from './diagnose-witness.ts';
import type { AssignmentFacts, CheckId, DiagnosisCheck, DiagnosisFacts } from './diagnosis.ts';
import { type Check, type Finding, found, ok, problem } from './diagnosis-check.ts';

/** A cycle runs every 40 minutes at the most (entra-scim-client §4.3): three that do not come are no accident. */
const SILENCE_MS = 120 * MINUTE_MS;

/** Somebody must have time to enter a new secret in Entra. */
const EXPIRY_WARNING_MS = 30 * DAY_MS;

/** All that could keep people from being provisioned, in the order in which one would look. */
export function diagnose(facts: DiagnosisFacts): readonly DiagnosisCheck[] {
  return [...checks, entraSaysTheSame, ...jobChecks].map((check) => check(facts));
}

function switchIsOn({ since, switchState }: DiagnosisFacts): DiagnosisCheck {
  const evidence = { state: switchState, since };
  if (switchState === 'on') return ok('switch-is-on', `The SCIM switch is on since ${since}.`, evidence);
  return problem('switch-is-on', {
    detail: 'The SCIM switch is off: reads are answered, every write is refused with 403.',
    evidence,
    remedy: 'GET activation says what it needs; then turn it on.',
  });
}

function credentialIsLive({ at, credentialsEndAt, liveCredentials }: DiagnosisFacts): DiagnosisCheck {
  const evidence = { live: liveCredentials, lastEndsAt: credentialsEndAt };
  if (liveCredentials === 0) {
    return problem('credential-is-live', {
      detail: 'There is no live SCIM credential: whatever Entra sends is answered with 401, and the job goes into quarantine.',
      evidence,
      remedy: 'POST scim/credentials, and enter the secret in Entra.',
    });
  }
  if (credentialsEndAt !== null && msBetween(at, credentialsEndAt) < EXPIRY_WARNING_MS) {
    return problem('credential-is-live', {
      detail: `The last live SCIM credential ends at ${credentialsEndAt}.`,
      evidence,
      remedy: 'POST scim/credentials now and enter the new secret in Entra; both are good until the old one ends.',
    });
  }
  return ok('credential-is-live', 'A SCIM credential is live.', evidence);
}

function requestsArrive({ lastRequestAt, sign }: DiagnosisFacts): DiagnosisCheck {
  const evidence = { sign, lastRequestAt };
  if (sign === 'silent') {
    return problem('requests-arrive', {
      detail: 'No request with a valid credential has come.',
      evidence,
      remedy: 'In Entra, compare the Tenant URL with GET scim/credentials, enter the secret token anew, and press Test Connection.',
    });
  }
  if (sign === 'probed') {
    return problem('requests-arrive', {
      detail: 'Only Test Connection has called: address and token are right, and provisioning does not run.',
      evidence,
      remedy: 'Set Provisioning Status to On, and wait: the first cycle may take from 20 minutes to hours.',
    });
  }
  return ok('requests-arrive', 'Entra calls with a valid credential.', evidence);
}

function usersAreSent({ sign, users }: DiagnosisFacts): DiagnosisCheck {
  const evidence = { sign, users: users.live };
  if (sign !== 'looking' || users.live > 0) return ok('users-are-sent', 'What Entra looks for, it also sends.', evidence);
  return problem('users-are-sent', {
    detail: 'Entra looks for users or groups and sends none: whoever it considers is skipped, or may not be created.',
    evidence,
    remedy:
      'Assign users to the enterprise application, look into the provisioning log for "skipped" (NotEffectivelyEntitled, scoping filter), and tick Create and Update.',
  });
}

function usersAreTaken({ rejections }: DiagnosisFacts): DiagnosisCheck {
  const refused = rejections.reduce((sum, { count }) => sum + count, 0);
  const evidence = { refused, rejections };
  const [most] = rejections;
  if (most === undefined) return ok('users-are-taken', 'Nothing was refused within the last seven days.', evidence);
  const why = most.detail === null ? '' : `: ${most.detail}`;
  return problem('users-are-taken', {
    detail:
      `${refused} requests were refused within seven days, ${most.count} of them with ${most.status} ${most.scimType ?? ''}${why}`.trim(),
    evidence,
    remedy: 'GET scim/exchanges?status=4xx shows each; what is refused again and again puts the job into quarantine.',
  });
}

function noSilence({ at, lastRequestAt, sign, switchState }: DiagnosisFacts): DiagnosisCheck {
  const silentMs = lastRequestAt === null ? 0 : msBetween(lastRequestAt, at);
  const evidence = { lastRequestAt, silentMinutes: Math.floor(silentMs / MINUTE_MS) };
  const hasRun = sign !== 'silent' && sign !== 'probed';
  if (switchState === 'off' || !hasRun || silentMs < SILENCE_MS) return ok('no-silence', 'No cycle is overdue.', evidence);
  return problem('no-silence', {
    detail: `Nothing has come for ${evidence.silentMinutes} minutes, which is longer than three cycles.`,
    evidence,
    remedy: 'See in Entra whether provisioning is On, paused or in quarantine; in quarantine it calls once a day, and ends after 28 days.',
  });
}

const noDirectory = {
  detail: 'No directory whose assignments are known was read, so nobody here knows who is assigned.',
  evidence: {},
  remedy: 'Connect the directory with the application id of the enterprise application (scimAppId), and let a run complete.',
};

/** A check that rests on the assignments; unseen where those are not known. */
function ofAssignments(check: CheckId, judge: (facts: AssignmentFacts) => Finding | string): Check {
  return ({ assignments }) => {
    if (assignments === undefined) return { ...found(check, 'unseen', noDirectory), permission: 'Directory.Read.All' };
    const finding = judge(assignments);
    return typeof finding === 'string' ? ok(check, finding, { ...assignments }) : problem(check, finding);
  };
}

const assignmentsExist = ofAssignments('assignments-exist', (facts) =>
  facts.assignments > 0
    ? 'Users or groups are assigned to the enterprise application.'
    : {
        detail: 'Nobody is assigned to the enterprise application: Entra provisions those alone who are assigned.',
        evidence: { ...facts },
        remedy: 'Enterprise application → Users and groups → Add user/group.',
      },
);

const noNestedGroups = ofAssignments('no-nested-groups', (facts) =>
  facts.nestedOnly === 0
    ? 'Nobody is assigned through nested groups alone.'
    : {
        detail: `${plural(facts.nestedOnly, 'person is', 'people are')} in assigned groups through other groups alone; Entra provisions direct members only.`,
        evidence: { ...facts },
        remedy: 'Assign the inner groups too, or a dynamic group of their members.',
      },
);

const assignedAreEnabled = ofAssignments('assigned-are-enabled', (facts) =>
  facts.disabled === 0
    ? 'Whoever is assigned is enabled.'
    : {
        detail: `${facts.disabled} of those who are assigned ${facts.disabled === 1 ? 'is' : 'are'} disabled in the directory; Entra never creates a user who is disabled.`,
        evidence: { ...facts },
        remedy: 'Nothing, if they are to stay out; else enable them in Entra.',
      },
);

const assignedAreProvisioned = ofAssignments('assigned-are-provisioned', (facts) =>
  facts.notProvisioned === 0
    ? 'Whoever is assigned and enabled is an active SCIM user.'
    : {
        detail: `${facts.notProvisioned} of ${facts.people} who are assigned and enabled ${facts.notProvisioned === 1 ? 'is no active SCIM user' : 'are no active SCIM users'}.`,
        evidence: { ...facts },
        remedy: 'Wait for the first cycle to end; then look them up in the provisioning log, or provision one on demand: it says why.',
      },
);

const unassignedAreInactive = ofAssignments('unassigned-are-inactive', (facts) =>
  facts.notAssigned === 0
    ? 'Every active SCIM user whom the directory knows is assigned.'
    : {
        detail: `${plural(facts.notAssigned, 'active SCIM user is', 'active SCIM users are')} not assigned any more, and Entra has not deactivated ${facts.notAssigned === 1 ? 'it' : 'them'}.`,
        evidence: { ...facts },
        remedy:
          'Tick Update among the target object actions, turn SkipOutOfScopeDeletions off, and see whether accidental-deletion prevention holds them back.',
      },
);

function leaversAreInactive({ leaversActive }: DiagnosisFacts): DiagnosisCheck {
  if (leaversActive === undefined) {
    const finding = { ...noDirectory, detail: 'No directory was read, so nobody here knows whose account is disabled.' };
    return { ...found('leavers-are-inactive', 'unseen', finding), permission: 'Directory.Read.All' };
  }
  const evidence = { count: leaversActive };
  if (leaversActive === 0) return ok('leavers-are-inactive', 'No active SCIM user has a disabled or deleted account.', evidence);
  return problem('leavers-are-inactive', {
    detail: `${plural(leaversActive, 'active SCIM user has', 'active SCIM users have')} an account that the directory has disabled or deleted.`,
    evidence,
    remedy: 'Map active from IsSoftDeleted and not from accountEnabled, tick Update, and see whether the job is in quarantine.',
  });
}

function externalIdIsObjectId({ users }: DiagnosisFacts): DiagnosisCheck {
  const evidence = { active: users.active, withoutObjectId: users.withoutObjectId };
  if (users.withoutObjectId === 0)
    return ok('external-id-is-object-id', 'Every active SCIM user has an object id as externalId.', evidence);
  return problem('external-id-is-object-id', {
    detail: `${users.withoutObjectId} of ${users.active} active SCIM users ${users.withoutObjectId === 1 ? 'has' : 'have'} an externalId that is no object id, as Entra's default mapping (mailNickname) writes it.`,
    evidence,
    remedy: 'Map externalId from objectId: by it accounts are matched, whatever is renamed.',
  });
}

function rolesAreKnown({ users }: DiagnosisFacts): DiagnosisCheck {
  const evidence = { active: users.active, withoutKnownRole: users.withoutKnownRole };
  if (users.withoutKnownRole === 0) return ok('roles-are-known', 'What is claimed of roles names roles that may be granted.', evidence);
  return problem('roles-are-known', {
    detail: `${plural(users.withoutKnownRole, 'active SCIM user claims', 'active SCIM users claim')} a role that the catalogue does not have, or that the directory may not grant.`,
    evidence,
    remedy: 'GET scim/user-roles?because=unknown-role shows whose claims; add the roles, or mend the expression of the mapping.',
  });
}

const checks: readonly Check[] = [
  switchIsOn,
  credentialIsLive,
  requestsArrive,
  usersAreSent,
  usersAreTaken,
  noSilence,
  assignmentsExist,
  noNestedGroups,
  assignedAreEnabled,
  assignedAreProvisioned,
  unassignedAreInactive,
  leaversAreInactive,
  externalIdIsObjectId,
  rolesAreKnown,
];

/** What the whole comes to: the first problem, in the order in which one would look. */
export function firstProblem(found: readonly DiagnosisCheck[]): DiagnosisCheck | undefined {
  return found.find(({ state }) => state === 'problem');
}
