import { DAY_MS, type Instant, plusMs, refuse, type SsoConnectionId, type WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { hasLiveCredential } from '../scim/index.ts';
import { findActiveConnection, type SsoConnection } from '../sso/index.ts';
import { lastOwnerUse, readAccessPolicy } from '../workspace/index.ts';
import type { GateFacts } from './decide-activation.ts';

/** All facts of the gate but the preview, with the connection that they speak of. */
export interface Standing {
  readonly facts: Omit<GateFacts, 'preview'>;
  readonly ssoConnectionId: SsoConnectionId | null;
}

export async function readStanding(q: Queryable, workspaceId: WorkspaceId, at: Instant): Promise<Standing> {
  const active = await findActiveConnection(q, workspaceId);
  const policy = (await readAccessPolicy(q, workspaceId)) ?? refuse('not-found', { detail: 'There is no such workspace.' });
  const facts = {
    sso: ssoFact(active, plusMs(at, -policy.ssoVerificationDays * DAY_MS)),
    owner: ownerFact(await lastOwnerUse(q, workspaceId), plusMs(at, -policy.ownerDrillDays * DAY_MS)),
    hasLiveCredential: await hasLiveCredential(q, workspaceId, at),
  };
  return { facts, ssoConnectionId: active?.id ?? null };
}

function ssoFact(active: SsoConnection | undefined, freshSince: Instant): GateFacts['sso'] {
  if (active === undefined) return 'none';
  if (active.verifiedAt === null) return 'unverified';
  return active.verifiedAt < freshSince ? 'stale' : 'verified';
}

function ownerFact(lastUsedAt: Instant | undefined, freshSince: Instant): GateFacts['owner'] {
  if (lastUsedAt === undefined) return 'never';
  return lastUsedAt < freshSince ? 'stale' : 'proven';
}
