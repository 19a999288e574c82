-- Witnesses cosign checkpoints (C2SP tlog-witness): a kind of anchor with several places, each with a schedule of its own.

alter table ledger_anchor
  drop constraint ledger_anchor_kind_check,
  drop constraint ledger_anchor_token_is_rfc3161,
  drop constraint ledger_anchor_verified_is_rfc3161,
  add constraint ledger_anchor_kind_check check (kind in ('rfc3161', 'file', 'webhook', 'witness')),
  add constraint ledger_anchor_token_is_attested
    check ((kind in ('rfc3161', 'witness')) = (token is not null) and (kind in ('rfc3161', 'witness')) = (attested_at is not null)),
  add constraint ledger_anchor_verified_is_signed check (case kind when 'rfc3161' then true when 'witness' then is_verified else not is_verified end);
comment on column ledger_anchor.place is 'Where to: an origin and path, or a directory, or the verifier key of a witness; never a secret.';
comment on column ledger_anchor.attested_at is 'When, by the clock of the time-stamping authority or the witness.';
comment on column ledger_anchor.token is 'What is verified offline: the authority''s whole answer (RFC 3161 TimeStampResp), with its certificates, or the line of a note that the witness''s cosignature stands in (C2SP tlog-cosignature).';

alter table ledger_anchor_schedule
  drop constraint ledger_anchor_schedule_kind_check,
  add constraint ledger_anchor_schedule_kind_check check (kind in ('rfc3161', 'file', 'webhook', 'witness')),
  add column place text not null default '' check ((kind = 'witness') = (place <> '')),
  drop constraint ledger_anchor_schedule_pkey,
  add primary key (workspace_id, kind, place);
comment on column ledger_anchor_schedule.place is 'Which of several places of the kind: the verifier key of a witness. Empty where the kind has one.';
