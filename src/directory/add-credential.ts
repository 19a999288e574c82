import {
  DAY_MS,
  type DirectoryConnectionId,
  type DirectoryCredentialId,
  type Instant,
  newId,
  plusMs,
  refuse,
  type WorkspaceId,
} from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Transaction } from '../platform/index.ts';
import { requireConnection } from './require-connection.ts';
import { type ClientCredential, sealCredential } from './client-credential.ts';
import { lockConnection } from './connection-store.ts';
import {
  type Credential,
  type ExpirySource,
  insertCredential,
  listCredentials,
  removeCredential as removeRow,
} from './credential-store.ts';
import type { DirectoryDeps } from './directory-deps.ts';
import { readCertificate } from './read-certificate.ts';

/** One in use and one to follow it. */
const MAX_CREDENTIALS = 2;

/** What a secret lives for when nobody chose otherwise; used where nobody has said when it ends (microsoft-graph §1.7). */
const ASSUMED_LIFE_MS = 365 * DAY_MS;

export interface CredentialRequest {
  readonly credential: ClientCredential;
  /** When a secret ends, as an administrator read it in Entra. */
  readonly expiresAt: Instant | undefined;
}

type By = { readonly at: Instant; readonly actor: string };

/**
 * Adds a credential beside the one in use: from now on it is tried first, and the other one after it. Throws DomainError `conflict` when
 * there are two already, `invalid-request` as `readCertificate` does, and `not-found` when there is no such connection.
 */
export async function addCredential(
  deps: Pick<DirectoryDeps, 'database' | 'secretBox'>,
  workspaceId: WorkspaceId,
  connectionId: DirectoryConnectionId,
  request: CredentialRequest & By,
): Promise<Credential> {
  return deps.database.transaction(async (tx) => {
    requireConnection(await lockConnection(tx, workspaceId, connectionId));
    const present = await credentialsOf(tx, workspaceId, connectionId);
    if (present.length >= MAX_CREDENTIALS) {
      refuse('conflict', { detail: 'The connection has two credentials already.', next: 'Remove the one that is no longer needed.' });
    }
    return putCredential({ tx, secretBox: deps.secretBox }, workspaceId, connectionId, request);
  });
}

/** Seals a credential into its row, with its record. */
export async function putCredential(
  { tx, secretBox }: { readonly tx: Transaction } & Pick<DirectoryDeps, 'secretBox'>,
  workspaceId: WorkspaceId,
  connectionId: DirectoryConnectionId,
  { credential, expiresAt, at, actor }: CredentialRequest & By,
): Promise<Credential> {
  const id = newId<'directory-credential'>(at);
  const facts = factsOf({ credential, expiresAt }, at);
  const sealed = sealCredential(secretBox, credential, [workspaceId, connectionId]);
  await insertCredential(tx, workspaceId, { id, connectionId, kind: credential.kind, sealed, ...facts, at, actor });
  await append(tx, workspaceId, [
    {
      type: 'directory.credential.added',
      at,
      actor,
      subject: { kind: 'directory-connection', id: connectionId },
      detail: {
        credential: id,
        kind: credential.kind,
        thumbprint: facts.thumbprint,
        expires_at: facts.expiresAt,
        expiry_source: facts.expirySource,
      },
    },
  ]);
  const added = (await credentialsOf(tx, workspaceId, connectionId)).find((one) => one.id === id);
  return requireCredential(added);
}

interface ExpiryFacts {
  readonly thumbprint: string | null;
  readonly expiresAt: Instant;
  readonly expirySource: ExpirySource;
}

function factsOf({ credential, expiresAt }: CredentialRequest, at: Instant): ExpiryFacts {
  if (credential.kind === 'certificate') {
    const { thumbprint, notAfter } = readCertificate(credential.certificate, credential.privateKey, at);
    return { thumbprint, expiresAt: notAfter, expirySource: 'certificate' };
  }
  if (expiresAt === undefined) return { thumbprint: null, expiresAt: plusMs(at, ASSUMED_LIFE_MS), expirySource: 'assumed' };
  if (expiresAt <= at) refuse('invalid-request', { detail: 'The secret has ended already.', next: 'Create a new one in Entra.' });
  return { thumbprint: null, expiresAt, expirySource: 'entered' };
}

/**
 * Takes a credential out of use. Throws DomainError `conflict` for the last one, without which nothing could be read, and `not-found`
 * when there is no such credential.
 */
export async function removeCredential(
  deps: Pick<DirectoryDeps, 'database'>,
  workspaceId: WorkspaceId,
  { connectionId, id }: { readonly connectionId: DirectoryConnectionId; readonly id: DirectoryCredentialId },
  by: By,
): Promise<void> {
  await deps.database.transaction(async (tx) => {
    requireConnection(await lockConnection(tx, workspaceId, connectionId));
    const present = await credentialsOf(tx, workspaceId, connectionId);
    requireCredential(present.find((one) => one.id === id));
    if (present.length === 1) {
      refuse('conflict', { detail: 'This is the only credential of the connection.', next: 'Add the one that is to follow it first.' });
    }
    await removeRow(tx, workspaceId, id, by);
    await append(tx, workspaceId, [
      {
        type: 'directory.credential.removed',
        at: by.at,
        actor: by.actor,
        subject: { kind: 'directory-connection', id: connectionId },
        detail: { credential: id },
      },
    ]);
  });
}

async function credentialsOf(tx: Transaction, workspaceId: WorkspaceId, connectionId: DirectoryConnectionId) {
  return (await listCredentials(tx, workspaceId)).filter((credential) => credential.connectionId === connectionId);
}

function requireCredential(credential: Credential | undefined): Credential {
  return credential ?? refuse('not-found', { detail: 'There is no such credential.' });
}
