import type { WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { NamedThing } from './named-thing.ts';
import type { Unnamed } from './names-of.ts';

/**
 * What people of the roster, and groups and accounts of directories, are called; whose disclosure was erased is called nothing any more, and what no directory ever
 * showed is not among them.
 */
export async function readNames(
  q: Queryable,
  workspaceId: WorkspaceId,
  { accounts, groups, persons }: Unnamed,
): Promise<readonly NamedThing[]> {
  if (accounts.length + groups.length + persons.length === 0) return [];
  const { rows } = await q.query<NamedThing>(
    `select 'person' as kind, person.id::text as id, case when not ${isErased('person.id', 'person')} and not exists (
              select from employment_period as period
               where period.workspace_id = $1 and period.person_id = person.id and ${isErased('period.id', 'person')}
            ) then coalesce(person.display_name, person.work_email) end as name
       from person
      where person.workspace_id = $1 and person.id = any ($2::uuid[])
      union all
     select * from (
       select distinct on (known.object_id) 'group', known.object_id::text, known.display_name
         from directory_connection as connection
         join directory_group as known
           on known.workspace_id = $1 and known.connection_id = connection.id and known.object_id = any ($3::uuid[])
        where connection.workspace_id = $1
        order by known.object_id, known.last_run_id desc
     ) as directory_groups
      union all
     select * from (
       select distinct on (known.object_id) 'account', known.object_id::text,
              case when not ${isErased('known.account_id', 'user_principal_name')} then known.user_principal_name end
         from directory_connection as connection
         join directory_account as known
           on known.workspace_id = $1 and known.connection_id = connection.id and known.object_id = any ($4::uuid[])
        where connection.workspace_id = $1
        order by known.object_id, known.last_run_id desc
     ) as directory_accounts
      order by kind, id`,
    [workspaceId, persons, groups.filter(isId), accounts.filter(isId)],
  );
  return rows;
}

/** A scope may list what is no object id: no directory shows such a thing. */
function isId(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** Whether a value that the records about a subject disclosed was erased. */
function isErased(subject: string, path: string): string {
  return `exists (
              select from ledger_record as record
                join ledger_disclosure as disclosure
                  on disclosure.workspace_id = $1 and disclosure.record_id = record.id and disclosure.path = '${path}' and disclosure.erased_at is not null
               where record.workspace_id = $1 and record.subject_id = ${subject})`;
}
