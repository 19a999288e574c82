-- Checkpoints are put into a bucket under object lock as well: an anchor says which version of which object it is, and until when nobody can take it away.

alter table ledger_anchor
  drop constraint ledger_anchor_kind_check,
  add constraint ledger_anchor_kind_check check (kind in ('rfc3161', 'file', 'webhook', 'witness', 'bucket')),
  add column object_key text,
  add column version_id text,
  add column retain_until timestamptz(3),
  add constraint ledger_anchor_object_is_bucket
    check ((kind = 'bucket') = (object_key is not null) and (kind = 'bucket') = (version_id is not null) and (kind = 'bucket') = (retain_until is not null));
comment on column ledger_anchor.retain_until is 'Until when the bucket lets nobody delete or overwrite the version (object lock in mode COMPLIANCE), as it was asked and as it said.';

alter table ledger_anchor_schedule
  drop constraint ledger_anchor_schedule_kind_check,
  add constraint ledger_anchor_schedule_kind_check check (kind in ('rfc3161', 'file', 'webhook', 'witness', 'bucket'));
