import { type Application, DEFAULT_ACCESS_ROLE_ID } from '../tenant/application.ts';
import type { DirectoryUser } from '../tenant/directory-user.ts';
import { activeTarget, type MappingChoice, userMappings } from './attribute-mappings.ts';
import { ObjectFailure } from './object-failure.ts';
import { type AppRoleValue, placeValue, type ScimTarget, type ScimValue } from './scim-target.ts';
import { ENTERPRISE_USER_URN, USER_URN } from './scim-urns.ts';

/** How a user stands to the application: only present ones are created, the others end up inactive (entra-scim-client §4.1). */
export type Standing = 'present' | 'disabled' | 'soft-deleted' | 'unassigned';

export interface DesiredValue {
  readonly target: ScimTarget;
  readonly value: ScimValue;
}

export function standingOf(user: DirectoryUser, entitled: boolean): Standing {
  if (!entitled) return 'unassigned';
  if (user.deletedDateTime !== null) return 'soft-deleted';
  return user.accountEnabled ? 'present' : 'disabled';
}

/** What a user is mapped from, apart from itself. */
export interface UserFacts {
  readonly standing: Standing;
  readonly mapping: MappingChoice;
  /** Throws an ObjectFailure for more than one app role. */
  readonly appRole: () => AppRoleValue | null;
}

/**
 * What the target should hold. A source without a value is not sent at all, so that clearing an attribute in Entra
 * leaves it in the target (entra-scim-client §4.3). Of a user that is leaving only `active` is sent.
 */
export function desiredValues(user: DirectoryUser, { standing, mapping, appRole }: UserFacts): readonly DesiredValue[] {
  if (standing === 'unassigned' || standing === 'soft-deleted') return [{ target: activeTarget, value: false }];
  const source = { user, active: standing === 'present', appRole: appRole() };
  const desired: DesiredValue[] = [];
  for (const { target, source: valueOf } of userMappings(mapping)) {
    const value = valueOf(source);
    if (value !== null && value !== '') desired.push({ target, value });
  }
  return desired;
}

/** SingleAppRoleAssignment([appRoleAssignments]): fails for a user with several roles (entra-scim-client §2.3). */
export function singleAppRole(application: Application, roleIds: ReadonlySet<string>): AppRoleValue | null {
  const ids = [...roleIds].filter((id) => id !== DEFAULT_ACCESS_ROLE_ID);
  if (ids.length > 1) {
    throw new ObjectFailure('evaluate', 0, `No more than one app role assignment was expected, but this many where found: ${ids.length}`);
  }
  return application.appRoles.find((role) => role.id === ids[0]) ?? null;
}

/** The body of the POST: no manager, and the custom extension's URN not in `schemas` (entra-scim-client §2.1, §2.2). */
export function userCreation(desired: readonly DesiredValue[], { roleTarget }: MappingChoice): Readonly<Record<string, unknown>> {
  const body: Record<string, unknown> = { schemas: [USER_URN, ENTERPRISE_USER_URN] };
  if (roleTarget === 'roles') body['roles'] = [];
  for (const { target, value } of desired) placeValue(body, target, value);
  body['meta'] = { resourceType: 'User' };
  return body;
}
