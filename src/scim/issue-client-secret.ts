import { refuse, type ScimCredentialId } from '../kernel/index.ts';
import { type Database, hashToken, newToken, type Queryable } from '../platform/index.ts';
import { addCredential, type NewCredential, newCredentialId } from './add-credential.ts';
import { lockClientCredentials } from './credential-store.ts';
import type { ScimCredential } from './scim-credential.ts';
import { hintOf } from './secret-hint.ts';
import { TOKEN_LIFE_S } from './token-life.ts';

/** How many secrets of a client live at a time: the one in use, and the one that takes its place. */
const MAX_SECRETS = 2;

export interface IssueClientSecret extends NewCredential {
  /** A client that there is, which gets another secret; left out, a new client. */
  readonly clientId?: ScimCredentialId | undefined;
  /** Left out: as the client's other secret has it, or an hour. */
  readonly tokenLifeSeconds?: number | undefined;
}

/**
 * Issues a secret of an OAuth client, a credential of its own: revoking it ends what was issued through it and nothing else.
 * The secret is returned here and nowhere else. Throws DomainError `invalid-request`, `not-found` for a client that is not
 * there, or `conflict` for one that has two secrets, or none any more.
 */
export async function issueClientSecret(
  database: Database,
  input: IssueClientSecret,
): Promise<ScimCredential & { readonly clientSecret: string }> {
  const clientSecret = newToken('rcc');
  const credential = await database.transaction(async (tx) => {
    const { clientId, mode, tokenLifeSeconds } =
      input.clientId === undefined ? newClient(input) : await knownClient(tx, input, input.clientId);
    const members = { id: newCredentialId(input.at), tokenHash: hashToken(clientSecret), hint: hintOf(clientSecret), tokenLifeSeconds };
    return addCredential(tx, { ...input, mode }, 'oauth-client', { ...members, clientId: clientId ?? members.id });
  });
  return { ...credential, clientSecret };
}

function newClient({ mode = 'entra', tokenLifeSeconds = TOKEN_LIFE_S.usual }: IssueClientSecret) {
  return { clientId: undefined, mode, tokenLifeSeconds };
}

async function knownClient(tx: Queryable, { workspaceId, at, mode, tokenLifeSeconds }: IssueClientSecret, clientId: ScimCredentialId) {
  const secrets = (await lockClientCredentials(tx, workspaceId, clientId, at)).filter(({ kind }) => kind === 'oauth-client');
  if (secrets.length === 0) refuse('not-found', { detail: 'This workspace has no SCIM client of that id.' });
  const [latest, ...others] = secrets.filter(({ isLive }) => isLive);
  if (latest === undefined) {
    return refuse('conflict', { detail: 'The client has ended: it has no live secret.', next: 'Make a new client: leave "clientId" out.' });
  }
  if (others.length + 1 >= MAX_SECRETS) {
    refuse('conflict', { detail: `The client has ${MAX_SECRETS} live secrets.`, next: 'Revoke the one that is no longer in use first.' });
  }
  return { clientId, mode: mode ?? latest.mode, tokenLifeSeconds: tokenLifeSeconds ?? latest.tokenLifeSeconds };
}
