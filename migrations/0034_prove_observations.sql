-- An answer may come from a replica that is behind, and clocks differ: both are counted into what it proves, and each observation names the answer that it came in.

create table directory_answer (
  workspace_id uuid not null,
  run_id       uuid not null,
  ordinal      integer not null,
  requested_at timestamptz(3) not null,
  received_at  timestamptz(3) not null,
  server_date  timestamptz(3),
  held_from    timestamptz(3) not null,
  held_to      timestamptz(3) not null,
  request_id   text,
  sha256       bytea not null,
  primary key (workspace_id, run_id, ordinal),
  foreign key (workspace_id, run_id) references directory_run (workspace_id, id),
  check (held_from <= requested_at and received_at <= held_to)
);
comment on table directory_answer is 'Answers of Microsoft Graph that observations came in: one row for a page, whatever it showed.';
comment on column directory_answer.server_date is 'What the Date header of the answer said.';
comment on column directory_answer.held_from is
  'What the answer shows held at some instant between held_from and held_to: the exchange, the allowance for replicas before it, the skew of the clocks on both sides.';
comment on column directory_answer.request_id is 'Microsoft''s name for the request.';
comment on column directory_answer.sha256 is 'SHA-256 of the body as it came.';

-- A row of a page needs no instants of its own. Runs that rest begin anew.
truncate directory_stage_account;
alter table directory_stage_account
  drop column requested_at,
  drop column received_at,
  add column answer integer not null;

create unlogged table directory_stage_answer (
  workspace_id uuid not null,
  run_id       uuid not null,
  seq          integer not null,
  requested_at timestamptz(3) not null,
  received_at  timestamptz(3) not null,
  server_date  timestamptz(3),
  held_from    timestamptz(3) not null,
  held_to      timestamptz(3) not null,
  request_id   text,
  sha256       bytea not null,
  primary key (workspace_id, run_id, seq)
);

alter table directory_observation
  add column seen_from timestamptz(3),
  -- No foreign key: a million rows of a first look would each look theirs up, and both are written by the same transaction.
  add column answer integer;
alter table directory_observation drop constraint directory_observation_check1;
-- Earlier observations get the allowance that was taken off when they were read. Exact times of deletions stay.
update directory_observation
set seen_from = case when not_before = observed_at then observed_at else observed_at - interval '5 minutes' end,
    not_before = case when not_before = observed_at then not_before else not_before - interval '5 minutes' end;
update directory_observation
set confirmed_until = greatest(seen_from, confirmed_until - interval '5 minutes')
where confirmed_until is not null;
-- The deferred checks of these rows run now: a table that still has some to come cannot be altered.
set constraints all immediate;
alter table directory_observation
  alter column seen_from set not null,
  add constraint directory_observation_seen check (seen_from <= observed_at),
  add constraint directory_observation_confirmed check (confirmed_until >= seen_from);
comment on table directory_observation is
  'Stretches in which one state was seen without interruption. It became so after not_before and no later than observed_at.';
comment on column directory_observation.not_before is 'It was otherwise at this instant or later; null when nobody looked before.';
comment on column directory_observation.seen_from is 'It held at some instant between seen_from and observed_at: what the first answer that showed it proves.';
comment on column directory_observation.observed_at is 'See seen_from. Both are the directory''s own time for a deletion.';
comment on column directory_observation.confirmed_until is
  'It still held at this instant or later. Null while it goes on: the connection''s confirmed_until says so.';
comment on column directory_observation.answer is 'The answer of the run that first showed it; null for observations from before answers were kept.';

alter table directory_connection add column confirmed_until timestamptz(3);
update directory_connection set confirmed_until = last_complete_requested_at - interval '5 minutes';
alter table directory_connection
  add constraint directory_connection_confirmed check ((confirmed_until is null) = (last_complete_requested_at is null));
comment on column directory_connection.last_complete_requested_at is 'When the last complete look at the whole tenant sent its first request for users.';
comment on column directory_connection.confirmed_until is 'Every open observation still held at this instant or later, by the last complete look at the whole tenant.';

alter table directory_run add column clock_skew_ms bigint check (clock_skew_ms >= 0);
comment on column directory_run.clock_skew_ms is 'By how much the directory''s clock was off ours, or ours off its, in milliseconds; 0 where the Date header shows no difference.';

grant select, insert on directory_answer to rollcall_server;
grant select, insert, delete on directory_stage_answer to rollcall_server;
-- A look that says that an account is gone may be put in doubt before it is applied.
grant update (state) on directory_stage_account to rollcall_server;
grant update (confirmed_until) on directory_connection to rollcall_server;
grant update (clock_skew_ms) on directory_run to rollcall_server;
