import type { DirectoryUser } from '../tenant/directory-user.ts';
import { type AppRoleValue, type ScimTarget, type ScimValue, targetNamed } from './scim-target.ts';
import { ENTERPRISE_USER_URN, ROLLCALL_USER_URN } from './scim-urns.ts';

/** What the mappings may draw from. */
interface MappingSource {
  readonly user: DirectoryUser;
  readonly active: boolean;
  /** The user's single app role; null for Default Access. */
  readonly appRole: AppRoleValue | null;
}

export interface AttributeMapping {
  readonly target: ScimTarget;
  readonly source: (source: MappingSource) => ScimValue | null;
}

/** Which attribute the expression over the app role assignments writes to (entra-scim-client §2.2, §2.3, §8). */
export const roleTargets = ['rbac_role_id', 'userType', 'roles'] as const;
export type RoleTarget = (typeof roleTargets)[number];

export const activeTarget: ScimTarget = { kind: 'attribute', name: 'active' };

const workAddress = (sub: string): ScimTarget => ({ kind: 'typed-value', name: 'addresses', type: 'work', sub });
const phone = (type: string): ScimTarget => ({ kind: 'typed-value', name: 'phoneNumbers', type, sub: 'value' });

/** Microsoft's default mapping but for the role, with the object id as externalId, in the order in which it is sent (entra-scim-client §2.1). */
const defaultMappings: readonly AttributeMapping[] = [
  { target: { kind: 'attribute', name: 'userName' }, source: ({ user }) => withoutGuestMark(user.userPrincipalName) },
  { target: { kind: 'attribute', name: 'externalId' }, source: ({ user }) => user.id },
  { target: activeTarget, source: ({ active }) => active },
  { target: { kind: 'attribute', name: 'displayName' }, source: ({ user }) => user.displayName },
  { target: { kind: 'attribute', name: 'title' }, source: ({ user }) => user.jobTitle },
  { target: { kind: 'typed-value', name: 'emails', type: 'work', sub: 'value' }, source: ({ user }) => user.mail },
  { target: { kind: 'attribute', name: 'preferredLanguage' }, source: ({ user }) => user.preferredLanguage },
  { target: { kind: 'sub-attribute', name: 'name', sub: 'givenName' }, source: ({ user }) => user.givenName },
  { target: { kind: 'sub-attribute', name: 'name', sub: 'familyName' }, source: ({ user }) => user.surname },
  { target: { kind: 'sub-attribute', name: 'name', sub: 'formatted' }, source: ({ user }) => joined(user.givenName, user.surname) },
  { target: workAddress('formatted'), source: ({ user }) => user.officeLocation },
  { target: workAddress('streetAddress'), source: ({ user }) => user.streetAddress },
  { target: workAddress('locality'), source: ({ user }) => user.city },
  { target: workAddress('region'), source: ({ user }) => user.state },
  { target: workAddress('postalCode'), source: ({ user }) => user.postalCode },
  { target: workAddress('country'), source: ({ user }) => user.country },
  { target: phone('work'), source: ({ user }) => user.businessPhone },
  { target: phone('mobile'), source: ({ user }) => user.mobilePhone },
  { target: phone('fax'), source: ({ user }) => user.faxNumber },
  { target: { kind: 'extension', urn: ENTERPRISE_USER_URN, name: 'employeeNumber' }, source: ({ user }) => user.employeeId },
  { target: { kind: 'extension', urn: ENTERPRISE_USER_URN, name: 'department' }, source: ({ user }) => user.department },
];

const roleMappings: Readonly<Record<RoleTarget, AttributeMapping>> = {
  rbac_role_id: {
    target: { kind: 'extension', urn: ROLLCALL_USER_URN, name: 'rbac_role_id' },
    source: ({ appRole }) => appRole?.value ?? null,
  },
  userType: { target: { kind: 'attribute', name: 'userType' }, source: ({ appRole }) => appRole?.value ?? null },
  roles: { target: { kind: 'primary-role' }, source: ({ appRole }) => appRole },
};

export interface MappingChoice {
  readonly roleTarget: RoleTarget;
  /** Whether `active` is mapped; without it a leaver is deleted (entra-scim-client §4.1). */
  readonly softDelete: boolean;
  /** Further attributes with a constant value for everybody, by what an administrator typed as the target. */
  readonly constants: Readonly<Record<string, string>>;
}

export function userMappings({ roleTarget, softDelete, constants }: MappingChoice): readonly AttributeMapping[] {
  const mappings = softDelete ? defaultMappings : defaultMappings.filter((mapping) => mapping.target !== activeTarget);
  const constant = Object.entries(constants).map(([target, value]) => ({ target: targetNamed(target), source: () => value }));
  return [...mappings, roleMappings[roleTarget], ...constant];
}

/** What users can be matched by, and the value that each is asked for with (entra-scim-client §1.2). */
export const matchingAttributes = {
  userName: (user: DirectoryUser): string | null => withoutGuestMark(user.userPrincipalName),
  externalId: (user: DirectoryUser): string | null => user.id,
  'emails[type eq "work"].value': (user: DirectoryUser): string | null => user.mail,
} as const;
export type MatchingAttribute = keyof typeof matchingAttributes;

/** `alias_theirdomain#EXT#@tenant` is provisioned as `alias@theirdomain` (entra-scim-client §2.1). */
export function withoutGuestMark(userPrincipalName: string): string {
  const alias = /^(.+)#EXT#@[^@]+$/i.exec(userPrincipalName)?.[1];
  if (alias === undefined) return userPrincipalName;
  const at = alias.lastIndexOf('_');
  return at < 0 ? alias : `${alias.slice(0, at)}@${alias.slice(at + 1)}`;
}

/** `Join(" ", [givenName], [surname])`. */
function joined(...parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== '').join(' ');
}
