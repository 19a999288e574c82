-- What a preview said of every account, so that it can be paged, exported, and held against what came of it.

create table activation_preview_account (
  workspace_id  uuid not null,
  preview_id    uuid not null,
  ordinal       integer not null check (ordinal > 0),
  change        text not null check (change in ('appears', 'disappears', 'stays')),
  connection_id uuid not null,
  object_id     uuid not null,
  because       text not null,
  notes         text[] not null,
  app_roles     text[] not null,
  primary key (workspace_id, preview_id, ordinal),
  foreign key (workspace_id, preview_id) references activation_preview (workspace_id, id)
);
comment on table activation_preview_account is 'What a preview said of an account, in the order in which it was shown. Names stay in the directory''s tables.';
create trigger activation_preview_account_append_only before update or delete on activation_preview_account
  for each row execute function authority_history_refuse_change();

grant select, insert on activation_preview_account to rollcall_server;
