-- One log over the checkpoints of all ledgers, so that what is outside is asked once for all of them.

create table ledger_meta_log (
  singleton boolean primary key default true check (singleton),
  -- No foreign key, as between all of what belongs to workspaces and what does not; a ledger is never deleted.
  ledger_id uuid not null
);
comment on table ledger_meta_log is 'One row: which ledger is the meta-log. Exempt from tenancy: it belongs to no workspace. Its records hold checkpoints of the others, as salted digests.';

-- Apart from ledger_anchor: what lies in the meta-log is not outside before somebody has signed that.
create table ledger_meta_entry (
  workspace_id   uuid not null,
  id             uuid not null,
  size           bigint not null check (size > 0),
  place          text not null,
  anchored_at    timestamptz(3) not null,
  record_id      uuid not null,
  meta_record_id uuid not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, size) references ledger_checkpoint (workspace_id, size)
);
comment on table ledger_meta_entry is 'Checkpoints that were put into the meta-log.';
comment on column ledger_meta_entry.place is 'The origin of the meta-log then.';
comment on column ledger_meta_entry.meta_record_id is 'The record of the meta-log that holds the checkpoint.';
create trigger ledger_meta_entry_append_only before update or delete on ledger_meta_entry
  for each row execute function ledger_refuse_change();
create trigger ledger_meta_entry_keep before truncate on ledger_meta_entry
  for each statement execute function ledger_refuse_change();

create table ledger_meta_schedule (
  workspace_id      uuid not null,
  kind              text not null check (kind = 'meta'),
  place             text not null default '' check (place = ''),
  since             timestamptz(3) not null,
  next_at           timestamptz(3) not null,
  last_tried_at     timestamptz(3),
  last_succeeded_at timestamptz(3),
  last_size         bigint,
  last_problem      text,
  primary key (workspace_id),
  foreign key (workspace_id) references ledger (workspace_id)
);
comment on table ledger_meta_schedule is 'When each ledger''s checkpoint is put into the meta-log next, and how it went; as ledger_anchor_schedule.';

grant select, insert on ledger_meta_log, ledger_meta_entry to rollcall_server;
grant select, insert, delete on ledger_meta_schedule to rollcall_server;
grant update (since, next_at, last_tried_at, last_succeeded_at, last_size, last_problem) on ledger_meta_schedule to rollcall_server;
