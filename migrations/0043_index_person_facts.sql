-- What is known of one person is read for a page at a time, from a million others.

create index account_link_of_person on account_link (workspace_id, person_id);
drop index account_link_person;
create index disposition_of_finding on disposition (workspace_id, finding_id);
create index account_classification_of_owner on account_classification (workspace_id, owner_person_id);
