-- A domain is one, whether it is spelled in letters (bücher.example) or for the wire (xn--bcher-kva.example, RFC 3490): keys of addresses have it for the wire, as the server writes them from now on.

create function ascii_label(label text) returns text language plpgsql immutable strict parallel safe as $$
declare
  -- RFC 3492 §6.3, with its names.
  codes integer[] := array(select ascii(letter) from unnest(string_to_array(label, null)) with ordinality as spelled (letter, place) order by place);
  basic text := coalesce((select string_agg(chr(code), '' order by place) from unnest(codes) with ordinality as spelled (code, place) where code < 128), '');
  output text := basic || case when basic = '' then '' else '-' end;
  n integer := 128;
  delta integer := 0;
  bias integer := 72;
  h integer := length(basic);
  m integer;
  c integer;
  q integer;
  k integer;
  t integer;
  digit integer;
begin
  while h < cardinality(codes) loop
    select min(code) into m from unnest(codes) as spelled (code) where code >= n;
    delta := delta + (m - n) * (h + 1);
    n := m;
    foreach c in array codes loop
      if c < n then
        delta := delta + 1;
      elsif c = n then
        q := delta;
        k := 36;
        loop
          t := case when k <= bias then 1 when k >= bias + 26 then 26 else k - bias end;
          digit := case when q < t then q else t + (q - t) % (36 - t) end;
          output := output || chr(case when digit < 26 then 97 + digit else 22 + digit end);
          exit when q < t;
          q := (q - t) / (36 - t);
          k := k + 36;
        end loop;
        delta := case when h = length(basic) then delta / 700 else delta / 2 end;
        delta := delta + delta / (h + 1);
        k := 0;
        while delta > 455 loop
          delta := delta / 35;
          k := k + 36;
        end loop;
        bias := k + 36 * delta / (delta + 38);
        delta := 0;
        h := h + 1;
      end if;
    end loop;
    delta := delta + 1;
    n := n + 1;
  end loop;
  return 'xn--' || output;
end
$$;
comment on function ascii_label is 'One label of a domain for the wire: Punycode, of letters that are folded already.';

create function ascii_domain(address text) returns text language sql immutable strict parallel safe as $$
  select case
    when strpos(address, '@') = 0 or octet_length(spelled.domain) = length(spelled.domain)
      or spelled.domain ~ '[\u0001-\u002c\u002f\u003a-\u0060\u007b-\u00a0\u00ad\u200b-\u206f\u3002\ufe00-\ufe0f\ufeff\uff0e\uff61]' then address
    else left(address, length(address) - length(spelled.domain)) || (
      select string_agg(case when octet_length(part.label) = length(part.label) then part.label else public.ascii_label(part.label) end, '.' order by part.place)
      from unnest(string_to_array(normalize(spelled.domain, NFKC), '.')) with ordinality as part (label, place)
    )
  end
  from (select substring(address from '[^@]*$') as domain) as spelled
$$;
comment on function ascii_domain is 'A folded address with its domain for the wire, as the server spells it in keys.';

create or replace function guest_address(text[]) returns text language sql immutable parallel safe as $$
  select public.ascii_domain(regexp_replace(split_part(held.key, '#ext#@', 1), '_([^_]+)$', '@\1'))
  from unnest($1) as held (key)
  where strpos(held.key, '#ext#@') > 0
  order by held.key collate "C"
  limit 1
$$;

-- Letters of other scripts are looked for first: nearly all keys have none.
update person set email_key = ascii_domain(email_key) where octet_length(email_key) > length(email_key) and email_key <> ascii_domain(email_key);
update directory_account set address_keys = array(select distinct ascii_domain(held.key) from unnest(address_keys) as held (key) order by 1)
where octet_length(array_to_string(address_keys, '')) > length(array_to_string(address_keys, ''))
  and (exists (select from unnest(address_keys) as held (key) where held.key <> ascii_domain(held.key)) or guest_address <> ascii_domain(guest_address));
-- An account that had both spellings keeps both: the next look ends the one that it does not name any more.
update directory_alias as alias set address_key = ascii_domain(alias.address_key)
where octet_length(alias.address_key) > length(alias.address_key) and alias.address_key <> ascii_domain(alias.address_key) and not exists (
  select from directory_alias as other
  where other.workspace_id = alias.workspace_id and other.connection_id = alias.connection_id and other.object_id = alias.object_id
    and other.address_key = ascii_domain(alias.address_key));
-- SCIM compares what it was sent letter by letter, so that both spellings are kept beside each other.
update scim_user set email_keys = array(
  select distinct spelled.key
  from unnest(email_keys || array(select ascii_domain(held.key) from unnest(email_keys) as held (key))
              || case when user_name_key <> ascii_domain(user_name_key) then array[ascii_domain(user_name_key)] else '{}' end) as spelled (key))
where octet_length(user_name_key || array_to_string(email_keys, '')) > length(user_name_key || array_to_string(email_keys, ''))
  and (user_name_key <> ascii_domain(user_name_key) or exists (select from unnest(email_keys) as held (key) where held.key <> ascii_domain(held.key)));
-- Where two have one by now, both stay as they are.
update administrator set email_key = ascii_domain(email_key)
where email_key <> ascii_domain(email_key) and not exists (
  select from administrator as other
  where other.workspace_id = administrator.workspace_id and other.id <> administrator.id and other.removed_at is null
    and ascii_domain(other.email_key) = ascii_domain(administrator.email_key));
