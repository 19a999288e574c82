-- Accounts are also matched by a sign-in and by addresses that they no longer have; what only resembles is looked up for a human.

alter table account_link
  drop constraint account_link_rule_check,
  add constraint account_link_rule_check check (rule in ('M0', 'M1', 'M2', 'M3', 'M4', 'M5'));

-- The part of an address before the @, without a +tag and without dots: what two spellings of one mailbox have in common.
create function loose_local_part(text) returns text language sql immutable parallel safe as $$
  select replace(split_part(split_part($1, '@', 1), '+', 1), '.', '')
$$;
create index person_loose_address on person (workspace_id, loose_local_part(email_key));
create index person_name_key on person (workspace_id, lower(display_name));
