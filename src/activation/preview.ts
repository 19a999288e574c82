import { createHash } from 'node:crypto';
import { canonicalJson, HOUR_MS, type Instant, plusMs } from '../kernel/index.ts';
import type { RoleReason } from '../scim/index.ts';

/** For how long a preview may be acknowledged: what was read an hour ago is remembered, what was read yesterday is not. */
export const PREVIEW_LIFE_MS = HOUR_MS;

/** One account whose being synced depends on whose word counts. */
export interface Difference {
  readonly connectionId: string;
  readonly objectId: string;
  readonly name: string;
  readonly userPrincipalName: string;
  /** Whether the directory has the account enabled at present. */
  readonly accountEnabled: boolean;
}

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
  readonly code: 'no-directory' | 'directory-never-read' | 'assignments-unknown' | 'scim-users-without-account';
  readonly connectionId: string | null;
  readonly detail: string;
}

/** Who would be synced otherwise than now if the switch were turned. */
export interface Preview {
  readonly turnTo: 'off' | 'on';
  readonly appears: readonly Difference[];
  readonly disappears: readonly Difference[];
  readonly stays: number;
  readonly roles: readonly RoleOutlook[];
  readonly limits: readonly PreviewLimit[];
}

/**
 * SHA-256 of what a preview claims: who by object id, how many, which roles, what it cannot know. A name that changed or a
 * sync that found the same leaves it as it is; one person more or less does not.
 */
export function previewDigest(preview: Preview): Buffer {
  return createHash('sha256')
    .update(canonicalJson(previewClaim(preview)), 'utf8')
    .digest();
}

/** The claim that the digest covers, and that is kept as evidence: ids and counts, no names. */
export function previewClaim(preview: Preview) {
  return {
    turnTo: preview.turnTo,
    appears: preview.appears.map(accountKey).sort(),
    disappears: preview.disappears.map(accountKey).sort(),
    stays: preview.stays,
    roles: preview.roles.map(({ appRole, roleId, because, people }) => ({ appRole, roleId, because, people })),
    limits: preview.limits.map(({ code, connectionId, detail }) => ({ code, connectionId, detail })),
  };
}

function accountKey({ connectionId, objectId }: Difference): string {
  return `${connectionId}/${objectId}`;
}

/** Whether a preview that was made then may still be acknowledged. */
export function isFresh(madeAt: Instant, at: Instant): boolean {
  return at < plusMs(madeAt, PREVIEW_LIFE_MS);
}
