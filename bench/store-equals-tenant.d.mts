type Text = string | null | undefined;

/** A person of a tenant, with its attributes under Graph's names. */
export interface TenantPerson {
  readonly id: string;
  readonly userPrincipalName: string;
  readonly displayName: string;
  /** `left`: unassigned or deleted, so that the target was told no more than that it is inactive. */
  readonly standing: 'present' | 'disabled' | 'left';
  readonly roleTarget: string;
  readonly role?: Text;
  readonly managerId?: Text;
  readonly givenName?: Text;
  readonly surname?: Text;
  readonly mail?: Text;
  readonly employeeId?: Text;
  readonly department?: Text;
  readonly jobTitle?: Text;
  readonly preferredLanguage?: Text;
  readonly officeLocation?: Text;
  readonly streetAddress?: Text;
  readonly city?: Text;
  readonly state?: Text;
  readonly postalCode?: Text;
  readonly country?: Text;
  readonly businessPhone?: Text;
  readonly mobilePhone?: Text;
  readonly faxNumber?: Text;
}

export interface TenantGroup {
  readonly id: string;
  readonly displayName: string;
  readonly memberIds: readonly string[];
}

export interface ProvisionedTenant {
  readonly people: readonly TenantPerson[];
  readonly groups: readonly TenantGroup[];
}

export interface ScimStore {
  readonly users: readonly Readonly<Record<string, unknown>>[];
  readonly groups: readonly Readonly<Record<string, unknown>>[];
}

export function readStore(access: { readonly baseUrl: string; readonly token: string }): Promise<ScimStore>;
export function differencesBetween(tenant: ProvisionedTenant, store: ScimStore): readonly string[];
