-- An account that a leaver keeps although its identifiers name somebody else is weighed by every run: each look may let it go.

create index account_link_in_doubt on account_link (workspace_id, system, account_id) where ended_at is null and standing = 'ambiguous';
