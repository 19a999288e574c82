-- An account that nobody shows is not deleted for good: a replica that is behind says the same of one that was just deleted, or just restored.

alter table directory_account
  add column missing_since timestamptz(3),
  add constraint directory_account_missing_check check (missing_since is null or state = 'vanished');
comment on column directory_account.missing_since is 'By when it was first found neither among the users nor in the recycle bin, and in no look since; null where it vanished otherwise.';

alter table directory_stage_account
  add column missing_since timestamptz(3),
  add column proof text;
-- What runs under way have read under the old rule.
update directory_stage_account set state = 'not_found' where state = 'hard_deleted';
comment on column directory_stage_account.state is 'As in directory_account, and not_found: neither by id nor in the recycle bin, until what that proves is decided.';
comment on column directory_stage_account.proof is 'What proves that an account that was not found is deleted for good.';

grant update (missing_since) on directory_account to rollcall_server;
grant update (missing_since, proof) on directory_stage_account to rollcall_server;
