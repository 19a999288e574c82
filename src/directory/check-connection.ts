import { type DirectoryConnectionId, DomainError, type Instant, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import { readClaims } from './access-token.ts';
import { requireConnection } from './require-connection.ts';
import { type Connection, findConnection, noteCheck, noteCloud } from './connection-store.ts';
import type { DirectoryDeps } from './directory-deps.ts';
import type { ArmClient } from './arm-client.ts';
import type { GraphClient } from './graph-client.ts';
import { GraphFailure } from './graph-failure.ts';
import { learnSecretEnds } from './learn-secret-end.ts';
import { openConnection } from './open-connection.ts';
import { MAX_WAIT_MS } from './patience.ts';
import { isConfirmedCloud } from './probe-cloud.ts';
import { requireAssignments, requireSubscriptions } from './azure-role-assignment.ts';
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

/** Asks the tenant in which cloud it lives, if that was not possible when the connection was added, or has turned out otherwise. */
async function contradictedCloud(deps: DirectoryDeps, workspaceId: WorkspaceId, connection: Connection): Promise<Diagnosis | undefined> {
  try {
    const isConfirmed = await isConfirmedCloud(deps, connection);
    if (isConfirmed) await noteCloud(deps.database, workspaceId, connection.id, deps.clock.now());
    return undefined;
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'invalid-request') throw error;
    return {
      ...diagnoseWithoutToken(new GraphFailure('wrong-cloud'), connection.kind),
      detail: error.message,
      ...(error.next && { next: error.next }),
    };
  }
}

async function diagnoseConnection(deps: DirectoryDeps, workspaceId: WorkspaceId, connection: Connection): Promise<Diagnosis> {
  const contradiction = await contradictedCloud(deps, workspaceId, connection);
  if (contradiction !== undefined) return contradiction;
  const opened = await openConnection(deps, workspaceId, connection, { maxTries: CHECK_TRIES, maxWaitMs: MAX_WAIT_MS });
  const { tokens, graph } = opened;
  let token: string;
  try {
    token = await tokens.fresh();
  } catch (error) {
    if (error instanceof GraphFailure) return diagnoseWithoutToken(error, connection.kind);
    throw error;
  }
  const users = await probe(graph, 'users', '/v1.0/users?$select=id,accountEnabled&$top=1');
  const others: Probe[] = [];
  for (const [reads, path] of probesOf(connection)) others.push(await probe(graph, reads, path));
  await learnSecretEnds(deps, workspaceId, connection, opened);
  const azure = opened.arm && (await probeAzure(opened.arm, connection.subscriptionIds));
  return diagnose(readClaims(token), users, others, azure);
}

function probesOf({ scimAppId }: Connection): readonly (readonly [string, string])[] {
  const application = `/v1.0/servicePrincipals(appId='${scimAppId}')?$select=id`;
  return [
    ['deleted users', '/v1.0/directory/deletedItems/microsoft.graph.user?$select=id&$top=1'],
    ['groups', '/v1.0/groups?$select=id&$top=1'],
    ...(scimAppId === null ? [] : [['the enterprise application', application] as const]),
  ];
}

/** Whether the subscriptions are shown, and their role assignments with them. */
function probeAzure(arm: ArmClient, subscriptionIds: readonly string[]): Promise<Probe> {
  return probing('role assignments of the Azure subscriptions', async () => {
    await requireSubscriptions(arm, subscriptionIds);
    for (const id of subscriptionIds) await requireAssignments(arm, id);
  });
}

function probe(graph: GraphClient, reads: string, path: string): Promise<Probe> {
  return probing(reads, () => graph.get(path));
}

async function probing(reads: string, read: () => Promise<unknown>): Promise<Probe> {
  try {
    await read();
    return { reads, failure: undefined };
  } catch (error) {
    if (error instanceof GraphFailure) return { reads, failure: error };
    throw error;
  }
}
