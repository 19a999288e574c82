-- Whom a roster leaves out passes through a stage as its rows do: of a file that names one of a million, all the others would else stand in memory.

create unlogged table roster_stage_omission (
  workspace_id uuid not null,
  import_id    uuid not null,
  person_id    uuid not null,
  period_id    uuid not null,
  start_date   date not null,
  end_date     date,
  last_day     date,
  named_until  timestamptz(3),
  is_withdrawn boolean not null,
  primary key (workspace_id, import_id, person_id, period_id)
);
comment on table roster_stage_omission is 'The employments that an import leaves out, while it runs, and never longer.';
comment on column roster_stage_omission.named_until is 'The roster that named the person last, of one whom a roster before left out, too; null for one whom the roster before named.';
comment on column roster_stage_omission.is_withdrawn is 'It lies ahead, of somebody whom the roster names by other employments alone.';

grant select, insert, delete on roster_stage_omission to rollcall_server;

-- By which setting a roster was read.
alter table roster_import add column mapping_record_id uuid;
alter table roster_held_import add column mapping_record_id uuid;
comment on column roster_import.mapping_record_id is 'The ledger record of the mapping that it was read by; null where nobody had set one, and of imports of before.';
