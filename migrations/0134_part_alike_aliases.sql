-- Two aliases of an account whose domains differ in compatible letters alone (full width, ligatures) are one domain, and 0136 gives them one key: there they must not both be open, nor of one ordinal.

with alike as (
  select alias.workspace_id, alias.connection_id, alias.object_id, alias.address_key, alias.ordinal, alias.confirmed_until is null as is_open,
         dense_rank() over (partition by alias.workspace_id, alias.connection_id, alias.object_id, spelled.address order by alias.address_key collate "C") as place,
         count(*) filter (where alias.confirmed_until is null) over (
           partition by alias.workspace_id, alias.connection_id, alias.object_id, spelled.address
           order by alias.address_key collate "C", alias.ordinal rows between unbounded preceding and 1 preceding) as open_before
  from directory_alias as alias
  cross join lateral (
    select left(alias.address_key, strpos(alias.address_key, '@')) || normalize(substr(alias.address_key, strpos(alias.address_key, '@') + 1), NFKC) as address
  ) as spelled
  where octet_length(alias.address_key) > length(alias.address_key) and strpos(alias.address_key, '@') > 0
)
update directory_alias as alias
set ordinal = alike.ordinal + 100000 * (alike.place - 1),
    -- The account had it at the last complete look, as it has the one that stays open: the next look says which of them it has.
    confirmed_until = case when alike.is_open and alike.open_before > 0 then greatest(alias.observed_at, connection.confirmed_until) else alias.confirmed_until end
from alike
join directory_connection as connection on connection.workspace_id = alike.workspace_id and connection.id = alike.connection_id
where alike.place > 1
  and alias.workspace_id = alike.workspace_id and alias.connection_id = alike.connection_id and alias.object_id = alike.object_id
  and alias.address_key = alike.address_key and alias.ordinal = alike.ordinal;
