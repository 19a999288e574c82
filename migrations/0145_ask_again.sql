-- Somebody's word that a person is employed whom HR leaves out is good for a while, and then asked for again; and a roster whose row of a person was rejected is no word that they were employed.
alter table person add column kept_at timestamptz(3);
comment on column person.kept_at is 'When somebody said what it means that HR leaves them out; null unless they are kept, and where an earlier version took the answer.';
grant update (kept_at) on person to rollcall_server;

update person
set kept_at = (
  select max(record.recorded_at)
  from ledger_record as record
  where record.workspace_id = person.workspace_id and record.subject_id = person.id and record.type = 'hr.person.kept'
)
where person.listing = 'kept';

alter table roster_stage_omission add column listing text;
comment on column roster_stage_omission.listing is 'How HR spoke of the person before: `listed`; `dropped`, by a roster before; `kept`, where somebody''s answer to that is too old. Null of what is withdrawn.';
comment on column roster_stage_omission.named_until is 'HR''s last word that the person was employed, or somebody''s for HR, where it is not the roster before: of one whom a roster before left out, too, or whose row of it was rejected.';
