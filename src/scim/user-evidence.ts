import type { CanonicalObject, CanonicalValue, ScimUserId } from '../kernel/index.ts';
import type { LedgerEntry } from '../ledger/index.ts';
import { roleClaims } from '../scim-protocol/index.ts';
import { attributeValue, EMPLOYEE_NUMBER_ATTRIBUTE } from './attribute-value.ts';
import { entryOf } from './change-evidence.ts';
import { type OwnerClaim, ownerClaim } from './claim-owner-role.ts';
import { attributesOf, claimingSources, disclosedClaims, roleChange, roleRecord } from './role-evidence.ts';
import type { AdmittedCall } from './scim-request.ts';

/** What tells who the user is; the other attributes are recorded as changed, without their values. */
const IDENTIFYING = ['userName', 'externalId', 'displayName', 'emails', EMPLOYEE_NUMBER_ATTRIBUTE] as const;

/** The records of a new user, with what it claims to be from the beginning. */
export function createdRecords(
  call: AdmittedCall,
  id: ScimUserId,
  resource: CanonicalObject,
): { readonly entries: readonly LedgerEntry[]; readonly claim: OwnerClaim | undefined } {
  const claims = roleClaims(resource);
  const identity = Object.fromEntries(IDENTIFYING.flatMap((name) => withValue(name, attributeValue(resource, name))));
  // One disclosure for all that tells who it is: each has a salt, a digest and a row of its own, and they are disclosed together.
  const disclose = { user: identity, ...disclosedClaims('roleClaims', claims) };
  const after = { active: resource['active'] ?? null, ...claimingSources(claims) };
  const created = entryOf(call, { kind: 'scim-user', id }, { type: 'scim.user.created', after, detail: { version: 1 }, disclose });
  const claim = ownerClaim(call, id, { before: [], after: claims });
  return { entries: claim === undefined ? [created] : [created, claim.entry], claim };
}

/** The records of a deletion; the second one is inserted only if there was access to end. */
export function deletedRecords(call: AdmittedCall, id: ScimUserId): readonly LedgerEntry[] {
  const deleted = entryOf(call, { kind: 'scim-user', id }, { type: 'scim.user.deleted', after: { active: false, deleted: true } });
  return [deleted, accessEndedRecord(call, id, 'scim.user.deleted')];
}

/** That sessions and API tokens ended with it; the statement knows whether there were any. */
function accessEndedRecord(call: AdmittedCall, id: ScimUserId, because: string): LedgerEntry {
  return entryOf(call, { kind: 'scim-user', id }, { type: 'access.ended', detail: { because } });
}

export interface UserChange {
  readonly before: CanonicalObject;
  readonly after: CanonicalObject;
  /** Qualified names; not empty. */
  readonly changed: readonly string[];
  /** The version that the change makes. */
  readonly version: number;
}

export interface ChangeRecords {
  readonly entries: readonly LedgerEntry[];
  /** The record of the change of `active`, when there is one. */
  readonly stateRecordId: string | undefined;
  /** Whether what the directory says of the user's role changed. */
  readonly hasNewClaims: boolean;
  /** That it newly claims the owner's role. */
  readonly claim: OwnerClaim | undefined;
}

/** A record each for a change of `active`, of the role, and of anything else: an auditor asks for them apart. */
export function changeRecords(call: AdmittedCall, id: ScimUserId, change: UserChange): ChangeRecords {
  const { before, after, changed, version } = change;
  const subject = { kind: 'scim-user', id };
  const detail = { version };
  const entries: LedgerEntry[] = [];
  let stateRecordId: string | undefined;
  if (changed.includes('active')) {
    const type = after['active'] === true ? 'scim.user.reactivated' : 'scim.user.deactivated';
    const entry = entryOf(call, subject, {
      type,
      before: { active: before['active'] ?? null },
      after: { active: after['active'] ?? null },
      detail,
    });
    stateRecordId = entry.record.id;
    entries.push(entry);
    if (type === 'scim.user.deactivated') entries.push(accessEndedRecord(call, id, type));
  }
  const role = roleChange(before, after);
  if (role !== undefined) entries.push(entryOf(call, subject, roleRecord(role, detail)));
  const claim = role === undefined ? undefined : ownerClaim(call, id, role);
  if (claim !== undefined) entries.push(claim.entry);
  const told = ['active', ...(role === undefined ? [] : attributesOf(role))];
  const others = changed.filter((name) => !told.includes(name));
  if (others.length > 0) {
    const disclosed = IDENTIFYING.filter((name) => others.includes(name)).map((name) => [name, attributeValue(after, name) ?? null]);
    const content = { type: 'scim.user.updated', detail: { version, changed: others }, disclose: Object.fromEntries(disclosed) } as const;
    entries.push(entryOf(call, subject, content));
  }
  return { entries, stateRecordId, hasNewClaims: role !== undefined, claim };
}

function withValue(name: string, value: CanonicalValue | undefined): readonly (readonly [string, CanonicalValue])[] {
  return value === undefined ? [] : [[name, value]];
}
