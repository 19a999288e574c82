-- A group whose members could not be read says nothing of who is not in it: whoever judges by membership must know.

alter table directory_group add column members_known boolean not null default true;
comment on column directory_group.members_known is 'Whether the last look read all members. If not, the members are those of an earlier one.';
grant update (members_known) on directory_group to rollcall_server;
