import type { DirectoryConnectionId, WorkspaceId } from '../kernel/index.ts';
import type { SecretBox } from '../platform/index.ts';

/** What an application proves itself by: a client secret, or the private key of a certificate that Entra knows. */
export type ClientCredential =
  | { readonly kind: 'secret'; readonly secret: string }
  /** Both in PEM. */
  | { readonly kind: 'certificate'; readonly certificate: string; readonly privateKey: string };

/** What a credential is sealed to: moved to another connection, it does not open. */
function contextOf(workspaceId: WorkspaceId, id: DirectoryConnectionId): string {
  return `directory-connection:${workspaceId}:${id}`;
}

export function sealCredential(box: SecretBox, credential: ClientCredential, at: readonly [WorkspaceId, DirectoryConnectionId]): Buffer {
  if (credential.kind === 'secret') return box.seal(credential.secret, contextOf(...at));
  const { certificate, privateKey } = credential;
  return box.seal(JSON.stringify({ certificate, privateKey }), contextOf(...at));
}

/** Throws when the seal is broken, or was made with another key. */
export function openCredential(
  box: SecretBox,
  sealed: { readonly kind: ClientCredential['kind']; readonly sealed: Buffer },
  at: readonly [WorkspaceId, DirectoryConnectionId],
): ClientCredential {
  const text = box.open(sealed.sealed, contextOf(...at)).toString('utf8');
  if (sealed.kind === 'secret') return { kind: 'secret', secret: text };
  const { certificate, privateKey } = JSON.parse(text) as { certificate: string; privateKey: string };
  return { kind: 'certificate', certificate, privateKey };
}
