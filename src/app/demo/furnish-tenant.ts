import { addressOf, cast, colleagues, type Role, unmatchedAccount } from './cast.ts';
import { administrationAccount, serviceAccounts } from './full-cast.ts';
import type { TenantUser } from './simulator-control.ts';
import type { Stage, TenantMade } from './story.ts';

/** Fills the simulated tenant: people, groups, the enterprise application with its app roles, and who is assigned. */
export async function furnishTenant(stage: Stage): Promise<TenantMade> {
  const { control } = stage.tenant;
  const withAccount = stage.cast.filter((role) => role.noAccount === undefined);
  const others = colleagues(stage.colleagues);
  const users = [
    ...withAccount.map(castUser),
    ...twins(withAccount),
    unmatchedAccount,
    ...(stage.isFull ? [...serviceUsers(), administrationAccount] : []),
    ...others.map(colleagueUser),
  ];
  const created = await control.createUsers(users);
  const idByAddress = new Map(created.map(({ id, userPrincipalName }) => [userPrincipalName, id]));
  const idOf = (name: string): string => idByAddress.get(addressOf(name)) ?? '';
  const people = new Map(withAccount.map((role) => [role.key, idOf(role.name)]));

  const inDepartment = (department: string) =>
    [...withAccount, ...others].filter((person) => person.department === department).map(({ name }) => idOf(name));
  const employees = [...withAccount.filter((role) => role.appRole === undefined && role.notAssigned === undefined), ...others];
  const groups = {
    engineering: await control.createGroup('Engineering', inDepartment('Engineering')),
    sales: await control.createGroup('Sales', inDepartment('Sales')),
    employees: await control.createGroup(
      'Rollcall employees',
      employees.map(({ name }) => idOf(name)),
    ),
  };
  const everybodyButSales = { includeUsers: ['All'], excludeGroups: [groups.sales] };
  await control.setAccess({ policies: [{ displayName: 'MFA for all users', conditions: { users: everybodyButSales } }] });
  const manager = idOf(cast.ada.name);
  for (const key of ['audrey', 'remy', 'ines', 'lars'] as const) await control.changeUser(people.get(key) ?? '', { managerId: manager });

  const application = await control.createApplication({
    displayName: 'Rollcall',
    graphRoles: ['Directory.Read.All', 'Policy.Read.All'],
    redirectUris: [],
    appRoles: ['admin', 'auditor', 'reviewer', 'employee'].map((value) => ({ value, displayName: value })),
  });
  const direct = withAccount.flatMap((role) =>
    role.appRole === undefined ? [] : [{ principalId: idOf(role.name), appRoleValue: role.appRole }],
  );
  const assignments = await control.assign(application.appId, [...direct, { principalId: groups.employees, appRoleValue: 'employee' }]);
  return { application, people, groups, assignments: new Map(assignments.map(({ id, principalId }) => [principalId, id])) };
}

function castUser(role: Role): TenantUser {
  const [givenName = '', surname = ''] = role.name.split(' ');
  return {
    userPrincipalName: addressOf(role.name),
    mail: addressOf(role.name),
    displayName: role.name,
    givenName,
    surname,
    employeeId: role.employeeId,
    department: role.department,
    accountEnabled: role.disabledFromTheStart === undefined,
  };
}

function serviceUsers(): readonly TenantUser[] {
  return serviceAccounts.map(({ userPrincipalName, displayName, department }) => ({ userPrincipalName, displayName, department }));
}

/** The second account of whoever has two: another address, the same employee id. */
function twins(roles: readonly Role[]): readonly TenantUser[] {
  return roles
    .filter((role) => role.twin === true)
    .map((role) => ({ ...castUser(role), userPrincipalName: addressOf(`Second ${role.name}`), mail: addressOf(`Second ${role.name}`) }));
}

function colleagueUser({
  name,
  employeeId,
  department,
}: {
  readonly name: string;
  readonly employeeId: string;
  readonly department: string;
}): TenantUser {
  const [givenName = '', surname = ''] = name.split(' ');
  return { userPrincipalName: addressOf(name), mail: addressOf(name), displayName: name, givenName, surname, employeeId, department };
}
