-- Accounts that are nobody's own: a service's, shared ones, break-glass ones. Each has a person who answers for it, and an end.

create table account_classification (
  workspace_id       uuid not null references workspace (workspace_id),
  id                 uuid not null,
  system             text not null check (system in ('directory', 'scim')),
  account_id         uuid not null,
  class              text not null check (class in ('service', 'shared', 'break-glass')),
  owner_person_id    uuid not null,
  reason             text not null,
  requested_at       timestamptz(3) not null,
  requested_by       text not null,
  record_id          uuid not null,
  expires_at         timestamptz(3) not null,
  approved_at        timestamptz(3),
  approved_by        text,
  approval_record_id uuid,
  ended_at           timestamptz(3),
  ended_because      text check (ended_because in ('withdrawn', 'expired')),
  end_record_id      uuid,
  primary key (workspace_id, id),
  foreign key (workspace_id, owner_person_id) references person (workspace_id, id),
  constraint account_classification_four_eyes check (approved_by <> requested_by),
  constraint account_classification_ends check (expires_at > requested_at),
  constraint account_classification_approved_whole check ((approved_at is null) = (approved_by is null) and (approved_at is null) = (approval_record_id is null)),
  constraint account_classification_ended_whole check ((ended_at is null) = (ended_because is null) and (ended_at is null) = (end_record_id is null))
);
comment on table account_classification is 'That an account is nobody''s own, as one asked and another approved. In force once approved and until it ended; never deleted.';
comment on column account_classification.account_id is 'directory_account.account_id, which holds for the SCIM user of that account too; or scim_user.id.';
create unique index account_classification_present on account_classification (workspace_id, system, account_id) where ended_at is null;

grant select, insert on account_classification to rollcall_server;
grant update (approved_at, approved_by, approval_record_id, ended_at, ended_because, end_record_id) on account_classification to rollcall_server;
