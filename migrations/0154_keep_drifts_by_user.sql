-- A role that differs counts from when that SCIM user's did: a second one of the same person has the time that provisioning needs, whatever the first one's did before.

alter table role_drift drop constraint role_drift_pkey;
alter table role_drift add column scim_user_id uuid;

insert into role_drift (workspace_id, person_id, scim_user_id, since)
select distinct drift.workspace_id, drift.person_id, link.account_id, drift.since
from role_drift as drift
join account_link as link
  on link.workspace_id = drift.workspace_id and link.person_id = drift.person_id and link.system = 'scim' and link.standing = 'linked' and link.ended_at is null;
delete from role_drift where scim_user_id is null;

alter table role_drift alter column scim_user_id set not null;
alter table role_drift add primary key (workspace_id, person_id, scim_user_id);
alter table role_drift add foreign key (workspace_id, scim_user_id) references scim_user (workspace_id, id);
comment on table role_drift is 'Whose role in SCIM differs from the one that the directory assigns, by SCIM user, since which run: provisioning has time to follow.';
