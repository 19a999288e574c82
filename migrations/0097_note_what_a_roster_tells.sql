-- A push of changes says nothing of anybody else, unless it says that everybody else is as they were.

alter table roster_import add column else_unchanged boolean not null default false;
comment on column roster_import.else_unchanged is 'Changes alone, with HR''s word that whoever they do not name is as the rosters that were taken have them.';
alter table roster_import add constraint roster_import_else_unchanged check (partial or not else_unchanged);
alter table roster_held_import add column else_unchanged boolean not null default false;
