import { type Exchange, param } from '../http/exchange.ts';
import type { DirectoryUser } from '../tenant/directory-user.ts';
import type { Instant } from '../../kernel/index.ts';
import type { SignIns } from '../tenant/tenant.ts';
import { entity, type Item, itemsOf, page } from './collection.ts';
import type { GraphContext } from './graph-context.ts';
import { badRequest, GraphError, insufficientPrivileges, resourceNotFound } from './graph-error.ts';
import { project } from './project.ts';
import { requireGraphToken } from './require-graph-token.ts';
import { userType, userTypeWithLeaveDate } from './resource-types.ts';

/** GET /users: neither deleted nor withheld ones. */
export function listUsers(context: GraphContext, exchange: Exchange): unknown {
  const { tenant, url } = context;
  const users = [...tenant.users.values()].filter((user) => user.deletedDateTime === null && !user.withheld);
  if (selects(exchange, 'signInActivity')) return page(url, exchange, { context: 'users', items: signInItems(context, exchange, users) });
  return page(url, exchange, { context: 'users', items: itemsOf(shownAs(context, exchange), users) });
}

/** By what the token may read. */
function shownAs(context: GraphContext, exchange: Exchange) {
  const granted = requireGraphToken(context, exchange);
  return granted.has('User-LifeCycleInfo.Read.All') || granted.has('User-LifeCycleInfo.ReadWrite.All') ? userTypeWithLeaveDate : userType;
}

function selects(exchange: Exchange, name: string): boolean {
  return (exchange.url.searchParams.get('$select') ?? '').split(',').includes(name);
}

/** With this property a page is smaller, and a missing permission or licence refuses the whole listing (microsoft-graph §2.1). */
const MOST_WITH_SIGN_INS = 500;

function signInItems(context: GraphContext, exchange: Exchange, users: readonly DirectoryUser[]): readonly Item[] {
  const { tenant } = context;
  if (!requireGraphToken(context, exchange).has('AuditLog.Read.All')) {
    const message = 'The principal does not have required Microsoft Graph permission(s): AuditLog.Read.All to call this API.';
    throw new GraphError(403, 'Authentication_MSGraphPermissionMissing', message);
  }
  if (!tenant.access.servicePlans.some((plan) => plan.startsWith('AAD_PREMIUM'))) {
    const message = "Neither tenant is B2C or tenant doesn't have premium license";
    throw new GraphError(403, 'Authentication_RequestFromNonPremiumTenantOrB2CTenant', message);
  }
  if (Number(exchange.url.searchParams.get('$top') ?? 0) > MOST_WITH_SIGN_INS) throw badRequest('Invalid page size specified.');
  return users.map((user) => ({
    ordinal: user.ordinal,
    show: (select) => {
      const rest = project(
        userType,
        user,
        select?.filter((name) => name !== 'signInActivity'),
      );
      const signIns = tenant.signIns.get(user.id);
      return { ...rest, ...(signIns !== undefined && { signInActivity: shownSignIns(signIns) }) };
    },
  }));
}

/** Absent for whoever never signed in; lastSignInDateTime counts failed attempts too. */
function shownSignIns({ last, lastSuccessful }: SignIns) {
  const second = (at: Instant | null) => (at === null ? null : `${at.slice(0, 19)}Z`);
  return {
    lastSignInDateTime: second(last),
    lastSignInRequestId: null,
    lastNonInteractiveSignInDateTime: null,
    lastNonInteractiveSignInRequestId: null,
    lastSuccessfulSignInDateTime: second(lastSuccessful),
    lastSuccessfulSignInRequestId: null,
  };
}

/** GET /users/{id or userPrincipalName} */
export function getUser(context: GraphContext, exchange: Exchange): unknown {
  const { tenant, url } = context;
  const key = param(exchange, 'id');
  const user = tenant.users.get(key.toLowerCase()) ?? tenant.users.get(tenant.userIdByName.get(key.toLowerCase()) ?? '');
  if (user?.withheld === true) throw insufficientPrivileges();
  if (user === undefined || user.deletedDateTime !== null) throw resourceNotFound(key);
  return entity(url, exchange, { context: 'users', type: shownAs(context, exchange), object: user });
}

/** GET /directory/deletedItems/microsoft.graph.user */
export function listDeletedUsers({ tenant, url }: GraphContext, exchange: Exchange): unknown {
  const users: DirectoryUser[] = [...tenant.users.values()].filter((user) => user.deletedDateTime !== null && !user.withheld);
  return page(url, exchange, { context: 'directoryObjects/microsoft.graph.user', items: itemsOf(userType, users) });
}
