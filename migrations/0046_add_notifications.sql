-- Who has to act is told: findings that become overdue go to signed webhooks, and into a file once a day. And deadlines know holidays.

create table webhook (
  workspace_id    uuid not null references workspace (workspace_id),
  id              uuid not null,
  origin          text not null check (origin ~ '^https?://[^/]+$'),
  sealed_url      bytea not null,
  state           text not null default 'active' check (state in ('active', 'disabled', 'removed')),
  created_at      timestamptz(3) not null,
  created_by      text not null,
  failing_since   timestamptz(3),
  last_success_at timestamptz(3),
  ended_at        timestamptz(3),
  primary key (workspace_id, id),
  constraint webhook_ended check ((state = 'active') = (ended_at is null))
);
comment on table webhook is 'Where findings are sent to. Never deleted: its deliveries say what was told when.';
comment on column webhook.origin is 'To be shown; the path and the query may hold a secret, and are sealed with it.';
comment on column webhook.failing_since is 'The first failure since the last success; null while it works.';
comment on column webhook.ended_at is 'Since when it is disabled or removed.';
create index webhook_active on webhook (workspace_id) where state = 'active';

create table webhook_secret (
  workspace_id  uuid not null,
  id            uuid not null,
  webhook_id    uuid not null,
  sealed_secret bytea not null,
  created_at    timestamptz(3) not null,
  ended_at      timestamptz(3),
  primary key (workspace_id, id),
  foreign key (workspace_id, webhook_id) references webhook (workspace_id, id)
);
comment on table webhook_secret is 'What deliveries are signed with: one, or two while the receiver changes over.';
create index webhook_secret_present on webhook_secret (workspace_id, webhook_id) where ended_at is null;

create table notification_event (
  workspace_id uuid not null references workspace (workspace_id),
  id           uuid not null,
  type         text not null check (type in ('finding.overdue', 'test')),
  at           timestamptz(3) not null,
  finding_id   uuid,
  rule         text,
  body         text not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, finding_id) references finding (workspace_id, id),
  constraint notification_event_about check ((type = 'finding.overdue') = (finding_id is not null) and (finding_id is null) = (rule is null))
);
comment on table notification_event is 'What is told, once for each finding and verdict; the body as it is signed and sent, with no personal data.';
create unique index notification_event_finding on notification_event (workspace_id, finding_id, rule) where finding_id is not null;

create table webhook_delivery (
  workspace_id uuid not null,
  id           uuid not null,
  webhook_id   uuid not null,
  event_id     uuid not null,
  state        text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
  attempts     integer not null default 0,
  created_at   timestamptz(3) not null,
  next_at      timestamptz(3) not null,
  last_at      timestamptz(3),
  last_status  integer,
  last_problem text check (last_problem in ('answered', 'timeout', 'unreachable', 'refused')),
  primary key (workspace_id, id),
  foreign key (workspace_id, webhook_id) references webhook (workspace_id, id),
  foreign key (workspace_id, event_id) references notification_event (workspace_id, id)
);
comment on table webhook_delivery is 'One event for one webhook: sent until it is taken, at least once.';
comment on column webhook_delivery.next_at is 'Not sent again before; while it is being sent, when another process may take it for lost.';
create unique index webhook_delivery_once on webhook_delivery (workspace_id, webhook_id, event_id);
create index webhook_delivery_due on webhook_delivery (workspace_id, webhook_id, next_at) where state = 'pending';

create table digest (
  workspace_id uuid not null references workspace (workspace_id),
  day          date not null,
  since        timestamptz(3),
  until        timestamptz(3) not null,
  findings     integer not null,
  primary key (workspace_id, day)
);
comment on table digest is 'Up to when each daily file tells, so that the next one goes on there.';

-- What became overdue since: few of the open findings, asked for every minute.
create index finding_overdue on finding (workspace_id, changed_at) where closed_at is null and rule in ('L01', 'L02', 'L03', 'L04', 'L06');

grant select, insert on webhook, webhook_secret, notification_event, webhook_delivery, digest to rollcall_server;
grant update (state, failing_since, last_success_at, ended_at) on webhook to rollcall_server;
grant update (ended_at) on webhook_secret to rollcall_server;
grant update (state, attempts, next_at, last_at, last_status, last_problem) on webhook_delivery to rollcall_server;
grant update (since, until, findings) on digest to rollcall_server;

alter table policy
  add column holidays date[] not null default '{}',
  add constraint policy_holidays_of_days check (cardinality(holidays) = 0 or business_days is not null);
comment on column policy.holidays is 'Days that are no business days: the organisation''s own calendar, part of the version.';
