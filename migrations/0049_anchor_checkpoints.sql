-- Checkpoints are put where the database's administrator does not reach: a time-stamping authority, a directory, an auditor's own server.

create table ledger_anchor (
  workspace_id uuid not null,
  id           uuid not null,
  kind         text not null check (kind in ('rfc3161', 'file', 'webhook')),
  size         bigint not null check (size > 0),
  place        text not null,
  anchored_at  timestamptz(3) not null,
  attested_at  timestamptz(3),
  token        bytea,
  record_id    uuid not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, size) references ledger_checkpoint (workspace_id, size),
  constraint ledger_anchor_token_is_rfc3161 check ((kind = 'rfc3161') = (token is not null) and (kind = 'rfc3161') = (attested_at is not null))
);
comment on table ledger_anchor is 'Checkpoints that somebody outside has signed or keeps.';
comment on column ledger_anchor.place is 'Where to: an origin and path, or a directory; never a secret.';
comment on column ledger_anchor.attested_at is 'When, by the clock of the time-stamping authority.';
comment on column ledger_anchor.token is 'The authority''s whole answer (RFC 3161 TimeStampResp), with its certificates: what is verified offline.';
create trigger ledger_anchor_append_only before update or delete on ledger_anchor
  for each row execute function ledger_refuse_change();
create trigger ledger_anchor_keep before truncate on ledger_anchor
  for each statement execute function ledger_refuse_change();

create table ledger_anchor_schedule (
  workspace_id      uuid not null,
  kind              text not null check (kind in ('rfc3161', 'file', 'webhook')),
  since             timestamptz(3) not null,
  next_at           timestamptz(3) not null,
  last_tried_at     timestamptz(3),
  last_succeeded_at timestamptz(3),
  last_size         bigint,
  last_problem      text,
  primary key (workspace_id, kind),
  foreign key (workspace_id) references ledger (workspace_id)
);
comment on table ledger_anchor_schedule is 'When each ledger is anchored next, and how it went; the anchors themselves are in ledger_anchor.';

create table ledger_webhook (
  workspace_id uuid not null,
  address      text not null check (address ~ '^https?://'),
  sealed       bytea not null,
  set_at       timestamptz(3) not null,
  set_by       text not null,
  primary key (workspace_id),
  foreign key (workspace_id) references ledger (workspace_id)
);
comment on table ledger_webhook is 'Where an auditor takes checkpoints; the whole address and the secret that signs are sealed.';

grant select, insert on ledger_anchor to rollcall_server;
grant select, insert, delete on ledger_anchor_schedule, ledger_webhook to rollcall_server;
grant update (since, next_at, last_tried_at, last_succeeded_at, last_size, last_problem) on ledger_anchor_schedule to rollcall_server;
grant update (address, sealed, set_at, set_by) on ledger_webhook to rollcall_server;
