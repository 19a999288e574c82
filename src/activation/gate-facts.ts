import type { Instant, SsoConnectionId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { hasLiveCredential } from '../scim/index.ts';
import { findActiveConnection, type SsoConnection } from '../sso/index.ts';
import { hasProvenOwner } from '../workspace/index.ts';
import type { GateFacts } from './decide-activation.ts';

/** All facts of the gate but the preview, with the connection that they speak of. */
export interface Standing {
  readonly facts: Omit<GateFacts, 'preview'>;
  readonly ssoConnectionId: SsoConnectionId | null;
}

export async function readStanding(q: Queryable, workspaceId: WorkspaceId, at: Instant): Promise<Standing> {
  const active = await findActiveConnection(q, workspaceId);
  const facts = {
    sso: ssoFact(active),
    hasProvenOwner: await hasProvenOwner(q, workspaceId),
    hasLiveCredential: await hasLiveCredential(q, workspaceId, at),
  };
  return { facts, ssoConnectionId: active?.id ?? null };
}

function ssoFact(active: SsoConnection | undefined): GateFacts['sso'] {
  if (active === undefined) return 'none';
  return active.verifiedAt === null ? 'unverified' : 'verified';
}
