-- An exception may be made of an account in a compliance test, as it is made of a finding: by two people, with somebody who answers for it, until it ends.

alter table disposition
  alter column finding_id drop not null,
  add column test            text check (test in ('mfa-on-azure')),
  add column account_id      uuid,
  add column owner_person_id uuid,
  add foreign key (workspace_id, account_id) references directory_account (workspace_id, account_id),
  add foreign key (workspace_id, owner_person_id) references person (workspace_id, id),
  add constraint disposition_about_one check (num_nonnulls(finding_id, test) = 1),
  add constraint disposition_of_test_whole check ((test is null) = (account_id is null) and (test is null) = (owner_person_id is null)),
  add constraint disposition_of_test_excepts check (test is null or kind = 'exception');
comment on column disposition.test is 'Of an exception from a compliance test, whose account_id it is about; else it is about a finding.';
comment on column disposition.owner_person_id is 'The person of the roster who answers for the account.';
create unique index disposition_present_of_test on disposition (workspace_id, test, account_id) where ended_at is null and test is not null;
