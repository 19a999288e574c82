-- Closed findings are listed in the order of open ones. Of closed rows alone: a run that opens and changes findings does not touch it.
create index finding_closed_listed on finding (
  workspace_id, (case when effect in ('OK', 'INFO') then 2 else 1 end), coalesce(end_earliest, 'infinity'), id
) where closed_at is not null;
