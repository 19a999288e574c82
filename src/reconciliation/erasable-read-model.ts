import type { PersonId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

/**
 * Our ids of everything whose ledger records disclose something about a person: themselves, their employments, the accounts that are or were
 * theirs, and the findings about them. Empty when there is no such person. An account that is only perhaps theirs is not among them.
 */
export async function readSubjectsOfPerson(q: Queryable, workspaceId: WorkspaceId, personId: PersonId): Promise<readonly string[]> {
  const { rows } = await q.query<{ id: string }>(
    `with somebody as (select person.id from person where person.workspace_id = $1 and person.id = $2)
     select somebody.id from somebody
     union select period.id from employment_period as period, somebody
            where period.workspace_id = $1 and period.person_id = somebody.id
     union select link.account_id from account_link as link, somebody
            where link.workspace_id = $1 and link.person_id = somebody.id and link.standing = 'linked'
     union select finding.id from finding, somebody
            where finding.workspace_id = $1 and finding.person_id = somebody.id`,
    [workspaceId, personId],
  );
  return rows.map(({ id }) => id);
}
