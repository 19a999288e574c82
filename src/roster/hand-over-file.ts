import { refuse, type RosterImportId, type WorkspaceId } from '../kernel/index.ts';
import { appendOne } from '../ledger/index.ts';
import type { RosterDependencies } from './import-roster.ts';
import { openFile } from './seal-file.ts';
import { findFile, type KeptFile } from './sealed-file-store.ts';

/**
 * The file of an import as it came, taken or held, to be sent piece by piece. That it was handed over, and to whom, is a record before the first byte
 * of it goes (`hr.file.downloaded`): it may hold of everybody what no report shows. Throws DomainError `not-found`, also of one that was erased.
 */
export async function handOverFile(
  deps: RosterDependencies,
  workspaceId: WorkspaceId,
  { importId, actor }: { readonly importId: RosterImportId; readonly actor: string },
): Promise<KeptFile & { readonly pieces: AsyncIterable<Buffer> }> {
  const at = deps.clock.now();
  const file = await deps.database.transaction(async (tx) => {
    const found = (await findFile(tx, workspaceId, importId)) ?? refuse('not-found', { detail: 'There is no such import.' });
    if (found.fileErasedAt !== null) {
      refuse('not-found', { detail: `The file was erased at ${found.fileErasedAt}, since it was older than the workspace keeps them.` });
    }
    await appendOne(tx, workspaceId, {
      type: 'hr.file.downloaded',
      at,
      actor,
      subject: { kind: 'roster-import', id: importId },
      detail: { bytes: found.fileBytes },
      raw: `sha256:${found.fileSha256}`,
    });
    return found;
  });
  return { ...file, pieces: openFile(deps, deps.database, workspaceId, importId) };
}
