import type { Instant } from '../../kernel/index.ts';

interface AppRole {
  readonly id: string;
  readonly value: string;
  readonly displayName: string;
}

export interface AppRoleAssignment {
  readonly id: string;
  readonly ordinal: number;
  readonly principalId: string;
  readonly principalType: 'User' | 'Group';
  readonly principalDisplayName: string;
  readonly appRoleId: string;
  readonly createdDateTime: Instant;
}

/** An app registration and its service principal in one: the tenant is home to both. */
export interface Application {
  readonly appId: string;
  readonly objectId: string;
  readonly servicePrincipalId: string;
  readonly displayName: string;
  readonly redirectUris: readonly string[];
  /** How the application calls itself with SAML: its entity ids. */
  readonly identifierUris: readonly string[];
  /** Application permissions on Microsoft Graph that an administrator has consented to. */
  readonly graphRoles: readonly string[];
  readonly appRoles: readonly AppRole[];
  readonly secrets: readonly ClientSecret[];
  readonly certificates: readonly ClientCertificate[];
  readonly assignments: Map<string, AppRoleAssignment>;
  /** Each principal with each app role that it has: no assignment is there twice. */
  readonly assigned: Set<string>;
}

/** A certificate whose key may sign for the application. */
interface ClientCertificate {
  readonly keyId: string;
  /** PEM. */
  readonly certificate: string;
  readonly startDateTime: Instant;
  readonly endDateTime: Instant;
}

interface ClientSecret {
  readonly keyId: string;
  readonly text: string;
  readonly startDateTime: Instant;
  readonly endDateTime: Instant;
}

/** The app role of an assignment that names none ("Default Access", microsoft-graph §4). */
export const DEFAULT_ACCESS_ROLE_ID = '00000000-0000-0000-0000-000000000000';
