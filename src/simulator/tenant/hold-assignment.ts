import type { Application, AppRoleAssignment } from './application.ts';

/** Adds an assignment; false when the principal has that role already. Takes as long for the first as for the last of many. */
export function holdAssignment({ assignments, assigned }: Application, assignment: AppRoleAssignment): boolean {
  const key = keyOf(assignment);
  if (assigned.has(key)) return false;
  assigned.add(key);
  assignments.set(assignment.id, assignment);
  return true;
}

/** Removes an assignment; false when there is none of that id. */
export function dropAssignment({ assignments, assigned }: Application, id: string): boolean {
  const assignment = assignments.get(id);
  if (assignment === undefined) return false;
  assigned.delete(keyOf(assignment));
  return assignments.delete(id);
}

function keyOf({ principalId, appRoleId }: AppRoleAssignment): string {
  return `${principalId} ${appRoleId}`;
}
