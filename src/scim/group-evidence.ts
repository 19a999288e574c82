import { createHash } from 'node:crypto';
import type { CanonicalObject, ScimGroupId } from '../kernel/index.ts';
import type { LedgerEntry } from '../ledger/index.ts';
import type { GroupPlan, MemberChange } from '../scim-protocol/index.ts';
import { entryOf } from './change-evidence.ts';
import type { AdmittedCall } from './scim-request.ts';

/** How many member ids a record lists; beyond that it holds their number and a digest, as a leaf has 64 KiB. */
const MAX_LISTED_MEMBERS = 500;

/** The records of a new group: its creation, and its first members when it was posted with some. */
export function groupCreatedRecords(
  call: AdmittedCall,
  id: ScimGroupId,
  plan: GroupPlan & { readonly displayName: string },
): readonly LedgerEntry[] {
  const { displayName, externalId } = plan;
  const created = entryOf(call, subject(id), { type: 'scim.group.created', disclose: { displayName, externalId: externalId ?? null } });
  return [created, ...memberRecords(call, id, plan.members)];
}

/** The records that a PATCH may leave; the statement inserts those of which something really changed. They say what was requested, for the reason below. */
export function groupChangeRecords(call: AdmittedCall, id: ScimGroupId, plan: GroupPlan): readonly LedgerEntry[] {
  const { displayName, externalId } = plan;
  const texts = { ...(displayName === undefined ? {} : { displayName }), ...(externalId === undefined ? {} : { externalId }) };
  const requested = Object.keys(texts);
  const updated =
    requested.length === 0 ? [] : [entryOf(call, subject(id), { type: 'scim.group.updated', detail: { requested }, disclose: texts })];
  return [...updated, ...memberRecords(call, id, plan.members)];
}

export function groupDeletedRecord(call: AdmittedCall, id: ScimGroupId): LedgerEntry {
  return entryOf(call, subject(id), { type: 'scim.group.deleted', after: { deleted: true } });
}

/**
 * The leaf's bytes must be known before the statement runs, so it lists the members that were *requested* to come and go,
 * not those that really did: adding a present member or removing an absent one is no change, and neither is told apart here.
 */
function memberRecords(call: AdmittedCall, id: ScimGroupId, members: MemberChange): readonly LedgerEntry[] {
  if (!members.cleared && members.add.length === 0 && members.remove.length === 0) return [];
  const requested = { cleared: members.cleared, ...listed('add', members.add), ...listed('remove', members.remove) };
  return [entryOf(call, subject(id), { type: 'scim.group.members.changed', detail: { requested } })];
}

/** The ids themselves, or their number and the SHA-256 of the ids in ascending order, one per line. */
function listed(name: 'add' | 'remove', ids: readonly string[]): CanonicalObject {
  if (ids.length <= MAX_LISTED_MEMBERS) return { [name]: ids };
  return { [name]: { count: ids.length, sha256: createHash('sha256').update(ids.join('\n')).digest('hex') } };
}

function subject(id: ScimGroupId) {
  return { kind: 'scim-group', id };
}
