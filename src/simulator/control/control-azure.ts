import { json, noContent, param } from '../http/exchange.ts';
import type { Route } from '../http/route-table.ts';
import { assignAzureRole, createSubscription, endAzureRole } from '../tenant/change-azure.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { controlBody, controlFields } from './control-body.ts';

/** Subscriptions of Azure, and who has which role in them. */
export function controlAzureRoutes(tenant: Tenant): readonly Route[] {
  return [
    [
      'POST',
      '/control/subscriptions',
      (exchange) => {
        const fields = controlFields(controlBody(exchange));
        const { id } = createSubscription(tenant, fields.text('displayName'), fields.optionalText('state') ?? 'Enabled');
        return json(201, { subscriptionId: id });
      },
    ],
    [
      'POST',
      '/control/subscriptions/:id/role-assignments',
      (exchange) => {
        const fields = controlFields(controlBody(exchange));
        const { name } = assignAzureRole(tenant, param(exchange, 'id'), {
          principalId: fields.text('principalId'),
          roleName: fields.text('roleName'),
          under: fields.optionalText('under') ?? '',
          condition: fields.optionalText('condition') ?? null,
        });
        return json(201, { name });
      },
    ],
    [
      'DELETE',
      '/control/subscriptions/:id/role-assignments/:name',
      (exchange) => {
        endAzureRole(tenant, param(exchange, 'id'), param(exchange, 'name'));
        return noContent();
      },
    ],
  ];
}
