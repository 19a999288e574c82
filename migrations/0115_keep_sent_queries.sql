-- A report tells what a directory was asked, and by versions of the program that are gone.

create table directory_query_list (
  workspace_id uuid   not null,
  sha256       bytea  not null check (octet_length(sha256) = 32),
  queries      text[] not null,
  primary key (workspace_id, sha256)
);
comment on table directory_query_list is 'What looks asked of Microsoft, as templates: each list once. Holds no value of a request.';
comment on column directory_query_list.sha256 is 'Of the list as canonical JSON; the records of looks name it.';

alter table directory_run add column queries_sha256 bytea;
comment on column directory_run.queries_sha256 is 'What a complete run asked; null of those before it was noted.';
alter table directory_run
  add constraint directory_run_queries foreign key (workspace_id, queries_sha256) references directory_query_list (workspace_id, sha256);

grant select, insert on directory_query_list to rollcall_server;
grant update (queries_sha256) on directory_run to rollcall_server;
