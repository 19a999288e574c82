-- That a roster left somebody out is what a verdict about them rests on, so the person names the record of it.

alter table person add column unlisted_record_id uuid;
comment on column person.unlisted_record_id is 'The record of the ledger that says that a roster left them out (`hr.person.dropped`); null while they are listed.';
grant update (unlisted_record_id) on person to rollcall_server;

update person
set unlisted_record_id = (
  select record.id
  from ledger_record as record
  where record.workspace_id = person.workspace_id and record.subject_id = person.id and record.type = 'hr.person.dropped'
  order by record.ord desc
  limit 1
)
where person.listing <> 'listed';
