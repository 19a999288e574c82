import { bearerToken, hashToken } from '../platform/index.ts';
import { findCredential } from './credential-store.ts';
import type { StepContext } from './pipeline-step.ts';
import type { ScimCall } from './scim-request.ts';

/**
 * Learns whose token the request carries, also when that credential has ended, so that its refusal can be recorded.
 * Discovery runs no statement that would check the credential again, so there the memory is not asked.
 */
export async function identifyCredential({ deps, memory, route }: StepContext, call: ScimCall): Promise<ScimCall> {
  const { at, request, workspaceId } = call;
  const token = bearerToken(request.headers['authorization']);
  if (token === undefined || workspaceId === undefined) return call;
  const tokenHash = hashToken(token);
  const remembered = route.kind === 'discovery' || route.kind === 'refused' ? undefined : memory.recall(workspaceId, tokenHash, at);
  if (remembered !== undefined) return { ...call, credential: remembered };
  const found = await findCredential(deps.database, workspaceId, tokenHash, at);
  memory.note(workspaceId, tokenHash, at, found);
  return { ...call, credential: found };
}
