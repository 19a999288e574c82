import { refuse } from '../../kernel/index.ts';
import { type Exchange, json, noContent, param, type Reply } from '../http/exchange.ts';
import type { Route } from '../http/route-table.ts';
import { changeUser, createUser, purgeUser, restoreUser, softDeleteUser, withholdUser } from '../tenant/change-users.ts';
import type { UserAttributes } from '../tenant/directory-user.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { type ControlFields, controlBody, controlFields, controlList } from './control-body.ts';

export function controlUserRoutes(tenant: Tenant): readonly Route[] {
  return [
    ['POST', '/control/users', (exchange) => createUsers(tenant, exchange)],
    ['PATCH', '/control/users/:id', (exchange) => json(200, changeUser(tenant, param(exchange, 'id'), changesIn(bodyOf(exchange))))],
    ['POST', '/control/users/:id/restore', (exchange) => json(200, restoreUser(tenant, param(exchange, 'id')))],
    ['POST', '/control/users/:id/withhold', (exchange) => withhold(tenant, exchange)],
    [
      'DELETE',
      '/control/users/:id',
      (exchange) => {
        softDeleteUser(tenant, param(exchange, 'id'));
        return noContent();
      },
    ],
    [
      'DELETE',
      '/control/deleted-users/:id',
      (exchange) => {
        purgeUser(tenant, param(exchange, 'id'));
        return noContent();
      },
    ],
  ];
}

function createUsers(tenant: Tenant, exchange: Exchange): Reply {
  const requested = controlList(controlBody(exchange)).map((fields) => attributesOf(tenant, fields));
  return json(201, { users: requested.map((attributes) => createUser(tenant, attributes)) });
}

function withhold(tenant: Tenant, exchange: Exchange): Reply {
  const withheld = bodyOf(exchange).optionalBoolean('withheld') ?? refuse('invalid-request', { detail: 'withheld is missing' });
  return json(200, withholdUser(tenant, param(exchange, 'id'), withheld));
}

function bodyOf(exchange: Exchange): ControlFields {
  return controlFields(controlBody(exchange));
}

/** A user's createdDateTime may be null, as it is for users from before June 2018 (microsoft-graph §2.1); absent means now. */
function attributesOf(tenant: Tenant, fields: ControlFields): UserAttributes {
  const defaults = {
    givenName: null,
    surname: null,
    mail: null,
    otherAddresses: [],
    homeAddress: null,
    employeeId: null,
    department: null,
    jobTitle: null,
    preferredLanguage: null,
    officeLocation: null,
    streetAddress: null,
    city: null,
    state: null,
    postalCode: null,
    country: null,
    businessPhone: null,
    mobilePhone: null,
    faxNumber: null,
    userType: 'Member',
    accountEnabled: true,
    managerId: null,
    createdDateTime: tenant.now(),
    employeeLeaveDateTime: null,
    onPremisesSyncEnabled: null,
  };
  return {
    ...defaults,
    ...changesIn(fields),
    userPrincipalName: fields.text('userPrincipalName'),
    displayName: fields.text('displayName'),
  };
}

/** The attributes that a request names; the others stay as they are. */
function changesIn(fields: ControlFields): Partial<UserAttributes> {
  return present({
    userPrincipalName: fields.optionalText('userPrincipalName'),
    displayName: fields.optionalText('displayName'),
    givenName: fields.nullableText('givenName'),
    surname: fields.nullableText('surname'),
    mail: fields.nullableText('mail'),
    otherAddresses: fields.optionalTexts('otherAddresses'),
    homeAddress: fields.nullableText('homeAddress'),
    employeeId: fields.nullableText('employeeId'),
    department: fields.nullableText('department'),
    jobTitle: fields.nullableText('jobTitle'),
    preferredLanguage: fields.nullableText('preferredLanguage'),
    officeLocation: fields.nullableText('officeLocation'),
    streetAddress: fields.nullableText('streetAddress'),
    city: fields.nullableText('city'),
    state: fields.nullableText('state'),
    postalCode: fields.nullableText('postalCode'),
    country: fields.nullableText('country'),
    businessPhone: fields.nullableText('businessPhone'),
    mobilePhone: fields.nullableText('mobilePhone'),
    faxNumber: fields.nullableText('faxNumber'),
    userType: fields.optionalText('userType'),
    accountEnabled: fields.optionalBoolean('accountEnabled'),
    managerId: fields.nullableText('managerId'),
    createdDateTime: fields.nullableInstant('createdDateTime'),
    employeeLeaveDateTime: fields.nullableInstant('employeeLeaveDateTime'),
    onPremisesSyncEnabled: fields.optionalBoolean('onPremisesSyncEnabled'),
  });
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the members that are undefined. */
export function present<T extends object>(members: T): Present<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Present<T>;
}
