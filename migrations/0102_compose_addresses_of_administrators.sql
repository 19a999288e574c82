-- Addresses of administrators are compared as sign-in names are. Where two have one by now, both stay as they are.
update administrator set email_key = normalize(email_key, NFC)
where email_key is not nfc normalized and not exists (
  select from administrator as other
  where other.workspace_id = administrator.workspace_id and other.id <> administrator.id and other.removed_at is null
    and normalize(other.email_key, NFC) = normalize(administrator.email_key, NFC));
