import { type Exchange, json, noContent, param, type Reply } from '../http/exchange.ts';
import type { Route } from '../http/route-table.ts';
import type { Application, AppRoleAssignment } from '../tenant/application.ts';
import {
  addCertificate,
  addSecret,
  type ApplicationRequest,
  assign,
  changeApplication,
  createApplication,
  endSecrets,
  unassign,
} from '../tenant/change-applications.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { type ControlFields, controlBody, controlFields, controlList, isList } from './control-body.ts';
import { present } from './control-users.ts';

export function controlApplicationRoutes(tenant: Tenant): readonly Route[] {
  return [
    [
      'POST',
      '/control/applications',
      (exchange) => {
        const application = createApplication(tenant, applicationRequest(controlFields(controlBody(exchange))));
        return json(201, { ...applicationView(application), clientSecret: application.secrets[0]?.text });
      },
    ],
    [
      'PATCH',
      '/control/applications/:appId',
      (exchange) => {
        const fields = controlFields(controlBody(exchange));
        const changes = present({
          graphRoles: fields.optionalTexts('graphRoles'),
          identifierUris: fields.optionalTexts('identifierUris'),
          redirectUris: fields.optionalTexts('redirectUris'),
        });
        return json(200, applicationView(changeApplication(tenant, param(exchange, 'appId'), changes)));
      },
    ],
    [
      'POST',
      '/control/applications/:appId/secrets',
      (exchange) => json(201, { clientSecret: addSecret(tenant, param(exchange, 'appId')) }),
    ],
    [
      'POST',
      '/control/applications/:appId/secrets/end',
      (exchange) => {
        endSecrets(tenant, param(exchange, 'appId'));
        return noContent();
      },
    ],
    [
      'POST',
      '/control/applications/:appId/certificates',
      (exchange) => {
        addCertificate(tenant, param(exchange, 'appId'), controlFields(controlBody(exchange)).text('certificate'));
        return noContent();
      },
    ],
    ['POST', '/control/applications/:appId/assignments', (exchange) => assignPrincipals(tenant, exchange)],
    [
      'DELETE',
      '/control/applications/:appId/assignments/:id',
      (exchange) => {
        unassign(tenant, param(exchange, 'appId'), param(exchange, 'id'));
        return noContent();
      },
    ],
  ];
}

function applicationRequest(fields: ControlFields): ApplicationRequest {
  const appRoles = fields.optionalObjects('appRoles') ?? [];
  return {
    displayName: fields.text('displayName'),
    redirectUris: fields.optionalTexts('redirectUris') ?? [],
    identifierUris: fields.optionalTexts('identifierUris') ?? [],
    graphRoles: fields.optionalTexts('graphRoles') ?? [],
    appRoles: appRoles.map((role) => ({ value: role.text('value'), displayName: role.text('displayName') })),
    clientSecretExpired: fields.optionalBoolean('clientSecretExpired') ?? false,
  };
}

/** One assignment or a list of them; a list is answered with a list. */
function assignPrincipals(tenant: Tenant, exchange: Exchange): Reply {
  const body = controlBody(exchange);
  const appId = param(exchange, 'appId');
  if (!isList(body)) return json(201, assignmentView(assign(tenant, appId, assignmentRequest(controlFields(body)))));
  const requests = controlList(body).map(assignmentRequest);
  return json(201, { assignments: requests.map((request) => assignmentView(assign(tenant, appId, request))) });
}

function assignmentRequest(fields: ControlFields): { principalId: string; appRoleValue: string | undefined } {
  return { principalId: fields.text('principalId'), appRoleValue: fields.nullableText('appRoleValue') ?? undefined };
}

function assignmentView(assignment: AppRoleAssignment): unknown {
  return { id: assignment.id, principalId: assignment.principalId };
}

function applicationView(application: Application): object {
  const { appId, objectId, servicePrincipalId, displayName, graphRoles, identifierUris, redirectUris } = application;
  const appRoles = application.appRoles.map(({ id, value }) => ({ id, value }));
  return { appId, objectId, servicePrincipalId, displayName, graphRoles, identifierUris, redirectUris, appRoles };
}
