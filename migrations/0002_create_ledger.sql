-- The evidence log: append-only records, sequenced into one Merkle tree per workspace whose heads are signed.
-- A record is inserted in the transaction of the change that it is evidence of. The tree is built afterwards, so that
-- no writer waits for another. There are no foreign keys from records to ledgers: each would lock the one ledger row
-- that all writers of a workspace share.

create table ledger (
  workspace_id uuid primary key,
  -- Names the log in every checkpoint and leaf; never used again for another tree.
  origin text not null check (origin <> ''),
  -- How many leaves the tree has, and the roots of its perfect subtrees, largest first (32 bytes each).
  size bigint not null default 0 check (size >= 0),
  frontier bytea[] not null default '{}',
  -- Every record of a transaction below the watermark has its leaf.
  watermark xid8 not null default '0',
  -- pg_control_system().system_identifier of the cluster whose transaction ids the watermark is about.
  cluster_id text not null,
  created_at timestamptz(3) not null
);

create table ledger_record (
  workspace_id uuid not null,
  id uuid not null,
  -- Order within a transaction.
  ord bigint generated always as identity,
  txid xid8 not null default pg_current_xact_id(),
  recorded_at timestamptz(3) not null,
  type text not null,
  -- What the record is about: a random id, null where it is about the whole workspace.
  subject_id uuid,
  -- The exact bytes that are hashed: canonical JSON, without personal data. The limit is that of a tlog-tiles entry.
  leaf bytea not null check (octet_length(leaf) between 2 and 65535),
  primary key (workspace_id, id)
);
create index ledger_record_unsequenced on ledger_record (workspace_id, txid, ord);
create index ledger_record_subject on ledger_record (workspace_id, subject_id, recorded_at) where subject_id is not null;

create table ledger_leaf (
  workspace_id uuid not null,
  leaf_index bigint not null check (leaf_index >= 0),
  record_id uuid not null,
  leaf_hash bytea not null check (octet_length(leaf_hash) = 32),
  primary key (workspace_id, leaf_index),
  unique (workspace_id, record_id)
);

-- Rows of 256 node hashes (C2SP tlog-tiles): a proof reads a few of them instead of every leaf.
create table ledger_tile (
  workspace_id uuid not null,
  level smallint not null check (level >= 0),
  n bigint not null check (n >= 0),
  hashes bytea not null check (octet_length(hashes) between 32 and 8192 and octet_length(hashes) % 32 = 0),
  primary key (workspace_id, level, n)
);

create table ledger_checkpoint (
  workspace_id uuid not null,
  size bigint not null check (size > 0),
  root bytea not null check (octet_length(root) = 32),
  -- The signed note, verbatim.
  note text not null,
  created_at timestamptz(3) not null,
  primary key (workspace_id, size)
);

-- Public keys that have signed this ledger; the private key is never in the database.
create table ledger_key (
  workspace_id uuid not null,
  vkey text not null,
  added_at timestamptz(3) not null,
  primary key (workspace_id, vkey)
);

-- Personal data that a leaf holds the salted digest of. Erasing the value leaves the log verifiable.
create table ledger_disclosure (
  workspace_id uuid not null,
  digest bytea not null check (octet_length(digest) = 32),
  record_id uuid not null,
  path text not null,
  salt bytea not null,
  value jsonb,
  erased_at timestamptz(3),
  primary key (workspace_id, digest),
  check (erased_at is null or value is null)
);
create index ledger_disclosure_record on ledger_disclosure (workspace_id, record_id);

create function ledger_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = '42501';
end
$$;

create trigger ledger_record_append_only before update or delete on ledger_record
  for each row execute function ledger_refuse_change();
create trigger ledger_record_keep before truncate on ledger_record
  for each statement execute function ledger_refuse_change();
create trigger ledger_leaf_append_only before update or delete on ledger_leaf
  for each row execute function ledger_refuse_change();
create trigger ledger_leaf_keep before truncate on ledger_leaf
  for each statement execute function ledger_refuse_change();
create trigger ledger_checkpoint_append_only before update or delete on ledger_checkpoint
  for each row execute function ledger_refuse_change();
create trigger ledger_checkpoint_keep before truncate on ledger_checkpoint
  for each statement execute function ledger_refuse_change();
create trigger ledger_key_append_only before update or delete on ledger_key
  for each row execute function ledger_refuse_change();
create trigger ledger_key_keep before truncate on ledger_key
  for each statement execute function ledger_refuse_change();
create trigger ledger_keep before delete on ledger
  for each row execute function ledger_refuse_change();
create trigger ledger_keep_all before truncate on ledger
  for each statement execute function ledger_refuse_change();
create trigger ledger_tile_keep before delete on ledger_tile
  for each row execute function ledger_refuse_change();
create trigger ledger_tile_keep_all before truncate on ledger_tile
  for each statement execute function ledger_refuse_change();
create trigger ledger_disclosure_keep before delete on ledger_disclosure
  for each row execute function ledger_refuse_change();
create trigger ledger_disclosure_keep_all before truncate on ledger_disclosure
  for each statement execute function ledger_refuse_change();

-- A tile only ever grows at its end.
create function ledger_tile_only_grows() returns trigger language plpgsql as $$
begin
  if substring(new.hashes from 1 for octet_length(old.hashes)) <> old.hashes then
    raise exception 'ledger_tile only grows' using errcode = '42501';
  end if;
  return new;
end
$$;
create trigger ledger_tile_grow before update on ledger_tile
  for each row execute function ledger_tile_only_grows();

-- A disclosure can be erased, once, and in no other way changed.
create function ledger_disclosure_only_erases() returns trigger language plpgsql as $$
begin
  if old.erased_at is not null or new.erased_at is null or new.value is not null
     or (new.workspace_id, new.digest, new.record_id, new.path, new.salt)
        is distinct from (old.workspace_id, old.digest, old.record_id, old.path, old.salt) then
    raise exception 'ledger_disclosure can only be erased' using errcode = '42501';
  end if;
  return new;
end
$$;
create trigger ledger_disclosure_erase before update on ledger_disclosure
  for each row execute function ledger_disclosure_only_erases();

-- A tree never shrinks.
create function ledger_only_grows() returns trigger language plpgsql as $$
begin
  if new.size < old.size or new.origin <> old.origin or new.workspace_id <> old.workspace_id then
    raise exception 'ledger only grows' using errcode = '42501';
  end if;
  return new;
end
$$;
create trigger ledger_grow before update on ledger
  for each row execute function ledger_only_grows();

grant select, insert on ledger, ledger_record, ledger_leaf, ledger_tile, ledger_checkpoint, ledger_key, ledger_disclosure to rollcall_server;
grant update (size, frontier, watermark, cluster_id) on ledger to rollcall_server;
grant update (hashes) on ledger_tile to rollcall_server;
grant update (value, erased_at) on ledger_disclosure to rollcall_server;
