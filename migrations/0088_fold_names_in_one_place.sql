-- Names and addresses are folded in one place, by the server: what the database took for their lower case depended on its locale.

-- Entra writes the address by which a guest was invited into the sign-in name: ann_home.example#EXT#@tenant. No domain has an underscore, so the last one was the @.
create function guest_address(text[]) returns text language sql immutable parallel safe as $$
  select regexp_replace(split_part(held.key, '#ext#@', 1), '_([^_]+)$', '@\1')
  from unnest($1) as held (key)
  where strpos(held.key, '#ext#@') > 0
  order by held.key collate "C"
  limit 1
$$;
alter table directory_account add column guest_address text generated always as (guest_address(address_keys)) stored;
comment on column directory_account.guest_address is 'By which a guest was invited, read back from the sign-in name and folded as that is among address_keys; null for whoever is none.';
comment on column directory_account.address_keys is 'Mail, smtp proxy addresses and userPrincipalName, each once, folded by the server.';
drop index directory_account_guest_address;
create index directory_account_guest_address on directory_account (workspace_id, guest_address) where guest_address is not null;

-- Names that differ in how their accents are composed alone are one. Where two users have such names already, both stay as they are.
update scim_user set user_name_key = normalize(user_name_key, NFC)
where user_name_key is not nfc normalized and not exists (
  select from scim_user as other
  where other.workspace_id = scim_user.workspace_id and other.id <> scim_user.id and other.deleted_at is null
    and normalize(other.user_name_key, NFC) = normalize(scim_user.user_name_key, NFC));
update scim_user set email_keys = array(select distinct normalize(held.key, NFC) from unnest(email_keys) as held (key))
where array_to_string(email_keys, '') is not nfc normalized;
update scim_group set display_name_key = normalize(display_name_key, NFC)
where display_name_key is not nfc normalized;
