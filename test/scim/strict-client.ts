import { issueCredential } from '../../src/scim/index.ts';
import { createClient, type ScimClient, type ScimServer } from './scim-server.ts';

/** A second credential of a client's workspace, whose requests are taken whole or not at all. */
export async function strictClient(server: ScimServer, { workspaceId }: ScimClient): Promise<ScimClient> {
  const { token } = await issueCredential(server.database, {
    workspaceId,
    at: server.clock.now(),
    actor: 'owner:00000000-0000-7000-8000-000000000001',
    label: 'strict',
    expiresAt: null,
    mode: 'strict',
  });
  return createClient(`${server.url}/workspaces/${workspaceId}/scim/v2`, workspaceId, token, () => server.clock.advance(1));
}
