import type { ScimUserId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { RefusedDeactivation } from '../scim-protocol/index.ts';
import type { ScimDeps } from './scim-deps.ts';
import type { AdmittedCall } from './scim-request.ts';

/**
 * A request said that a user is to be inactive, and was refused: the user stays active although the directory means otherwise.
 * The ledger keeps it, and the log raises the alarm (I1).
 */
export async function recordRefusedDeactivation(
  { database, log }: ScimDeps,
  { at, body, credential, requestId, workspaceId }: AdmittedCall,
  userId: ScimUserId,
  refused: RefusedDeactivation,
): Promise<void> {
  log.error('scim.deactivation.refused', { requestId, workspaceId, userId, status: refused.status, scimType: refused.scimType });
  await database.transaction((tx) =>
    append(tx, workspaceId, [
      {
        type: 'scim.request.refused',
        at,
        actor: `scim-credential:${credential.id}`,
        subject: { kind: 'scim-user', id: userId },
        detail: { asked: { active: false }, status: refused.status, scimType: refused.scimType ?? null },
        ...(body === undefined ? {} : { raw: `sha256:${body.sha256.toString('hex')}` }),
      },
    ]),
  );
}
