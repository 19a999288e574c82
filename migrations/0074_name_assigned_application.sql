-- Assignments say nothing of another enterprise application than the one that they were read of: whoever is not among them would count as not assigned.

alter table directory_connection add column assigned_app_id uuid;
comment on column directory_connection.assigned_app_id is
  'The enterprise application whose assignments the last complete look read; null where it read none. Assignments are known while it is scim_app_id.';
update directory_connection set assigned_app_id = scim_app_id where last_complete_run_id is not null;
grant update (assigned_app_id) on directory_connection to rollcall_server;
