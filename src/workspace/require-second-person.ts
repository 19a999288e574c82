import { type Instant, refuse, requireApprovable, type WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { type Tie, tieBetween } from './second-person-store.ts';

export interface Asked {
  readonly approvedAt: Instant | null;
  readonly requestedBy: string;
  readonly requestedAt: Instant;
}

/**
 * As `requireApprovable`, and refuses those, too, who are another actor but may be the same person: whoever holds two credentials is
 * no two people. Throws DomainError `conflict` for what is approved already, and `forbidden`.
 */
export async function requireSecondPerson(
  tx: Queryable,
  workspaceId: WorkspaceId,
  asked: Asked,
  { actor }: { readonly actor: string },
): Promise<void> {
  requireApprovable(asked, { actor });
  const tie = await tieBetween(tx, workspaceId, { requestedBy: asked.requestedBy, actor, since: asked.requestedAt });
  if (tie !== undefined) refuse('forbidden', refusalOf[tie]);
}

const refusalOf: Readonly<Record<Tie, { readonly detail: string; readonly next: string }>> = {
  hands: {
    detail: 'Whoever asked for it may hold this credential, or the other way round: one was made by the other, or both by one owner.',
    next: "Ask an administrator who has signed in and issues their own API tokens, or an owner made on the server's command line.",
  },
  identity: {
    detail: 'Whoever asked for it is the same person, by their account in the directory.',
    next: 'Ask another administrator, or an owner who is somebody else.',
  },
};
