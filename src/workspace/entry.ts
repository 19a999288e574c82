import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { SignInIdentity } from './admit-administrator.ts';

/** Who asks to enter, or to stay in. */
export interface EntryAsked {
  /** Undefined for an invitation that no sign-in has bound yet. */
  readonly identity: SignInIdentity | undefined;
  /** Whether they are invited to administer. */
  readonly isAdministrator: boolean;
  readonly at: Instant;
}

/** What the authority in force says of them. */
export type Entry =
  | {
      readonly kind: 'yes';
      /** The role that SCIM grants; null where it grants none. */
      readonly roleId: string | null;
      /** Until when, for an administrator whom SCIM has not provisioned; null without end. */
      readonly graceEndsAt: Instant | null;
      /** The SCIM user that they are, while SCIM decides. */
      readonly scimUser: { readonly id: string; readonly linkedBy: 'externalId' | 'userName' | null } | null;
    }
  | { readonly kind: 'no'; readonly because: string };

/** Whether somebody may enter by the authority in force, asked in the caller's transaction; answered by whoever knows who that is. */
export type MayEnter = (q: Queryable, workspaceId: WorkspaceId, asked: EntryAsked) => Promise<Entry>;
