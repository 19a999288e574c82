import { type Exchange, param } from '../http/exchange.ts';
import type { DirectoryGroup } from '../tenant/directory-group.ts';
import type { DirectoryUser } from '../tenant/directory-user.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { entity, type Item, itemsOf, page } from './collection.ts';
import type { GraphContext } from './graph-context.ts';
import { resourceNotFound } from './graph-error.ts';
import { project, type ResourceType } from './project.ts';
import { groupType, userType } from './resource-types.ts';

export function listGroups({ tenant, url }: GraphContext, exchange: Exchange): unknown {
  return page(url, exchange, { context: 'groups', items: itemsOf(groupType, [...tenant.groups.values()]) });
}

export function getGroup({ tenant, url }: GraphContext, exchange: Exchange): unknown {
  return entity(url, exchange, { context: 'groups', type: groupType, object: requireGroup(tenant, exchange) });
}

/** GET /groups/{id}/members: users and groups mixed, told apart by `@odata.type`. Soft-deleted users are members still. */
export function listMembers({ tenant, url }: GraphContext, exchange: Exchange): unknown {
  const items: Item[] = [];
  for (const id of requireGroup(tenant, exchange).memberIds) {
    const user = tenant.users.get(id);
    const group = tenant.groups.get(id);
    if (user !== undefined && !user.withheld) items.push(typedItem(userType, user));
    if (group !== undefined) items.push(typedItem(groupType, group));
  }
  return page(url, exchange, { context: 'directoryObjects', items: inOrder(items) });
}

/** GET /groups/{id}/transitiveMembers/microsoft.graph.user: nested groups resolved, each user once. */
export function listTransitiveUsers({ tenant, url }: GraphContext, exchange: Exchange): unknown {
  const users = transitiveUsers(tenant, requireGroup(tenant, exchange)).filter((user) => !user.withheld);
  return page(url, exchange, { context: 'users', items: inOrder(itemsOf(userType, users)) });
}

/** Group nesting may be circular: each group is visited once. */
function transitiveUsers(tenant: Tenant, root: DirectoryGroup): DirectoryUser[] {
  const groups = new Set([root]);
  const users = new Set<DirectoryUser>();
  for (const group of groups) {
    for (const id of group.memberIds) {
      const user = tenant.users.get(id);
      const nested = tenant.groups.get(id);
      if (user !== undefined) users.add(user);
      if (nested !== undefined) groups.add(nested);
    }
  }
  return [...users];
}

function requireGroup(tenant: Tenant, exchange: Exchange): DirectoryGroup {
  const id = param(exchange, 'id');
  const group = tenant.groups.get(id.toLowerCase());
  if (group === undefined) throw resourceNotFound(id);
  return group;
}

/** In a mixed collection a selected property that an object's type does not have is left out. */
function typedItem<T extends { readonly ordinal: number }>(type: ResourceType<T>, object: T): Item {
  const known = Object.keys(type.properties(object));
  return {
    ordinal: object.ordinal,
    show: (select) => ({
      '@odata.type': `#${type.name}`,
      ...project(
        type,
        object,
        select?.filter((name) => known.includes(name)),
      ),
    }),
  };
}

function inOrder(items: readonly Item[]): readonly Item[] {
  return items.toSorted((a, b) => a.ordinal - b.ordinal);
}
