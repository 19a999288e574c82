import { epochMs } from '../../kernel/index.ts';
import { type Exchange, json, param, type Reply } from '../http/exchange.ts';
import { routeTable } from '../http/route-table.ts';
import { answerWithFault } from '../graph/answer-with-fault.ts';
import type { GraphContext } from '../graph/graph-context.ts';
import { GraphError } from '../graph/graph-error.ts';
import { skipToken, skipTokenPosition } from '../graph/graph-query.ts';
import { type ArmCaller, requireArmToken } from './require-arm-token.ts';
import { azureRoles, type AzureSubscription } from '../tenant/azure-subscription.ts';

/** How many items a page has: small, so that a reader has to follow `nextLink`. */
const PAGE_SIZE = 2;

type Read = (context: GraphContext, caller: ArmCaller, exchange: Exchange) => unknown;

const authorization = '/subscriptions/:id/providers/Microsoft.Authorization';

const reads: readonly (readonly [path: string, read: Read])[] = [
  ['/subscriptions', listSubscriptions],
  [`${authorization}/roleDefinitions`, listRoleDefinitions],
  [`${authorization}/roleAssignments`, listRoleAssignments],
];

/**
 * Azure Resource Manager, read-only (microsoft-graph §8). Whoever has no role in a subscription does not see it: the list is empty then, and
 * its parts answer AuthorizationFailed. Whatever is no GET is refused and remembered as a violation.
 */
export function arm(context: GraphContext): (exchange: Exchange) => Promise<Reply> {
  const router = routeTable(
    reads.map(
      ([path, read]) => ['GET', path, (exchange) => json(200, read(context, requireArmToken(context, exchange), exchange))] as const,
    ),
  );
  return async (exchange) => {
    try {
      refuseWrites(context, exchange);
      requireVersion(exchange);
      const reply = await router(exchange);
      if (reply === undefined) throw new GraphError(404, 'InvalidResourceType', 'The resource type could not be found.');
      const right = { ...reply, headers: { ...reply.headers, date: new Date(epochMs(context.tenant.now())).toUTCString() } };
      const fault = context.faults.strike(exchange, context.tenant.now());
      return fault === undefined ? right : answerWithFault(fault, { at: context.tenant.now(), right, exchange });
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      return { ...json(error.status, { error: { code: error.code, message: error.message } }), headers: { ...error.headers } };
    }
  };
}

function listSubscriptions(context: GraphContext, caller: ArmCaller, exchange: Exchange): unknown {
  const shown = [...context.tenant.subscriptions.values()].filter((subscription) => isShown(subscription, caller));
  return page(context, exchange, shown, ({ id, displayName, state }) => ({
    id: `/subscriptions/${id}`,
    subscriptionId: id,
    tenantId: context.tenant.id,
    displayName,
    state,
    managedByTenants: [],
    authorizationSource: 'RoleBased',
  }));
}

function listRoleDefinitions(context: GraphContext, caller: ArmCaller, exchange: Exchange): unknown {
  const { id } = requireRole(context, caller, exchange);
  const numbered = azureRoles.map((role, index) => ({ ...role, ordinal: index + 1 }));
  return page(context, exchange, numbered, (role) => ({
    properties: { roleName: role.roleName, type: 'BuiltInRole', assignableScopes: ['/'] },
    id: `/subscriptions/${id}/providers/Microsoft.Authorization/roleDefinitions/${role.id}`,
    type: 'Microsoft.Authorization/roleDefinitions',
    name: role.id,
  }));
}

function listRoleAssignments(context: GraphContext, caller: ArmCaller, exchange: Exchange): unknown {
  const subscription = requireRole(context, caller, exchange);
  return page(context, exchange, [...subscription.assignments.values()], (assignment) => ({
    properties: {
      roleDefinitionId: `/subscriptions/${subscription.id}/providers/Microsoft.Authorization/roleDefinitions/${assignment.roleDefinitionId}`,
      principalId: assignment.principalId,
      principalType: assignment.principalType,
      scope: assignment.scope,
      condition: assignment.condition,
      conditionVersion: assignment.condition === null ? null : '2.0',
      createdOn: assignment.createdOn,
      updatedOn: assignment.createdOn,
      description: null,
      delegatedManagedIdentityResourceId: null,
    },
    id: `${assignment.scope}/providers/Microsoft.Authorization/roleAssignments/${assignment.name}`,
    type: 'Microsoft.Authorization/roleAssignments',
    name: assignment.name,
  }));
}

function isShown({ assignments }: AzureSubscription, { servicePrincipalId }: ArmCaller): boolean {
  return [...assignments.values()].some(({ principalId }) => principalId === servicePrincipalId);
}

/** A role on the subscription itself; one on a part of it shows the subscription, and not who has which role in it. */
function requireRole({ tenant }: GraphContext, { servicePrincipalId }: ArmCaller, exchange: Exchange): AzureSubscription {
  const id = param(exchange, 'id').toLowerCase();
  const subscription = tenant.subscriptions.get(id);
  const mayRead = [...(subscription?.assignments.values() ?? [])].some(
    ({ principalId, scope }) => principalId === servicePrincipalId && scope === `/subscriptions/${id}`,
  );
  if (subscription !== undefined && mayRead) return subscription;
  throw new GraphError(
    403,
    'AuthorizationFailed',
    `The client '${servicePrincipalId}' does not have authorization to perform action 'Microsoft.Authorization/roleAssignments/read' over scope '/subscriptions/${id}'.`,
  );
}

function page<Item extends { readonly ordinal: number }>(
  { url }: GraphContext,
  exchange: Exchange,
  items: readonly Item[],
  show: (item: Item) => unknown,
): unknown {
  const after = skipTokenPosition(exchange.url.searchParams.get('$skiptoken'));
  const rest = items.filter(({ ordinal }) => ordinal > after);
  const shown = rest.slice(0, PAGE_SIZE);
  const version = exchange.url.searchParams.get('api-version');
  const next = `${url}${exchange.url.pathname}?api-version=${version}&$skiptoken=${skipToken(shown.at(-1)?.ordinal ?? 0)}`;
  return { value: shown.map(show), ...(rest.length > shown.length && { nextLink: next }) };
}

function requireVersion(exchange: Exchange): void {
  if (/^\d{4}-\d{2}-\d{2}$/.test(exchange.url.searchParams.get('api-version') ?? '')) return;
  throw new GraphError(400, 'MissingApiVersionParameter', 'The api-version query parameter (?api-version=) is required for all requests.');
}

function refuseWrites({ tenant, violations }: GraphContext, exchange: Exchange): void {
  if (exchange.method === 'GET') return;
  violations.push({ at: tenant.now(), method: exchange.method, path: exchange.url.pathname });
  throw new GraphError(403, 'AuthorizationFailed', 'The client does not have authorization to perform this action.');
}
