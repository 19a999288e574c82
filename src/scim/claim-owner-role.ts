import type { ScimUserId } from '../kernel/index.ts';
import type { LedgerEntry } from '../ledger/index.ts';
import type { Log } from '../platform/index.ts';
import type { RoleClaim, Tolerated } from '../scim-protocol/index.ts';
import { alarmOfOwnerAttempt, isOwnerRole, type OwnerAttempted, ownerAttemptRecord } from '../workspace/index.ts';
import { entryOf } from './change-evidence.ts';
import { attributeOf } from './role-evidence.ts';
import type { AdmittedCall } from './scim-request.ts';

/** That a write claims the owner's role, which no claim gives (I5): what the ledger, the wire log and the log say of it. */
export interface OwnerClaim {
  readonly entry: LedgerEntry;
  readonly tolerated: readonly Tolerated[];
  alarm(log: Log): void;
}

/** Undefined for nearly every write: one that claims no owner's role that was not claimed by the same source before. */
export function ownerClaim(
  call: AdmittedCall,
  id: ScimUserId,
  claims: { readonly before: readonly RoleClaim[]; readonly after: readonly RoleClaim[] },
): OwnerClaim | undefined {
  const claiming = claims.after.filter((claim) => isOwnerRole(claim.value) && !isClaimedBefore(claim, claims.before));
  if (claiming.length === 0) return undefined;
  const attempted: OwnerAttempted = {
    attempt: 'role-claim',
    at: call.at,
    actor: `scim-credential:${call.credential.id}`,
    subject: { kind: 'scim-user', id },
    detail: { sources: claiming.map(({ source }) => source) },
  };
  const { detail, subject, type } = ownerAttemptRecord(attempted);
  return {
    entry: entryOf(call, subject, { type, ...(detail === undefined ? {} : { detail }) }),
    tolerated: claiming.map(({ source }) => ({ quirk: 'owner-role', path: attributeOf[source] })),
    alarm: (log) => alarmOfOwnerAttempt(log, call.workspaceId, attempted),
  };
}

function isClaimedBefore({ source }: RoleClaim, before: readonly RoleClaim[]): boolean {
  return before.some((claim) => claim.source === source && isOwnerRole(claim.value));
}

/** What is tolerated of a request, with that it claims the owner's role. */
export function withClaim(tolerated: readonly Tolerated[], claim: OwnerClaim | undefined): readonly Tolerated[] {
  return claim === undefined ? tolerated : [...tolerated, ...claim.tolerated];
}
