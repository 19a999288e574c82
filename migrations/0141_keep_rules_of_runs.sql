-- By which version of the rules a run judged: a report holds its findings to those of its own format. Null in runs of before.

alter table reconciliation_run add column rules integer;
