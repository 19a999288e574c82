import { type Instant, parseInstant } from '../../kernel/index.ts';
import type { Exchange } from '../http/exchange.ts';
import type { ProvisioningEntry } from '../tenant/provisioning-entry.ts';
import { page } from './collection.ts';
import type { GraphContext } from './graph-context.ts';
import { refuseFilter } from './graph-query.ts';

/** GET /auditLogs/provisioning: what the engine says that it did, as soon as the log shows it. */
export function listProvisioning(context: GraphContext, exchange: Exchange): unknown {
  const { tenant, url } = context;
  const { from, until } = windowOf(exchange.url.searchParams.get('$filter'));
  const now = tenant.now();
  const items = tenant.provisioningLog
    .filter(({ at, shownFrom }) => shownFrom <= now && (from === undefined || at > from) && (until === undefined || at < until))
    .map((entry) => ({ ordinal: entry.ordinal, show: () => shown(context, entry) }));
  return page(url, exchange, { context: 'auditLogs/provisioning', items, isFiltered: true });
}

/** The one filter that is understood, with open ends: `ge` and `le` are refused by the service itself. */
function windowOf(filter: string | null): { readonly from?: Instant; readonly until?: Instant } {
  if (filter === null) return {};
  const [, from, until] = /^activityDateTime gt (\S+) and activityDateTime lt (\S+)$/.exec(filter) ?? [];
  const window = { from: parseInstant(from ?? ''), until: parseInstant(until ?? '') };
  if (window.from === undefined || window.until === undefined) return refuseFilter(filter);
  return { from: window.from, until: window.until };
}

/** Names as the log of a non-gallery application has them; the time comes to the second. */
function shown({ tenant }: GraphContext, entry: ProvisioningEntry): Readonly<Record<string, unknown>> {
  const application = tenant.applications.get(entry.appId);
  const servicePrincipal = { id: application?.servicePrincipalId ?? null, displayName: application?.displayName ?? null };
  return {
    id: entry.id,
    activityDateTime: `${entry.at.slice(0, 19)}Z`,
    tenantId: tenant.id,
    jobId: `scim.${tenant.id.replaceAll('-', '')}.${entry.appId}`,
    cycleId: `${entry.appId}-${entry.cycle}`,
    changeId: entry.id,
    provisioningAction: entry.action,
    durationInMilliseconds: 0,
    provisioningStatusInfo: { status: entry.status, errorInformation: shownError(entry) },
    provisioningSteps: [
      { name: 'EntryImport', provisioningStepType: 'import', status: 'success', description: '', details: {} },
      lastStep(entry),
    ],
    modifiedProperties: [],
    sourceSystem: { id: tenant.id, displayName: 'Microsoft Entra ID', details: {} },
    targetSystem: {
      id: entry.appId,
      displayName: 'customappsso',
      details: {
        ApplicationId: entry.appId,
        ServicePrincipalId: servicePrincipal.id,
        ServicePrincipalDisplayName: servicePrincipal.displayName,
      },
    },
    sourceIdentity: { id: entry.objectId, displayName: entry.displayName, identityType: 'User', details: {} },
    targetIdentity: {
      id: entry.targetId ?? '',
      displayName: '',
      identityType: 'urn:ietf:params:scim:schemas:core:2.0:User',
      details: {},
    },
    servicePrincipal,
    initiatedBy: { id: '', displayName: 'Azure AD Provisioning Service', initiatorType: 'system' },
  };
}

function shownError({ error }: ProvisioningEntry): unknown {
  if (error === null) return null;
  const { code: errorCode, reason } = error;
  return { errorCode, reason, additionalDetails: null, errorCategory: 'NonServiceFailure', recommendedAction: null };
}

/** What is skipped says why. */
function lastStep({ action, status }: ProvisioningEntry): unknown {
  if (status === 'skipped') {
    const details = { SkipReason: 'RedundantExport' };
    return { name: 'EntrySynchronizationSkip', provisioningStepType: 'processing', status, description: '', details };
  }
  const name = action === 'create' ? 'EntryExportAdd' : 'EntryExportUpdate';
  return { name, provisioningStepType: 'export', status, description: '', details: {} };
}
