-- A page of findings is read where it begins: every effect has its findings in the order in which they are listed.

alter table finding add column role_effect text;
comment on column finding.role_effect is 'The effect of what is wrong with a role, which stands beside the verdict; at most one such rule applies at a time.';
update finding
set role_effect = jsonb_path_query_first(finding.all_rules, '$[*] ? (@.rule starts with "R").effect') #>> '{}'
where finding.all_rules @? '$[*] ? (@.rule starts with "R")';

drop index finding_open_effect;
create index finding_listed on finding (workspace_id, effect, coalesce(end_earliest, 'infinity'), id) where closed_at is null;
create index finding_listed_by_role
  on finding (workspace_id, role_effect, (case when effect in ('OK', 'INFO') then 2 else 1 end), coalesce(end_earliest, 'infinity'), id)
  where closed_at is null and role_effect is not null;
comment on index finding_listed_by_role is 'Whoever is simply well (2) but for a role comes behind everybody else (1), as in the whole list.';

grant update (role_effect) on finding to rollcall_server;
