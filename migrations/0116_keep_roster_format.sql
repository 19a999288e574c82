-- A report tells how each of HR's files was read.

alter table roster_import add column file_format jsonb;
comment on column roster_import.file_format is 'Encoding, delimiter and the line of the header of a file, as it was read; null of rows that a program pushed, and of imports before this was kept.';
