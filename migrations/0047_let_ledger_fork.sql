-- A tree that was restored to an earlier time goes on under another name, so that no name ever stands for two trees.

alter table ledger
  add column generation smallint not null default 1 check (generation > 0),
  add constraint ledger_named_by_generation
    check (origin = 'rollcall/workspaces/' || workspace_id || case when generation = 1 then '' else '/' || generation end);
comment on column ledger.generation is 'Which tree of the workspace: one more each time that it forked, because the database showed less than had been published.';

-- A tree never shrinks, and takes another name only as a later generation.
create or replace function ledger_only_grows() returns trigger language plpgsql as $$
begin
  if new.size < old.size or new.workspace_id <> old.workspace_id
     or new.generation < old.generation or (new.generation = old.generation and new.origin <> old.origin) then
    raise exception 'ledger only grows' using errcode = '42501';
  end if;
  return new;
end
$$;
grant update (origin, generation) on ledger to rollcall_server;
