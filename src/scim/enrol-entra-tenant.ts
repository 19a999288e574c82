import { DomainError, refuse } from '../kernel/index.ts';
import { constraintOf, type Database, type MicrosoftCloud } from '../platform/index.ts';
import { addCredential, type NewCredential } from './add-credential.ts';
import { isTenantShared } from './enrolment-store.ts';
import { ENTRA_AUDIENCES, entraIssuer } from './judge-entra-token.ts';
import type { Caller, ScimCredential } from './scim-credential.ts';

export interface EnrolEntraTenant extends NewCredential {
  readonly cloud: MicrosoftCloud;
  readonly tenantId: string;
  /** Left out: the two that Entra is known to send. */
  readonly audiences?: readonly string[] | undefined;
  /** Left out: the first caller who comes is offered for confirmation. */
  readonly caller?: Caller | undefined;
}

/**
 * Takes tokens that Entra itself issues to its provisioning service in one tenant (the secret is left blank). Throws DomainError
 * `invalid-request`, or `conflict` for a tenant that is enrolled already, or is connected to another workspace too: the tokens
 * of both would be the same.
 */
export function enrolEntraTenant(database: Database, input: EnrolEntraTenant): Promise<ScimCredential> {
  const { workspaceId, cloud, tenantId, audiences = ENTRA_AUDIENCES, caller = null } = input;
  if (audiences.length === 0) refuse('invalid-request', { detail: '"audiences" must name at least one audience.' });
  return database.transaction(async (tx) => {
    if (await isTenantShared(tx, workspaceId, tenantId)) {
      refuse('conflict', {
        detail: 'The tenant is connected to another workspace too, so its tokens do not say which of them they are for.',
        next: 'Use a bearer secret, an OAuth client or a workload identity.',
      });
    }
    return addCredential(tx, input, 'entra-jwt', { cloud, tenantId, issuer: entraIssuer(tenantId), audiences, caller }).catch(toConflict);
  });
}

function toConflict(error: unknown): never {
  if (constraintOf(error) !== 'scim_credential_enrolment') throw error;
  throw new DomainError('conflict', { detail: 'The tenant is enrolled already.', next: 'Revoke that enrolment first.' });
}
