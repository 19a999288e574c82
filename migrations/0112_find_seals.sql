-- A seal names the seals before it, and each download of its bundle reads them again.

create index ledger_record_seal on ledger_record (workspace_id, id) where type = 'report.sealed';
