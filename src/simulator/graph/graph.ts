import { randomUUID } from 'node:crypto';
import { epochMs } from '../../kernel/index.ts';
import type { Exchange, Reply } from '../http/exchange.ts';
import { type Route, routeTable } from '../http/route-table.ts';
import { answerWithFault } from './answer-with-fault.ts';
import { groupsDelta, usersDelta } from './delta.ts';
import type { GraphContext } from './graph-context.ts';
import { badRequest, GraphError, graphErrorBody, insufficientPrivileges, requiredScopesMissing } from './graph-error.ts';
import {
  getSecurityDefaults,
  listAppRoleAssignments,
  listPermissionGrants,
  listPolicies,
  listRoleAssignments,
  listRoleDefinitions,
  listRoleEligibilities,
  listRoleSchedules,
  listSubscribedSkus,
} from './read-access.ts';
import { getApplication, getServicePrincipal, listAppRoleAssignedTo, listServicePrincipals } from './read-applications.ts';
import { listDirectoryAudits } from './read-audits.ts';
import { listProvisioning } from './read-provisioning.ts';
import { getGroup, listGroups, listMembers, listTransitiveUsers } from './read-groups.ts';
import { getSynchronizationSchema, listSynchronizationJobs, listSynchronizationSecrets } from './read-synchronization.ts';
import { getUser, listDeletedUsers, listUsers } from './read-users.ts';
import { requireGraphToken } from './require-graph-token.ts';

type Read = (context: GraphContext, exchange: Exchange) => unknown;

const POLICY_READ = 'Policy.Read.All';

/** Path under /v1.0, the application permission that it takes, and what answers (microsoft-graph §1.5). */
const reads: readonly (readonly [path: string, permission: string, read: Read])[] = [
  ['/users', 'Directory.Read.All', listUsers],
  ['/users/delta', 'Directory.Read.All', usersDelta],
  ['/users/:id', 'Directory.Read.All', getUser],
  ['/groups', 'Directory.Read.All', listGroups],
  ['/groups/delta', 'Directory.Read.All', groupsDelta],
  ['/groups/:id', 'Directory.Read.All', getGroup],
  ['/groups/:id/members', 'Directory.Read.All', listMembers],
  ['/groups/:id/transitiveMembers/microsoft.graph.user', 'Directory.Read.All', listTransitiveUsers],
  ['/directory/deletedItems/microsoft.graph.user', 'Directory.Read.All', listDeletedUsers],
  ['/servicePrincipals', 'Directory.Read.All', listServicePrincipals],
  ["/servicePrincipals(appId=':appId')", 'Directory.Read.All', getServicePrincipal],
  ["/servicePrincipals(appId=':appId')/appRoleAssignedTo", 'Directory.Read.All', listAppRoleAssignedTo],
  ['/servicePrincipals/:id', 'Directory.Read.All', getServicePrincipal],
  ['/servicePrincipals/:id/appRoleAssignedTo', 'Directory.Read.All', listAppRoleAssignedTo],
  ['/servicePrincipals/:id/synchronization/jobs', 'Synchronization.Read.All', listSynchronizationJobs],
  ['/servicePrincipals/:id/synchronization/jobs/:jobId/schema', 'Synchronization.Read.All', getSynchronizationSchema],
  ['/servicePrincipals/:id/synchronization/secrets', 'Synchronization.Read.All', listSynchronizationSecrets],
  ['/servicePrincipals/:id/appRoleAssignments', 'Directory.Read.All', listAppRoleAssignments],
  ['/oauth2PermissionGrants', 'Directory.Read.All', listPermissionGrants],
  ['/roleManagement/directory/roleDefinitions', 'Directory.Read.All', listRoleDefinitions],
  ['/roleManagement/directory/roleAssignments', 'Directory.Read.All', listRoleAssignments],
  ['/roleManagement/directory/roleAssignmentScheduleInstances', 'RoleManagement.Read.Directory', listRoleSchedules],
  ['/roleManagement/directory/roleEligibilityScheduleInstances', 'RoleManagement.Read.Directory', listRoleEligibilities],
  ['/subscribedSkus', 'Directory.Read.All', listSubscribedSkus],
  ['/identity/conditionalAccess/policies', POLICY_READ, listPolicies],
  ['/policies/identitySecurityDefaultsEnforcementPolicy', POLICY_READ, getSecurityDefaults],
  ['/auditLogs/directoryAudits', 'AuditLog.Read.All', listDirectoryAudits],
  ['/auditLogs/provisioning', 'AuditLog.Read.All', listProvisioning],
  ["/applications(appId=':appId')", 'Application.Read.All', getApplication],
];

const CONTENT_TYPE = 'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';

/** Microsoft Graph v1.0, read-only: whatever is no GET is refused and remembered as a violation. */
export function graph(context: GraphContext): (exchange: Exchange) => Promise<Reply> {
  const router = routeTable(reads.map(([path, permission, read]) => route(context, path, { permission, read })));
  return async (exchange) => {
    const requestId = randomUUID();
    const clientRequestId = String(exchange.headers['client-request-id'] ?? requestId);
    const headers = {
      'content-type': CONTENT_TYPE,
      date: new Date(epochMs(context.tenant.now())).toUTCString(),
      'request-id': requestId,
      'client-request-id': clientRequestId,
      'odata-version': '4.0',
      'x-ms-resource-unit': '1',
      'x-ms-ags-diagnostic': JSON.stringify({
        ServerInfo: { DataCenter: 'Simulator', Slice: 'E', Ring: '1', ScaleUnit: '000', RoleInstance: 'SIM0' },
      }),
    };
    try {
      refuseWrites(context, exchange);
      const reply = await router(exchange);
      if (reply === undefined) throw badRequest(`Resource not found for the segment '${exchange.url.pathname.split('/')[2] ?? ''}'.`);
      const right = { ...reply, headers };
      const fault = context.faults.strike(exchange, context.tenant.now());
      return fault === undefined ? right : answerWithFault(fault, { at: context.tenant.now(), right, exchange });
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      const body = graphErrorBody(error, { at: context.tenant.now(), requestId, clientRequestId });
      return { status: error.status, headers: { ...headers, ...error.headers }, body: JSON.stringify(body) };
    }
  };
}

function route(context: GraphContext, path: string, { permission, read }: { permission: string; read: Read }): Route {
  return [
    'GET',
    `/v1.0${path}`,
    (exchange) => {
      // Policies refuse in words of their own: microsoft-graph §1.6.
      if (!requireGraphToken(context, exchange).has(permission))
        throw permission === POLICY_READ ? requiredScopesMissing() : insufficientPrivileges();
      return { status: 200, headers: {}, body: JSON.stringify(read({ ...context, tenant: context.replicas.seenBy(exchange) }, exchange)) };
    },
  ];
}

function refuseWrites({ tenant, violations }: GraphContext, exchange: Exchange): void {
  if (exchange.method === 'GET') return;
  violations.push({ at: tenant.now(), method: exchange.method, path: exchange.url.pathname });
  throw insufficientPrivileges();
}
