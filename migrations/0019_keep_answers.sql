-- A change that is asked for again under the same Idempotency-Key, since its answer was lost, is not made twice.

create table idempotency_key (
  workspace_id   uuid not null references workspace (workspace_id),
  actor          text not null,
  key_sha256     bytea not null check (octet_length(key_sha256) = 32),
  request_sha256 bytea not null check (octet_length(request_sha256) = 32),
  scopes         text[] not null,
  claim          uuid not null,
  claimed_at     timestamptz(3) not null,
  alive_at       timestamptz(3) not null,
  effected_at    timestamptz(3),
  status         smallint check (status between 200 and 299),
  answer         text,
  showed_secret  boolean not null default false,
  primary key (workspace_id, actor, key_sha256)
);
comment on table idempotency_key is 'What was answered to whom under which key, for a day. No secret that was issued is kept.';
comment on column idempotency_key.scopes is 'What the principal might do who asked first: one who may do less is not shown the answer.';
comment on column idempotency_key.claim is 'Which request is at it; a transaction commits only while the claim is its own request''s.';
comment on column idempotency_key.alive_at is 'When the request at it was last heard of: one that is silent is taken for dead.';
comment on column idempotency_key.effected_at is 'When something that the request changed was committed.';
comment on column idempotency_key.status is 'Null until there is an answer.';
comment on column idempotency_key.answer is 'The body, with null where a secret stood; null where it had none.';
create index idempotency_key_age on idempotency_key (workspace_id, claimed_at);

grant select, insert, delete on idempotency_key to rollcall_server;
grant update (request_sha256, scopes, claim, claimed_at, alive_at, effected_at, status, answer, showed_secret) on idempotency_key to rollcall_server;
