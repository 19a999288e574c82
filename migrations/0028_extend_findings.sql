-- Policies count business days and are tighter for privileged roles, a role that differs is a finding, and what is done about a finding is kept.

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

-- What an organisation decides about a finding stands beside it. Nothing here is read by whatever judges.
create table disposition (
  workspace_id       uuid not null,
  id                 uuid not null,
  finding_id         uuid not null,
  kind               text not null check (kind in ('remediate', 'exception', 'dispute')),
  reason             text not null,
  ticket             text,
  requested_at       timestamptz(3) not null,
  requested_by       text not null,
  record_id          uuid not null,
  expires_at         timestamptz(3),
  approved_at        timestamptz(3),
  approved_by        text,
  approval_record_id uuid,
  ended_at           timestamptz(3),
  ended_because      text check (ended_because in ('withdrawn', 'expired')),
  end_record_id      uuid,
  primary key (workspace_id, id),
  foreign key (workspace_id, finding_id) references finding (workspace_id, id),
  constraint disposition_exception_ends check ((kind = 'exception') = (expires_at is not null)),
  constraint disposition_exception_approved check (kind = 'exception' or approved_at is null),
  constraint disposition_four_eyes check (approved_by <> requested_by),
  constraint disposition_approved_whole check ((approved_at is null) = (approved_by is null) and (approved_at is null) = (approval_record_id is null)),
  constraint disposition_ended_whole check ((ended_at is null) = (ended_because is null) and (ended_at is null) = (end_record_id is null))
);
comment on table disposition is 'What is to be done about a finding: put right, excepted for a while by two people, or disputed. It changes no verdict and is never deleted.';
create unique index disposition_present on disposition (workspace_id, finding_id) where ended_at is null;

grant select, insert on disposition to rollcall_server;
grant update (approved_at, approved_by, approval_record_id, ended_at, ended_because, end_record_id) on disposition to rollcall_server;
