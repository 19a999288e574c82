import { refuse } from '../kernel/index.ts';
import type { Database, MicrosoftCloud } from '../platform/index.ts';
import { addCredential, type NewCredential, newCredentialId } from './add-credential.ts';
import type { ScimCredential } from './scim-credential.ts';
import { TOKEN_LIFE_S } from './token-life.ts';

export interface EnrolWorkloadIdentity extends NewCredential {
  readonly cloud: MicrosoftCloud;
  readonly tenantId: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audiences: readonly string[];
  readonly tokenLifeSeconds?: number | undefined;
}

/**
 * Trusts assertions of one subject of a tenant, for access tokens of ours (RFC 7523; Entra's workload identity federation). The
 * keys are always the tenant's own, so the issuer has to be the tenant's too. Throws DomainError `invalid-request`.
 */
export function enrolWorkloadIdentity(database: Database, input: EnrolWorkloadIdentity): Promise<ScimCredential> {
  const { cloud, tenantId, issuer, subject, audiences, tokenLifeSeconds = TOKEN_LIFE_S.usual } = input;
  if (!issuer.includes(tenantId)) {
    refuse('invalid-request', { detail: '"issuer" does not name the tenant.', next: 'Copy it from Entra, exactly as it stands there.' });
  }
  if (audiences.length === 0) refuse('invalid-request', { detail: '"audiences" must name at least one audience.' });
  const id = newCredentialId(input.at);
  const pinned = { cloud, tenantId, issuer, subject, audiences };
  return database.transaction((tx) => addCredential(tx, input, 'workload-identity', { id, clientId: id, tokenLifeSeconds, ...pinned }));
}
