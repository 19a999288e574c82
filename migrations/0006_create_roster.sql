-- HR says who was employed from when to when: the population of every leaver test, taken from nowhere else (I9).

create table roster_import (
  workspace_id uuid not null references workspace (workspace_id),
  id uuid not null,
  imported_at timestamptz(3) not null,
  imported_by text not null, -- the actor, such as 'administrator:<uuid>'
  file_sha256 bytea not null check (octet_length(file_sha256) = 32),
  file_bytes integer not null,
  sealed_file bytea not null, -- the bytes as received, sealed at rest
  full_roster boolean not null, -- declared to hold everybody; a missing row still ends nobody
  row_count integer not null,
  added integer not null,
  changed integer not null,
  ended integer not null,
  rehired integer not null,
  unchanged integer not null,
  rejected integer not null,
  record_id uuid not null, -- the ledger record hr.import.completed
  primary key (workspace_id, id)
);
create index roster_import_time on roster_import (workspace_id, imported_at);

create table person (
  workspace_id uuid not null references workspace (workspace_id),
  id uuid not null,
  employee_id text not null check (employee_id <> ''), -- a text: leading zeros count
  display_name text,
  work_email text not null,
  email_key text not null, -- lower case
  created_at timestamptz(3) not null,
  changed_at timestamptz(3) not null,
  primary key (workspace_id, id),
  constraint person_employee_id_key unique (workspace_id, employee_id)
);
create index person_email_key on person (workspace_id, email_key);

-- One stretch of employment; a rehire is a new row. The history of its end date is in the ledger.
create table employment_period (
  workspace_id uuid not null references workspace (workspace_id),
  id uuid not null,
  person_id uuid not null,
  start_date date not null,
  end_date date,
  last_day date, -- the last day worked; where given, access ends with it
  time_zone text, -- as HR wrote it; null means the workspace's, an unknown one makes the end a range
  status text not null check (status in ('prehire', 'active', 'leave', 'notice', 'terminated')),
  worker_type text not null check (worker_type in ('employee', 'contractor', 'intern', 'guest')),
  hr_recorded_at timestamptz(3), -- when we were told the end that stands now
  cancelled_at timestamptz(3), -- when HR last took an end back
  import_id uuid not null, -- the import that last touched it
  row_number integer not null,
  record_id uuid not null, -- the ledger record of its present dates
  primary key (workspace_id, id),
  constraint employment_period_start_key unique (workspace_id, person_id, start_date),
  foreign key (workspace_id, person_id) references person (workspace_id, id),
  foreign key (workspace_id, import_id) references roster_import (workspace_id, id),
  constraint employment_period_end_known check ((coalesce(last_day, end_date) is null) = (hr_recorded_at is null)),
  constraint employment_period_ends_after_start check (end_date >= start_date and last_day >= start_date)
);

grant select, insert on roster_import to rollcall_server;
grant select, insert, update on person, employment_period to rollcall_server;
