import type { Instant } from '../../kernel/index.ts';

export interface AzureRoleAssignment {
  readonly name: string;
  readonly ordinal: number;
  readonly principalId: string;
  readonly principalType: 'User' | 'Group' | 'ServicePrincipal';
  readonly roleDefinitionId: string;
  readonly scope: string;
  readonly condition: string | null;
  readonly createdOn: Instant;
}

/** A subscription of Azure that trusts the tenant, with who may do what in it. */
export interface AzureSubscription {
  readonly id: string;
  readonly ordinal: number;
  readonly displayName: string;
  readonly state: string;
  readonly assignments: Map<string, AzureRoleAssignment>;
}

/** Some of Azure's built-in roles; their ids are the same in every tenant. */
export const azureRoles: readonly { readonly id: string; readonly roleName: string }[] = [
  { id: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635', roleName: 'Owner' },
  { id: 'b24988ac-6180-42a0-ab88-20f7382dd24c', roleName: 'Contributor' },
  { id: 'acdd72a7-3385-48ef-bd42-f606fba81ae7', roleName: 'Reader' },
  { id: '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9', roleName: 'User Access Administrator' },
];
