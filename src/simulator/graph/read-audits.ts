import { type Instant, parseInstant } from '../../kernel/index.ts';
import type { Exchange } from '../http/exchange.ts';
import type { AuditEntry } from '../tenant/audit-entry.ts';
import { page } from './collection.ts';
import type { GraphContext } from './graph-context.ts';
import { refuseFilter } from './graph-query.ts';
import { requireGraphToken } from './require-graph-token.ts';
import { insufficientPrivileges } from './graph-error.ts';

/** GET /auditLogs/directoryAudits. Takes Directory.Read.All as well (microsoft-graph §1.5). */
export function listDirectoryAudits(context: GraphContext, exchange: Exchange): unknown {
  if (!requireGraphToken(context, exchange).has('Directory.Read.All')) throw insufficientPrivileges();
  const since = sinceOf(exchange.url.searchParams.get('$filter'));
  const items = context.tenant.audits
    .filter(({ at }) => since === undefined || at >= since)
    .map((entry) => ({ ordinal: entry.ordinal, show: () => shown(entry) }));
  return page(context.url, exchange, { context: 'auditLogs/directoryAudits', items, isFiltered: true });
}

/** The one filter that is understood: `activityDateTime ge … and category eq 'UserManagement'`. */
function sinceOf(filter: string | null): Instant | undefined {
  if (filter === null) return undefined;
  const text = /^activityDateTime ge (\S+) and category eq 'UserManagement'$/.exec(filter)?.[1];
  return (text === undefined ? undefined : parseInstant(text)) ?? refuseFilter(filter);
}

function shown(entry: AuditEntry): Readonly<Record<string, unknown>> {
  return {
    id: entry.id,
    category: 'UserManagement',
    correlationId: entry.correlationId,
    result: 'success',
    resultReason: '',
    activityDisplayName: entry.activity,
    activityDateTime: `${entry.at.slice(0, -1)}4567Z`,
    loggedByService: 'Core Directory',
    operationType: 'Update',
    initiatedBy: { user: null, app: { appId: null, displayName: 'Administrator', servicePrincipalId: null, servicePrincipalName: null } },
    targetResources: [
      {
        id: entry.userId,
        displayName: null,
        type: 'User',
        userPrincipalName: entry.userPrincipalName,
        groupType: null,
        modifiedProperties: entry.modified,
      },
    ],
    additionalDetails: [{ key: 'UserType', value: 'Member' }],
  };
}
