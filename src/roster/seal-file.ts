import type { RosterImportId, WorkspaceId } from '../kernel/index.ts';
import { type Queryable, SEALED_HEAD_BYTES, type SecretBox, type Transaction } from '../platform/index.ts';
import { readSealed } from './sealed-file-store.ts';
import { stagePiece } from './roster-stage-store.ts';

/** Seals the bytes of a roster and puts them on the stage; whether it is taken or held, under the id of its import. */
export async function stageSealedFile(
  { secretBox }: { readonly secretBox: SecretBox },
  tx: Transaction,
  workspaceId: WorkspaceId,
  { id, bytes: plain }: { readonly id: RosterImportId; readonly bytes: Buffer },
): Promise<void> {
  const { body, head } = secretBox.sealLarge(plain, contextOf(workspaceId, id));
  let piece = 1;
  for (const bytes of body) {
    await stagePiece(tx, workspaceId, { importId: id, piece, bytes });
    piece += 1;
  }
  await stagePiece(tx, workspaceId, { importId: id, piece: 0, bytes: head() });
}

/** So much of a sealed file stands in memory at a time. */
const PIECE_BYTES = 1 << 20;

/** The bytes of a roster as they came, piece by piece. Throws in the place of the last where they are not those that were sealed. */
export async function* openFile(
  { secretBox }: { readonly secretBox: SecretBox },
  q: Queryable,
  workspaceId: WorkspaceId,
  importId: RosterImportId,
): AsyncGenerator<Buffer> {
  const head = await readSealed(q, workspaceId, { importId, from: 0, bytes: SEALED_HEAD_BYTES });
  yield* secretBox.openLarge(head, bodyOf(q, workspaceId, importId), contextOf(workspaceId, importId));
}

async function* bodyOf(q: Queryable, workspaceId: WorkspaceId, importId: RosterImportId): AsyncGenerator<Buffer> {
  for (let from = SEALED_HEAD_BYTES; ; from += PIECE_BYTES) {
    const piece = await readSealed(q, workspaceId, { importId, from, bytes: PIECE_BYTES });
    if (piece.length > 0) yield piece;
    if (piece.length < PIECE_BYTES) return;
  }
}

/** What a sealed roster file is bound to. */
function contextOf(workspaceId: WorkspaceId, id: RosterImportId): string {
  return `roster-import:${workspaceId}:${id}`;
}
