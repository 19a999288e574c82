-- A roster that would end many at once waits for a second person: a wrong file would take everybody's access, or make everybody a leaver.

create table roster_held_import (
  workspace_id   uuid not null references workspace (workspace_id),
  id             uuid not null,
  held_at        timestamptz(3) not null,
  imported_by    text not null,
  requested_by   text not null,
  source         text not null check (source in ('file', 'push', 'pull')),
  full_roster    boolean not null,
  partial        boolean not null,
  allow_rejected boolean not null,
  mapping        jsonb not null,
  file_sha256    bytea not null check (octet_length(file_sha256) = 32),
  file_bytes     integer not null,
  sealed_file    bytea,
  counts         jsonb not null,
  ends           integer not null,
  employed       integer not null,
  most           integer not null,
  expires_at     timestamptz(3) not null,
  record_id      uuid not null,
  state          text not null default 'held' check (state in ('held', 'released', 'rejected', 'superseded', 'expired')),
  decided_at     timestamptz(3),
  decided_by     text,
  decision_record_id uuid,
  primary key (workspace_id, id),
  constraint roster_held_import_four_eyes check (state <> 'released' or decided_by <> requested_by),
  constraint roster_held_import_decided_whole
    check ((state = 'held') = (decided_at is null) and (decided_at is null) = (decided_by is null) and (decided_at is null) = (decision_record_id is null)),
  constraint roster_held_import_sealed check ((state = 'released') = (sealed_file is null)),
  constraint roster_held_import_expires check (expires_at > held_at)
);
comment on table roster_held_import is 'Rosters that were not taken at once, and what became of them. Never deleted.';
comment on column roster_held_import.requested_by is 'Who answers for it and so may not release it: whoever sent it, or whoever set from where it is fetched.';
comment on column roster_held_import.sealed_file is 'The bytes as received, sealed at rest; those of a released one stand in roster_import, under the same id.';
comment on column roster_held_import.counts is 'What it was shown to do.';
create unique index roster_held_import_present on roster_held_import (workspace_id) where state = 'held';

create table roster_held_end (
  workspace_id uuid not null,
  import_id    uuid not null,
  person_id    uuid not null,
  because      text not null check (because in ('stated', 'omitted')),
  end_date     date,
  last_day     date,
  line         integer,
  primary key (workspace_id, import_id, person_id),
  foreign key (workspace_id, import_id) references roster_held_import (workspace_id, id) deferrable initially deferred,
  foreign key (workspace_id, person_id) references person (workspace_id, id),
  constraint roster_held_end_stated check ((because = 'stated') = (line is not null) and (because = 'stated') = (coalesce(last_day, end_date) is not null))
);
comment on table roster_held_end is 'Whom a held roster would end, as it was shown: its release ends nobody else.';

alter table roster_import add column received_at timestamptz(3);
comment on column roster_import.received_at is 'When HR told it, where it was held and taken later; null: as it was imported.';

grant select, insert on roster_held_import, roster_held_end to rollcall_server;
grant update (state, sealed_file, decided_at, decided_by, decision_record_id) on roster_held_import to rollcall_server;
