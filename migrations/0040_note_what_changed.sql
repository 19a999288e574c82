-- Which people and accounts have changed since a run judged them, so that the next one judges those alone.

create table reconciliation_change (
  workspace_id uuid not null,
  txid         xid8 not null default pg_current_xact_id(),
  kind         text not null check (kind in ('person', 'account')),
  id           uuid not null,
  primary key (workspace_id, txid, kind, id)
);
comment on table reconciliation_change is
  'People and accounts of whom something was written, by transaction. What SCIM writes is not noted here: the ledger tells of it, and its writes stay as cheap as they are.';
comment on column reconciliation_change.id is 'person.id, directory_account.account_id or scim_user.id.';

create table reconciliation_horizon (
  workspace_id  uuid primary key references workspace (workspace_id),
  txid          xid8 not null,
  common_digest text not null
);
comment on table reconciliation_horizon is 'What the last run has judged.';
comment on column reconciliation_horizon.txid is 'Every transaction below it had ended when the run began: what they wrote, it has seen.';
comment on column reconciliation_horizon.common_digest is 'Of what concerns everybody: policies, roles, zones, directories and whether they are fresh. Another one has everybody judged anew.';

-- The first argument is the kind, the second says whom the changed rows are about.
create function note_reconciliation_change() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  execute format(
    'insert into reconciliation_change (workspace_id, kind, id) select distinct one.workspace_id, %L, one.id from (%s) as one on conflict do nothing',
    tg_argv[0], tg_argv[1]);
  return null;
end
$$;

do $$
declare
  noted record;
begin
  for noted in
    select * from (values
      ('person', 'person', 'select workspace_id, id from changed'),
      ('employment_period', 'person', 'select workspace_id, person_id as id from changed'),
      ('account_link', 'person', 'select workspace_id, person_id as id from changed'),
      ('account_link', 'account', 'select workspace_id, account_id as id from changed'),
      ('account_classification', 'account', 'select workspace_id, account_id as id from changed'),
      ('identity_link', 'account', 'select workspace_id, scim_user_id as id from changed'),
      ('directory_account', 'account', 'select workspace_id, account_id as id from changed'),
      ('directory_observation', 'account',
        'select account.workspace_id, account.account_id as id from changed join directory_account as account using (workspace_id, connection_id, object_id)'),
      ('directory_alias', 'account',
        'select account.workspace_id, account.account_id as id from changed join directory_account as account using (workspace_id, connection_id, object_id)'),
      ('directory_audit_event', 'account',
        'select account.workspace_id, account.account_id as id from changed join directory_account as account using (workspace_id, connection_id, object_id)'),
      ('directory_app_assignment', 'account',
        'select account.workspace_id, account.account_id as id
         from changed
         join directory_account as account on account.workspace_id = changed.workspace_id and account.connection_id = changed.connection_id
           and account.object_id = changed.principal_id
         union all
         select account.workspace_id, account.account_id
         from changed
         join directory_group_member as member on member.workspace_id = changed.workspace_id and member.connection_id = changed.connection_id
           and member.group_id = changed.principal_id
         join directory_account as account on account.workspace_id = member.workspace_id and account.connection_id = member.connection_id
           and account.object_id = member.member_id'),
      ('directory_group_member', 'account',
        'select account.workspace_id, account.account_id as id
         from changed
         join directory_app_assignment as assignment on assignment.workspace_id = changed.workspace_id
           and assignment.connection_id = changed.connection_id and assignment.principal_id = changed.group_id
         join directory_account as account on account.workspace_id = changed.workspace_id and account.connection_id = changed.connection_id
           and account.object_id = changed.member_id')
    ) as source (table_name, kind, about)
  loop
    execute format('create trigger note_inserted_%2$s after insert on %1$I referencing new table as changed for each statement execute function note_reconciliation_change(%2$L, %3$L)',
      noted.table_name, noted.kind, noted.about);
    execute format('create trigger note_updated_%2$s after update on %1$I referencing new table as changed for each statement execute function note_reconciliation_change(%2$L, %3$L)',
      noted.table_name, noted.kind, noted.about);
    -- An assignment may go from one principal to another, and a row may be gone altogether.
    if noted.table_name in ('directory_app_assignment', 'directory_group_member') then
      execute format('create trigger note_replaced_%2$s after update on %1$I referencing old table as changed for each statement execute function note_reconciliation_change(%2$L, %3$L)',
        noted.table_name, noted.kind, noted.about);
      execute format('create trigger note_deleted_%2$s after delete on %1$I referencing old table as changed for each statement execute function note_reconciliation_change(%2$L, %3$L)',
        noted.table_name, noted.kind, noted.about);
    end if;
  end loop;
end
$$;

-- The audit log gives the instant of an end only once it was read up to where the end was seen.
create trigger note_read_on after update on directory_audit_window referencing old table as before new table as changed
  for each statement execute function note_reconciliation_change('account',
    'select account.workspace_id, account.account_id as id
     from changed
     join before using (workspace_id, connection_id, looked_from)
     join directory_audit_event as event on event.workspace_id = changed.workspace_id and event.connection_id = changed.connection_id
     join directory_observation as stretch on stretch.workspace_id = event.workspace_id and stretch.connection_id = event.connection_id
       and stretch.object_id = event.object_id and stretch.observed_at > before.looked_until and stretch.observed_at <= changed.looked_until
     join directory_account as account on account.workspace_id = event.workspace_id and account.connection_id = event.connection_id
       and account.object_id = event.object_id');
create trigger note_read_anew after insert on directory_audit_window referencing new table as changed
  for each statement execute function note_reconciliation_change('account',
    'select account.workspace_id, account.account_id as id
     from changed
     join directory_audit_event as event on event.workspace_id = changed.workspace_id and event.connection_id = changed.connection_id
       and event.at >= changed.looked_from
     join directory_account as account on account.workspace_id = event.workspace_id and account.connection_id = event.connection_id
       and account.object_id = event.object_id');

grant select, insert, delete on reconciliation_change to rollcall_server;
grant select, insert, update on reconciliation_horizon to rollcall_server;
