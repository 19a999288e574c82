import { type DirectoryConnectionId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { readOnly } from './allowed-read.ts';
import { createTokenSource, type TokenDeps, type TokenSource } from './access-token.ts';
import { type Connection, readSealedSecret } from './connection-store.ts';
import type { DirectoryDeps } from './directory-deps.ts';
import { createGraphClient, type GraphClient } from './graph-client.ts';
import { realDelay } from './patience.ts';

export interface OpenConnection {
  readonly tokens: TokenSource;
  readonly graph: GraphClient;
}

/** What a secret is sealed to: moved to another row, it does not open. */
export function secretContext(workspaceId: WorkspaceId, id: DirectoryConnectionId): string {
  return `directory-connection:${workspaceId}:${id}`;
}

/** A Graph client for a connection, with no token in it yet. */
export async function openConnection(
  deps: DirectoryDeps,
  workspaceId: WorkspaceId,
  connection: Connection,
  patience: Pick<TokenDeps, 'maxTries' | 'maxWaitMs' | 'signal'>,
): Promise<OpenConnection> {
  const sealed = await readSealedSecret(deps.database, workspaceId, connection.id);
  if (sealed === undefined) refuse('not-found', { detail: 'There is no such directory connection.' });
  const clientSecret = deps.secretBox.open(sealed, secretContext(workspaceId, connection.id)).toString('utf8');
  const hosts = deps.hostsOf(connection.cloud);
  const tokenDeps: TokenDeps = {
    outbound: readOnly(deps.outbound, hosts),
    clock: deps.clock,
    delay: deps.delay ?? realDelay,
    hosts,
    queues: deps.queues,
    tenant: `${connection.cloud} ${connection.tenantId}`,
    ...patience,
  };
  const tokens = createTokenSource(tokenDeps, { tenantId: connection.tenantId, clientId: connection.clientId, clientSecret });
  return { tokens, graph: createGraphClient(tokenDeps, tokens) };
}
