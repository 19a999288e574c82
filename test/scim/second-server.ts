import { openDatabase } from '../../src/platform/index.ts';
import { createScim } from '../../src/scim/index.ts';
import { silentLog } from '../support/log.ts';
import { serve } from '../support/loopback.ts';
import { createClient, PUBLIC_URL, type ScimClient, type ScimServer, secretBox } from './scim-server.ts';
import { type Around, watched } from './watched-database.ts';

export interface SecondServer {
  /** The client's twin, whose requests go here. */
  twin(client: ScimClient): ScimClient;
  close(): Promise<void>;
}

/** Another process on the database of a server; `around` sees its statements. */
export async function startSecond(server: ScimServer, around: Around = (_statement, run) => run()): Promise<SecondServer> {
  const database = openDatabase({ url: server.serverUrl, poolSize: 10, applicationName: 'rollcall-test', isForLookUps: true });
  const scim = createScim({ database: watched(database, around), clock: server.clock, log: silentLog, publicUrl: PUBLIC_URL, secretBox });
  const { url, close } = await serve((request, response) => void scim.listener(request, response));
  return {
    twin: ({ token, workspaceId }) =>
      createClient(`${url}/workspaces/${workspaceId}/scim/v2`, workspaceId, token, () => void server.clock.advance(1)),
    close: async () => {
      await close();
      await database.close();
    },
  };
}
