-- Whoever left keeps in the evidence what was theirs at the end: what a human decides afterwards takes two people, and is said beside the verdict.

alter table account_link
  add column ended_because text check (ended_because in ('barred', 'moved', 'classed')),
  add column ended_by      uuid,
  add constraint account_link_taken_whole
    check ((ended_because is null) = (ended_by is null) and (ended_because is null or ended_at is not null));
comment on column account_link.ended_because is
  'How a human took the account from the person: barred the two, moved it to somebody else, classed it as nobody''s own. Null while it holds, and where a rule ended it.';
comment on column account_link.ended_by is
  'The decision: the account_link that bars or moves, which has the id of its account_link_request where it took two people; or the account_classification.';

-- Each of these was written in the transaction that ended the link, as of the same instant; a classification by the first run after it.
update account_link as link
set ended_because = 'barred', ended_by = bar.id
from account_link as bar
where bar.workspace_id = link.workspace_id and bar.person_id = link.person_id and bar.system = link.system
  and bar.account_id = link.account_id and bar.standing = 'barred' and bar.linked_at = link.ended_at and link.standing <> 'barred';
update account_link as link
set ended_because = 'moved', ended_by = other.id
from account_link as other
where other.workspace_id = link.workspace_id and other.person_id <> link.person_id and other.system = link.system
  and other.account_id = link.account_id and other.standing = 'linked' and other.rule = 'M0' and other.linked_at = link.ended_at
  and link.standing <> 'barred' and link.ended_because is null;
update account_link as link
set ended_because = 'classed', ended_by = classification.id
from account_classification as classification
left join directory_account as account
  on account.workspace_id = classification.workspace_id and account.account_id = classification.account_id
left join scim_user
  on scim_user.workspace_id = classification.workspace_id and lower(scim_user.external_id) = account.object_id::text
where classification.workspace_id = link.workspace_id and link.account_id in (classification.account_id, scim_user.id)
  and classification.approved_at <= link.ended_at and coalesce(classification.ended_at, 'infinity') > link.ended_at
  and link.standing <> 'barred' and link.ended_because is null;

create index account_link_taken on account_link (workspace_id, account_id) where ended_because is not null;

create index account_link_barred on account_link (workspace_id, id) where standing = 'barred';

create table account_link_request (
  workspace_id       uuid not null references workspace (workspace_id),
  id                 uuid not null,
  person_id          uuid not null,
  system             text not null check (system in ('directory', 'scim')),
  account_id         uuid not null,
  action             text not null check (action in ('link', 'unlink')),
  reason             text not null,
  requested_at       timestamptz(3) not null,
  requested_by       text not null,
  record_id          uuid not null,
  approved_at        timestamptz(3),
  approved_by        text,
  approval_record_id uuid,
  ended_at           timestamptz(3),
  end_record_id      uuid,
  primary key (workspace_id, id),
  foreign key (workspace_id, person_id) references person (workspace_id, id),
  constraint account_link_request_four_eyes check (approved_by <> requested_by),
  constraint account_link_request_approved_whole check ((approved_at is null) = (approved_by is null) and (approved_at is null) = (approval_record_id is null)),
  constraint account_link_request_ended_whole check ((ended_at is null) = (end_record_id is null)),
  constraint account_link_request_one_way check (approved_at is null or ended_at is null)
);
comment on table account_link_request is
  'A decision on whose an account is that takes it from somebody whose end HR has told. It counts once a second person approves it; never deleted.';
comment on column account_link_request.id is 'Also of the account_link that the approval makes.';
comment on column account_link_request.ended_at is 'When it was withdrawn, before anybody had approved it.';
create unique index account_link_request_waiting on account_link_request (workspace_id, system, account_id, person_id)
  where approved_at is null and ended_at is null;

grant select, insert on account_link_request to rollcall_server;
grant update (approved_at, approved_by, approval_record_id, ended_at, end_record_id) on account_link_request to rollcall_server;
grant update (ended_because, ended_by) on account_link to rollcall_server;
