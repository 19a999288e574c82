import { type PersonId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { eraseSubjects } from '../ledger/index.ts';
import type { Clock, Database } from '../platform/index.ts';
import { readSubjectsOfPerson } from './erasable-read-model.ts';

/**
 * Erases what the ledger discloses about a person, their employments, their accounts and the findings about them; that it was done is a
 * record. Verdicts, records and proofs stay. What the product works with (roster, SCIM, directory) is erased at its source.
 * Throws DomainError `not-found` for nobody, and where nothing is disclosed any more.
 */
export async function erasePerson(
  { clock, database }: { readonly clock: Clock; readonly database: Database },
  workspaceId: WorkspaceId,
  { actor, personId }: { readonly personId: PersonId; readonly actor: string },
): Promise<{ readonly values: number; readonly records: number }> {
  const at = clock.now();
  return database.transaction(async (tx) => {
    const subjectIds = await readSubjectsOfPerson(tx, workspaceId, personId);
    if (subjectIds.length === 0) return refuse('not-found', { detail: 'There is no such person.', next: 'GET /people lists them.' });
    return eraseSubjects(tx, workspaceId, { subject: { kind: 'person', id: personId }, subjectIds, at, actor });
  });
}
