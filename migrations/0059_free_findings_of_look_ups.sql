-- A run that writes a finding for everybody paid more for checking its keys than for writing the rows.

-- What these keys guarded holds otherwise, as decision 0008 has it of provisioned rows: the people, the policies and the findings that a run names were
-- read by it from the tables that they point to, in the same transaction; whoever links by hand has looked both up first; and no role may delete
-- a workspace, a person, a policy or a finding.
alter table finding drop constraint finding_workspace_id_fkey;
alter table finding drop constraint finding_workspace_id_person_id_fkey;
alter table finding drop constraint finding_workspace_id_policy_id_fkey;
alter table finding_version drop constraint finding_version_workspace_id_id_fkey;
alter table account_link drop constraint account_link_workspace_id_fkey;
alter table account_link drop constraint account_link_workspace_id_person_id_fkey;
