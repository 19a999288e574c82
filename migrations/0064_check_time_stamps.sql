-- A time stamp's signature is verified when it arrives, where the operator gave the authority's root; each anchor says whether it was.

alter table ledger_anchor
  add column is_verified boolean not null default false,
  add constraint ledger_anchor_verified_is_rfc3161 check (kind = 'rfc3161' or not is_verified);
comment on column ledger_anchor.is_verified is 'Whether the authority''s signature was verified under the roots that the operator gave, before the anchor was taken.';
