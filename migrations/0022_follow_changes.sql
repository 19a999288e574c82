-- Changes are followed between full looks, on a schedule; a look can be parked where it stopped, and held until a person decides.

alter table directory_connection
  add column sync_every_minutes integer not null default 60 check (sync_every_minutes between 5 and 1380),
  add column full_every_minutes integer not null default 720,
  add constraint directory_connection_full_every check (full_every_minutes between sync_every_minutes and 1380);
comment on column directory_connection.sync_every_minutes is 'How often the tenant is looked at.';
comment on column directory_connection.full_every_minutes is
  'How often it is looked at as a whole, whatever delta queries say: 23 hours at most, so that 24 are kept although a look may have to wait.';

alter table directory_run drop constraint directory_run_state_check;
alter table directory_run
  add column kind            text not null default 'full' check (kind in ('full', 'delta')),
  add column claimed_at      timestamptz(3),
  add column position        jsonb,
  add column resume_at       timestamptz(3),
  add column missing         jsonb,
  add column held_at         timestamptz(3),
  add column decision        text check (decision in ('accepted', 'rejected')),
  add column decided_at      timestamptz(3),
  add column decided_by      text,
  add column decision_reason text,
  add constraint directory_run_state_check check (state in ('queued', 'running', 'parked', 'held', 'complete', 'failed')),
  add constraint directory_run_parked check (state <> 'parked' or (position is not null and resume_at is not null)),
  add constraint directory_run_held check (state <> 'held' or (position is not null and missing is not null and held_at is not null)),
  add constraint directory_run_decided check (
    (decision is null) = (decided_at is null) and (decision is null) = (decided_by is null) and (decision is null) = (decision_reason is null)
  );
update directory_run set claimed_at = started_at;
comment on table directory_run is
  'One look at a tenant, at the whole of it or at what changed. Complete: applied as a whole. Failed: changed nothing but its own record (I8).';
comment on column directory_run.claimed_at is 'When the process that works on it took it up; another one since has another.';
comment on column directory_run.position is 'How far a parked or held run has read: its pages wait in the staging tables.';
comment on column directory_run.missing is 'What became of the accounts that a held run no longer found.';

drop index directory_run_running;
create unique index directory_run_under_way on directory_run (workspace_id, connection_id) where state in ('running', 'parked', 'held');

create table directory_delta_link (
  workspace_id  uuid not null,
  connection_id uuid not null,
  resource      text not null check (resource in ('users', 'groups')),
  link          text not null,
  run_id        uuid not null,
  primary key (workspace_id, connection_id, resource),
  foreign key (workspace_id, connection_id) references directory_connection (workspace_id, id)
);
comment on table directory_delta_link is 'Where the next delta query goes on: written in the transaction that applies what was read up to there.';

create unlogged table directory_stage_mention (
  workspace_id uuid not null,
  run_id       uuid not null,
  object_id    uuid not null,
  seq          integer not null,
  resource     text not null,
  primary key (workspace_id, run_id, object_id, seq)
);
comment on table directory_stage_mention is 'Objects that a delta query mentions. It says where to look; what is true of them is asked of each.';

alter table directory_stage_group add column is_gone boolean not null default false;

grant update (kind, claimed_at, position, resume_at, missing, held_at, decision, decided_at, decided_by, decision_reason) on directory_run
  to rollcall_server;
grant update (sync_every_minutes, full_every_minutes) on directory_connection to rollcall_server;
grant select, insert, update, delete on directory_delta_link to rollcall_server;
grant select, insert, delete on directory_stage_mention to rollcall_server;
