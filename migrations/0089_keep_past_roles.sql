-- A leaver is held to the role that they had when they left, however soon it was taken from them: what is taken away leaves a trace.

alter table directory_app_assignment
  add column not_before timestamptz(3),
  add column observed_at timestamptz(3);
comment on column directory_app_assignment.not_before is 'The last complete look that proves that it was not there; null where none does.';
comment on column directory_app_assignment.observed_at is 'By when it was there; null: nobody noted it, so that it counts as old.';

alter table directory_group_member
  add column not_before timestamptz(3),
  add column observed_at timestamptz(3);
comment on column directory_group_member.not_before is 'The last complete look that proves that it was not there; null where none does.';
comment on column directory_group_member.observed_at is 'By when it was there; null: nobody noted it, so that it counts as old.';

create table directory_past_role (
  workspace_id    uuid not null,
  connection_id   uuid not null,
  object_id       uuid not null,
  assignment_id   text not null,
  app_role_value  text not null,
  not_before      timestamptz(3),
  observed_at     timestamptz(3),
  confirmed_until timestamptz(3) not null,
  gone_at         timestamptz(3) not null,
  primary key (workspace_id, connection_id, object_id, assignment_id, gone_at),
  foreign key (workspace_id, connection_id) references directory_connection (workspace_id, id)
);
comment on table directory_past_role is
  'An app role that a directory account was assigned, itself or through a group, and is no longer by that assignment. Written with the change.';
comment on column directory_past_role.confirmed_until is 'It was still assigned then or later.';
comment on column directory_past_role.gone_at is 'By when it no longer was.';

create table scim_past_role (
  workspace_id uuid not null,
  scim_user_id uuid not null,
  version      bigint not null,
  role_claims  jsonb not null,
  until        timestamptz(3) not null,
  primary key (workspace_id, scim_user_id, version)
);
comment on table scim_past_role is 'What a SCIM user claimed of the role until a change, written with the change: the rows of a user, by version, and then scim_user.role_claims.';
comment on column scim_past_role.version is 'The version that the change made.';

-- What was taken away before is known only where a verdict held its person to it, and by which account is not: each of theirs stands for it.
insert into directory_past_role
select account.workspace_id, account.connection_id, account.object_id, 'finding ' || finding.id, policy.privileged_roles[1],
       finding.end_earliest - interval '1 millisecond', finding.end_earliest, finding.end_latest, greatest(finding.end_latest, now())
from finding
join policy on policy.workspace_id = finding.workspace_id and policy.id = finding.policy_id and cardinality(policy.privileged_roles) > 0
cross join lateral jsonb_array_elements(finding.systems) as system
join directory_account as account on account.workspace_id = finding.workspace_id and account.account_id = (system ->> 'accountId')::uuid
where finding.closed_at is null and finding.vector ->> 'privileged' = 'YES' and system ->> 'standing' = 'linked' and system ->> 'system' = 'directory';

insert into scim_past_role
select held.workspace_id, held.scim_user_id, step.version, step.role_claims, step.until
from (
  select finding.workspace_id, scim_user.id as scim_user_id, scim_user.role_claims, min(finding.end_earliest) as "from", max(finding.end_latest) as until,
         jsonb_build_array(jsonb_build_object('source', min(workspace.role_sources[1]), 'value', min(policy.privileged_roles[1]))) as privileged_claims
  from finding
  join workspace on workspace.workspace_id = finding.workspace_id
  join policy on policy.workspace_id = finding.workspace_id and policy.id = finding.policy_id and cardinality(policy.privileged_roles) > 0
  cross join lateral jsonb_array_elements(finding.systems) as system
  join scim_user on scim_user.workspace_id = finding.workspace_id and scim_user.id = (system ->> 'accountId')::uuid
  where finding.closed_at is null and finding.vector ->> 'privileged' = 'YES' and system ->> 'standing' = 'linked' and system ->> 'system' = 'scim'
  group by finding.workspace_id, scim_user.id, scim_user.role_claims
) as held
cross join lateral (values (-1, held.role_claims, held."from"), (0, held.privileged_claims, greatest(held.until + interval '1 millisecond', now())))
  as step (version, role_claims, until);

grant select, insert on directory_past_role, scim_past_role to rollcall_server;
