import { type Exchange, param } from '../http/exchange.ts';
import type { DirectoryUser } from '../tenant/directory-user.ts';
import { entity, itemsOf, page } from './collection.ts';
import type { GraphContext } from './graph-context.ts';
import { insufficientPrivileges, resourceNotFound } from './graph-error.ts';
import { userType } from './resource-types.ts';

/** GET /users: neither deleted nor withheld ones. */
export function listUsers({ tenant, url }: GraphContext, exchange: Exchange): unknown {
  const users = [...tenant.users.values()].filter((user) => user.deletedDateTime === null && !user.withheld);
  return page(url, exchange, { context: 'users', items: itemsOf(userType, users) });
}

/** GET /users/{id or userPrincipalName} */
export function getUser({ tenant, url }: GraphContext, exchange: Exchange): unknown {
  const key = param(exchange, 'id');
  const user = tenant.users.get(key.toLowerCase()) ?? tenant.users.get(tenant.userIdByName.get(key.toLowerCase()) ?? '');
  if (user?.withheld === true) throw insufficientPrivileges();
  if (user === undefined || user.deletedDateTime !== null) throw resourceNotFound(key);
  return entity(url, exchange, { context: 'users', type: userType, object: user });
}

/** GET /directory/deletedItems/microsoft.graph.user */
export function listDeletedUsers({ tenant, url }: GraphContext, exchange: Exchange): unknown {
  const users: DirectoryUser[] = [...tenant.users.values()].filter((user) => user.deletedDateTime !== null && !user.withheld);
  return page(url, exchange, { context: 'directoryObjects/microsoft.graph.user', items: itemsOf(userType, users) });
}
