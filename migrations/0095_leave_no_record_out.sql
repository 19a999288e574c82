-- No record is kept out of the tree: neither by a watermark that passes it by, nor by a place where no tree of its size has one.

-- Every record below the watermark has its leaf; above the oldest transaction that still runs nobody knows that. A watermark of another cluster says nothing
-- of this one's transactions, and is replaced by one that does. pg_temp comes last so that no temporary table can stand in. The place of a record is looked up
-- record by record, as the integrator does it (readUnsequenced).
create or replace function ledger_only_grows() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  if new.size < old.size or new.workspace_id <> old.workspace_id
     or new.generation < old.generation or (new.generation = old.generation and new.origin <> old.origin) then
    raise exception 'ledger only grows' using errcode = '42501';
  end if;
  if new.watermark <> old.watermark
     and (new.watermark > pg_snapshot_xmin(pg_current_snapshot())
          or exists (select from ledger_record as record
                      where record.workspace_id = new.workspace_id
                        and record.txid >= case when new.cluster_id = old.cluster_id then old.watermark else '0'::xid8 end
                        and record.txid < new.watermark
                        and (select leaf.leaf_index
                               from ledger_leaf as leaf
                              where leaf.workspace_id = record.workspace_id and leaf.record_id = record.id) is null)) then
    raise exception 'ledger leaves no record out' using errcode = '42501';
  end if;
  return new;
end
$$;

-- Leaves are added at the end of the tree, without a hole.
create function ledger_leaf_only_follows() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  if exists (select from added
              group by added.workspace_id
             having min(added.leaf_index) is distinct from
                      (select ledger.size from ledger where ledger.workspace_id = added.workspace_id)
                 or max(added.leaf_index) - min(added.leaf_index) + 1 <> count(*)) then
    raise exception 'ledger_leaf only follows' using errcode = '42501';
  end if;
  return null;
end
$$;
create trigger ledger_leaf_follow after insert on ledger_leaf
  referencing new table as added for each statement execute function ledger_leaf_only_follows();
