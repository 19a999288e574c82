import { refuse, type WorkspaceId } from '../kernel/index.ts';
import { createTokenSource, type OpenedCredential, type TokenDeps, type TokenSource } from './access-token.ts';
import { readOnly } from './allowed-read.ts';
import { openCredential } from './client-credential.ts';
import type { Connection } from './connection-store.ts';
import { noteCredentialUse, sealedCredentials } from './credential-store.ts';
import type { DirectoryDeps } from './directory-deps.ts';
import { type ArmClient, createArmClient } from './arm-client.ts';
import { createGraphClient, type GraphClient } from './graph-client.ts';
import { realDelay } from './patience.ts';

export interface OpenConnection {
  readonly tokens: TokenSource;
  readonly graph: GraphClient;
  /** Of a connection to subscriptions alone. */
  readonly arm: ArmClient | undefined;
  readonly credentials: readonly OpenedCredential[];
}

/** The clients of a connection, with no token in them yet. */
export async function openConnection(
  deps: DirectoryDeps,
  workspaceId: WorkspaceId,
  connection: Connection,
  patience: Pick<TokenDeps, 'maxTries' | 'maxWaitMs' | 'signal'>,
): Promise<OpenConnection> {
  const sealed = await sealedCredentials(deps.database, workspaceId, connection.id);
  if (sealed.length === 0) refuse('not-found', { detail: 'There is no such directory connection.' });
  const credentials = sealed.map((row) => ({
    id: row.id,
    expiresAt: row.expiresAt,
    credential: openCredential(deps.secretBox, row, [workspaceId, connection.id]),
  }));
  const hosts = deps.hostsOf(connection.cloud);
  const tokenDeps: TokenDeps = {
    outbound: readOnly(deps.outbound, hosts),
    clock: deps.clock,
    delay: deps.delay ?? realDelay,
    onAgain: ({ code }) => {
      if (code === 'throttled') deps.log.info('directory.throttled', { workspaceId, connectionId: connection.id });
    },
    hosts,
    queues: deps.queues,
    asker: { tenant: `${connection.cloud} ${connection.tenantId}`, clientId: connection.clientId },
    ...patience,
  };
  const { tenantId, clientId } = connection;
  const tokensFor = (resource: string) =>
    createTokenSource(tokenDeps, { tenantId, clientId, credentials, resource }, (id) =>
      noteCredentialUse(deps.database, workspaceId, id, deps.clock.now()),
    );
  const tokens = tokensFor(hosts.graph);
  const arm = connection.kind === 'subscription' ? createArmClient(tokenDeps, tokensFor(hosts.arm)) : undefined;
  return { tokens, credentials, arm, graph: createGraphClient(tokenDeps, tokens) };
}
