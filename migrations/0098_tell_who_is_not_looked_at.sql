-- A leaver whom nobody has looked at since the deadline is overdue, too.

drop index finding_overdue;
create index finding_overdue on finding (workspace_id, changed_at) where closed_at is null and rule in ('L01', 'L02', 'L03', 'L04', 'L06', 'L07');
