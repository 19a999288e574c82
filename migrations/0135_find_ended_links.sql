-- What a run made of an account is told of past instants, too, and then the links count that held when it judged: those that have ended since are found by their account.

create index account_link_ended on account_link (workspace_id, system, account_id) where ended_at is not null;
