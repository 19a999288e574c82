-- What decides who may do what, and after which proof: roles, granted permissions, licences, security defaults, Conditional Access.

create table directory_access_look (
  workspace_id  uuid not null,
  connection_id uuid not null,
  source        text not null check (source in ('role-definitions', 'role-assignments', 'role-schedules', 'service-principals',
    'app-permissions', 'delegated-permissions', 'licences', 'security-defaults', 'policies')),
  run_id        uuid not null,
  looked_from   timestamptz(3) not null,
  looked_to     timestamptz(3) not null,
  facts         integer,
  facts_sha256  bytea,
  reason        text,
  said          text,
  primary key (workspace_id, connection_id, source, run_id),
  foreign key (workspace_id, connection_id) references directory_connection (workspace_id, id),
  foreign key (workspace_id, run_id) references directory_run (workspace_id, id),
  check (looked_from <= looked_to),
  check ((facts is null) = (facts_sha256 is null) and (facts is null) = (reason is not null))
);
comment on table directory_access_look is 'What each complete look at a tenant read of one source, or why it could not: a source is read whole or not at all (I8).';
comment on column directory_access_look.reason is 'Why nothing was collected; what an earlier look collected stands until a later one.';
create index directory_access_look_by_time on directory_access_look (workspace_id, connection_id, source, looked_to desc);

create table directory_access_fact (
  workspace_id    uuid not null,
  connection_id   uuid not null,
  source          text not null,
  key             text not null,
  ordinal         integer not null check (ordinal > 0),
  principal_id    uuid,
  body            jsonb not null,
  body_sha256     bytea not null,
  not_before      timestamptz(3),
  observed_at     timestamptz(3) not null,
  confirmed_until timestamptz(3),
  run_id          uuid not null,
  ended_run_id    uuid,
  primary key (workspace_id, connection_id, source, key, ordinal),
  foreign key (workspace_id, connection_id) references directory_connection (workspace_id, id),
  check (not_before <= observed_at),
  check (confirmed_until >= observed_at),
  check ((confirmed_until is null) = (ended_run_id is null))
);
comment on table directory_access_fact is
  'One object of one source as Graph showed it, for as long as it was shown alike. A row ends and is never deleted; what changed is a new row.';
comment on column directory_access_fact.principal_id is 'Who the fact is about: whose role, whose permission.';
comment on column directory_access_fact.body_sha256 is 'SHA-256 of the canonical JSON of the body.';
comment on column directory_access_fact.not_before is 'The last look that did not show it; null when nobody looked before.';
comment on column directory_access_fact.confirmed_until is 'Null while it goes on: confirmed by the source''s last look that collected.';
create unique index directory_access_fact_open on directory_access_fact (workspace_id, connection_id, source, key) where confirmed_until is null;
create index directory_access_fact_by_principal on directory_access_fact (workspace_id, connection_id, source, principal_id) where confirmed_until is null;

create unlogged table directory_stage_access (
  workspace_id uuid not null,
  run_id       uuid not null,
  key          text not null,
  seq          integer not null,
  source       text not null,
  principal_id uuid,
  body         jsonb not null,
  body_sha256  bytea not null,
  primary key (workspace_id, run_id, source, key, seq)
);

-- A member can be looked up to the groups that it is in: who holds a role through which group.
create index directory_group_member_by_member on directory_group_member (workspace_id, connection_id, member_id);

grant select, insert on directory_access_look to rollcall_server;
grant select, insert on directory_access_fact to rollcall_server;
grant update (confirmed_until, ended_run_id) on directory_access_fact to rollcall_server;
grant select, insert, delete on directory_stage_access to rollcall_server;
