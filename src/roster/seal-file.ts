import type { RosterImportId, WorkspaceId } from '../kernel/index.ts';
import type { SecretBox } from '../platform/index.ts';
import type { Import } from './work-import.ts';

/** Seals the bytes of a roster; whether it is taken or held, under the id of its import. */
export function sealFile(
  { secretBox }: { readonly secretBox: SecretBox },
  workspaceId: WorkspaceId,
  { id, request }: Pick<Import, 'id' | 'request'>,
): Buffer {
  return secretBox.seal(request.bytes, contextOf(workspaceId, id));
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
