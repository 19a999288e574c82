-- A delivery that fails says why in words and what to do, and a webhook that is added during a run of reconciliation is told what that run finds.

alter table webhook_delivery add column last_detail text;
comment on column webhook_delivery.last_detail is 'What went wrong the last time and what to do, in words; null where it was taken.';
grant update (last_detail) on webhook_delivery to rollcall_server;

alter table webhook add column told_after timestamptz(3);
comment on column webhook.told_after is 'As of when the latest run judged that could be seen when the webhook was added: what became overdue later is told. Null: none could be.';
update webhook set told_after = webhook.created_at - interval '1 millisecond';
