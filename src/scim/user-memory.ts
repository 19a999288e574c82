import type { ScimUserId, WorkspaceId } from '../kernel/index.ts';
import type { StoredUser } from './user-store.ts';

/** How many users a process remembers: those that a client has just read; some megabytes. */
const MAX_REMEMBERED = 2_000;

/**
 * Users as this process last saw them. Entra reads a user before it changes it (entra-scim-client §1.2), so that a change can be
 * planned on what the read found. It decides nothing: the statement that writes names the version that was planned on, and asks the
 * credential and the switch again; where another process has been meanwhile, it misses, and the user is read.
 */
export interface UserMemory {
  recall(workspaceId: WorkspaceId, id: ScimUserId): StoredUser | undefined;
  /** Keeps a user, unless a newer version of it is known. */
  note(workspaceId: WorkspaceId, user: StoredUser): void;
  forget(workspaceId: WorkspaceId, id: ScimUserId): void;
}

export function createUserMemory(): UserMemory {
  const remembered = new Map<string, StoredUser>();
  const keyOf = (workspaceId: WorkspaceId, id: ScimUserId) => `${workspaceId} ${id}`;
  return {
    recall: (workspaceId, id) => remembered.get(keyOf(workspaceId, id)),
    note: (workspaceId, user) => {
      const key = keyOf(workspaceId, user.id);
      if ((remembered.get(key)?.version ?? 0) > user.version) return;
      remembered.delete(key);
      // A Map lists its keys in the order of their insertion: the first is the one that was seen longest ago.
      const [oldest] = remembered.size < MAX_REMEMBERED ? [] : remembered.keys();
      if (oldest !== undefined) remembered.delete(oldest);
      remembered.set(key, user);
    },
    forget: (workspaceId, id) => void remembered.delete(keyOf(workspaceId, id)),
  };
}
