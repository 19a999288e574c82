-- Members of a compliance test who have a rare effect, and people whom HR no longer names, are found among a million others.

create index finding_alike on finding (workspace_id, jsonb_hash_extended(vector, 0), id) where closed_at is null;
comment on index finding_alike is 'Findings with the same state vector: what an account in one of them means for a test is told by the vector, and few of them differ.';

drop index person_unlisted;
create index person_unlisted on person (workspace_id, listing, employee_id) where listing <> 'listed';
