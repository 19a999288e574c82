import type { Instant, ScimCredentialId, WorkspaceId } from '../kernel/index.ts';
import type { MicrosoftCloud, Queryable } from '../platform/index.ts';
import type { CredentialKind, CredentialMode, FoundCredential, ScimCredential } from './scim-credential.ts';

/** The condition that a credential's row is live at a parameter. */
const liveAt = (parameter: string) => `scim_credential.revoked_at is null
  and (scim_credential.expires_at is null or scim_credential.expires_at > ${parameter}::timestamptz)`;

const credentialBySecret = {
  name: 'scim-credential-by-secret',
  text: `select scim_credential.id, scim_credential.mode, scim_switch.state as "switchState", ${liveAt('$3')} as "isLive",
           scim_credential.expires_at as "endsAt"
         from scim_credential
         join scim_switch on scim_switch.workspace_id = scim_credential.workspace_id
         where scim_credential.workspace_id = $1 and scim_credential.token_hash = $2 and scim_credential.kind = 'bearer'`,
};

/** An access token is live while it and the credential that it was issued through are. */
const credentialByAccessToken = {
  name: 'scim-credential-by-access-token',
  text: `select scim_credential.id, scim_credential.mode, scim_switch.state as "switchState",
           ${liveAt('$3')} and scim_access_token.expires_at > $3::timestamptz as "isLive",
           least(scim_credential.expires_at, scim_access_token.expires_at) as "endsAt"
         from scim_access_token
         join scim_credential on scim_credential.workspace_id = scim_access_token.workspace_id
           and scim_credential.id = scim_access_token.credential_id
         join scim_switch on scim_switch.workspace_id = scim_credential.workspace_id
         where scim_access_token.workspace_id = $1 and scim_access_token.token_hash = $2`,
};

export interface TokenKey {
  readonly kind: 'secret' | 'access-token';
  readonly tokenHash: Buffer;
  readonly at: Instant;
}

/** The credential of a token in this workspace, dead or alive; undefined when the workspace has no such token. */
export async function findCredential(
  q: Queryable,
  workspaceId: WorkspaceId,
  { kind, tokenHash, at }: TokenKey,
): Promise<FoundCredential | undefined> {
  const statement = kind === 'secret' ? credentialBySecret : credentialByAccessToken;
  const { rows } = await q.query<FoundCredential>(statement, [workspaceId, tokenHash, at]);
  return rows[0];
}

/** Whether anything can be pushed to the workspace at all. An enrolment whose caller nobody confirmed admits nothing. */
export async function hasLiveCredential(q: Queryable, workspaceId: WorkspaceId, at: Instant): Promise<boolean> {
  const { count } = await q.query(
    `select 1 from scim_credential
     where scim_credential.workspace_id = $1 and ${liveAt('$2')}
       and (scim_credential.kind <> 'entra-jwt' or scim_credential.caller_app_id is not null)
     limit 1`,
    [workspaceId, at],
  );
  return count > 0;
}

/** A credential to be stored; the members of its kind, the others null. */
export type CredentialRow = Omit<ScimCredential, 'caller' | 'seenCaller' | 'lastUsedAt' | 'revokedAt'> & {
  readonly tokenHash: Buffer | null;
  readonly caller: { readonly appId: string; readonly objectId: string } | null;
};

export async function insertCredential(tx: Queryable, workspaceId: WorkspaceId, credential: CredentialRow): Promise<void> {
  await tx.query(
    `insert into scim_credential (workspace_id, id, kind, mode, label, hint, token_hash, client_id, token_life_s, cloud, tenant_id,
       issuer, subject, audiences, caller_app_id, caller_object_id, created_at, created_by, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::text[], $15, $16, $17, $18, $19)`,
    [
      workspaceId,
      credential.id,
      credential.kind,
      credential.mode,
      credential.label,
      credential.hint,
      credential.tokenHash,
      credential.clientId,
      credential.tokenLifeSeconds,
      credential.cloud,
      credential.tenantId,
      credential.issuer,
      credential.subject,
      credential.audiences,
      credential.caller?.appId ?? null,
      credential.caller?.objectId ?? null,
      credential.createdAt,
      credential.createdBy,
      credential.expiresAt,
    ],
  );
}

/** Ends a credential. `gone`: it had ended before; `unknown`: the workspace has none of that id. */
export async function endCredential(
  tx: Queryable,
  workspaceId: WorkspaceId,
  id: ScimCredentialId,
  at: Instant,
): Promise<'ended' | 'gone' | 'unknown'> {
  const ended = await tx.query(
    `update scim_credential set revoked_at = $3
     where scim_credential.workspace_id = $1 and scim_credential.id = $2 and scim_credential.revoked_at is null`,
    [workspaceId, id, at],
  );
  if (ended.count > 0) return 'ended';
  const known = await tx.query('select 1 from scim_credential where scim_credential.workspace_id = $1 and scim_credential.id = $2', [
    workspaceId,
    id,
  ]);
  return known.count > 0 ? 'gone' : 'unknown';
}

/** A credential of an OAuth client: how to authenticate through it, and what its tokens are like. */
export interface ClientCredential {
  readonly id: ScimCredentialId;
  readonly kind: Extract<CredentialKind, 'oauth-client' | 'workload-identity'>;
  readonly mode: CredentialMode;
  readonly label: string;
  readonly tokenHash: Buffer | null;
  readonly tokenLifeSeconds: number;
  readonly cloud: MicrosoftCloud | null;
  readonly tenantId: string | null;
  readonly issuer: string | null;
  readonly subject: string | null;
  readonly audiences: readonly string[] | null;
  readonly expiresAt: Instant | null;
  readonly revokedAt: Instant | null;
  readonly isLive: boolean;
}

const clientColumns = `scim_credential.id, scim_credential.kind, scim_credential.mode, scim_credential.label,
  scim_credential.token_hash as "tokenHash", scim_credential.token_life_s as "tokenLifeSeconds", scim_credential.cloud,
  scim_credential.tenant_id as "tenantId", scim_credential.issuer, scim_credential.subject, scim_credential.audiences,
  scim_credential.expires_at as "expiresAt", scim_credential.revoked_at as "revokedAt", ${liveAt('$3')} as "isLive"`;

/** What a client may authenticate through at this moment; nothing for a client that has ended or never was. */
export async function liveClientCredentials(
  q: Queryable,
  workspaceId: WorkspaceId,
  clientId: string,
  at: Instant,
): Promise<readonly ClientCredential[]> {
  const { rows } = await q.query<ClientCredential>(
    `select ${clientColumns} from scim_credential
     where scim_credential.workspace_id = $1 and scim_credential.client_id = $2 and ${liveAt('$3')}`,
    [workspaceId, clientId, at],
  );
  return rows;
}

/** Every credential that the client ever had, newest first, held until the transaction ends: changes of a client take turns. */
export async function lockClientCredentials(
  tx: Queryable,
  workspaceId: WorkspaceId,
  clientId: string,
  at: Instant,
): Promise<readonly ClientCredential[]> {
  // A client's first credential has the client's id and is never deleted: whoever holds it alone may add another.
  await tx.query('select 1 from scim_credential where scim_credential.workspace_id = $1 and scim_credential.id = $2 for no key update', [
    workspaceId,
    clientId,
  ]);
  const { rows } = await tx.query<ClientCredential>(
    `select ${clientColumns} from scim_credential
     where scim_credential.workspace_id = $1 and scim_credential.client_id = $2
     order by scim_credential.id desc
     for no key update`,
    [workspaceId, clientId, at],
  );
  return rows;
}

const credentialColumns = `scim_credential.id, scim_credential.kind, scim_credential.mode, scim_credential.label, scim_credential.hint,
  scim_credential.client_id as "clientId", scim_credential.token_life_s as "tokenLifeSeconds", scim_credential.cloud,
  scim_credential.tenant_id as "tenantId", scim_credential.issuer, scim_credential.subject, scim_credential.audiences,
  case when scim_credential.caller_app_id is not null then jsonb_build_object(
    'appId', scim_credential.caller_app_id, 'objectId', scim_credential.caller_object_id) end as caller,
  case when scim_credential.seen_at is not null then jsonb_build_object(
    'appId', scim_credential.seen_app_id, 'objectId', scim_credential.seen_object_id) end as "seenCaller",
  scim_credential.created_at as "createdAt", scim_credential.created_by as "createdBy", scim_credential.expires_at as "expiresAt",
  scim_credential.last_used_at as "lastUsedAt", scim_credential.revoked_at as "revokedAt"`;

/** Newest first, ended ones included. */
export async function listCredentials(q: Queryable, workspaceId: WorkspaceId): Promise<readonly ScimCredential[]> {
  const { rows } = await q.query<ScimCredential>(
    `select ${credentialColumns} from scim_credential where scim_credential.workspace_id = $1 order by scim_credential.id desc`,
    [workspaceId],
  );
  return rows;
}

/** One of them, held until the transaction ends when `q` is one and `lock` is given. */
export async function readCredential(
  q: Queryable,
  workspaceId: WorkspaceId,
  id: ScimCredentialId,
  lock: 'for no key update' | '' = '',
): Promise<ScimCredential | undefined> {
  const { rows } = await q.query<ScimCredential>(
    `select ${credentialColumns} from scim_credential where scim_credential.workspace_id = $1 and scim_credential.id = $2 ${lock}`,
    [workspaceId, id],
  );
  return rows[0];
}
