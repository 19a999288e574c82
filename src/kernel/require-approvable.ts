import { refuse } from './domain-error.ts';

/**
 * Throws DomainError `conflict` for what is approved already, `forbidden` to whoever asked for it: a decision that takes something out of
 * what is judged is never one person's alone. An API token acts as the administrator whose it is, and so is no second person.
 */
export function requireApprovable(
  asked: { readonly approvedAt: string | null; readonly requestedBy: string },
  { actor }: { readonly actor: string },
): void {
  if (asked.approvedAt !== null) refuse('conflict', { detail: 'It is approved already.' });
  if (asked.requestedBy === actor) {
    refuse('forbidden', { detail: 'Nobody approves what they asked for themselves.', next: 'Ask another administrator, or an owner.' });
  }
}
