-- Who had which address when, and the instants that the directory's own audit log gives.

create table directory_alias (
  workspace_id    uuid not null,
  connection_id   uuid not null,
  object_id       uuid not null,
  address_key     text not null,
  ordinal         integer not null check (ordinal > 0),
  not_before      timestamptz(3),
  observed_at     timestamptz(3) not null,
  confirmed_until timestamptz(3),
  primary key (workspace_id, connection_id, object_id, address_key, ordinal),
  foreign key (workspace_id, connection_id, object_id) references directory_account (workspace_id, connection_id, object_id)
    deferrable initially deferred,
  check (not_before <= observed_at),
  check (confirmed_until >= observed_at)
);
comment on table directory_alias is
  'Stretches in which an account had an address: mail, userPrincipalName or an smtp proxy address, lower-cased. A deleted account has none.';
comment on column directory_alias.not_before is 'The account came to have it after this instant; null when nobody looked before.';
comment on column directory_alias.observed_at is 'The first instant at which it is known to have had it.';
comment on column directory_alias.confirmed_until is 'The last one. Null while it goes on: confirmed by the connection''s last complete look.';
create unique index directory_alias_open on directory_alias (workspace_id, connection_id, object_id, address_key) where confirmed_until is null;
create index directory_alias_by_address on directory_alias (workspace_id, address_key);

insert into directory_alias (workspace_id, connection_id, object_id, address_key, ordinal, observed_at)
select account.workspace_id, account.connection_id, account.object_id, held.address_key, 1, run.look_to
from directory_account as account
join directory_run as run on run.workspace_id = account.workspace_id and run.id = account.last_run_id and run.look_to is not null
cross join lateral (select distinct unnest(account.address_keys) as address_key) as held
where account.state in ('enabled', 'disabled');

create table directory_audit_event (
  workspace_id  uuid not null,
  connection_id uuid not null,
  id            text not null,
  object_id     uuid not null,
  led_to        text not null check (led_to in ('enabled', 'disabled', 'soft_deleted', 'hard_deleted', 'restored')),
  at            timestamptz(3) not null,
  raw_sha256    bytea not null,
  run_id        uuid not null,
  record_id     uuid,
  primary key (workspace_id, connection_id, id),
  foreign key (workspace_id, connection_id) references directory_connection (workspace_id, id)
);
comment on table directory_audit_event is 'What the directory''s audit log says of users, as far as it decides what their accounts let them do. Kept, since the log itself forgets.';
comment on column directory_audit_event.raw_sha256 is 'SHA-256 of the entry as it came.';
create index directory_audit_event_by_object on directory_audit_event (workspace_id, connection_id, object_id, at);
create index directory_audit_event_unrecorded on directory_audit_event (workspace_id, connection_id) where record_id is null;

create table directory_audit_window (
  workspace_id  uuid not null,
  connection_id uuid not null,
  looked_from   timestamptz(3) not null,
  looked_until  timestamptz(3) not null,
  primary key (workspace_id, connection_id, looked_from),
  foreign key (workspace_id, connection_id) references directory_connection (workspace_id, id),
  check (looked_from <= looked_until)
);
comment on table directory_audit_window is 'For which stretches of time the audit log was read without a hole.';

-- An audit entry narrows the end of access to an instant where it is the last one about the account before the end was seen, and the log was
-- read without a hole from then on. Five minutes are allowed for replicas that answer with what was true a while ago, and for clocks: where no
-- entry came before the answer that showed the end, one within them after it gives the instant; one that says otherwise leaves the order open,
-- so that no instant is given.
create view directory_exact_end as
select stretch.workspace_id, stretch.connection_id, stretch.object_id, stretch.ordinal,
  least((array_agg(event.at order by event.at <= stretch.observed_at desc, event.at desc, event.id))[1], stretch.observed_at) as at,
  (array_agg(event.record_id order by event.at <= stretch.observed_at desc, event.at desc, event.id))[1] as record_id
from directory_audit_event as event
join directory_observation as stretch
  on stretch.workspace_id = event.workspace_id
  and stretch.connection_id = event.connection_id
  and stretch.object_id = event.object_id
  and event.at > coalesce(stretch.not_before - interval '5 minutes', '-infinity')
  and event.at <= stretch.observed_at + interval '5 minutes'
join directory_audit_window as looked
  on looked.workspace_id = event.workspace_id
  and looked.connection_id = event.connection_id
  and looked.looked_until >= stretch.observed_at
  and looked.looked_from <= event.at
where stretch.state in ('disabled', 'hard_deleted')
group by stretch.workspace_id, stretch.connection_id, stretch.object_id, stretch.ordinal, stretch.state, stretch.observed_at
having (array_agg(event.led_to order by event.at <= stretch.observed_at desc, event.at desc, event.id))[1] = stretch.state
  and bool_and(event.led_to = stretch.state or event.at <= stretch.observed_at);
comment on view directory_exact_end is 'Ends of access whose instant the directory''s audit log gives.';

create unlogged table directory_stage_audit (
  workspace_id uuid not null,
  run_id       uuid not null,
  id           text not null,
  seq          integer not null,
  object_id    uuid not null,
  led_to       text not null,
  at           timestamptz(3) not null,
  raw_sha256   bytea not null,
  primary key (workspace_id, run_id, id, seq)
);

grant select, insert on directory_alias to rollcall_server;
grant update (confirmed_until) on directory_alias to rollcall_server;
grant select, insert on directory_audit_event to rollcall_server;
grant update (record_id) on directory_audit_event to rollcall_server;
grant select, insert on directory_audit_window to rollcall_server;
grant update (looked_until) on directory_audit_window to rollcall_server;
grant select on directory_exact_end to rollcall_server;
grant select, insert, delete on directory_stage_audit to rollcall_server;
