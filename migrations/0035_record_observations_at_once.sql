-- An observation is written together with the name of its record, so that no row of a first look is written twice.

-- No observation without its evidence (I3).
alter table directory_observation alter column record_id set not null;
drop index directory_observation_unrecorded;
revoke update (record_id) on directory_observation from rollcall_server;

alter table directory_stage_account add column account_id uuid not null default gen_random_uuid();
comment on column directory_stage_account.account_id is 'What the account is called when it turns out to be new: its record comes before its row.';
