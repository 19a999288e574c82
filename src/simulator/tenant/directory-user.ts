import type { Instant } from '../../kernel/index.ts';

/** What an administrator of the tenant sets on a user. */
export interface UserAttributes {
  readonly userPrincipalName: string;
  readonly displayName: string;
  readonly givenName: string | null;
  readonly surname: string | null;
  readonly mail: string | null;
  /** Further e-mail addresses, bare; Graph shows them in proxyAddresses as `smtp:` aliases. */
  readonly otherAddresses: readonly string[];
  /** By which a guest signs in at home; Graph shows it in `identities`. */
  readonly homeAddress: string | null;
  readonly employeeId: string | null;
  readonly department: string | null;
  readonly jobTitle: string | null;
  readonly preferredLanguage: string | null;
  readonly officeLocation: string | null;
  readonly streetAddress: string | null;
  readonly city: string | null;
  readonly state: string | null;
  readonly postalCode: string | null;
  readonly country: string | null;
  /** Graph's list of business phones, of which a tenant may set one. */
  readonly businessPhone: string | null;
  readonly mobilePhone: string | null;
  readonly faxNumber: string | null;
  readonly userType: string;
  readonly accountEnabled: boolean;
  readonly managerId: string | null;
  readonly createdDateTime: Instant | null;
  readonly employeeLeaveDateTime: Instant | null;
  /** Whether it is synchronised from Active Directory; null: it never was. */
  readonly onPremisesSyncEnabled: boolean | null;
}

export interface DirectoryUser extends UserAttributes {
  readonly id: string;
  /** Where the user stands in lists: grows with creation, so that paging survives changes. */
  readonly ordinal: number;
  /** Grows with each change that provisioning can see. */
  readonly revision: number;
  readonly deletedDateTime: Instant | null;
  /** Withheld users are in no list of users and answer 403 by id: an account that the reader cannot see. */
  readonly withheld: boolean;
}

/** Deleting a user renames it: the object id without dashes goes in front (microsoft-graph §0 #3). */
export function presentUserPrincipalName(user: DirectoryUser): string {
  return user.deletedDateTime === null ? user.userPrincipalName : `${user.id.replaceAll('-', '')}${user.userPrincipalName}`;
}
