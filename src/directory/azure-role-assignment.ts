import { type Instant, isUuid, parseInstant } from '../kernel/index.ts';
import type { ArmClient } from './arm-client.ts';
import { GraphFailure } from './graph-failure.ts';
import { type JsonObject, objectAt, textAt } from './json-shape.ts';
import { objectIdOf } from './read-account.ts';
import { pathOf } from './sent-queries.ts';

/** A role assignment in Azure, as one answer showed it (microsoft-graph §8). */
export interface AzureRoleAssignment {
  readonly assignmentId: string;
  readonly subscriptionId: string;
  readonly principalId: string;
  readonly principalType: string;
  readonly roleDefinitionId: string;
  readonly roleName: string | null;
  /** What it gives access to, by its address. */
  readonly target: string;
  readonly hasCondition: boolean;
  readonly createdOn: Instant | null;
}

/**
 * Throws GraphFailure `azure-reader-missing` when no subscription is shown: without Reader the answer is an empty list, not a refusal
 * (microsoft-graph §8); and `azure-subscription-hidden` when one of those named is not.
 */
export async function requireSubscriptions(arm: ArmClient, subscriptionIds: readonly string[]): Promise<void> {
  const shown = new Set<string>();
  for await (const item of arm.list(pathOf('azure-subscriptions'))) shown.add(objectIdOf(item, 'subscriptionId'));
  if (shown.size === 0) throw new GraphFailure('azure-reader-missing');
  if (!subscriptionIds.every((id) => shown.has(id))) throw new GraphFailure('azure-subscription-hidden');
}

/** Whether role assignments can be read there; throws GraphFailure when they cannot. */
export async function requireAssignments(arm: ArmClient, subscriptionId: string): Promise<void> {
  await arm.list(pathOf('azure-role-assignments', { subscriptionId })).next();
}

/** The role assignments of one subscription, with those that it inherits. There are 4,000 at most (Azure's own limit). */
export async function assignmentsIn(arm: ArmClient, subscriptionId: string): Promise<readonly AzureRoleAssignment[]> {
  const names = new Map<string, string | null>();
  for await (const item of arm.list(pathOf('azure-role-definitions', { subscriptionId }))) {
    names.set(lastSegment(textAt(item, 'id')), textAt(objectAt(item, 'properties') ?? {}, 'roleName') ?? null);
  }
  const assignments: AzureRoleAssignment[] = [];
  for await (const item of arm.list(pathOf('azure-role-assignments', { subscriptionId }))) {
    assignments.push(assignmentOf(item, { subscriptionId, names }));
  }
  return assignments;
}

function assignmentOf(
  item: JsonObject,
  { subscriptionId, names }: { readonly subscriptionId: string; readonly names: ReadonlyMap<string, string | null> },
): AzureRoleAssignment {
  const properties = objectAt(item, 'properties');
  const id = textAt(item, 'id');
  if (properties === undefined || id === undefined) throw new GraphFailure('unexpected-answer', { said: 'role-assignment' });
  const roleDefinitionId = lastSegment(textAt(properties, 'roleDefinitionId'));
  const target = textAt(properties, 'scope');
  if (!isUuid(roleDefinitionId) || target === undefined) throw new GraphFailure('unexpected-answer', { said: 'role-assignment' });
  return {
    assignmentId: id.toLowerCase(),
    subscriptionId,
    principalId: objectIdOf(properties, 'principalId'),
    principalType: textAt(properties, 'principalType') ?? 'Unknown',
    roleDefinitionId,
    roleName: names.get(roleDefinitionId) ?? null,
    target,
    hasCondition: textAt(properties, 'condition') !== undefined,
    createdOn: parseInstant(textAt(properties, 'createdOn') ?? '') ?? null,
  };
}

/** The GUID at the end of a role definition's address. */
function lastSegment(address: string | undefined): string {
  return (address ?? '').toLowerCase().split('/').at(-1) ?? '';
}
