-- Two witnesses beside what we saw ourselves: what Entra's provisioning service says that it did, and when accounts were last signed in with.

create table directory_provisioning_event (
  workspace_id  uuid not null,
  connection_id uuid not null,
  id            text not null,
  at            timestamptz(3) not null,
  action        text not null,
  status        text not null,
  object_id     uuid,
  target_id     uuid,
  error_code    text,
  raw_sha256    bytea not null,
  run_id        uuid not null,
  contradiction text check (contradiction in ('success-without-request', 'request-despite-failure')),
  exchange_id   uuid,
  -- What the ledger says of the contradiction last: null where nothing needed to be said.
  recorded      text,
  primary key (workspace_id, connection_id, id),
  foreign key (workspace_id, connection_id) references directory_connection (workspace_id, id)
);
comment on table directory_provisioning_event is 'What Entra''s provisioning log says of users, of the application that provisions here. Kept, since the log itself forgets.';
comment on column directory_provisioning_event.object_id is 'The user in the directory.';
comment on column directory_provisioning_event.target_id is 'The SCIM user that the log names; null where it names none, or what is no id of ours.';
comment on column directory_provisioning_event.raw_sha256 is 'SHA-256 of the entry as it came.';
comment on column directory_provisioning_event.contradiction is 'In what the entry and the wire log do not fit. A note: it never decides a verdict.';
comment on column directory_provisioning_event.exchange_id is 'The request that the entry does not fit.';
create index directory_provisioning_event_by_target on directory_provisioning_event (workspace_id, target_id, at) where target_id is not null;
create index directory_provisioning_event_by_object on directory_provisioning_event (workspace_id, object_id, at) where object_id is not null;
create index directory_provisioning_event_by_time on directory_provisioning_event (workspace_id, connection_id, at, id);
create index directory_provisioning_event_contradicted on directory_provisioning_event (workspace_id, connection_id, at, id) where contradiction is not null;
create index directory_provisioning_event_unrecorded on directory_provisioning_event (workspace_id, connection_id) where recorded is distinct from contradiction;

create unlogged table directory_stage_provisioning (
  workspace_id uuid not null,
  run_id       uuid not null,
  id           text not null,
  seq          integer not null,
  at           timestamptz(3) not null,
  action       text not null,
  status       text not null,
  object_id    uuid,
  target_id    uuid,
  error_code   text,
  raw_sha256   bytea not null,
  primary key (workspace_id, run_id, id, seq)
);

create table directory_sign_in (
  workspace_id       uuid not null,
  connection_id      uuid not null,
  object_id          uuid not null,
  last_successful_at timestamptz(3) not null,
  observed_at        timestamptz(3) not null,
  run_id             uuid not null,
  primary key (workspace_id, connection_id, object_id),
  foreign key (workspace_id, connection_id) references directory_connection (workspace_id, id)
);
comment on table directory_sign_in is 'When an account was last signed in with successfully, as Entra says it. It moves forward alone.';

create unlogged table directory_stage_sign_in (
  workspace_id       uuid not null,
  run_id             uuid not null,
  object_id          uuid not null,
  seq                integer not null,
  last_successful_at timestamptz(3) not null,
  primary key (workspace_id, run_id, object_id, seq)
);

grant select, insert on directory_provisioning_event to rollcall_server;
grant update (contradiction, exchange_id, recorded) on directory_provisioning_event to rollcall_server;
grant select, insert, delete on directory_stage_provisioning, directory_stage_sign_in to rollcall_server;
grant select, insert on directory_sign_in to rollcall_server;
grant update (last_successful_at, observed_at, run_id) on directory_sign_in to rollcall_server;
