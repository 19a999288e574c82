-- Keys that sign ledgers are replaced, and may be stolen: from when a key counts no longer is kept, under that key's own last signature.

create table ledger_key_retirement (
  workspace_id     uuid not null,
  vkey             text not null,
  because          text not null check (because in ('rotated', 'compromised')),
  compromised_from timestamptz(3),
  retired_at       timestamptz(3) not null,
  record_id        uuid not null,
  primary key (workspace_id, vkey),
  foreign key (workspace_id, vkey) references ledger_key (workspace_id, vkey),
  constraint ledger_key_retirement_whole check ((because = 'compromised') = (compromised_from is not null))
);
comment on table ledger_key_retirement is 'Keys that sign a ledger no longer. The last checkpoint that such a key signs covers the record that says so.';

create trigger ledger_key_retirement_append_only before update or delete on ledger_key_retirement
  for each row execute function ledger_refuse_change();
create trigger ledger_key_retirement_keep before truncate on ledger_key_retirement
  for each statement execute function ledger_refuse_change();

grant select, insert on ledger_key_retirement to rollcall_server;
