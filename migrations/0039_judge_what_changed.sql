-- A run writes what differs alone: a finding knows the hash of what it says, the effects that it has, and when time alone would change it.

alter table finding
  add column content_hash bytea,
  add column effects      text[] not null default '{}',
  add column due_at       timestamptz(3),
  add column is_growing   boolean not null default false;
comment on column finding.content_hash is 'SHA-256 of everything that it says but for when it was last judged: a run leaves a row alone that says the same.';
comment on column finding.effects is 'The effects of all its rules, each once: the verdict''s own, and those of what is wrong with a role.';
comment on column finding.due_at is 'When the same facts come to something else; null where time alone decides nothing.';
comment on column finding.is_growing is 'It says more with every look, such as for how long access has outlived its deadline: every run judges it.';
update finding set effects = (
  select array_agg(distinct one ->> 'effect') from jsonb_array_elements(finding.all_rules) as one
);
create index finding_due on finding (workspace_id, due_at) where closed_at is null and due_at is not null;
create index finding_growing on finding (workspace_id) where closed_at is null and is_growing;

grant update (content_hash, effects, due_at, is_growing) on finding to rollcall_server;
