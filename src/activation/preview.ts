import { createHash } from 'node:crypto';
import { canonicalJson, HOUR_MS, type Instant, plusMs } from '../kernel/index.ts';
import type { RoleReason } from '../scim/index.ts';

/** For how long a preview may be acknowledged: what was read an hour ago is remembered, what was read yesterday is not. */
export const PREVIEW_LIFE_MS = HOUR_MS;

/** What becomes of an account that is synced now, or would be. */
export const changes = ['appears', 'disappears', 'stays'] as const;
export type Change = (typeof changes)[number];

/**
 * Why. Turning on: `assigned` to the enterprise application itself, or `group-member` of an assigned group; `not-assigned`;
 * `nested-group-only`: a member of a group within an assigned group, whom Entra does not provision (entra-scim-client §4.1);
 * `disabled`, whom Entra does not create. Turning off: `in-scope`, `out-of-scope`.
 */
export type ChangeReason = 'assigned' | 'group-member' | 'not-assigned' | 'nested-group-only' | 'disabled' | 'in-scope' | 'out-of-scope';

/**
 * What else one should know. `left-employment`: HR says that the person has left; who disappears with this note vanishes from
 * view. `no-person`: nobody of the roster has its employee id or an address of it: a service or a shared account, or somebody
 * whom HR does not know. `guest`: of another organisation.
 */
export type AccountNote = 'left-employment' | 'no-person' | 'guest';

/** What an app role of the enterprise application would bring: how many people have it, and the role that they would have. */
export interface RoleOutlook {
  /** The app role's value; null for default access, which names no role. */
  readonly appRole: string | null;
  /** The role of the catalogue that it names, else the least one; null when there is none that the directory may grant. */
  readonly roleId: string | null;
  /** Whether it names that role, and if it does not, what stands in the way. */
  readonly because: RoleReason;
  readonly people: number;
}

/** Something that a preview cannot know, and says so instead of guessing. */
export interface PreviewLimit {
  readonly code: 'no-directory' | 'directory-never-read' | 'assignments-unknown' | 'roster-missing' | 'scim-users-without-account';
  readonly connectionId: string | null;
  readonly detail: string;
}

/** How many accounts share a change and its reason, or a change and a note. */
export interface Tally {
  readonly change: Change;
  /** A `ChangeReason` or an `AccountNote`. */
  readonly what: ChangeReason | AccountNote;
  readonly accounts: number;
}

/** Who would be synced otherwise than now if the switch were turned: in numbers, and bound to the accounts by a hash. */
export interface Preview {
  readonly turnTo: 'off' | 'on';
  readonly counts: Readonly<Record<Change, number>>;
  readonly reasons: readonly Tally[];
  readonly notes: readonly Tally[];
  /** Accounts that Entra would reach only through a nested group, synced now or not. */
  readonly nestedOnly: number;
  /** SHA-256 in hex of a line per account: `change connection/object reason note,note`, sorted by their bytes. */
  readonly accountsSha256: string;
  readonly roles: readonly RoleOutlook[];
  readonly limits: readonly PreviewLimit[];
}

/**
 * SHA-256 of what a preview claims: who by object id and why, which roles, what it cannot know. A name that changed or a sync
 * that found the same leaves it as it is; one person more or less does not.
 */
export function previewDigest(preview: Preview): Buffer {
  return createHash('sha256')
    .update(canonicalJson(previewClaim(preview)), 'utf8')
    .digest();
}

/** The claim that the digest covers, and that is kept as evidence: no names. */
export function previewClaim({ turnTo, counts, reasons, notes, nestedOnly, accountsSha256, roles, limits }: Preview) {
  return {
    turnTo,
    counts: { appears: counts.appears, disappears: counts.disappears, stays: counts.stays },
    reasons: reasons.map(tallyClaim),
    notes: notes.map(tallyClaim),
    nestedOnly,
    accountsSha256,
    roles: roles.map(({ appRole, roleId, because, people }) => ({ appRole, roleId, because, people })),
    limits: limits.map(({ code, connectionId, detail }) => ({ code, connectionId, detail })),
  };
}

function tallyClaim({ change, what, accounts }: Tally) {
  return { change, what, accounts };
}

/** What to do with a preview, in words for whoever asked for it. */
export const nextAfterPreview: Readonly<Record<Preview['turnTo'], string>> = {
  on: 'Look through who appears and who disappears, then PUT activation with this digest within 60 minutes, and start provisioning in Entra.',
  off: 'Pause provisioning in Entra first: while SCIM is off its writes are refused, and a job that keeps failing is put in quarantine. Then look through who appears and who disappears, and PUT activation with this digest within 60 minutes.',
};

/** Whether a preview that was made then may still be acknowledged. */
export function isFresh(madeAt: Instant, at: Instant): boolean {
  return at < plusMs(madeAt, PREVIEW_LIFE_MS);
}
