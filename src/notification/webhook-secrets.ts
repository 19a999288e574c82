import type { WorkspaceId } from '../kernel/index.ts';

/** What the address of a webhook is bound to where it is sealed. */
export function addressContext(workspaceId: WorkspaceId, webhookId: string): string {
  return `webhook:${workspaceId}:${webhookId}`;
}

/** What a secret of a webhook is bound to where it is sealed. */
export function secretContext(workspaceId: WorkspaceId, secretId: string): string {
  return `webhook-secret:${workspaceId}:${secretId}`;
}
