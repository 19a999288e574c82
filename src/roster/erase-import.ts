import type { RosterImportId, WorkspaceId } from '../kernel/index.ts';
import { eraseSubjects } from '../ledger/index.ts';
import type { RosterDependencies } from './import-roster.ts';
import { lockRoster } from './roster-store.ts';

/**
 * Erases what the records about an import disclose: how its file was called, and why it was released. The import, its records and its raw file stay. Throws
 * DomainError `not-found` where nothing is disclosed (any more).
 */
export async function eraseImport(
  { clock, database }: Pick<RosterDependencies, 'clock' | 'database'>,
  workspaceId: WorkspaceId,
  { actor, importId }: { readonly importId: RosterImportId; readonly actor: string },
): Promise<{ readonly values: number; readonly records: number }> {
  const subject = { kind: 'roster-import', id: importId };
  return database.transaction(async (tx) => {
    // A release that is under way tells its file's name anew, in a record of its own.
    await lockRoster(tx, workspaceId);
    return eraseSubjects(tx, workspaceId, { subject, subjectIds: [importId], at: clock.now(), actor });
  });
}
