-- Populations of compliance tests, and what is found about one person, are read page by page at any size.

create index finding_leaver on finding (workspace_id, end_earliest, id) where closed_at is null and end_earliest is not null;
create index finding_present on finding (workspace_id, id) where closed_at is null;
create index finding_person on finding (workspace_id, person_id);
comment on index finding_leaver is 'Employments that ended, in the order of their end.';
