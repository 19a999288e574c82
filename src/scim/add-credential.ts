import { type CanonicalObject, type Instant, newId, refuse, type ScimCredentialId, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Queryable } from '../platform/index.ts';
import { type CredentialRow, insertCredential } from './credential-store.ts';
import type { CredentialKind, CredentialMode, ScimCredential } from './scim-credential.ts';

/** What is asked of every credential, whatever its kind. */
export interface NewCredential {
  readonly workspaceId: WorkspaceId;
  readonly at: Instant;
  readonly actor: string;
  readonly label: string;
  /** Null: never. Entra stops provisioning when a credential ends under it. */
  readonly expiresAt: Instant | null;
  /** Left out: `entra`. */
  readonly mode?: CredentialMode;
}

/** The members that a kind may have; what is left out is null. */
type OfKind = Partial<
  Pick<
    CredentialRow,
    'id' | 'hint' | 'tokenHash' | 'clientId' | 'tokenLifeSeconds' | 'cloud' | 'tenantId' | 'issuer' | 'subject' | 'audiences' | 'caller'
  >
>;

export function newCredentialId(at: Instant): ScimCredentialId {
  return newId<'scim-credential'>(at);
}

/** Stores a credential with its ledger record (I3). Throws DomainError `invalid-request` for an end in the past. */
export async function addCredential(
  tx: Queryable,
  { workspaceId, at, actor, label, expiresAt, mode = 'entra' }: NewCredential,
  kind: CredentialKind,
  members: OfKind,
): Promise<ScimCredential> {
  if (expiresAt !== null && expiresAt <= at) refuse('invalid-request', { detail: '"expiresAt" lies in the past.' });
  const row = { id: newCredentialId(at), kind, mode, label, ...NOTHING, ...members, createdAt: at, createdBy: actor, expiresAt };
  await insertCredential(tx, workspaceId, row);
  await append(tx, workspaceId, [
    {
      type: kind === 'bearer' || kind === 'oauth-client' ? 'scim.credential.issued' : 'scim.credential.enrolled',
      at,
      actor,
      subject: { kind: 'scim-credential', id: row.id },
      after: factsOf(row),
      disclose: { label },
    },
  ]);
  const { tokenHash: _hash, ...shown } = row;
  return { ...shown, seenCaller: null, lastUsedAt: null, revokedAt: null };
}

const NOTHING = {
  hint: null,
  tokenHash: null,
  clientId: null,
  tokenLifeSeconds: null,
  cloud: null,
  tenantId: null,
  issuer: null,
  subject: null,
  audiences: null,
  caller: null,
};

/** What was trusted, for the ledger; what the kind does not have is left out. */
function factsOf(row: CredentialRow): CanonicalObject {
  const { kind, mode, clientId, tokenLifeSeconds, cloud, tenantId, issuer, subject, audiences, caller, expiresAt } = row;
  const members = {
    client_id: clientId,
    token_life_s: tokenLifeSeconds,
    cloud,
    tenant_id: tenantId,
    issuer,
    subject,
    audiences: audiences && [...audiences],
    caller: caller && { app_id: caller.appId, object_id: caller.objectId },
  };
  const known = Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
  return { kind, mode, expiresAt, ...known };
}
