-- Who is behind an owner, so that somebody is told when they leave, and what came of it; neither touches an owner's credential (I5).

create table owner_person (
  workspace_id uuid not null,
  id           uuid not null,
  owner_id     uuid not null,
  tenant_id    uuid,
  object_id    uuid,
  person_id    uuid,
  reason       text,
  named_at     timestamptz(3) not null,
  named_by     text not null,
  record_id    uuid not null,
  ended_at     timestamptz(3),
  primary key (workspace_id, id),
  foreign key (workspace_id, owner_id) references owner (workspace_id, id),
  constraint owner_person_on_roster foreign key (workspace_id, person_id) references person (workspace_id, id),
  constraint owner_person_names_somebody check ((tenant_id is null) = (object_id is null) and (object_id is not null or person_id is not null))
);
comment on table owner_person is 'Who an owner is: an identity of a tenant, a person of the roster, or both. Replaced by the next naming, never rewritten.';
comment on column owner_person.reason is 'A human''s; null where the person was named as the owner was made.';
create unique index owner_person_present on owner_person (workspace_id, owner_id) where ended_at is null;

grant select, insert on owner_person to rollcall_server;
grant update (ended_at) on owner_person to rollcall_server;

-- The owner's role is nobody's to push. A catalogue that has one already keeps it, out of the directory's reach.
update role set directory_may_grant = false where lower(id) = 'owner';
alter table role add constraint role_owner_out_of_reach check (lower(id) <> 'owner' or not directory_may_grant);

-- Findings about owners stand beside those about access: nothing of them is judged against a deadline.
create table owner_finding (
  workspace_id    uuid not null references workspace (workspace_id),
  id              uuid not null,
  kind            text not null check (kind in ('person-left', 'attempt')),
  unit            text not null,
  owner_id        uuid,
  facts           jsonb not null,
  sentence        text not null,
  evidence        uuid[] not null,
  own_records     uuid[] not null,
  through_leaf    bigint,
  opened_at       timestamptz(3) not null,
  changed_at      timestamptz(3) not null,
  closed_at       timestamptz(3),
  closed_because  text check (closed_because in ('present', 'owner-ended', 'acknowledged')),
  acknowledged_by text,
  acknowledgement text,
  primary key (workspace_id, id),
  foreign key (workspace_id, owner_id) references owner (workspace_id, id),
  constraint owner_finding_closed_whole check ((closed_at is null) = (closed_because is null)),
  constraint owner_finding_acknowledged_whole check (
    (acknowledged_by is null) = (acknowledgement is null)
    and (acknowledged_by is not null) = (closed_because is not distinct from 'acknowledged')
  ),
  constraint owner_finding_attempts_counted check ((kind = 'attempt') = (through_leaf is not null))
);
comment on table owner_finding is 'That the person behind an owner left, or that SCIM or a pushed role reached for an owner. Urgent while open; never deleted.';
comment on column owner_finding.unit is 'What it is about, open once: the owner''s id; or how it was attempted, and by whom.';
comment on column owner_finding.through_leaf is 'Attempts: the place in the ledger of the last one that is counted.';
create unique index owner_finding_open on owner_finding (workspace_id, kind, unit) where closed_at is null;
create index owner_finding_by_time on owner_finding (workspace_id, opened_at);

-- Attempts are records of the ledger alone: this finds them among all others.
create index ledger_record_owner_attempt on ledger_record (workspace_id, id) where type = 'owner.attempted';

grant select, insert on owner_finding to rollcall_server;
grant update (facts, sentence, evidence, own_records, through_leaf, changed_at, closed_at, closed_because, acknowledged_by, acknowledgement)
  on owner_finding to rollcall_server;
