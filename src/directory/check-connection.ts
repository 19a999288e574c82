import type { DirectoryConnectionId, Instant, WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import { readClaims } from './access-token.ts';
import { requireConnection } from './add-connection.ts';
import { type Connection, findConnection, noteCheck } from './connection-store.ts';
import type { DirectoryDeps } from './directory-deps.ts';
import type { GraphClient } from './graph-client.ts';
import { GraphFailure } from './graph-failure.ts';
import { openConnection } from './open-connection.ts';
import { MAX_WAIT_MS } from './patience.ts';
import { type Diagnosis, diagnose, diagnoseWithoutToken, type Probe } from './permission-table.ts';

export interface ConnectionCheck extends Diagnosis {
  readonly checkedAt: Instant;
}

/**
 * Tries a connection with a fresh token, so that consent given a minute ago counts, and records the verdict. A connection
 * that does not work is an answer here, not an error. Throws DomainError `not-found` when there is no such connection.
 */
export async function checkConnection(
  deps: DirectoryDeps,
  workspaceId: WorkspaceId,
  id: DirectoryConnectionId,
  actor: string,
): Promise<ConnectionCheck> {
  const connection = requireConnection(await findConnection(deps.database, workspaceId, id));
  const diagnosis = await diagnoseConnection(deps, workspaceId, connection);
  const checkedAt = deps.clock.now();
  await deps.database.transaction(async (tx) => {
    await noteCheck(tx, workspaceId, id, { verdict: diagnosis.verdict, at: checkedAt });
    const granted = diagnosis.permissions.filter((row) => row.granted === true).map((row) => row.permission);
    await append(tx, workspaceId, [
      {
        type: 'directory.connection.checked',
        at: checkedAt,
        actor,
        subject: { kind: 'directory-connection', id },
        detail: { verdict: diagnosis.verdict, granted, warnings: diagnosis.warnings.map(({ code }) => code) },
      },
    ]);
  });
  return { ...diagnosis, checkedAt };
}

/** Somebody waits for the answer of a check, so nothing is tried twice. */
const CHECK_TRIES = 1;

async function diagnoseConnection(deps: DirectoryDeps, workspaceId: WorkspaceId, connection: Connection): Promise<Diagnosis> {
  const { tokens, graph } = await openConnection(deps, workspaceId, connection, { maxTries: CHECK_TRIES, maxWaitMs: MAX_WAIT_MS });
  let token: string;
  try {
    token = await tokens.fresh();
  } catch (error) {
    if (error instanceof GraphFailure) return diagnoseWithoutToken(error);
    throw error;
  }
  const users = await probe(graph, 'users', '/v1.0/users?$select=id,accountEnabled&$top=1');
  const others: Probe[] = [];
  for (const [reads, path] of probesOf(connection)) others.push(await probe(graph, reads, path));
  return diagnose(readClaims(token), users, others);
}

function probesOf({ scimAppId }: Connection): readonly (readonly [string, string])[] {
  const application = `/v1.0/servicePrincipals(appId='${scimAppId}')?$select=id`;
  return [
    ['deleted users', '/v1.0/directory/deletedItems/microsoft.graph.user?$select=id&$top=1'],
    ['groups', '/v1.0/groups?$select=id&$top=1'],
    ...(scimAppId === null ? [] : [['the enterprise application', application] as const]),
  ];
}

async function probe(graph: GraphClient, reads: string, path: string): Promise<Probe> {
  try {
    await graph.get(path);
    return { reads, failure: undefined };
  } catch (error) {
    if (error instanceof GraphFailure) return { reads, failure: error };
    throw error;
  }
}
