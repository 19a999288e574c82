import { refuse, type WorkspaceId } from '../kernel/index.ts';
import { type Clock, type Database, hashToken, newToken } from '../platform/index.ts';
import { appendOne } from './append.ts';
import { deleteTileToken, writeTileToken } from './tile-token-store.ts';

interface TokenDeps {
  readonly database: Database;
  readonly clock: Clock;
}

/** Lets whoever has the token read the log as tiles. The one before ends. The token can be seen this once: only its hash is stored. */
export async function issueTileToken(
  { clock, database }: TokenDeps,
  workspaceId: WorkspaceId,
  actor: string,
): Promise<{ readonly token: string }> {
  const at = clock.now();
  const token = newToken('rcl');
  await database.transaction(async (tx) => {
    await writeTileToken(tx, workspaceId, { hash: hashToken(token), at, actor });
    await appendOne(tx, workspaceId, { type: 'ledger.tile-token.issued', at, actor, subject: { kind: 'workspace', id: workspaceId } });
  });
  return { token };
}

/** Ends it. Throws DomainError `not-found` where nobody has one. */
export async function revokeTileToken({ clock, database }: TokenDeps, workspaceId: WorkspaceId, actor: string): Promise<void> {
  const at = clock.now();
  await database.transaction(async (tx) => {
    if (!(await deleteTileToken(tx, workspaceId))) refuse('not-found', { detail: 'Nobody has a token for the tiles.' });
    await appendOne(tx, workspaceId, { type: 'ledger.tile-token.revoked', at, actor, subject: { kind: 'workspace', id: workspaceId } });
  });
}
