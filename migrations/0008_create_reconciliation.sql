-- Whose account is whose, by when access has to be gone, and what came of it: derived from what the other rooms recorded, never the reverse.

create table policy (
  workspace_id uuid not null references workspace (workspace_id),
  id uuid not null,
  version integer not null check (version > 0),
  sla_hours integer not null check (sla_hours >= 0), -- from the end of employment, as HR gives it
  effective_from timestamptz(3) not null,
  created_by text not null,
  superseded_at timestamptz(3),
  record_id uuid not null, -- the ledger record policy.set
  primary key (workspace_id, id),
  constraint policy_version_key unique (workspace_id, version)
);
create unique index policy_in_force on policy (workspace_id) where superseded_at is null;

-- A decision that an account is a person's (linked), may be (ambiguous), or is not (barred, by hand). Ended, never deleted.
create table account_link (
  workspace_id uuid not null references workspace (workspace_id),
  id uuid not null,
  person_id uuid not null,
  system text not null check (system in ('directory', 'scim')),
  account_id uuid not null, -- directory_account.account_id or scim_user.id
  standing text not null check (standing in ('linked', 'ambiguous', 'barred')),
  rule text not null check (rule in ('M0', 'M1', 'M3', 'M4')),
  reason text, -- a human's, for M0
  linked_at timestamptz(3) not null,
  linked_by text not null,
  record_id uuid not null,
  ended_at timestamptz(3),
  end_record_id uuid,
  primary key (workspace_id, id),
  foreign key (workspace_id, person_id) references person (workspace_id, id),
  constraint account_link_ended_whole check ((ended_at is null) = (end_record_id is null)),
  constraint account_link_reasoned check ((rule = 'M0') = (reason is not null)),
  constraint account_link_barred_by_hand check (standing <> 'barred' or rule = 'M0')
);
create unique index account_link_pair on account_link (workspace_id, system, account_id, person_id) where ended_at is null;
create unique index account_link_one_person on account_link (workspace_id, system, account_id) where ended_at is null and standing = 'linked';
create index account_link_person on account_link (workspace_id, person_id) where ended_at is null;

create table reconciliation_run (
  workspace_id uuid not null references workspace (workspace_id),
  id uuid not null,
  as_of timestamptz(3) not null,
  started_by text not null,
  counts jsonb not null, -- {byVerdict, byEffect}
  population jsonb not null, -- {employmentPeriods, continued}: what ties the units to the roster
  opened integer not null,
  changed integer not null,
  closed integer not null,
  primary key (workspace_id, id)
);
create index reconciliation_run_time on reconciliation_run (workspace_id, as_of);

-- The verdict on every unit that was evaluated, passes included: an employment period with all its accounts, or an account
-- for which nobody answers. The open row of a unit is its present verdict; closed rows and the ledger are its history.
create table finding (
  workspace_id uuid not null references workspace (workspace_id),
  id uuid not null,
  unit_kind text not null check (unit_kind in ('employment_period', 'account')),
  unit_id uuid not null, -- the employment period's id, or our id of the account
  person_id uuid,
  rule text not null,
  verdict text not null,
  effect text not null check (effect in ('PASS', 'FAIL', 'INSUF', 'PEND', 'WARN', 'INFO', 'OK', 'N/A')),
  all_rules jsonb not null,
  vector jsonb not null, -- the state vector as it was decided
  systems jsonb not null, -- each account's state, timing input and judgement, without names
  end_earliest timestamptz(3),
  end_latest timestamptz(3),
  deadline_earliest timestamptz(3),
  deadline_latest timestamptz(3),
  policy_id uuid,
  sentence text not null,
  evidence uuid[] not null, -- the ledger records that it rests on
  own_records uuid[] not null, -- its own ledger records; none for OK and INFO
  digest bytea not null, -- of what makes it another verdict; a later look alone does not
  opened_at timestamptz(3) not null,
  changed_at timestamptz(3) not null,
  closed_at timestamptz(3),
  last_run_id uuid not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, person_id) references person (workspace_id, id),
  foreign key (workspace_id, policy_id) references policy (workspace_id, id)
);
create unique index finding_open_unit on finding (workspace_id, unit_kind, unit_id) where closed_at is null;
create index finding_open_effect on finding (workspace_id, effect, opened_at) where closed_at is null;

grant select, insert on policy to rollcall_server;
grant update (superseded_at) on policy to rollcall_server;
grant select, insert on account_link to rollcall_server;
grant update (ended_at, end_record_id) on account_link to rollcall_server;
grant select, insert on reconciliation_run to rollcall_server;
grant select, insert on finding to rollcall_server;
grant update (rule, verdict, effect, all_rules, vector, systems, end_earliest, end_latest, deadline_earliest, deadline_latest, policy_id,
  sentence, evidence, own_records, digest, changed_at, closed_at, last_run_id) on finding to rollcall_server;
