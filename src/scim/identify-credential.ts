import { bearerToken, hashToken } from '../platform/index.ts';
import { findCredential } from './credential-store.ts';
import { identifyEntraCaller } from './identify-entra-caller.ts';
import type { StepContext } from './pipeline-step.ts';
import type { PresentedCredential, ScimCall } from './scim-request.ts';
import { peekToken } from './signed-token.ts';

/** A call whose address names a workspace, with the token that it carries. */
interface Presented {
  readonly call: ScimCall & { readonly workspaceId: NonNullable<ScimCall['workspaceId']> };
  readonly token: string;
}

/**
 * Learns whose token the request carries, also when that credential has ended, so that its refusal can be recorded. What the
 * token is decides who vouches for it; all end in a row of `scim_credential`, which the statement of the endpoint checks again.
 */
export async function identifyCredential(context: StepContext, call: ScimCall): Promise<ScimCall> {
  const { workspaceId } = call;
  const token = bearerToken(call.request.headers['authorization']);
  if (token === undefined || workspaceId === undefined) return call;
  const credential = await resolve(context, { call: { ...call, workspaceId }, token });
  if (credential?.isLive === true) context.memory.uses.note(workspaceId, credential.id, call.at);
  return { ...call, credential };
}

/** A token of Entra's is looked at whole each time: whether its tenant is this workspace's alone may change under it. */
function resolve(context: StepContext, { call, token }: Presented): Promise<PresentedCredential | undefined> {
  const signed = peekToken(token);
  return signed === undefined
    ? recallOrFind(context, { call, token })
    : identifyEntraCaller(context.deps, { workspaceId: call.workspaceId, signed, at: call.at });
}

/** Discovery runs no statement that would check the credential again, so there the memory is not asked. */
async function recallOrFind({ deps, memory, route }: StepContext, { call, token }: Presented): Promise<PresentedCredential | undefined> {
  const { workspaceId, at } = call;
  const tokenHash = hashToken(token);
  const remembered = route.kind === 'discovery' || route.kind === 'refused' ? undefined : memory.recall(workspaceId, tokenHash, at);
  if (remembered !== undefined) return remembered;
  const kind = token.startsWith('rct_') ? 'access-token' : 'secret';
  const found = await findCredential(deps.database, workspaceId, { kind, tokenHash, at });
  memory.note(workspaceId, tokenHash, at, found);
  return found;
}
