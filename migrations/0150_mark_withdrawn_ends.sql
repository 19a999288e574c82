-- Ends that HR took back after a run had judged by them are found by themselves, not among all that findings ever said.

alter table finding_version add column is_end_withdrawn boolean not null default false;
comment on column finding_version.is_end_withdrawn is 'It spoke of an employment that had ended, and what was said after it of a later end, or of none.';

update finding_version as kept
set is_end_withdrawn = true
from (
  select said.workspace_id, said.id, said.since_run, said.end_latest,
         lead(said.since_run) over following as next_run, lead(said.end_latest) over following as next_end
  from finding_version as said
  where said.unit_kind = 'employment_period'
  window following as (partition by said.workspace_id, said.id order by said.since_run)
) as followed
join finding on finding.workspace_id = followed.workspace_id and finding.id = followed.id
where kept.workspace_id = followed.workspace_id and kept.id = followed.id and kept.since_run = followed.since_run and followed.end_latest is not null
  and coalesce(case when followed.next_run is not null then followed.next_end when finding.closed_at is null then finding.end_latest end, 'infinity')
      > followed.end_latest;

create index finding_version_withdrawn on finding_version (workspace_id, person_id) where is_end_withdrawn;
