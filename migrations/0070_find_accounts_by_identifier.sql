-- A run of what changed asks which accounts share an identifier with a few others; it went through every account of the workspace for it.

create index directory_account_employee_id on directory_account (workspace_id, btrim(employee_id)) where employee_id is not null;
create index directory_account_address_keys on directory_account using gin (address_keys);
-- The address that Entra writes into a guest's name.
create index directory_account_guest_address
  on directory_account (workspace_id, regexp_replace(split_part(lower(user_principal_name), '#ext#@', 1), '_([^_]+)$', '@\1'))
  where user_principal_name ilike '%#ext#@%';
create index scim_user_employee_number on scim_user (workspace_id, btrim(employee_number)) where employee_number is not null;
-- Entra writes object ids in small letters: whatever else there is takes an index of its own, which is all but empty.
create index scim_user_unfolded_external_id on scim_user (workspace_id, lower(external_id)) where external_id <> lower(external_id);
