/** An object as the administrator gave it, in Graph's own words. */
export type Given = Readonly<Record<string, unknown>>;

/** An application of another tenant, or Microsoft's own, that has come into this one. */
export interface ForeignServicePrincipal {
  readonly id: string;
  readonly appId: string;
  readonly displayName: string;
  /** The tenant that the application belongs to. */
  readonly appOwnerOrganizationId: string;
  readonly appRoles: readonly { readonly id: string; readonly value: string }[];
  /** Application permissions that it was granted. */
  readonly appPermissions: readonly { readonly resourceId: string; readonly appRoleId: string }[];
}

/** What decides who may do what, and after which proof: each list is replaced as a whole. */
export interface TenantAccess {
  /** Conditional Access policies, as Graph shows them. */
  readonly policies: readonly Given[];
  readonly securityDefaults: boolean;
  /** Service plans of the tenant's one subscription, such as `AAD_PREMIUM`. */
  readonly servicePlans: readonly string[];
  readonly roleDefinitions: readonly Given[];
  readonly roleAssignments: readonly Given[];
  readonly roleSchedules: readonly Given[];
  readonly roleEligibilities: readonly Given[];
  readonly servicePrincipals: readonly ForeignServicePrincipal[];
  readonly delegatedPermissions: readonly Given[];
}

/** Some of the roles that every tenant has: their id is their template's (microsoft-graph §4). */
const builtInRoles: readonly (readonly [id: string, displayName: string])[] = [
  ['62e90394-69f5-4237-9190-012177145e10', 'Global Administrator'],
  ['fe930be7-5e62-47db-91af-98c3a49a38b1', 'User Administrator'],
  ['88d8e3e3-8f55-4a1e-953a-9b9898b8876b', 'Directory Readers'],
  ['d29b2b05-8046-44ba-8758-1e26182fcf32', 'Directory Synchronization Accounts'],
];

const MICROSOFT = 'f8cdef31-a31e-4b4a-93e4-5f571e91255a';

/** Microsoft Graph, with the application permissions whose ids are known (microsoft-graph §1.4). */
export const microsoftGraph: ForeignServicePrincipal = {
  id: '5a3f0e4c-9d1b-4c58-8a55-0f6f7a2f9c11',
  appId: '00000003-0000-0000-c000-000000000000',
  displayName: 'Microsoft Graph',
  appOwnerOrganizationId: MICROSOFT,
  appRoles: [
    { id: '7ab1d382-f21e-4acd-a863-ba3e13f7da61', value: 'Directory.Read.All' },
    { id: '246dd0d5-5bd0-4def-940b-0421030a5b68', value: 'Policy.Read.All' },
    { id: 'b0afded3-3588-46d8-8b3d-9842eff778da', value: 'AuditLog.Read.All' },
    { id: '9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30', value: 'Application.Read.All' },
    { id: '483bed4a-2ad3-4361-a73b-c83ccdbdc53c', value: 'RoleManagement.Read.Directory' },
  ],
  appPermissions: [],
};

export const initialAccess: TenantAccess = {
  policies: [],
  securityDefaults: false,
  servicePlans: ['AAD_PREMIUM'],
  roleDefinitions: builtInRoles.map(([id, displayName]) => ({ id, templateId: id, displayName, isBuiltIn: true, isEnabled: true })),
  roleAssignments: [],
  roleSchedules: [],
  roleEligibilities: [],
  servicePrincipals: [],
  delegatedPermissions: [],
};
