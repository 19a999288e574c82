import { type Exchange, param } from '../http/exchange.ts';
import type { ProvisioningJob } from '../provisioning/provisioning-job.ts';
import { ROLLCALL_USER_URN } from '../provisioning/scim-urns.ts';
import type { GraphContext } from './graph-context.ts';
import { resourceNotFound } from './graph-error.ts';
import { requireServicePrincipal } from './read-applications.ts';

/** GET …/synchronization/jobs: none until provisioning is configured (entra-scim-client §7). */
export function listSynchronizationJobs(context: GraphContext, exchange: Exchange): unknown {
  const found = jobOf(context, exchange);
  return { '@odata.context': `${context.url}/v1.0/$metadata#synchronization/jobs`, value: found === undefined ? [] : [jobView(found)] };
}

/** GET …/synchronization/jobs/{id}/schema */
export function getSynchronizationSchema(context: GraphContext, exchange: Exchange): unknown {
  const found = jobOf(context, exchange);
  if (found === undefined || param(exchange, 'jobId') !== JOB_ID) throw resourceNotFound(param(exchange, 'jobId'));
  return schemaView(found);
}

/** GET …/synchronization/secrets: of secrets proper, the key alone. */
export function listSynchronizationSecrets(context: GraphContext, exchange: Exchange): unknown {
  const found = jobOf(context, exchange);
  const { skipOutOfScopeDeletions, tenantUrl } = found?.settings ?? {};
  const value = [
    { key: 'BaseAddress', value: found?.mistakes.baseAddress ?? tenantUrl ?? null },
    { key: 'SecretToken', value: null },
    { key: 'SyncAll', value: 'false' },
    { key: 'SkipOutOfScopeDeletions', value: skipOutOfScopeDeletions === true ? 'True' : 'False' },
  ];
  return { '@odata.context': `${context.url}/v1.0/$metadata#synchronization/secrets`, value: found === undefined ? [] : value };
}

const JOB_ID = 'customappsso.simulated';

function jobOf(context: GraphContext, exchange: Exchange): ProvisioningJob | undefined {
  return context.jobs.get(requireServicePrincipal(context, exchange).appId);
}

function jobView({ cycles, mistakes, quarantine, settings }: ProvisioningJob): object {
  const isPaused = mistakes.paused === true;
  const runs = cycles === 0 ? 'NotRun' : 'Active';
  return {
    id: JOB_ID,
    templateId: 'customappsso',
    schedule: { expiration: null, interval: 'PT40M', state: isPaused ? 'Disabled' : 'Active' },
    status: {
      code: isPaused ? 'Paused' : quarantine === null ? runs : 'Quarantine',
      countSuccessiveCompleteFailures: quarantine?.seriesCount ?? 0,
      quarantine: quarantine && {
        currentBegan: quarantine.since,
        nextAttempt: quarantine.retryAt,
        reason: quarantine.reason,
        seriesBegan: quarantine.since,
        seriesCount: quarantine.seriesCount,
        error: null,
      },
    },
    synchronizationJobSettings: [{ name: 'QuarantineTooManyDeletesThreshold', value: String(settings.deletesThreshold ?? '') }],
  };
}

const attribute = (name: string) => ({ expression: `[${name}]`, name, parameters: [], type: 'Attribute' });

function mapping(targetAttributeName: string, source: object, matchingPriority = 0): object {
  const plain = { defaultValue: null, exportMissingReferences: false, flowBehavior: 'FlowWhenChanged', flowType: 'Always' };
  return { ...plain, matchingPriority, source, targetAttributeName };
}

/** As the portal exports it, as far as the engine's own mappings go. */
function schemaView({ mistakes, settings }: ProvisioningJob): object {
  const { matchingAttributes, roleTarget, softDelete, targetActions } = settings;
  const role = roleTarget === 'rbac_role_id' ? `${ROLLCALL_USER_URN}:rbac_role_id` : roleTarget;
  const priorityOf = (name: string) => (mistakes.withoutMatching === true ? 0 : matchingAttributes.findIndex((one) => one === name) + 1);
  const softDeleted = {
    expression: 'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
    name: 'Switch',
    parameters: [],
    type: 'Function',
  };
  const roleSource = {
    expression: 'SingleAppRoleAssignment([appRoleAssignments])',
    name: 'SingleAppRoleAssignment',
    parameters: [],
    type: 'Function',
  };
  const attributeMappings = [
    mapping('userName', attribute('userPrincipalName'), priorityOf('userName')),
    mapping('externalId', attribute(mistakes.externalIdFrom ?? 'objectId'), priorityOf('externalId')),
    ...(softDelete ? [mapping('active', mistakes.activeFrom === undefined ? softDeleted : attribute(mistakes.activeFrom))] : []),
    ...(mistakes.withoutRole === true ? [] : [mapping(role, roleSource)]),
  ];
  const flowTypes = [targetActions.create && 'Add', targetActions.update && 'Update', targetActions.delete && 'Delete']
    .filter(Boolean)
    .join(', ');
  const user = { attributeMappings, enabled: true, flowTypes, name: 'Provision Microsoft Entra ID Users', scope: null };
  return {
    id: JOB_ID,
    version: '1',
    directories: [{ name: 'customappsso', objects: [{ name: 'User', attributes: [{ name: 'userName' }, { name: role }] }] }],
    synchronizationRules: [
      {
        name: 'USER_OUTBOUND_USER',
        sourceDirectoryName: 'Microsoft Entra ID',
        targetDirectoryName: 'customappsso',
        objectMappings: [{ ...user, sourceObjectName: 'User', targetObjectName: 'User' }],
      },
    ],
  };
}
