import { randomUUID } from 'node:crypto';
import { refuse } from '../../kernel/index.ts';
import { type Exchange, json, type Reply } from '../http/exchange.ts';
import type { Route } from '../http/route-table.ts';
import { type ForeignServicePrincipal, type Given, initialAccess, type TenantAccess } from '../tenant/access.ts';
import { completePolicy } from '../tenant/complete-policy.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { type ControlFields, controlBody, controlFields, isList } from './control-body.ts';
import { present } from './control-users.ts';

/** `PUT /control/access`: each list that is named replaces the one that there is; the others stay. Answered with the ids of what was given. */
export function controlAccessRoutes(tenant: Tenant): readonly Route[] {
  return [['PUT', '/control/access', (exchange) => setAccess(tenant, exchange)]];
}

type Changes = { readonly [Name in keyof TenantAccess]: TenantAccess[Name] | undefined };

function setAccess(tenant: Tenant, exchange: Exchange): Reply {
  const body = controlBody(exchange);
  const fields = controlFields(body);
  const strange = fields.names().find((name) => !Object.hasOwn(initialAccess, name));
  if (strange !== undefined) refuse('invalid-request', { detail: `${strange} is nothing of a tenant's access` });
  const changes: Changes = {
    policies: givenAt(body, 'policies')?.map((policy) => completePolicy(policy, tenant.now())),
    securityDefaults: fields.optionalBoolean('securityDefaults'),
    servicePlans: fields.optionalTexts('servicePlans'),
    roleDefinitions: roleDefinitionsOf(body),
    roleAssignments: givenAt(body, 'roleAssignments')?.map(completeAssignment),
    roleSchedules: givenAt(body, 'roleSchedules')?.map(completeSchedule),
    roleEligibilities: givenAt(body, 'roleEligibilities')?.map(completeEligibility),
    servicePrincipals: fields.optionalObjects('servicePrincipals')?.map(servicePrincipalOf),
    delegatedPermissions: givenAt(body, 'delegatedPermissions')?.map(completeGrant),
  };
  tenant.access = { ...tenant.access, ...present(changes) };
  return json(200, idsOf(tenant.access));
}

/** Custom roles come on top of the built-in ones. */
function roleDefinitionsOf(body: unknown): readonly Given[] | undefined {
  const custom = givenAt(body, 'roleDefinitions');
  return (
    custom && [
      ...initialAccess.roleDefinitions,
      ...custom.map((role) => ({ id: randomUUID(), isBuiltIn: false, isEnabled: true, ...role })),
    ]
  );
}

const completeAssignment = (given: Given): Given => ({ id: randomUUID(), directoryScopeId: '/', ...given });

const completeSchedule = (given: Given): Given => ({
  id: randomUUID(),
  directoryScopeId: '/',
  appScopeId: null,
  startDateTime: null,
  endDateTime: null,
  assignmentType: 'Assigned',
  memberType: 'Direct',
  ...given,
});

const completeEligibility = (given: Given): Given => ({
  id: `${randomUUID()}-e`,
  directoryScopeId: '/',
  appScopeId: null,
  startDateTime: null,
  endDateTime: null,
  memberType: 'Direct',
  ...given,
});

const completeGrant = (given: Given): Given => ({ id: randomUUID(), consentType: 'AllPrincipals', principalId: null, ...given });

function servicePrincipalOf(fields: ControlFields): ForeignServicePrincipal {
  return {
    id: fields.optionalText('id') ?? randomUUID(),
    appId: fields.optionalText('appId') ?? randomUUID(),
    displayName: fields.text('displayName'),
    appOwnerOrganizationId: fields.optionalText('appOwnerOrganizationId') ?? randomUUID(),
    appRoles: (fields.optionalObjects('appRoles') ?? []).map((role) => ({
      id: role.optionalText('id') ?? randomUUID(),
      value: role.text('value'),
    })),
    appPermissions: (fields.optionalObjects('appPermissions') ?? []).map((permission) => ({
      resourceId: permission.text('resourceId'),
      appRoleId: permission.text('appRoleId'),
    })),
  };
}

/** A list of objects whose members are Graph's, and are taken as they are. */
function givenAt(body: unknown, name: string): readonly Given[] | undefined {
  const list = (body as Given)[name];
  if (list === undefined) return undefined;
  if (!isList(list)) return refuse('invalid-request', { detail: `${name}: a list of objects is expected` });
  return list.map((item) => {
    controlFields(item);
    return item as Given;
  });
}

function idsOf(access: TenantAccess): unknown {
  const ids = (list: readonly { readonly id?: unknown }[]) => list.map(({ id }) => id);
  return {
    policies: ids(access.policies),
    roleAssignments: ids(access.roleAssignments),
    roleDefinitions: ids(access.roleDefinitions),
    servicePrincipals: ids(access.servicePrincipals),
  };
}
