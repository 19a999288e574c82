-- A seal names what was frozen and given up before it, too, as it names the seals.

create index ledger_record_report on ledger_record (workspace_id, id) where type in ('report.discarded', 'report.frozen', 'report.sealed');
drop index ledger_record_seal;
