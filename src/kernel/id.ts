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

/** Random bytes for many ids at once: asking for each by itself costs more than all else. */
const pool = Buffer.allocUnsafe(4096);
let used = pool.length;

/** A random number of so many bytes, six at the most. */
function random(bytes: number): number {
  if (used + bytes > pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  used += bytes;
  return pool.readUIntBE(used - bytes, bytes);
}

/** Of the 74 bits that are no time, the 26 high ones and twice 24. */
const HIGH = 2 ** 26;
const LIMB = 2 ** 24;

/** The id that was made last: its instant, the text of its time and of its high bits, and its numbers. */
const last = { at: '' as Instant, time: '', head: '', high: HIGH, middle: 0, low: 0 };

/**
 * A new UUIDv7 (RFC 9562 §5.7): 48 bits of the given instant, and 74 that are random for the first of an instant and go up by a random step of 48
 * bits for each one more (§6.2, method 2): nobody can guess the next, and what is written together lies together in every index. Made here, since
 * PostgreSQL below 18 cannot.
 */
export function newId<Kind extends string>(at: Instant): Id<Kind> {
  if (at === last.at) step();
  if (at !== last.at || last.high >= HIGH) begin(at);
  return `${last.head}${hex(last.middle, LIMB)}${hex(last.low, LIMB)}` as Id<Kind>;
}

function begin(at: Instant): void {
  const time = epochMs(at).toString(16).padStart(12, '0');
  last.at = at;
  last.time = `${time.slice(0, 8)}-${time.slice(8)}`;
  last.middle = random(3);
  last.low = random(3);
  setHigh(random(4) % HIGH);
}

function step(): void {
  const low = last.low + random(3) + 1;
  const middle = last.middle + random(3) + (low >= LIMB ? 1 : 0);
  last.low = low % LIMB;
  last.middle = middle % LIMB;
  if (middle >= LIMB) setHigh(last.high + 1);
}

function setHigh(high: number): void {
  last.high = high;
  last.head = `${last.time}-7${hex(high >>> 14, 2 ** 12)}-${hex(2 ** 15 + (high & (2 ** 14 - 1)), 2 ** 16)}-`;
}

/** A number in as many digits as the largest below `limit` has, a power of 16. */
function hex(number: number, limit: number): string {
  return (limit + number).toString(16).slice(1);
}
