/**
 * kernel: the words that every room speaks: ids, instants and intervals, canonical JSON, refusals.
 * Pure: no I/O, no clock. Everybody comes in; it asks nobody.
 */
export { addressKey, asciiDomain, caseFolded } from './address-key.ts';
export { BeyondPlatform } from './beyond-platform.ts';
export { type CanonicalObject, type CanonicalValue, canonicalJson } from './canonical-json.ts';
export { type DigestName, type Digesting, digesting, digestOf } from './digest.ts';
export { DomainError, type RefusalCode, type RefusalText, refusals, refuse } from './domain-error.ts';
export {
  type AdministratorId,
  type DirectoryConnectionId,
  type DirectoryCredentialId,
  type DirectoryRunId,
  type EmploymentPeriodId,
  type FindingId,
  type Id,
  isUuid,
  type LedgerRecordId,
  newId,
  type OwnerFindingId,
  type OwnerId,
  type PersonId,
  type PolicyId,
  parseId,
  type ReconciliationRunId,
  type ReportId,
  type RosterImportId,
  type ScimCredentialId,
  type ScimGroupId,
  type ScimUserId,
  type SsoConnectionId,
  type SsoVerificationId,
  type WorkspaceId,
} from './id.ts';
export {
  DAY_MS,
  earliest,
  epochMs,
  HOUR_MS,
  type Instant,
  type Interval,
  instantOf,
  latest,
  MINUTE_MS,
  msBetween,
  parseInstant,
  plusMs,
  SECOND_MS,
} from './instant.ts';
export { plural } from './plural.ts';
export { EXPIRY_WARNINGS_DAYS, type Expiry, expiryOf } from './expiry.ts';
export { requireApprovable } from './require-approvable.ts';
export { isOffset, isTimeZone } from './time-zone.ts';
export { isBeyondEmployment } from './told-date.ts';
