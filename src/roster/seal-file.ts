import type { RosterImportId, WorkspaceId } from '../kernel/index.ts';
import type { SecretBox, Transaction } from '../platform/index.ts';
import { stagePiece } from './roster-stage-store.ts';
import type { Import } from './work-import.ts';

/** Seals the bytes of a roster and puts them on the stage; whether it is taken or held, under the id of its import. */
export async function stageSealedFile(
  { secretBox }: { readonly secretBox: SecretBox },
  tx: Transaction,
  workspaceId: WorkspaceId,
  { id, request }: Pick<Import, 'id' | 'request'>,
): Promise<void> {
  const { body, head } = secretBox.sealLarge(request.bytes, contextOf(workspaceId, id));
  let piece = 1;
  for (const bytes of body) {
    await stagePiece(tx, workspaceId, { importId: id, piece, bytes });
    piece += 1;
  }
  await stagePiece(tx, workspaceId, { importId: id, piece: 0, bytes: head() });
}

/** The bytes of a roster as they came. */
export function openFile(
  { secretBox }: { readonly secretBox: SecretBox },
  workspaceId: WorkspaceId,
  held: { readonly id: RosterImportId; readonly sealedFile: Buffer },
): Buffer {
  return secretBox.open(held.sealedFile, contextOf(workspaceId, held.id));
}

/** What a sealed roster file is bound to. */
function contextOf(workspaceId: WorkspaceId, id: RosterImportId): string {
  return `roster-import:${workspaceId}:${id}`;
}
