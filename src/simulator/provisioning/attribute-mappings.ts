import type { DirectoryUser } from '../tenant/directory-user.ts';
import type { ScimTarget, ScimValue } from './scim-target.ts';
import { ENTERPRISE_USER_URN, ROLLCALL_USER_URN } from './scim-urns.ts';

/** What the mappings may draw from. */
interface MappingSource {
  readonly user: DirectoryUser;
  readonly active: boolean;
  /** The value of the user's single app role; null for Default Access. */
  readonly appRoleValue: string | null;
}

export interface AttributeMapping {
  readonly target: ScimTarget;
  readonly source: (source: MappingSource) => ScimValue | null;
}

export const activeTarget: ScimTarget = { kind: 'attribute', name: 'active' };

/** The attribute mappings of the job, in the order in which they are sent (entra-scim-client §2.1, §2.2). */
export const userMappings: readonly AttributeMapping[] = [
  { target: { kind: 'attribute', name: 'userName' }, source: ({ user }) => withoutGuestMark(user.userPrincipalName) },
  { target: { kind: 'attribute', name: 'externalId' }, source: ({ user }) => user.id },
  { target: activeTarget, source: ({ active }) => active },
  { target: { kind: 'attribute', name: 'displayName' }, source: ({ user }) => user.displayName },
  { target: { kind: 'attribute', name: 'title' }, source: ({ user }) => user.jobTitle },
  { target: { kind: 'sub-attribute', name: 'name', sub: 'givenName' }, source: ({ user }) => user.givenName },
  { target: { kind: 'sub-attribute', name: 'name', sub: 'familyName' }, source: ({ user }) => user.surname },
  { target: { kind: 'typed-value', name: 'emails', type: 'work' }, source: ({ user }) => user.mail },
  { target: { kind: 'extension', urn: ENTERPRISE_USER_URN, name: 'employeeNumber' }, source: ({ user }) => user.employeeId },
  { target: { kind: 'extension', urn: ENTERPRISE_USER_URN, name: 'department' }, source: ({ user }) => user.department },
  { target: { kind: 'extension', urn: ROLLCALL_USER_URN, name: 'rbac_role_id' }, source: ({ appRoleValue }) => appRoleValue },
];

/** `alias_theirdomain#EXT#@tenant` is provisioned as `alias@theirdomain` (entra-scim-client §2.1). */
export function withoutGuestMark(userPrincipalName: string): string {
  const alias = /^(.+)#EXT#@[^@]+$/i.exec(userPrincipalName)?.[1];
  if (alias === undefined) return userPrincipalName;
  const at = alias.lastIndexOf('_');
  return at < 0 ? alias : `${alias.slice(0, at)}@${alias.slice(at + 1)}`;
}
