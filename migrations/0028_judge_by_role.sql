-- Policies count business days and are tighter for privileged roles; since when somebody's role differs from the directory's is kept.

alter table policy
  alter column sla_hours drop not null,
  add column business_days        integer check (business_days > 0),
  add column preset               text,
  add column privileged_sla_hours integer check (privileged_sla_hours >= 0),
  add column privileged_roles     text[] not null default '{}',
  add constraint policy_one_clock check (num_nonnulls(sla_hours, business_days) = 1),
  add constraint policy_privileged_whole check ((privileged_sla_hours is null) = (cardinality(privileged_roles) = 0));
comment on column policy.business_days is 'In place of hours: access ends with the day that is so many days from Monday to Friday after the last one.';
comment on column policy.privileged_roles is 'Part of the version, so that nothing that is decided about roles later changes an old verdict.';

create table role_drift (
  workspace_id uuid not null,
  person_id    uuid not null,
  since        timestamptz(3) not null,
  primary key (workspace_id, person_id),
  foreign key (workspace_id, person_id) references person (workspace_id, id)
);
comment on table role_drift is 'Whose role in SCIM differs from the one that the directory assigns, since which run: provisioning has time to follow.';
grant select, insert, delete on role_drift to rollcall_server;
