import { json, noContent, param } from '../http/exchange.ts';
import type { Route } from '../http/route-table.ts';
import { changeMembers, createGroup, deleteGroup, renameGroup } from '../tenant/change-groups.ts';
import type { DirectoryGroup } from '../tenant/directory-group.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { controlBody, controlFields } from './control-body.ts';

export function controlGroupRoutes(tenant: Tenant): readonly Route[] {
  return [
    [
      'POST',
      '/control/groups',
      (exchange) => {
        const fields = controlFields(controlBody(exchange));
        return json(201, groupView(createGroup(tenant, fields.text('displayName'), fields.optionalTexts('memberIds') ?? [])));
      },
    ],
    [
      'PATCH',
      '/control/groups/:id',
      (exchange) => {
        const displayName = controlFields(controlBody(exchange)).text('displayName');
        return json(200, groupView(renameGroup(tenant, param(exchange, 'id'), displayName)));
      },
    ],
    [
      'POST',
      '/control/groups/:id/members',
      (exchange) => {
        const fields = controlFields(controlBody(exchange));
        const changes = { add: fields.optionalTexts('add') ?? [], remove: fields.optionalTexts('remove') ?? [] };
        return json(200, groupView(changeMembers(tenant, param(exchange, 'id'), changes)));
      },
    ],
    [
      'DELETE',
      '/control/groups/:id',
      (exchange) => {
        deleteGroup(tenant, param(exchange, 'id'));
        return noContent();
      },
    ],
  ];
}

function groupView(group: DirectoryGroup): unknown {
  return { id: group.id, displayName: group.displayName, memberCount: group.memberIds.size };
}
