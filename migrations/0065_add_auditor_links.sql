-- An auditor reads one sealed report by a link that ends, without an account: what was opened and taken is in the ledger.

create table auditor_link (
  workspace_id uuid not null,
  id           uuid not null,
  report_id    uuid not null,
  token_hash   bytea not null check (octet_length(token_hash) = 32),
  recipient    text not null check (recipient <> ''),
  created_at   timestamptz(3) not null,
  created_by   text not null,
  expires_at   timestamptz(3) not null,
  revoked_at   timestamptz(3),
  revoked_by   text,
  record_id    uuid not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, report_id) references report (workspace_id, id),
  foreign key (workspace_id, record_id) references ledger_record (workspace_id, id),
  constraint auditor_link_ends check (extract(epoch from expires_at - created_at) between 1 and 90 * 86400),
  constraint auditor_link_revoked check ((revoked_at is null) = (revoked_by is null))
);
comment on table auditor_link is 'Who may read which sealed report by a link, and until when; 90 days at most.';
comment on column auditor_link.token_hash is 'SHA-256 of what stands behind the # of the link; the token itself is shown once and kept nowhere.';
comment on column auditor_link.recipient is 'Whom it was made for, in words.';
create index auditor_link_report on auditor_link (workspace_id, report_id, id);

create table auditor_session (
  workspace_id uuid not null,
  token_hash   bytea not null check (octet_length(token_hash) = 32),
  link_id      uuid not null,
  opened_at    timestamptz(3) not null,
  expires_at   timestamptz(3) not null check (expires_at > opened_at),
  ended_at     timestamptz(3),
  primary key (workspace_id, token_hash),
  foreign key (workspace_id, link_id) references auditor_link (workspace_id, id)
);
comment on table auditor_session is 'The browsers in which a link was opened: each for an hour, and no longer than the link.';
create index auditor_session_link on auditor_session (workspace_id, link_id, opened_at);

grant select, insert on auditor_link, auditor_session to rollcall_server;
grant update (revoked_at, revoked_by) on auditor_link to rollcall_server;
grant update (ended_at) on auditor_session to rollcall_server;
