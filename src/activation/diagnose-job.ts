import { JOB_PERMISSION, type JobLook } from '../directory/index.ts';
import { DAY_MS, parseInstant, plusMs } from '../kernel/index.ts';
import type { CheckId, DiagnosisCheck, DiagnosisFacts } from './diagnosis.ts';
import { type Check, type Finding, found, ok, problem } from './diagnosis-check.ts';

type Seen = Extract<JobLook, { kind: 'seen' }>['job'];

/** A quarantine ends with the job: Entra disables it after so long (entra-scim-client §4.3). */
const QUARANTINE_ENDS_MS = 28 * DAY_MS;

/** A check that rests on the job; where it was not seen it says why not, and where to look instead. */
function ofJob(check: CheckId, where: string, judge: (job: Seen, facts: DiagnosisFacts) => Finding | string): Check {
  return (facts) => {
    const { job } = facts;
    if (job.kind === 'none') return problem(check, neverConfigured);
    if (job.kind !== 'seen') return unseen(check, job, where);
    const finding = judge(job.job, facts);
    return typeof finding === 'string' ? ok(check, finding) : problem(check, finding);
  };
}

const neverConfigured: Finding = {
  detail: 'Provisioning was never configured for the enterprise application that the directory connection names.',
  evidence: {},
  remedy:
    'Enterprise application → Provisioning → Get started. An application that was made by an app registration cannot provision: add a non-gallery one.',
};

function unseen(check: CheckId, job: Exclude<JobLook, { kind: 'seen' | 'none' }>, where: string): DiagnosisCheck {
  if (job.kind === 'unknown') {
    const detail = 'No directory connection names the enterprise application, so its provisioning job is not known.';
    const remedy = `Connect the directory with its application id (scimAppId). In Entra it stands at ${where}.`;
    return { ...found(check, 'unseen', { detail, evidence: {}, remedy }), permission: JOB_PERMISSION };
  }
  const isRefused = job.because === 'permission-missing' || job.because === 'access-denied';
  const detail = isRefused
    ? 'Microsoft Graph does not let the connection see the provisioning job.'
    : 'Microsoft Graph could not be asked for the provisioning job.';
  const finding = { detail, evidence: { because: job.because }, remedy: `Look in Entra: ${where}.` };
  return { ...found(check, 'unseen', finding), permission: isRefused ? JOB_PERMISSION : null };
}

const jobIsActive = ofJob('job-is-active', 'Provisioning → Overview', ({ scheduleState, status }) =>
  scheduleState === 'Active'
    ? 'Provisioning is on.'
    : {
        detail: `Provisioning is not on: its schedule is ${scheduleState ?? 'unknown'}, its status ${status ?? 'unknown'}.`,
        evidence: { scheduleState, status },
        remedy: 'Provisioning → Start provisioning.',
      },
);

const jobIsNotInQuarantine = ofJob('job-is-not-in-quarantine', 'Provisioning → Overview', ({ quarantine, status }) => {
  if (status !== 'Quarantine' && quarantine === null) return 'The job is not in quarantine.';
  const { began = null, nextAttempt = null, reason = null } = quarantine ?? {};
  const since = parseInstant(began ?? '');
  const ends = since === undefined ? null : plusMs(since, QUARANTINE_ENDS_MS);
  return {
    detail: `The job is in quarantine since ${began ?? 'an unknown time'} (${reason ?? 'no reason given'}): it runs once a day at the most${ends === null ? '' : `, and ends at ${ends}`}.`,
    evidence: { reason, began, nextAttempt, ends },
    remedy: 'Mend what the reason names (a credential, refused requests), then restart provisioning.',
  };
});

const deletionsAreNotHeldBack = ofJob('deletions-are-not-held-back', 'Provisioning → Settings', ({ quarantine }) =>
  quarantine?.reason !== 'TooManyDeletes'
    ? 'No deactivations are held back.'
    : {
        detail: 'Accidental-deletion prevention holds disables and deletions back: leavers stay active until somebody lets them go.',
        evidence: { reason: quarantine.reason, began: quarantine.began },
        remedy: 'See in the provisioning log who they are (StagedDelete), then Provisioning → Overview → Allow deletes.',
      },
);

const tenantUrlIsOurs = ofJob('tenant-url-is-ours', 'Provisioning → Admin credentials', ({ baseAddress }, { tenantUrl }) => {
  const [address = '', query = ''] = (baseAddress ?? '').split('?');
  const evidence = { baseAddress, expected: tenantUrl, hasDialectFlag: query.includes('aadOptscim062020') };
  if (baseAddress !== null && address.replace(/\/+$/, '') === tenantUrl) return 'The Tenant URL is that of this workspace.';
  return {
    detail: `The job provisions to ${baseAddress ?? 'nowhere'}, not to this workspace.`,
    evidence,
    remedy: `Enter ${tenantUrl} as the Tenant URL, with ?aadOptscim062020 for the newer dialect.`,
  };
});

const outOfScopeIsDeactivated = ofJob('out-of-scope-is-deactivated', 'Provisioning → Settings', ({ skipOutOfScopeDeletions }) =>
  skipOutOfScopeDeletions
    ? {
        detail: 'SkipOutOfScopeDeletions is on: whoever is no longer assigned stays active.',
        evidence: { skipOutOfScopeDeletions },
        remedy: 'Turn SkipOutOfScopeDeletions off.',
      }
    : 'Whoever falls out of scope is deactivated.',
);

/** A scoping filter may mean what it says; the others do not. */
const mappingsAreRight = ofJob(
  'mappings-are-right',
  'Provisioning → Attribute mapping; or paste the exported schema into POST scim/mapping/review',
  (_job, { mappings }) => {
    const faults = (mappings ?? []).filter(({ code }) => code !== 'scoping-filter');
    const [first] = faults;
    if (first === undefined) return 'The mappings are as they should be.';
    return {
      detail: faults.map(({ detail }) => detail).join(' '),
      evidence: { faults: faults.map(({ code }) => code) },
      remedy: `${first.remedy} POST scim/mapping/review mends an exported schema.`,
    };
  },
);

/** What stands in Entra's provisioning job alone. */
export const jobChecks: readonly Check[] = [
  jobIsActive,
  jobIsNotInQuarantine,
  deletionsAreNotHeldBack,
  tenantUrlIsOurs,
  outOfScopeIsDeactivated,
  mappingsAreRight,
];
