import { DomainError, refusals } from '../../kernel/index.ts';
import { type Exchange, json, type Reply } from '../http/exchange.ts';
import { routeTable } from '../http/route-table.ts';
import { controlAccessRoutes } from './control-access.ts';
import { controlApplicationRoutes } from './control-applications.ts';
import { controlAzureRoutes } from './control-azure.ts';
import { controlGraphRoutes, type GraphControl } from './control-graph.ts';
import { controlGroupRoutes } from './control-groups.ts';
import { controlProvisioningRoutes, type ProvisioningControl } from './control-provisioning.ts';
import { controlUserRoutes } from './control-users.ts';
import { controlWitnessRoutes } from './control-witnesses.ts';

export interface ControlContext extends ProvisioningControl, GraphControl {}

/** What the tenant's administrator does by hand: no part of Entra's own interface. Every error is `{ error }`. */
export function controlApi(context: ControlContext): (exchange: Exchange) => Promise<Reply> {
  const { tenant } = context;
  const router = routeTable([
    ['GET', '/control/state', () => json(200, state(context))],
    ...controlGraphRoutes(context),
    ...controlUserRoutes(tenant),
    ...controlWitnessRoutes(tenant),
    ...controlGroupRoutes(tenant),
    ...controlApplicationRoutes(tenant),
    ...controlAccessRoutes(tenant),
    ...controlAzureRoutes(tenant),
    ...controlProvisioningRoutes(context),
  ]);
  return async (exchange) => {
    try {
      return (await router(exchange)) ?? json(404, { error: `there is no ${exchange.method} ${exchange.url.pathname}` });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return json(refusals[error.code].status, { error: error.message });
    }
  };
}

function state({ tenant, jobs, violations }: ControlContext): unknown {
  const users = [...tenant.users.values()];
  const applications = [...tenant.applications.values()];
  const deletedUsers = users.filter((user) => user.deletedDateTime !== null).length;
  return {
    tenantId: tenant.id,
    users: users.length - deletedUsers,
    deletedUsers,
    groups: tenant.groups.size,
    applications: applications.length,
    assignments: applications.reduce((sum, application) => sum + application.assignments.size, 0),
    provisioningJobs: jobs.size,
    violations: violations.length,
  };
}
