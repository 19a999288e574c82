-- The wire log as people read it: filtered lists at millions of rows, reads by credential, and an end to what is kept.

-- Reads make most of a provisioning cycle, and a cycle is one credential's: without this, a second client's reads (another Entra
-- application, a rotation) would be counted into the first one's cycle. A probe is a filter by a GUID that finds nothing, which is
-- Entra's Test Connection; mixed with the other reads it could not be told that anybody has asked for a real user yet.
alter table scim_exchange_minute
  add column credential_id uuid not null default '00000000-0000-0000-0000-000000000000', -- nil: counted before they were told apart
  add column is_probe boolean not null default false;
alter table scim_exchange_minute
  alter column credential_id drop default,
  alter column is_probe drop default,
  drop constraint scim_exchange_minute_pkey,
  add primary key (workspace_id, minute, credential_id, method, resource_type, status_class, is_probe);

-- A row's id begins with its instant (UUIDv7), so that each of these lists is in order of time, and a stretch of time is a range.
-- None for the credential and the method: there are few of each, every write would enter them, and the primary key's order finds
-- a page of a common one at once.
create index scim_exchange_group on scim_exchange (workspace_id, group_id, id) where group_id is not null;
create index scim_exchange_refused on scim_exchange (workspace_id, (status / 100), id) where status >= 400;
create index scim_exchange_odd on scim_exchange (workspace_id, id)
  where status >= 400 or tolerated <> '[]'::jsonb or ignored <> '[]'::jsonb;

-- What is older than the policy goes; the ledger's records stay.
grant delete on scim_exchange, scim_exchange_minute to rollcall_server;
