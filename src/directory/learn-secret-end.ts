import { type Instant, parseInstant, type WorkspaceId } from '../kernel/index.ts';
import type { Connection } from './connection-store.ts';
import { noteEndFromEntra } from './credential-store.ts';
import type { DirectoryDeps } from './directory-deps.ts';
import { GraphFailure } from './graph-failure.ts';
import { GraphPause } from './graph-pause.ts';
import { asObject, type JsonObject, listAt, textAt } from './json-shape.ts';
import type { OpenConnection } from './open-connection.ts';
import { pathOf } from './sent-queries.ts';

/** Of a secret, Graph tells the first three characters. */
const HINT_LENGTH = 3;

/**
 * Asks Entra when the secrets in use end. That takes `Application.Read.All`, which few grant: what is refused is simply not known, and
 * nothing depends on it. A certificate says it itself.
 */
export async function learnSecretEnds(
  { database }: Pick<DirectoryDeps, 'database'>,
  workspaceId: WorkspaceId,
  connection: Connection,
  { graph, credentials }: Pick<OpenConnection, 'graph' | 'credentials'>,
): Promise<void> {
  try {
    const answer = await graph.look(pathOf('secret-ends', { appId: connection.clientId }));
    if ('refused' in answer) return;
    for (const { id, credential } of credentials) {
      const end = credential.kind === 'secret' ? endOf(answer.body, credential.secret) : undefined;
      if (end !== undefined) await noteEndFromEntra(database, workspaceId, id, end);
    }
  } catch (error) {
    if (!(error instanceof GraphFailure) && !(error instanceof GraphPause)) throw error;
  }
}

/** The end of the secret that begins like this one; of several, the first to end. */
export function endOf(application: JsonObject, secret: string): Instant | undefined {
  const ends = listAt(application, 'passwordCredentials')
    .map((entry) => asObject(entry) ?? {})
    .filter((entry) => textAt(entry, 'hint') === secret.slice(0, HINT_LENGTH))
    .map((entry) => parseInstant(textAt(entry, 'endDateTime') ?? ''))
    .filter((end) => end !== undefined);
  return ends.sort()[0];
}
