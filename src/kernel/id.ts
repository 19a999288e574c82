import { epochMs, type Instant } from './instant.ts';

/** A UUID that names one kind of thing, so that a group's id cannot be passed where a user's is meant. */
export type Id<Kind extends string> = string & { readonly __id: Kind };

export type WorkspaceId = Id<'workspace'>;
export type OwnerId = Id<'owner'>;
export type AdministratorId = Id<'administrator'>;
export type SsoConnectionId = Id<'sso-connection'>;
export type SsoVerificationId = Id<'sso-verification'>;
export type ScimCredentialId = Id<'scim-credential'>;
export type ScimUserId = Id<'scim-user'>;
export type ScimGroupId = Id<'scim-group'>;
export type DirectoryConnectionId = Id<'directory-connection'>;
export type DirectoryRunId = Id<'directory-run'>;
export type DirectoryCredentialId = Id<'directory-credential'>;
export type RosterImportId = Id<'roster-import'>;
export type PersonId = Id<'person'>;
export type EmploymentPeriodId = Id<'employment-period'>;
export type PolicyId = Id<'policy'>;
export type ReconciliationRunId = Id<'reconciliation-run'>;
export type FindingId = Id<'finding'>;
export type OwnerFindingId = Id<'owner-finding'>;
export type ReportId = Id<'report'>;
export type LedgerRecordId = Id<'ledger-record'>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text has the form of a UUID, of any version and case. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/**
 * A text from outside as an id, in lower case; undefined when it is no UUID (an address that cannot name anything
 * is "not found", never a database error).
 */
export function parseId<Kind extends string>(text: string): Id<Kind> | undefined {
  return isUuid(text) ? (text.toLowerCase() as Id<Kind>) : undefined;
}

const pool = Buffer.allocUnsafe(4096);
let used = pool.length;

/** A new UUIDv7 (RFC 9562 §5.7): 48 bits of the given instant, 74 random bits. Made here, since PostgreSQL below 18 cannot. */
export function newId<Kind extends string>(at: Instant): Id<Kind> {
  if (used + 10 > pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  const random = pool.subarray(used, used + 10);
  used += 10;
  const time = epochMs(at).toString(16).padStart(12, '0');
  const tail = random.toString('hex');
  const variant = (8 + (random.readUInt8(2) & 3)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${tail.slice(0, 3)}-${variant}${tail.slice(5, 8)}-${tail.slice(8)}` as Id<Kind>;
}
