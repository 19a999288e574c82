-- A row that was rejected is known again by more than its employee id, which may be mistyped in it and somebody else's.

alter table roster_rejected_row
  add column address_sha256 bytea,
  add column start_date     date;
comment on column roster_rejected_row.address_sha256 is 'Of the work address that the row gives, folded by the server; null where it could not be read, was not kept, or the file is erased.';
comment on column roster_rejected_row.start_date is 'Of the employment that the row states; null where it could not be read, was not kept, or the file is erased.';
comment on column roster_rejected_row.taken_by is
  'The later import that took the row, known again by employee id, address and first day as far as they could be read, or by the last two, or told everybody and had no row rejected; null: whom it speaks of is in doubt.';
comment on table roster_rejected_row is 'What is wrong with the rows that an import did not take, a row for each cell. Of other cells it holds the first day, and the hash of the address.';
grant update (address_sha256, start_date) on roster_rejected_row to rollcall_server;
