-- An entry of the audit log that came after the end was seen neither dates it nor may contradict it.

-- The last entry about the account up to the answer that showed the end gives its instant, or, where there is none, one within the five minutes
-- that are allowed for clocks. One within them that says otherwise leaves the order open, so that no instant is given.
create or replace view directory_exact_end as
select stretch.workspace_id, stretch.connection_id, stretch.object_id, stretch.ordinal,
  least((array_agg(event.at order by event.at <= stretch.observed_at desc, event.at desc, event.id))[1], stretch.observed_at) as at,
  (array_agg(event.record_id order by event.at <= stretch.observed_at desc, event.at desc, event.id))[1] as record_id
from directory_audit_event as event
join directory_observation as stretch
  on stretch.workspace_id = event.workspace_id
  and stretch.connection_id = event.connection_id
  and stretch.object_id = event.object_id
  and event.at > coalesce(stretch.not_before - interval '5 minutes', '-infinity')
  and event.at <= stretch.observed_at + interval '5 minutes'
join directory_audit_window as looked
  on looked.workspace_id = event.workspace_id
  and looked.connection_id = event.connection_id
  and looked.looked_until >= stretch.observed_at
  and looked.looked_from <= event.at
where stretch.state in ('disabled', 'hard_deleted')
group by stretch.workspace_id, stretch.connection_id, stretch.object_id, stretch.ordinal, stretch.state, stretch.observed_at
having (array_agg(event.led_to order by event.at <= stretch.observed_at desc, event.at desc, event.id))[1] = stretch.state
  and bool_and(event.led_to = stretch.state or event.at <= stretch.observed_at);
